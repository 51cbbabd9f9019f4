"""The committer: all or nothing, in order, once."""

import cloudvars
import pytest
from cloudvars import CloudValueError, CommitError
from score_calls import commit, everything, numbers

APPLE = {"user_id": 55555555, "key": "apple"}
GOOD = [
    ("set", {**APPLE, "i_value": 1}),
    ("money_add", {**APPLE, "value": 5}),
    ("list_add", {**APPLE, "value": [1]}),
]
FAILING = {
    "money_cost": ({**APPLE, "value": 6}, 10001),
    "name_new": ({"key": "names", "name": "taken", "value": ""}, 1062),
    "withlimit_add": ({**APPLE, "value": 4, "limit": 3}, 10002),
    "money_add": ({"user_id": 9, "key": "full", "value": 1}, 1690),
}


@pytest.fixture
def prepared(score):
    """A taken name and a balance that can hold no more."""
    ops = [
        ("name_new", {"key": "names", "name": "taken", "value": ""}),
        ("money_add", {"user_id": 9, "key": "full", "value": 2**63 - 1}),
    ]
    assert commit(score, *ops).ok
    return score


def test_nothing_is_visible_before_commit_and_everything_after(score, make_room):
    # C-1
    other = make_room().score
    c = score.get_commit()
    for name, fields in everything(5, "k", 3):
        assert getattr(c, name)(**fields) is None or name.endswith("list_add")
        for reader in (score, other):
            assert numbers(reader, 5, "k") == [[]] * 8
    assert c.commit() == (0, {}, None)
    for reader in (score, other):
        assert numbers(reader, 5, "k") == [*[[3]] * 7, []]


def test_a_committer_that_is_dropped_writes_nothing(score):
    # C-1
    c = score.get_commit()
    c.set(**APPLE, i_value=1)
    with pytest.warns(ResourceWarning, match="1 operation had no effect"):
        del c
    assert score.get(APPLE).data == []


def test_the_example_of_the_documentation(score):
    # C-1, C-4
    star = {"user_id": 55555555, "key": "星辰之力"}
    hp = {"user_id": 55555555, "key": "hp"}
    assert commit(score, ("money_add", {**star, "value": 3})).ok

    def build(cost):
        c = score.get_commit()
        c.set({**APPLE, "i_value": 5})
        c.addi({**APPLE, "value": 2})
        c.set({**APPLE, "value": {"color": "red", "price": 100}})
        c.set({**hp, "value": {"魔障": 10}, "i_value": 100})
        c.addi({**hp, "value": 1000})
        c.money_cost({**star, "value": cost})
        c.world_list_add({"user_id": 55555555, "key": "砖", "value": {"a": 1}, "world_id": 777})
        c.world_data_set({"user_id": 55555555, "key": "种子", "value": {"b": 1}, "world_id": 777})
        return c.commit()

    reply = build(4)
    assert reply.error_code == 10001
    assert (reply.data["op"], reply.data["name"]) == (5, "money_cost")
    assert score.get(user_id=55555555, key=["apple", "hp"]).data == []
    assert build(2) == (0, {}, None)
    assert score.get(APPLE) == (0, [{**APPLE, "i_value": 7, "value": {"color": "red", "price": 100}}], None)
    assert score.get(hp).data == [{**hp, "i_value": 1100, "value": {"魔障": 10}}]
    assert score.money_get(star).data == [{**star, "value": 1}]


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("name", FAILING)
def test_one_failing_operation_undoes_all(prepared, name, place):
    # C-2
    fields, code = FAILING[name]
    ops = [*GOOD[:place], (name, fields), *GOOD[place:]]
    before = numbers(prepared, 55555555, "apple")
    error_code, data, err_msg = commit(prepared, *ops)
    assert error_code == code
    assert (data["op"], data["name"]) == (place, name)
    assert str(place) in err_msg
    assert name in err_msg
    assert numbers(prepared, 55555555, "apple") == before == [[]] * 8


def test_a_failure_after_every_kind_undoes_every_kind(prepared):
    # C-2
    assert commit(prepared, *everything(5, "old", 3)).ok
    c = prepared.get_commit()
    uuids = []
    for name, fields in [*everything(5, "new", 4), *everything(5, "old", 4)[:-1]]:
        uuids.append(getattr(c, name)(**fields))
    [item] = prepared.list_query(user_id=5, key="old").data
    c.list_delete(uuid=item["uuid"])
    c.money_cost(user_id=404, key="none", value=1)
    reply = c.commit()
    assert (reply.error_code, reply.data["op"]) == (10001, 14)
    assert numbers(prepared, 5, "new") == [[]] * 8
    assert numbers(prepared, 5, "old") == [*[[3]] * 7, []]
    for uuid in filter(None, uuids):
        assert prepared.list_query_by_uuid(uuid=uuid).data == []
        assert prepared.world_list_query_by_uuid(uuid=uuid).data == []


def test_the_first_failure_is_the_one_that_is_named(prepared):
    # C-2
    ops = [GOOD[0], *[(name, fields) for name, (fields, _) in FAILING.items()]]
    reply = commit(prepared, *ops)
    assert (reply.error_code, reply.data["op"], reply.data["name"]) == (10001, 1, "money_cost")


def test_a_failed_commit_may_be_tried_again(score):
    # C-2
    fields = {"user_id": 1, "key": "gold", "value": 5}
    assert not commit(score, ("money_cost", fields)).ok
    assert commit(score, ("money_add", fields)).ok
    assert commit(score, ("money_cost", fields)).ok


def test_operations_see_those_before_them(score):
    # C-4
    gold = {"user_id": 1, "key": "gold"}
    assert commit(score, ("set", {**APPLE, "i_value": 5}), ("addi", {**APPLE, "value": 2})).ok
    assert score.get(APPLE).data[0]["i_value"] == 7
    assert commit(score, ("addi", {**APPLE, "value": 2}), ("set", {**APPLE, "i_value": 5})).ok
    assert score.get(APPLE).data[0]["i_value"] == 5
    reply = commit(score, ("money_cost", {**gold, "value": 1}), ("money_add", {**gold, "value": 1}))
    assert (reply.error_code, reply.data["op"]) == (10001, 0)
    assert commit(score, ("money_add", {**gold, "value": 1}), ("money_cost", {**gold, "value": 1})).ok
    assert score.money_get(gold).data == [{**gold, "value": 0}]
    quest = {"user_id": 1, "key": "quest", "limit": 3}
    reply = commit(score, *[("withlimit_add", {**quest, "value": 1})] * 4)
    assert (reply.error_code, reply.data["op"]) == (10002, 3)
    assert commit(score, *[("withlimit_add", {**quest, "value": 1})] * 3).ok


def test_list_operations_see_those_before_them(score):
    # C-4, L-1
    c = score.get_commit()
    kept = c.list_add(**APPLE, value=[1])
    gone = c.list_add(**APPLE, value=[2])
    c.list_modify(uuid=kept, value=[3])
    c.list_delete(uuid=gone)
    c.list_modify(uuid=gone, value=[4])
    c.set(**APPLE, value={"best": kept})
    assert c.commit().ok
    assert [(row["uuid"], row["value"]) for row in score.list_query(APPLE).data] == [(kept, [3])]
    assert score.get(APPLE).data[0]["value"] == {"best": kept}


def test_an_acknowledged_commit_survives_reopening(open_store, reopen):
    # C-6
    store = open_store()
    assert commit(store.room().score, *everything(5, "k", 3)).ok
    store = reopen(store)
    assert numbers(store.room().score, 5, "k") == [*[[3]] * 7, []]


@pytest.mark.parametrize("durability", ["full", "normal", "off"])
def test_every_durability_keeps_a_commit_over_close(open_store, reopen, durability):
    # C-6
    store = open_store(durability=durability)
    assert commit(store.room().score, *everything(5, "k", 3)).ok
    assert numbers(reopen(store).room().score, 5, "k") == [*[[3]] * 7, []]


def test_rooms_take_turns_without_losing_updates(make_room):
    # C-7
    rooms = [make_room() for _ in range(5)]
    for step in range(20):
        c = [room.score.get_commit() for room in rooms]
        for committer in c:
            committer.addi(**APPLE, value=1)
            committer.money_add(**APPLE, value=step)
        assert all(committer.commit().ok for committer in c)
    score = rooms[0].score
    assert score.get(APPLE).data[0]["i_value"] == 100
    assert score.money_get(APPLE).data[0]["value"] == 5 * sum(range(20))


def test_a_block_commits_on_leaving(score):
    # C-8
    with score.get_commit() as c:
        c.set(**APPLE, i_value=1)
        assert score.get(APPLE).data == []
    assert score.get(APPLE).data == [{**APPLE, "i_value": 1}]


def test_a_block_that_fails_raises_commit_error(score):
    # C-8
    with pytest.raises(CommitError) as caught, score.get_commit() as c:
        c.set(**APPLE, i_value=1)
        c.money_cost(**APPLE, value=1)
    error = caught.value
    assert (error.code, error.op, error.name) == (10001, 1, "money_cost")
    assert isinstance(error, cloudvars.CloudError)
    assert "money_cost" in str(error)
    assert score.get(APPLE).data == []


def test_a_block_that_is_left_by_an_exception_discards(score):
    # C-8
    with pytest.raises(KeyError), score.get_commit() as c:
        c.set(**APPLE, i_value=1)
        raise KeyError("mine")
    assert score.get(APPLE).data == []


def test_an_explicit_commit_inside_the_block_is_the_commit(score):
    # C-8
    with score.get_commit() as c:
        c.addi(**APPLE, value=1)
        assert c.commit().ok
    assert score.get(APPLE).data[0]["i_value"] == 1
    with score.get_commit() as c:
        c.money_cost(**APPLE, value=1)
        assert not c.commit().ok


def test_commits_made_together_are_independent(score):
    # C-2, C-6
    committers = [score.get_commit() for _ in range(4)]
    committers[0].money_add(**APPLE, value=5)
    committers[1].money_cost(**APPLE, value=6)
    committers[1].set(**APPLE, i_value=1)
    committers[2].money_cost(**APPLE, value=5)
    with pytest.raises(CloudValueError):
        committers[3].money_cost(**APPLE, value=0)
    replies = score.commit_many(committers)
    assert [reply.error_code for reply in replies] == [0, 10001, 0, 10003]
    assert [replies[1].data["op"], replies[1].data["name"]] == [0, "money_cost"]
    assert score.money_get(APPLE).data == [{**APPLE, "value": 0}]
    assert score.get(APPLE).data == []
    assert score.commit_many([]) == []
    with pytest.raises(CommitError):
        committers[0].commit()
