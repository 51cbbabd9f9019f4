"""`cloudvars.types` names the keys and types that calls return and callbacks get."""

import types
import typing
from typing import NotRequired, Required

import pytest
from cloudvars import types as named
from nodes import PLAYER, ROOT
from score_calls import commit
from verbs import PLACE, READS, WORLD


def check(what, kind, at="it"):
    """`what` is of the type: every key that is required, none besides, each of its own type."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is typing.Any:
        return
    if origin in (NotRequired, Required):
        check(what, arguments[0], at)
    elif origin is list:
        assert type(what) is list, at
        for index, one in enumerate(what):
            check(one, arguments[0], f"{at}[{index}]")
    elif origin is dict:
        assert type(what) is dict, at
    elif origin is typing.Literal:
        assert what in arguments and type(what) in {type(one) for one in arguments}, (at, what)
    elif origin in (typing.Union, types.UnionType):
        assert any(type(what) is one for one in arguments), (at, what)
    elif typing.is_typeddict(kind):
        assert type(what) is dict, at
        hints = typing.get_type_hints(kind, include_extras=True)
        assert kind.__required_keys__ <= set(what) <= set(hints), (at, what)
        for name, one in what.items():
            check(one, hints[name], f"{at}[{name!r}]")
    else:
        assert type(what) is kind, (at, what, kind)


@pytest.fixture
def filled(score):
    """A row of every kind, and the uuids of a list item and a world list item."""
    c = score.get_commit()
    c.set(**PLACE, i_value=1, s_value="s", value=[1])
    c.set(user_id=1, key="one", i_value=1)
    c.money_add(**PLACE, value=5)
    bag = c.list_add(**PLACE, value=[1])
    c.name_new(key="k", name="1", value="1")
    c.world_data_set(**WORLD, value=[1])
    item = c.world_list_add(**WORLD, value=[1])
    c.withlimit_add(**PLACE, value=1, limit=3, refresh_week=1, week_start="monday")
    for unit in ("hour", "day", "month", "year"):
        c.withlimit_add(user_id=1, key=unit, value=1, limit=3, **{f"refresh_{unit}": 2})
    assert c.commit().ok
    return bag, item


def test_rows(score, filled):
    # G-1
    bag, item = filled
    sent = score.message_send(src_user_id=2, key="k", target_user_id=1, value=[1])
    check(sent.unwrap(), named.SentMessage)
    # An item is found by its own uuid, and a general row has other fields than the next one.
    special = {
        "get": {"key": ["k", "one"]},
        "list_query_by_uuid": {"uuid": bag},
        "world_list_query_by_uuid": {"uuid": item},
    }
    for name, read in READS.items():
        rows = getattr(score, name)({**read.fields, **special.get(name, {})}).unwrap()
        assert rows not in ([], {}), name
        check(rows, read.answer, name)
    check(score.list_query(**PLACE, timetype="stamp").unwrap(), list[named.StampedListRow])
    keys = ["k", "hour", "day", "month", "year", "none"]
    limits = [score.withlimit_query(user_id=1, key=key).unwrap() for key in keys]
    check(limits, list[named.LimitRow])
    assert set().union(*limits) == set(typing.get_type_hints(named.LimitRow))
    check(score.message_modify_read(objectId=sent.data["objectId"], new_read_value=1).unwrap(), named.Empty)
    check(score.message_delete(objectId=sent.data["objectId"]).unwrap(), named.Empty)


def test_commits_and_budgets(score, room, store):
    # C-2, Q-3
    check(commit(score, ("money_add", {**PLACE, "value": 1})).data, named.CommitDetail)
    refused = commit(score, ("money_cost", {**PLACE, "value": 100}))
    check(refused.data, named.CommitDetail)
    assert set(refused.data) == {"op", "name"}
    check(room.budget(), named.Budget)
    with store.faults.fail("get", 1205), store.faults.fail("commit", 1205, applied=True):
        score.get(PLACE)
        commit(score, ("money_add", {**PLACE, "value": 1}))
    store.faults.delay("is_old_player", seconds=1)
    score.is_old_player(user_id=3)
    assert len(store.faults.trace) == 3
    check(store.faults.trace, list[named.Injected])


def test_live_messages(score, make_room):
    # S-4, S-6
    heard, published = [], []
    assert score.message_send(src_user_id=2, key="k", target_user_id=1, value=[1]).ok
    score.subscribe_channel(1, "k", heard.append)
    score.subscribe_message("news", published.append)
    score.publish_message("news", "hello")
    assert heard and published
    check(heard, list[named.ChannelMessage])
    check(published, list[named.Published])


def test_achievements(store, make_room, load_nodes):
    #
    store.achievements.define("cows", total=3)
    load_nodes(ROOT)
    told, loaded = [], []
    a, b = make_room().achievement, make_room().achievement
    a.LobbySetAchievementStorage(told.append, 7, "cows", 1, lambda: "a")
    b.LobbySetAchievementStorage(told.append, 7, "cows", 1, lambda: "b")
    a.LobbyGetAchievementStorage(loaded.append, 7)
    assert [data["code"] for data in told] == [0, 5]
    check(told, list[named.AchievementAnswer])
    check(loaded, list[named.AchievementData])
    check(a.GetNodeDetailInfo(PLAYER, ROOT["node_ID"]), named.CustomNode)


def test_the_lobby_storage(store, room):
    # H-2 to H-6
    store.storage.sort_keys("coins")
    answers = {name: [] for name in ("set", "get", "sort", "orders")}
    order = room.storage.place_order(7, "sword")
    room.storage.QueryLobbyUserItem(answers["orders"].append, 7)
    entries = [{"key": "coins", "value": 3}, {"key": "bag", "value": ["bow"]}]
    room.storage.LobbySetStorageAndUserItem(answers["set"].append, 7, order, lambda: entries)
    room.storage.LobbyGetStorage(answers["get"].append, 7, ["coins", "bag", "none"])
    room.storage.LobbyGetStorageBySort(answers["sort"].append, "coins", False, 0, 5)
    check(answers["set"], list[named.StorageSetAnswer])
    check(answers["get"], list[named.StorageAnswer])
    check(answers["sort"], list[named.BoardAnswer])
    check(answers["orders"], list[named.OrderAnswer])
    assert answers["orders"][0]["entity"]["orders"] and answers["sort"][0]["entity"]["data"]


def test_every_name_is_a_typed_dict_whose_keys_are_explained():
    # G-1
    for name in named.__all__:
        if name != "Weekday":
            assert typing.is_typeddict(getattr(named, name)), name
            assert getattr(named, name).__doc__, name
