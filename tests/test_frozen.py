"""`clock="python"` under a frozen clock: time is read where the caller is, and goes along with what it asks for (F-6)."""

import asyncio
import contextlib
import threading
import time

import cloudvars
import pytest

PLACE = {"user_id": 1, "key": "k"}
FROZEN = "2020-02-02 12:00:00"


@pytest.fixture(params=["freezegun", "time_machine", "by hand"])
def frozen(request, monkeypatch):
    """Freezes the time."""
    if request.param == "by hand":
        monkeypatch.setattr(time, "time_ns", lambda: 1_580_644_800_000_000_000)
        return contextlib.nullcontext()
    module = pytest.importorskip(request.param)
    if request.param == "freezegun":
        return module.freeze_time(FROZEN, real_asyncio=True)
    return module.travel(FROZEN, tick=False)


@pytest.fixture
def room(frozen, tmp_path):
    with frozen, cloudvars.open(tmp_path / "s.db", clock="python") as store, store.room("r") as room:
        yield room


def asynchronously(room, name, **fields):
    async def main():
        return await getattr(room.score.aio, name)(**fields)

    return asyncio.run(main())


def in_a_thread(room, name, **fields):
    answers = []
    thread = threading.Thread(target=lambda: answers.append(getattr(room.score, name)(**fields)))
    thread.start()
    thread.join()
    return answers[0]


async def commit_awaited(score):
    c = score.aio.get_commit()
    c.list_add(**PLACE, value={})
    c.withlimit_add(**PLACE, value=1, limit=9, refresh_day=1)
    return await c.commit()


def commit_awaited_with_others(score):
    async def main():
        c = score.aio.get_commit()
        c.list_add(**PLACE, value={})
        return await score.aio.commit_many([c])

    return asyncio.run(main())[0]


def commit_in_a_thread(score):
    answers = []

    def work():
        c = score.get_commit()
        c.list_add(**PLACE, value={})
        answers.append(c.commit())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return answers[0]


@pytest.mark.parametrize("watched", [False, True])
@pytest.mark.parametrize(
    "commit",
    [lambda score: asyncio.run(commit_awaited(score)), commit_awaited_with_others, commit_in_a_thread],
    ids=["awaited", "commit_many", "thread"],
)
def test_what_is_written_carries_the_callers_time(room, commit, watched):
    # F-6, L-4, T-3
    if watched:
        room.store.faults.delay("name_search", seconds=1)
    assert commit(room.score).ok
    assert room.score.list_query(PLACE).data[0]["updatedAt"] == "2020-02-02 20:00:00"


@pytest.mark.parametrize("call", [asynchronously, in_a_thread])
def test_messages_carry_the_callers_time(room, call):
    # F-6, S-2
    assert call(room, "message_send", src_user_id=1, key="m", target_user_id=2, value="x").ok
    assert room.score.message_query(key="m").data[0]["createAt"] == "2020-02-02 20:00:00"


@pytest.mark.parametrize("call", [asynchronously, in_a_thread])
def test_the_quotas_window_is_in_the_callers_time(room, call):
    # F-6, Q-1: a call elsewhere neither opens a new window nor ends this one
    assert {room.score.get(PLACE).error_code for _ in range(299)} == {0}
    assert call(room, "get", **PLACE).error_code == 0
    assert call(room, "get", **PLACE).error_code == -429
    assert room.score.get(PLACE).error_code == -429
    assert room.budget()["reads"] == 0


def test_a_commit_has_the_time_of_its_call_whoever_runs_it(tmp_path, monkeypatch):
    # F-6, L-4: another thread leads, at another time
    with cloudvars.open(tmp_path / "s.db", clock="python") as store:
        score = store.room(limits=False).score
        now = [0]
        monkeypatch.setattr(time, "time_ns", lambda: now[0] * 1_000_000_000)

        async def main():
            commits = []
            for second in range(1000, 1100):
                now[0] = second
                c = score.aio.get_commit()
                c.list_add(**PLACE, value=[second])
                commits.append(asyncio.ensure_future(c.commit()))
                await asyncio.sleep(0)
            await asyncio.gather(*commits)

        asyncio.run(main())
        rows = score.list_query(**PLACE, timetype="stamp").data
        assert len(rows) == 100
        assert all(row["updatedAt"] == row["value"][0] for row in rows)
