"""Arguments of any kind, and objects that misbehave while they are read: an error or an answer, never a crash."""

import decimal
import threading

import cloudvars
import pytest
from cloudvars import CloudError, CloudValueError, Reply
from hypothesis import given
from hypothesis import strategies as st
from mappings import Fields
from stores import one_store
from verbs import OPERATIONS, READS, WRITES


class Index:
    """An int in disguise; what it does when it is read is the test's."""

    def __init__(self, read):
        self.read = read

    def __index__(self):
        return self.read()


ODD = st.sampled_from(
    [
        b"x",
        {1},
        object(),
        int,
        print,
        decimal.Decimal(1),
        1j,
        float("nan"),
        "\ud800",
        "k" * 181,
        2**64,
        -(2**64),
    ]
)
ANY = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.integers(),
    st.floats(),
    st.text(max_size=3),
    st.integers().map(str),
    st.lists(st.integers(0, 3) | st.text(max_size=2), max_size=3),
    st.dictionaries(st.text(max_size=2), st.integers(0, 3), max_size=2),
    ODD,
)
GOOD = {
    "user_id": st.integers(1, 3),
    "key": st.sampled_from(["a", "b"]),
    "value": st.lists(st.integers(0, 3), max_size=2) | st.integers(1, 3) | st.text(max_size=2),
    "world_id": st.integers(1, 3),
    "uuid": st.integers(1, 3),
}


def arguments(names):
    """Fields that are right, wrong, missing or unknown."""
    fields = {name: ANY | GOOD.get(name, ANY) for name in names}
    return st.fixed_dictionaries({}, optional={**fields, "bogus": ANY})


CALLS = {name: one.names for name, one in {**READS, **WRITES}.items()} | {"test_cloud_value": ["value"]}


@pytest.mark.parametrize("name", CALLS)
@given(data=st.data())
def test_any_arguments_of_a_call(free, name, data):
    # G-3, G-4
    fields = data.draw(arguments(CALLS[name]))
    try:
        reply = getattr(free, name)(fields)
    except CloudValueError as error:
        assert error.code in (1405, 10003)
        assert error.message
    else:
        assert isinstance(reply, Reply)
        assert (reply.error_code == 0) == (reply.err_msg is None)


@pytest.mark.parametrize("name", OPERATIONS)
@given(data=st.data())
def test_any_arguments_of_an_operation(free, name, data):
    # G-3, G-4, C-3
    c = free.get_commit()
    try:
        getattr(c, name)(data.draw(arguments(OPERATIONS[name].names)))
    except CloudValueError as error:
        code, poisoned, _ = c.commit()
        assert code == error.code
        assert (poisoned["op"], poisoned["name"]) in ((0, name), (0, "add"), (0, "addi"))
    else:
        assert isinstance(c.commit(), Reply)


@given(player=ANY, key=ANY, callback=ANY | st.just({"ok": print}))
def test_any_arguments_of_a_subscription(free, player, key, callback):
    # S-4, S-5, S-6, G-4
    calls = [
        lambda: free.subscribe_channel(player, key, callback),
        lambda: free.unsubscribe_channel(player, key),
        lambda: free.subscribe_message(key, callback),
        lambda: free.unsubscribe_message(key),
    ]
    for call in calls:
        try:
            assert call() in (True, False)
        except CloudValueError:
            pass


@given(player=ANY, node=ANY, delta=ANY, getter=ANY)
def test_any_arguments_of_an_achievement_call(achievement, player, node, delta, getter):
    # G-4
    for call in (
        lambda: achievement.LobbySetAchievementStorage(lambda data: None, player, node, delta, getter),
        lambda: achievement.LobbyGetAchievementStorage(lambda data: None, player),
    ):
        try:
            assert call() is None
        except CloudValueError:
            pass


@pytest.fixture(scope="module")
def achievement():
    clock = cloudvars.ManualClock()
    with cloudvars.open(clock=clock) as store, store.room(limits=False) as room:
        store.achievements.define("a", total=10**6)
        yield room.achievement


@pytest.mark.parametrize("field", ["user_id", "value"])
def test_an_index_that_uses_its_own_committer(score, field):
    # C-5, G-2
    for use in ("addi", "commit"):
        c = score.get_commit()

        def read(c=c, use=use):
            if use == "commit":
                c.commit()
            else:
                c.addi(user_id=2, key="k", value=1)
            return 1

        fields = {"user_id": 1, "key": "k", "value": 1, field: Index(read)}
        try:
            c.addi(fields)
            c.commit()
        except CloudError:
            pass
    assert score.get(user_id=3, key="k") == (0, [], None)


def test_an_index_that_uses_the_room(score, room):
    # G-2
    def read():
        score.get(user_id=1, key="k")
        room.tick()
        return 7

    assert score.get(user_id=Index(read), key="k") == (0, [], None)
    assert score.test_cloud_value(value=[Index(read)]) == (0, 2, None)


def test_an_index_that_raises(score):
    # G-2, G-4
    def read():
        raise ZeroDivisionError("mine")

    with pytest.raises((CloudValueError, ZeroDivisionError)):
        score.get(user_id=Index(read), key="k")
    assert score.get(user_id=1, key="k").ok


@one_store
def test_an_index_that_answers_no_int(score):
    # G-2, G-4
    with pytest.raises((CloudValueError, TypeError)):
        score.get(user_id=Index(lambda: "5"), key="k")


def test_a_mapping_that_uses_the_room(score):
    # G-3
    fields = Fields({"user_id": 1, "key": "k"}, lambda: score.get(user_id=1, key="k"))
    assert score.get(fields) == (0, [], None)
    c = score.get_commit()
    c.addi(Fields({"user_id": 1, "key": "k", "value": 2}, lambda: score.get(user_id=1, key="k")))
    assert c.commit().ok


@pytest.mark.parametrize("size", [3, 3000])
def test_a_value_that_changes_while_it_is_read(score, size):
    # V-1
    value = []
    value.extend([Index(lambda: value.clear() or 1), *range(size)])
    table = {}
    table.update({"a": Index(lambda: table.clear() or 1), **{str(n): n for n in range(size)}})
    grows = [Index(lambda: grows.extend(range(5)) or 1)]
    for changing in (value, table, grows):
        c = score.get_commit()
        try:
            c.set(user_id=1, key="k", value=changing)
            assert c.commit().ok
        except (CloudValueError, RuntimeError):
            pass
    assert score.get(user_id=2, key="k").ok


def test_a_callback_that_closes(store, make_room):
    # D-1, S-5
    room, other = make_room(delivery="tick"), make_room(delivery="tick")
    seen = []

    def close(message, which):
        seen.append(which)
        (room if which == "room" else store).close()

    assert room.score.subscribe_message("live", lambda message: close(message, "room"))
    assert other.score.subscribe_message("live", lambda message: close(message, "store"))
    for number in range(3):
        other.score.publish_message("live", number)
    for ticked in (room, other):
        try:
            ticked.tick()
        except CloudError:
            pass
    assert seen == ["room", "store"]


def test_closing_while_others_work(store):
    # C-7, C-2
    rooms = [store.room(limits=False) for _ in range(4)]
    ready = threading.Barrier(5)
    odd = []

    def work(room):
        ready.wait()
        try:
            while True:
                with room.score.get_commit() as c:
                    c.money_add(user_id=1, key="gold", value=1)
                room.score.money_get(user_id=1, key="gold").unwrap()
                room.tick()
        except cloudvars.StoreError:
            pass
        except BaseException as error:
            odd.append(error)

    threads = [threading.Thread(target=work, args=(room,)) for room in rooms]
    for thread in threads:
        thread.start()
    ready.wait()
    while not rooms[0].score.money_get(user_id=1, key="gold").data:
        pass
    store.close()
    for thread in threads:
        thread.join()
    assert odd == []
