"""``testing.interleave``: rooms in every order of their steps."""

import json
import sys

import cloudvars
import pytest
from cloudvars import modsdk, testing


def gold(store):
    rows = store.room("judge").score.money_get(user_id=7, key="gold").data
    return rows[0]["value"] if rows else 0


def setup(store):
    with store.room("setup").score.get_commit() as c:
        c.money_add(user_id=7, key="gold", value=100)


def read_then_write(room):
    """Forgets that somebody may come in between: the balance is kept in a general row."""
    rows = room.score.get(user_id=7, key="bank").data
    balance = rows[0]["i_value"] if rows else 0
    yield
    with room.score.get_commit() as c:
        c.set(user_id=7, key="bank", i_value=balance + 1)


def add(room):
    with room.score.get_commit() as c:
        c.add(user_id=7, key="bank", value=1)


def bank(store):
    return store.room("judge").score.get(user_id=7, key="bank").data[0]["i_value"]


def test_all_orders_are_played_once():
    # F-5
    orders = []

    def player(letter, steps):
        def play(room):
            assert room.name == letter
            for _ in range(steps):
                orders[-1] += letter
                yield
            orders[-1] += letter

        return play

    played = testing.interleave(player("A", 2), player("B", 1), setup=lambda store: orders.append(""))
    assert played == len(orders) == len(set(orders)) == 10
    assert all(sorted(order) == list("AAABB") for order in orders)


def test_a_lost_update_is_found_and_told():
    # F-5 C-7
    def two(store):
        assert bank(store) == 2, "a coin is lost"

    with pytest.raises(testing.InterleavingError) as raised:
        testing.interleave(read_then_write, read_then_write, invariant=two)
    error = raised.value
    assert (error.order, error.failing, error.tried) == ("ABBA", 4, 6)
    text = str(error)
    assert text.splitlines()[0] == "order 'ABBA' fails (4 of 6 orders do): AssertionError: a coin is lost"
    steps = [line.split() for line in text.splitlines() if " step " in line]
    assert [(step[0], step[2], step[3]) for step in steps] == [
        ("A", "1", "get"), ("B", "1", "get"), ("B", "2", "commit"), ("A", "2", "commit"),
    ]  # fmt: skip
    assert 'general {"user_id": 7, "key": "bank", "i_value": 1, "version": 2}' in text
    assert "orders=['ABBA']" in text
    assert isinstance(error.__cause__, AssertionError)
    with pytest.raises(testing.InterleavingError) as again:
        testing.interleave(read_then_write, read_then_write, invariant=two, orders=["AABB", "ABBA"])
    assert (again.value.order, again.value.failing, again.value.tried) == ("ABBA", 1, 2)
    assert testing.interleave(add, add, add, invariant=lambda store: bank(store) == 3) == 6


def test_an_invariant_may_answer_false_and_a_step_may_raise():
    # F-5
    def broken(room):
        yield
        raise RuntimeError("the mod is broken")

    with pytest.raises(testing.InterleavingError, match="RuntimeError: the mod is broken") as raised:
        testing.interleave(broken, add)
    assert raised.value.order == "AA"
    with pytest.raises(testing.InterleavingError, match="no_gold is False"):

        def no_gold(store):
            return gold(store) == 0

        testing.interleave(add, setup=setup, invariant=no_gold)


def test_random_orders_repeat_with_their_seed():
    # F-5
    def orders(seed):
        played = []

        def play(room):
            for _ in range(6):
                played[-1].append(room.name)
                yield

        count = testing.interleave(play, play, setup=lambda _: played.append([]), orders=20, seed=seed)
        assert count == 20
        return played

    assert orders(1) == orders(1) != orders(2)


@pytest.mark.parametrize("orders", ["some", 0, True, 1.5, [""], ["XY"], ["ABAB"]])
def test_bad_orders_are_refused(orders):
    # F-5 G-4
    with pytest.raises(cloudvars.CloudValueError, match="orders"):
        testing.interleave(add, add, orders=orders)


def test_too_many_orders_say_so(monkeypatch):
    # F-5
    monkeypatch.setattr("cloudvars.testing.interleaving.ORDERS_MAX", 3)
    with pytest.raises(cloudvars.CloudValueError, match="more than 3"):
        testing.interleave(add, add, add)
    with pytest.raises(TypeError, match="0 players"):
        testing.interleave()


# --- the story of the document: three cows, two rooms ---


class Hunt:
    def __init__(self, room, careful):
        self.room, self.careful, self.stored, self.killed = room, careful, 0, 0

    def enter(self):
        self.room.achievement.LobbyGetAchievementStorage(self.entered, 7)

    def entered(self, data):
        if data and data["entity"]:
            self.stored = json.loads(data["entity"][0]["extra"])["cows"]

    def upload(self):
        delta = min(self.killed, 3 - self.stored)
        if delta > 0:
            extra = json.dumps({"cows": self.stored + delta})
            self.room.achievement.LobbySetAchievementStorage(self.answered, 7, "cows", delta, lambda: extra)

    def answered(self, data):
        if self.careful and data and data["code"] == 5:
            self.stored = json.loads(data["entity"]["extra"])["cows"]
            self.upload()
        return False


def lobby(cows, careful):
    def play(room):
        hunt = Hunt(room, careful)
        hunt.enter()
        room.tick()
        yield
        hunt.killed = cows
        hunt.upload()
        room.tick()

    return play


def three_cows(store):
    row = store.dump()["games"]["default"]["achievement"][0]
    assert (row["progress"], json.loads(row["extra"])) == (3, {"cows": 3})


@pytest.mark.parametrize("delivery", ["inline", "tick"])
def test_the_forgotten_conflict_is_found_and_the_handled_one_passes(delivery):
    # F-5 A-5 A-6
    def play(careful):
        def setup(store):
            store.achievements.define("cows", total=3)

        players = lobby(1, careful), lobby(3, careful)
        return testing.interleave(*players, setup=setup, invariant=three_cows, delivery=delivery)

    with pytest.raises(testing.InterleavingError, match="AssertionError") as raised:
        play(careful=False)
    assert "-> 5  latest: progress 1, version 1, extra '{\"cows\": 1}'" in str(raised.value)
    assert play(careful=True) == 6


def test_a_failing_order_lets_go_of_what_the_others_hold():
    # F-5
    held = []

    def holds(room):
        held.append(room.name)
        try:
            yield
            yield
        finally:
            room.tick()  # the store is open still
            held.remove(room.name)

    def fails(room):
        assert held != ["A"], "somebody holds it"

    with pytest.raises(testing.InterleavingError, match="'AB' fails .*somebody holds it"):
        testing.interleave(holds, fails, orders=["AB"])
    assert held == []

    def fails_late(room):
        try:
            yield
        finally:
            raise KeyError("late")

    with pytest.raises(testing.InterleavingError, match="somebody holds it"):
        testing.interleave(holds, fails, fails_late, orders=["CAB"])
    assert held == []


def test_a_failing_order_leaves_no_mod_behind():
    # F-5, E-1
    before = list(sys.meta_path)

    def lobby(room):
        with modsdk.host(room) as game:
            game.join(7)
            yield
            assert room.name == "A", "B fails"

    with pytest.raises(testing.InterleavingError, match="B fails"):
        testing.interleave(lobby, lobby)
    assert not [name for name in sys.modules if name.partition(".")[0] == "mod"]
    assert list(sys.meta_path) == before


@pytest.mark.parametrize("raises", [True, False])
def test_what_waits_at_the_end_hides_no_finding(raises):
    # F-5: the request is answered only when the room is closed
    def mine(data):
        raise ZeroDivisionError(data["code"])

    def player(room):
        room.achievement.LobbyGetAchievementStorage(mine, 7)
        if raises:
            raise KeyError

    with pytest.raises(
        testing.InterleavingError, match="KeyError" if raises else "ZeroDivisionError"
    ) as caught:
        testing.interleave(player, player, delivery="tick")
    assert caught.value.failing == caught.value.tried


def test_what_would_not_run_is_refused():
    # F-5 G-4
    async def player(room):
        raise AssertionError

    async def steps(room):
        yield

    for given, part in ((player, "player is async"), (steps, "steps is async"), (5, "player: 5")):
        with pytest.raises(cloudvars.CloudTypeError, match=part):
            testing.interleave(add, given)
    with pytest.raises(cloudvars.CloudTypeError, match="invariant: player is async"):
        testing.interleave(add, invariant=player)
    with pytest.raises(cloudvars.CloudTypeError, match="setup: 5"):
        testing.interleave(add, setup=5)
