"""Rows that are in memory are answered at once: with all that a call promises, and never shared with another answer."""

import copy
import threading

import cloudvars
import pytest
from children import HOLD
from hypothesis import given
from hypothesis import strategies as st
from values import INT64, VALUES

TIMES = 5  # the first read brings the row into memory, the third one copies what the second one made

CONTAINERS = VALUES.filter(lambda value: isinstance(value, list | dict))


def spoil(item):
    """Change everything in an answer that can be changed."""
    if isinstance(item, dict):
        for inner in list(item.values()):
            spoil(inner)
        item.clear()
        item["spoiled"] = True
    elif isinstance(item, list):
        for inner in item:
            spoil(inner)
        item.append("spoiled")


@given(value=CONTAINERS, text=st.none() | st.text(max_size=20), number=st.none() | INT64)
def test_answers_share_nothing(value, text, number):
    """Whatever a caller does to an answer, the next one is the row."""
    # C-9, K-4
    with cloudvars.open(":memory:") as store:
        score = store.room("room", limits=False).score
        fields = {"i_value": number, "s_value": text, "value": value}
        fields = {name: field for name, field in fields.items() if field is not None}
        with score.get_commit() as c:
            c.set(user_id=7, key="k", **fields)
        expected = [{"user_id": 7, "key": "k", **copy.deepcopy(fields)}]
        for _ in range(TIMES):
            answers = [
                score.get(user_id=7, key="k").unwrap(),
                score.get({"user_id": 7, "key": "k"}).unwrap(),
                score.get(user_id=[7], key=["k", "none"]).unwrap(),
            ]
            for answer in answers:
                assert answer == expected
                assert [list(row) for row in answer] == [list(row) for row in expected]
                spoil(answer)


def test_a_change_is_answered_at_once(other):
    """A row that was answered many times changes: the next answer is the new one, in every form of the call."""
    # C-9
    score = other.score
    for count in range(50):
        with score.get_commit() as c:
            c.set(user_id=7, key="k", i_value=count, value={"count": count, "list": [count]})
            c.money_add(user_id=7, key="gold", value=1)
        row = {"user_id": 7, "key": "k", "i_value": count, "value": {"count": count, "list": [count]}}
        for _ in range(TIMES):
            assert score.get(user_id=7, key="k") == (0, [row], None)
            assert score.get({"user_id": "7", "key": "k"}) == (0, [row], None)
            assert score.money_get(user_id=7, key="gold") == (
                0,
                [{"user_id": 7, "key": "gold", "value": count + 1}],
                None,
            )
            assert score.get(user_id=8, key="k") == (0, [], None)


def test_many_rows_in_turn(tmp_path):
    """More rows than there are places for their dicts are read in turn, one by one and together."""
    # C-9
    users = range(6000)
    with cloudvars.open(tmp_path / "save.db") as store:
        score = store.room("room", limits=False).score
        with score.get_commit() as c:
            for user in users:
                c.set(user_id=user, key="k", value={"user": user})
        for user in [*users] * 3:
            assert score.get(user_id=user, key="k")[1] == [
                {"user_id": user, "key": "k", "value": {"user": user}}
            ]
        rows = score.get(user_id=list(users), key="k").unwrap()
        assert [row["value"]["user"] for row in rows] == list(users)


def test_each_answer_counts_once():
    """A row in memory costs one read, as any other, and none is left after 300."""
    #
    with cloudvars.open(":memory:") as store:
        room = store.room("room")
        with room.score.get_commit() as c:
            c.set(user_id=7, key="k", i_value=1)
        left = room.budget()["reads"]
        for count in range(1, left + 1):
            assert room.score.get(user_id=7 if count % 2 else [7, 8], key="k").ok
            assert room.budget()["reads"] == left - count
        assert room.score.get(user_id=7, key="k").error_code == cloudvars.codes.QUOTA


@pytest.mark.parametrize("call", ["get", "money_get"])
def test_what_is_wrong_is_said(score, call):
    """The row is in memory: a wrong field is refused all the same, by its name."""
    # G-3, G-4
    with score.get_commit() as c:
        c.set(user_id=7, key="k", i_value=1)
        c.money_add(user_id=7, key="k", value=1)
    method = getattr(score, call)
    for _ in range(TIMES):
        assert len(method(user_id=7, key="k").unwrap()) == 1
    for fields, words in (
        ({"user_id": 7, "key": "k", "usr": 1}, "unknown field 'usr'"),
        ({"user_id": 7, "kye": "k"}, "did you mean 'key'"),
        ({"user_id": 7}, "the field 'key' is missing"),
        ({"key": "k"}, "the field 'user_id' is missing"),
    ):
        for call_it in (lambda f=fields: method(**f), lambda f=fields: method(f)):
            with pytest.raises(TypeError, match=words):
                call_it()
    with pytest.raises(TypeError, match="one mapping or keywords, not both"):
        method({"user_id": 7, "key": "k"}, user_id=7)
    for user, key in (
        (True, "k"),
        (None, "k"),
        (7, None),
        (7.5, "k"),
        (2**63, "k"),
        (7, ""),
        (7, "k" * 181),
        (7, "\ud800"),
    ):
        with pytest.raises(cloudvars.CloudValueError):
            method(user_id=user, key=key)


def test_a_fault_strikes_it(score, store):
    """A call on a row in memory is made to fail as any other."""
    # F-1
    with score.get_commit() as c:
        c.set(user_id=7, key="k", i_value=1)
    for _ in range(TIMES):
        assert score.get(user_id=7, key="k").ok
    store.faults.fail("get", 1205)
    assert score.get(user_id=7, key="k").error_code == 1205
    assert score.get(user_id=7, key="k").ok


def test_closed(tmp_path):
    """What is in memory is not answered after the room, or the store, was closed."""
    with cloudvars.open(tmp_path / "save.db") as store:
        rooms = [store.room("one"), store.room("two")]
        with rooms[0].score.get_commit() as c:
            c.set(user_id=7, key="k", i_value=1)
        for room in rooms * TIMES:
            assert room.score.get(user_id=7, key="k").ok
        rooms[0].close()
        with pytest.raises(cloudvars.StoreError, match="closed"):
            rooms[0].score.get(user_id=7, key="k")
        assert rooms[1].score.get(user_id=7, key="k").ok
    with pytest.raises(cloudvars.StoreError, match="closed"):
        rooms[1].score.get(user_id=7, key="k")


def test_a_commit_that_fails_needs_no_lock(tmp_path, start_python):
    """Another program keeps everybody from writing: a thread's first commit, which is short of money, is answered."""
    # C-9, M-3
    path, answers = tmp_path / "save.db", []
    with cloudvars.open(path) as store:
        score = store.room("room", limits=False).score
        with score.get_commit() as c:
            c.money_add(user_id=7, key="gold", value=5)

        def buy(cost, extra):
            c = score.get_commit()
            c.set(user_id=7, key="last", i_value=cost)
            if extra:
                c.money_add(user_id=7, key="gold", value=extra)
            c.money_cost(user_id=7, key="gold", value=cost)
            answers.append(c.commit())

        holder = start_python("-c", HOLD, path)
        assert holder.stdout.readline() == "locked\n"
        thread = threading.Thread(target=buy, args=(6, 0))
        thread.start()
        thread.join(120)
        assert [answer.error_code for answer in answers] == [cloudvars.codes.NOT_ENOUGH_MONEY]
        assert answers[0].data == {"op": 1, "name": "money_cost"}
        holder.stdin.write("let go\n")
        holder.stdin.close()
        assert holder.wait(120) == 0
        buy(6, 1)
        assert answers[1].ok
        assert score.money_get(user_id=7, key="gold").unwrap()[0]["value"] == 0
        assert score.get(user_id=7, key="last").unwrap()[0]["i_value"] == 6


def test_a_commit_that_fails_does_not_find_a_moved_file(tmp_path):
    """It writes nothing, so it is answered from the rows as they are; the next commit that would write finds out."""
    # C-9
    path = tmp_path / "save.db"
    with cloudvars.open(path) as store:
        score = store.room("room", limits=False).score

        def buy(cost):
            c = score.get_commit()
            c.money_cost(user_id=7, key="gold", value=cost)
            return c.commit()

        with score.get_commit() as c:
            c.money_add(user_id=7, key="gold", value=5)
        path.rename(tmp_path / "moved.db")
        assert buy(6).error_code == cloudvars.codes.NOT_ENOUGH_MONEY
        with pytest.raises(cloudvars.StoreError) as raised:
            buy(5)
        assert raised.value.reason == "replaced"
        assert score.money_get(user_id=7, key="gold").unwrap()[0]["value"] == 5
        (tmp_path / "moved.db").rename(path)
