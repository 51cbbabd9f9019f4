"""`store.operator`: what the people who run a service correct, each call a commit of its own."""

import cloudvars
import pytest
from achievement_calls import achieve, achieved, answer_codes
from cloudvars import CloudTypeError, CloudValueError, StoreError, codes
from copies import fill_all
from hypothesis import given
from hypothesis import strategies as st
from model import INT64_MAX, INT64_MIN, Model
from nodes import PLAYER
from score_calls import add, commit, gold
from stores import one_store

DONE = (0, {}, None)
USERS = st.integers(1, 2)
KEYS = st.sampled_from(["a", "b"])
AMOUNTS = st.integers(-3, 3) | st.sampled_from([INT64_MAX, INT64_MIN])
PLACE = {"user_id": USERS, "key": KEYS}
CORRECTIONS = {
    "set_balance": {**PLACE, "value": AMOUNTS},
    "reset_limit": PLACE,
    "release_name": {"key": KEYS, "name": KEYS},
    "delete": {"table": st.sampled_from(["general", "money", "with_limit"]), **PLACE},
}
COMMITTED = {
    "money_add": {**PLACE, "value": AMOUNTS},
    "money_cost": {**PLACE, "value": st.integers(1, 3)},
    "addi": {**PLACE, "value": AMOUNTS},
    "withlimit_add": {**PLACE, "value": st.integers(-1, 3), "limit": st.integers(0, 5)},
    "name_new": {"key": KEYS, "name": KEYS, "value": KEYS},
}
CALLS = st.lists(
    st.one_of(
        [
            st.tuples(st.just(name), st.fixed_dictionaries(fields))
            for name, fields in {**CORRECTIONS, **COMMITTED}.items()
        ]
    ),
    max_size=20,
)


@pytest.fixture(scope="module", params=["memory", "mariadb"])
def free_store(request):
    """A store for many examples in one test."""
    target = ":memory:" if request.param == "memory" else request.getfixturevalue("mariadb").new_database()
    with cloudvars.open(target) as store:
        yield store


@given(CALLS)
def test_it_answers_and_stores_as_a_plain_model_does(free_store, calls):
    # P-1, P-2, P-4, P-5, M-3, T-1, N-1: each call is a commit
    model, room = Model(), free_store.room(limits=False)
    now = free_store.clock.now()
    empty(free_store)
    for name, fields in calls:
        if name in CORRECTIONS:
            reply = getattr(free_store.operator, name)(**fields)
        else:
            reply = commit(room.score, (name, fields))
        failed = model.apply([(name, fields)], now)
        assert reply.error_code == (failed[0] if failed else 0), (name, fields, reply)
        assert reply.data == ({"op": 0, "name": name} if failed else {})
    for user in (1, 2):
        for key in "ab":
            place = {"user_id": user, "key": key}
            assert room.score.get(place).unwrap() == model.get(user, key)
            assert room.score.money_get(place).unwrap() == model.money_get(user, key)
            assert room.score.withlimit_query(place).unwrap() == model.withlimit_query(user, key, now)
    for key in "ab":
        found = room.score.name_search(key=key, name_prefix="").unwrap()
        assert found == model.name_search(key, "")
    room.close()


def empty(store):
    for user in (1, 2):
        for key in "ab":
            for table in ("general", "money", "with_limit"):
                assert store.operator.delete(table, user_id=user, key=key) == DONE
            assert store.operator.release_name("ab"[user - 1], key) == DONE


def test_no_quota_counts_it_and_no_fault_reaches_it(store, room):
    # P-1
    for _ in range(300):
        assert commit(room.score).ok
    assert commit(room.score, add(1)).error_code == codes.QUOTA
    store.faults.fail(code=1213, times=None)
    for number in range(310):
        assert store.operator.set_balance(1, "gold", number) == DONE
    store.faults.clear()
    assert gold(room.score) == 309


def test_it_works_on_the_game_of_the_store(address, clock):
    # P-1, G-6
    with cloudvars.open(address, game="b", clock=clock) as store:
        assert store.operator.set_balance(1, "gold", 5) == DONE
        assert gold(store.room().score) == 5
        assert gold(store.room(game="a").score) == 0
        assert repr(store.operator).startswith("<cloudvars.Operator of ")


def test_a_store_that_is_only_read_refuses_it(address, clock):
    # P-1
    with cloudvars.open(address, clock=clock) as store:
        fill_all(store)
        dump = store.dump()
    with cloudvars.open(address, readonly=True, clock=clock) as store:
        operator = store.operator
        for call in (
            lambda: operator.set_balance(1, "gold", 5),
            lambda: operator.set_progress(1, "no such node", 5),
            lambda: operator.reset_limit(1, "k"),
            lambda: operator.release_name("k", "n"),
            lambda: operator.delete("money", user_id=1, key="k"),
            lambda: operator.delete("node", node_id="k"),
        ):
            with pytest.raises(StoreError) as caught:
                call()
            assert caught.value.reason == "readonly"
        assert store.dump() == dump
    with pytest.raises(StoreError, match="closed"):
        operator.set_balance(1, "gold", 5)


@one_store
@pytest.mark.parametrize(
    ("call", "arguments", "told"),
    [
        ("set_balance", ("abc", "gold", 5), "user_id: 'abc'"),
        ("set_balance", (1, 5, 5), "key: 5"),
        ("set_balance", (1, "gold", 2.5), "value: 2.5"),
        ("set_balance", (1, "gold", True), "value: True"),
        ("set_balance", (1, "gold", INT64_MAX + 1), "value: "),
        ("set_progress", (None, "kill", 1), "player_id: None"),
        ("set_progress", (1, "", 1), "node_id"),
        ("set_progress", (1, "kill", -1), "progress: -1"),
        ("set_progress", (1, "kill", 1, 5), "extra: 5"),
        ("reset_limit", (1, None), "key: None"),
        ("release_name", ("k", 5), "name: 5"),
    ],
)
def test_a_malformed_argument_raises(store, call, arguments, told):
    # P-1, G-4
    with pytest.raises(CloudValueError) as caught:
        getattr(store.operator, call)(*arguments)
    assert caught.value.message.startswith(told)


def test_a_balance_is_set_by_the_difference(store, score):
    # P-2, G-8, M-2
    operator = store.operator
    assert operator.set_balance(user_id="1", key="gold", value=2.0) == DONE
    assert gold(score) == 2
    assert operator.set_balance(1, "gold", INT64_MIN).error_code == codes.OUT_OF_RANGE
    assert operator.set_balance(1, "gold", -2) == DONE
    code, data, message = operator.set_balance(1, "gold", INT64_MAX)
    assert (code, data) == (codes.OUT_OF_RANGE, {"op": 0, "name": "set_balance"})
    assert "outside int64" in message
    assert gold(score) == -2
    assert store.operator.set_balance(2, "gold", 0) == DONE
    assert score.money_get(user_id=2, key="gold").unwrap() == [{"user_id": 2, "key": "gold", "value": 0}]


def test_progress_stops_at_the_total_and_goes_back(store, make_room, clock):
    # P-3, A-4
    store.achievements.define("kill", total=3)
    room = make_room(limits=False)
    set_progress = store.operator.set_progress
    assert set_progress(5, "kill", 99, "first") == DONE
    completed = int(clock.now().timestamp())
    entry = achieved(room)["kill"]
    assert (entry["progress"], entry["extra"], entry["completed_at"]) == (3, "first", completed)
    clock.advance(seconds=10)
    assert set_progress(player_id="5", node_id="kill", progress=3) == DONE
    assert achieved(room)["kill"] == {**entry, "version": 2}
    assert set_progress(5, "kill", 1) == DONE
    assert achieved(room)["kill"] == {**entry, "progress": 1, "completed_at": 0, "version": 3}
    assert answer_codes(achieve(room, 2)) == [0]
    assert achieved(room)["kill"]["completed_at"] == completed + 10
    assert set_progress(5, "kill", 0) == DONE
    assert achieved(room)["kill"]["progress"] == 0
    assert set_progress(5, "no such node", 1) == (
        codes.BAD_VALUE,
        {"op": 0, "name": "set_progress"},
        "op 0 (set_progress): node 'no such node' is not defined in this game",
    )


def test_a_room_that_saw_the_data_before_meets_code_5(store, make_room):
    # P-3, A-5
    store.achievements.define("kill", total=9)
    room = make_room(limits=False)
    assert answer_codes(achieve(room, 1, "a")) == [0]
    assert store.operator.set_progress(5, "kill", 7) == DONE
    answers = achieve(room, 1, "b", again=True)
    assert answer_codes(answers) == [5, 0]
    assert answers[0]["entity"]["progress"] == 7
    assert achieved(room)["kill"]["progress"] == 8


def test_a_player_who_comes_back_has_the_correction(store, node_tree, room):
    # P-3, A-9: a cloud node that the room knew
    room.achievement.AddNodeProgress(PLAYER, "cloud", 3, lambda _: None)
    assert room.achievement.GetNodeDetailInfo(PLAYER, "cloud")["progress"] == 3
    assert store.operator.set_progress(PLAYER, "cloud", 1) == DONE
    room.player_leave(PLAYER)
    room.player_join(PLAYER)
    assert room.achievement.GetNodeDetailInfo(PLAYER, "cloud")["progress"] == 1


def test_a_counter_keeps_its_limit_and_its_window(store, score, clock):
    # P-4, T-3
    quest = {"user_id": 1, "key": "quest", "value": 2, "limit": 3, "refresh_hour": 4}
    assert commit(score, ("withlimit_add", quest)).ok
    clock.advance(hours=2)
    assert store.operator.reset_limit(1, "quest") == DONE
    read = score.withlimit_query(user_id=1, key="quest").unwrap()
    assert read == {**quest, "value": 0}
    assert commit(score, ("withlimit_add", quest)).ok
    assert store.operator.reset_limit(1, "no such counter") == DONE
    assert score.withlimit_query(user_id=1, key="no such counter").unwrap() == {}


def test_a_name_is_free_again(store, score):
    # P-4, N-1
    fields = {"key": "guild", "name": "wolves", "value": "7"}
    assert store.operator.release_name("guild", "wolves") == DONE
    assert commit(score, ("name_new", fields)).ok
    assert commit(score, ("name_new", fields)).error_code == codes.NAME_TAKEN
    assert store.operator.release_name("guild", "wolves") == DONE
    assert score.name_search(key="guild", name_prefix="").unwrap() == []
    assert commit(score, ("name_new", fields)).ok


def test_missing_arguments_are_named(store):
    with pytest.raises(TypeError, match="value"):
        store.operator.set_balance(1, "gold")
    with pytest.raises(CloudTypeError, match="'key' is missing"):
        store.operator.delete("money", user_id=1)
