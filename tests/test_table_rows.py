"""The rows of each table, against what was written."""

from datetime import UTC, timedelta

import cloudvars
from achievement_calls import achieve, achieved
from model import same
from table_model import COUNTED, agree


def test_rows_hold_what_the_calls_wrote(world, table_name):
    #
    # "the default is the store's" game
    agree(world.store.tables[table_name].rows(), world.model(table_name).rows)


def test_game_none_is_every_game_in_the_order_of_the_rows(world, table_name):
    agree(world.store.tables[table_name].where(game=None).rows(), world.model(table_name, None).rows)


def test_another_game_has_its_own_rows(world, table_name):
    agree(
        world.store.tables[table_name].where(game="another").rows(), world.model(table_name, "another").rows
    )
    assert world.store.tables[table_name].where(game="nobody made it").rows() == []


def test_iteration_length_and_count_agree_with_rows(world, table_name):
    table = world.store.tables[table_name]
    rows = world.model(table_name).rows
    agree(list(table), rows)
    assert (len(table), table.count()) == (len(rows), len(rows))
    everything = table.where(game=None)
    assert everything.count() == len(world.rows(table_name))


def test_times_are_aware_and_in_utc(world):
    for row in world.store.tables["achievement"]:
        for name in ("created", "updated", "completed_at"):
            assert row[name] is None or row[name].utcoffset() == timedelta(0)


def test_the_value_of_a_counter_is_what_withlimit_query_answers_now(world):
    # "`value` of a counter is what `withlimit_query` would answer now"
    score = world.store.fork().room(limits=False).score
    for row in world.store.tables["with_limit"]:
        place = {"user_id": row["user_id"], "key": row["key"]}
        assert row["value"] == score.withlimit_query(place).unwrap()["value"], place


def test_a_counter_that_ended_while_the_store_was_open_reads_as_0(store, room, clock):
    with room.score.get_commit() as c:
        c.withlimit_add(user_id=1, key="daily", value=3, limit=5, refresh_day=1)
    table = store.tables["with_limit"]
    [row] = table
    assert (row["value"], row["refresh"], row["limit"]) == (3, "day 1", 5)
    clock.set(row["expires"] - timedelta(milliseconds=1))
    assert [row["value"] for row in table] == [3]
    clock.set(row["expires"])
    assert [row["value"] for row in table] == [0]
    assert [row["value"] for row in table.where(value=0)] == [0]
    assert table.where(value=3).rows() == []
    # "in tables and `player` for now, in `sql` the stored one"; reading stores nothing
    assert store.sql("SELECT value FROM with_limit").rows() == [{"value": 3}]
    assert store.player(1).to_dict()["with_limit"][0]["value"] == 0
    assert [row["updated"] for row in table][0] < clock.now().astimezone(UTC)


def test_a_player_is_whoever_has_a_row_that_counts(world):
    # "the number of rows of each kind"
    for row in world.store.tables["player"]:
        for kind, user in COUNTED.items():
            rows = world.store.tables[kind].where(**{user: row["user_id"]})
            assert row[kind] == rows.count(), (row["user_id"], kind)


def test_names_and_nodes_make_no_player(store, room):
    # They have no user.
    with room.score.get_commit() as c:
        c.name_new(key="clan", name="wolves", value="v")
    store.achievements.define("hunt", total=3)
    assert store.tables["player"].rows() == []


def test_the_total_of_an_achievement_is_that_of_its_node(store, room):
    store.achievements.define("hunt", total=3)
    achieve(room, 1, node="hunt", player=7)
    store.achievements.define("hunt", total=9)
    [row] = store.tables["achievement"]
    assert (row["total"], row["progress"], row["extra"], row["completed_at"]) == (9, 1, None, None)
    assert achieved(room, 7)["hunt"]["max_progress"] == 9


def test_the_total_without_its_node_is_what_the_call_answers(store, room):
    store.achievements.define("hunt", total=3)
    achieve(room, 3, "extra", node="hunt", player=7)
    dump = store.dump()
    dump["games"]["default"]["node"] = []
    with cloudvars.open(clock=store.clock) as copy:
        copy.load(dump)
        [row] = copy.tables["achievement"]
        answer = achieved(copy.room(), 7)["hunt"]
        assert row["total"] in (None, answer["max_progress"])
        assert (row["progress"], row["extra"], row["version"]) == (3, "extra", answer["version"])
        assert int(row["completed_at"].timestamp()) == answer["completed_at"] > 0


def test_a_null_is_not_an_empty_string_and_not_a_0(world):
    general = world.store.tables["general"]
    assert [row["s_value"] for row in general.where(key="empty")] == [""]
    assert [row["i_value"] for row in general.where(key="empty")] == [None]
    assert [row["s_value"] for row in general.where(key="hp", user_id=8)] == [None]


def test_int_keys_are_ints_in_rows(world):
    # "Rows of `__iter__`, `.rows()`, `player` hold Python values (int keys are ints)"
    [row] = world.store.tables["general"].where(user_id=7, key="hero")
    assert same(
        row["value"], {5: "five", "#5": 1.0, "class": "archer", "stats": {"level": 0}, "z": [1, None, True]}
    )


def test_created_stays_and_updated_moves(store, room, clock):
    # "`created` is stored for every kind from now on"
    start = clock.now()
    for _ in range(3):
        with room.score.get_commit() as c:
            c.set(user_id=1, key="k", i_value=1)
            c.money_add(user_id=1, key="k", value=1)
            c.world_data_set(user_id=1, key="k", world_id=1, value={"n": 1})
            c.withlimit_add(user_id=1, key="k", value=1, limit=10)
        clock.advance(seconds=1)
    for name in ("money", "world_data", "with_limit"):
        [row] = store.tables[name]
        assert (row["created"], row["version"]) == (start, 3), name
        assert row["updated"] == start + timedelta(seconds=2), name
    [row] = store.tables["general"]
    assert row["created"] == start
