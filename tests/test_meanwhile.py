"""A committer that is used while an operation's fields are read: by Python code that the reading runs, by other threads."""

import threading

import cloudvars
import pytest
from cloudvars import CloudError, CommitError
from hypothesis import given
from hypothesis import strategies as st
from mappings import Fields

GOLD = {"user_id": 1, "key": "gold"}


class Number:
    """An int, for whoever asks for it; `act` runs before it is told."""

    def __init__(self, value, act):
        self.value, self.act = value, act

    def __index__(self):
        self.act()
        return self.value


class Names(Fields):
    """The same; `act` runs when the names are asked for."""

    def __getitem__(self, name):
        return self.fields[name]

    def keys(self):
        self.act()
        return list(self.fields)


class Dict(dict):
    """A value whose items are asked for."""

    def __init__(self, act):
        super().__init__(amount=5)
        self.act = act

    def items(self):
        self.act()
        return super().items()


class Failing:
    """No number; `act` runs when an error shows it."""

    def __init__(self, act):
        self.act = act

    def __repr__(self):
        self.act()
        return "failing"


PLACES = {
    "a number": lambda c, act: c.money_add(**GOLD, value=Number(5, act)),
    "an id": lambda c, act: c.money_add(user_id=Number(1, act), key="gold", value=5),
    "a field of a mapping": lambda c, act: c.money_add(Fields({**GOLD, "value": 5}, act)),
    "the names of a mapping": lambda c, act: c.money_add(Names({**GOLD, "value": 5}, act)),
    "a number in a value": lambda c, act: c.set(**GOLD, value={"amount": Number(5, act)}),
    "the items of a value": lambda c, act: c.set(**GOLD, value=Dict(act)),
    "a value of a list": lambda c, act: c.list_add(**GOLD, value=[Number(5, act)]),
    "a uuid": lambda c, act: c.list_modify(uuid=Number(5, act), value={}),
    "a limit": lambda c, act: c.withlimit_add(**GOLD, value=5, limit=Number(9, act)),
    "a world": lambda c, act: c.world_data_set(**GOLD, value=[5], world_id=Number(7, act)),
    "what is refused": lambda c, act: c.money_add(**GOLD, value=Failing(act)),
}


def stored(score, key):
    """All that is stored under the key, of every kind."""
    place = {"user_id": 1, "key": key}
    calls = [score.money_get(place), score.get(place), score.list_query(place)]
    calls += [score.world_data_get(**place, world_id=7), score.withlimit_query(place)]
    return [call.data for call in calls if call.data]


def elsewhere(act):
    """The same, in another thread, to its end."""

    def in_a_thread():
        thread = threading.Thread(target=act)
        thread.start()
        thread.join()

    return in_a_thread


@pytest.mark.parametrize("where", ["here", "in another thread"])
@pytest.mark.parametrize("place", PLACES)
def test_an_operation_during_whose_reading_is_committed(score, place, where):
    # C-5
    c, codes = score.get_commit(), []

    def act():
        if not codes:
            codes.append(None)
            codes[0] = c.commit().error_code

    c.money_add(user_id=1, key="before", value=1)
    with pytest.raises(CloudError) as caught:
        PLACES[place](c, act if where == "here" else elsewhere(act))
    assert codes == [0]
    assert place == "what is refused" or isinstance(caught.value, CommitError)
    assert score.money_get(user_id=1, key="before").data[0]["value"] == 1
    assert stored(score, "gold") == []
    with pytest.raises(CommitError, match="was committed"):
        c.commit()


def test_the_block_during_whose_reading_is_left(score):
    # C-5, C-8
    c = score.get_commit()
    with pytest.raises(CommitError), c:
        c.money_add(**GOLD, value=1)
        c.money_add(**GOLD, value=Number(5, lambda: c.__exit__(None, None, None)))
    assert score.money_get(GOLD).data[0]["value"] == 1


@pytest.mark.filterwarnings("ignore:a committer of room:ResourceWarning")
@pytest.mark.parametrize("how", ["commit_many", "aio"])
def test_committed_among_others(score, how):
    # C-5
    c = score.get_commit()
    other = score.get_commit()
    other.money_add(**GOLD, value=1)
    act = {
        "commit_many": lambda: score.commit_many([other, c]),
        "aio": lambda: c._enqueue(1),
    }[how]
    with pytest.raises(CommitError):
        c.money_add(**GOLD, value=Number(5, act))
    assert [row["value"] for row in score.money_get(GOLD).data] == ([1] if how == "commit_many" else [])


@pytest.mark.filterwarnings("ignore:a committer of room:ResourceWarning")
def test_what_commit_many_is_given_one_by_one(score):
    # C-5: none is stored if one was committed while the next was made.
    def give():
        first = score.get_commit()
        first.money_add(**GOLD, value=1)
        yield first
        used = score.get_commit()
        used.money_add(**GOLD, value=10)
        yield used
        assert used.commit().ok
        third = score.get_commit()
        third.money_add(**GOLD, value=100)
        yield third

    with pytest.raises(CommitError, match=r"committers\[1\] was committed"):
        score.commit_many(give())
    assert score.money_get(GOLD).data[0]["value"] == 10


def test_an_operation_queued_meanwhile_comes_before(score):
    # C-2, C-4
    c = score.get_commit()
    c.money_add(**GOLD, value=3)
    c.money_add(**GOLD, value=Number(2, lambda: c.money_cost(**GOLD, value=4)))
    reply = c.commit()
    assert (reply.error_code, reply.data) == (10001, {"op": 1, "name": "money_cost"})


def test_an_operation_refused_meanwhile_refuses_both(score):
    # C-3
    def refuse():
        with pytest.raises(CloudError):
            c.money_cost(**GOLD, value=0)

    c = score.get_commit()
    c.money_add(**GOLD, value=3)
    with pytest.raises(CommitError) as caught:
        c.money_add(**GOLD, value=Number(2, refuse))
    assert (caught.value.code, caught.value.op, caught.value.name) == (10003, 1, "money_cost")
    reply = c.commit()
    assert (reply.error_code, reply.data) == (10003, {"op": 1, "name": "money_cost"})
    assert score.money_get(GOLD).data == []


def test_an_error_whose_text_uses_the_committer(score):
    # C-3: nothing is locked while Python code runs.
    class Mine(Exception):
        def __str__(self):
            c.money_cost(**GOLD, value=1)
            return "mine"

    def fail():
        raise Mine

    c = score.get_commit()
    with pytest.raises(Mine):
        c.money_add(Fields({**GOLD, "value": 5}, fail))
    reply = c.commit()
    assert (reply.error_code, reply.data["name"]) == (10003, "money_add")


@pytest.mark.parametrize(
    "place",
    ["a number", "an id", "a field of a mapping", "the names of a mapping", "a uuid", "a limit", "a world"],
)
def test_ctrl_c_while_an_operation_is_read(score, place):
    # C-3: it is heard, and the operation may be called again
    def interrupt():
        raise KeyboardInterrupt

    c = score.get_commit()
    with pytest.raises(KeyboardInterrupt):
        PLACES[place](c, interrupt)
    PLACES[place](c, lambda: None)
    assert c.commit().ok
    assert place == "a uuid" or stored(score, "gold")


def test_threads_that_queue_and_commit_one_committer(free):
    # C-5, C-2: whatever was accepted is stored, whatever raised is not, and the numbers of operations have no gap.
    for number in range(30):
        key = f"threads {number}"
        c, accepted, start = free.get_commit(), [], threading.Barrier(4)

        def queue(c=c, accepted=accepted, start=start, key=key):
            start.wait()
            for _ in range(50):
                try:
                    c.list_add(user_id=1, key=key, value=[])
                    c.money_add(user_id=1, key=key, value=1)
                except CommitError:
                    return
                accepted.append(1)

        threads = [threading.Thread(target=queue) for _ in range(3)]
        for thread in threads:
            thread.start()
        start.wait()
        assert c.commit().ok
        for thread in threads:
            thread.join()
        rows = free.money_get(user_id=1, key=key).data
        items = len(free.list_query(user_id=1, key=key).data)
        assert (rows[0]["value"] if rows else 0) == len(accepted)
        assert len(accepted) <= items <= len(accepted) + 3


@given(st.lists(st.sampled_from(["add", "nested", "nested twice", "cost"]), max_size=8), st.booleans())
def test_numbers_of_operations_stay_right(free, steps, fails):
    # C-2: the operation that failed is where it was queued, however deep.
    names = []
    c = free.get_commit()

    def queue(name, value):
        getattr(c, name)(user_id=1, key="numbers", value=value)
        names.append(name)

    for step in steps:
        if step == "nested":
            queue("money_add", Number(1, lambda: queue("addi", 1)))
        elif step == "nested twice":
            queue("addi", Number(1, lambda: queue("money_add", Number(2, lambda: queue("addi", 1)))))
        elif step == "add":
            queue("money_add", 1)
        else:
            queue("addi", -1)
    if fails:
        queue("money_cost", Number(2**62, lambda: queue("addi", 1)))
    reply = c.commit()
    assert reply.error_code == (cloudvars.codes.NOT_ENOUGH_MONEY if fails else 0)
    if fails:
        assert names[reply.data["op"]] == reply.data["name"] == "money_cost"
