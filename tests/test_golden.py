"""Files that earlier versions made: each later one opens them, finds everything and writes on."""

import pytest
from golden import VERSIONS, answers_then, questions
from score_calls import commit, everything, numbers


def test_every_version_so_far_has_a_golden_file():
    assert [version.stem for version in VERSIONS] == [f"version{n}" for n in range(1, len(VERSIONS) + 1)]
    assert VERSIONS


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.stem)
def test_an_earlier_version_holds_everything(golden, version):
    open_it = golden(version)
    for _ in range(2):
        with open_it() as store:
            assert questions(store) == answers_then(version)


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.stem)
def test_an_earlier_version_is_written_on(golden, version):
    # L-1, L-3, S-2
    open_it = golden(version)
    with open_it() as store:
        before = store.dump()
        score = store.room(limits=False).score
        assert commit(score, *everything(9, "k", 1), *everything(9, "钥", 2)).ok
        [last] = score.list_query(user_id=1, key="k", limit=1).data
        with score.get_commit() as c:
            uuid = c.list_add(user_id=1, key="k", value=["newest"])
        assert [row["uuid"] for row in score.list_query(user_id=1, key="k").data[:2]] == [uuid, last["uuid"]]
        sent = score.message_send(src_user_id=5, key="mail", target_user_id=2, value="newest").data[
            "objectId"
        ]
        assert score.message_query(key="mail").data[-1]["objectId"] == sent
    with open_it() as store:
        assert numbers(store.room().score, 9, "k")[:7] == [[1]] * 7
        after = store.dump()
    kinds = after["games"]["hunters"]
    assert [row for row in kinds["general"] if row["user_id"] != 9] == before["games"]["hunters"]["general"]
    assert after["games"]["farmers"] == before["games"]["farmers"]
    assert {row["objectId"] for row in kinds["message"]} - {
        row["objectId"] for row in before["games"]["hunters"]["message"]
    } == {sent}
