"""What tests of the command line share: a store with something of everything, and a way to run a command on it."""

import json

import cloudvars
import pytest
from cloudvars import cli

START = "2026-01-02T08:00:00+08:00"


def fill(target):
    """Five users with gold, a hero, a bag and a daily counter; mail, a name, a node; one user of another game."""
    clock = cloudvars.ManualClock(START)
    with cloudvars.open(target, clock=clock) as store, store.room(limits=False) as room:
        with room.score.get_commit() as c:
            for user in range(1, 6):
                c.money_add(user_id=user, key="gold", value=10 * user)
                hero = {"class": "archer", "stats": {"level": user}, 5: "five"}
                c.set(user_id=user, key="hero", value=hero, i_value=user)
                c.list_add(user_id=user, key="bag", value={"name": "弓", 7: user})
                c.withlimit_add(user_id=user, key="daily", value=1, limit=3, refresh_day=1)
            c.name_new(key="clan", name="bob", value="1")
            c.world_data_set(user_id=1, key="home", world_id=3, value=[1])
        room.score.message_send(src_user_id=1, key="mail", target_user_id=2, value=["hi"])
        store.achievements.define("cows", total=3)
        room.achievement.LobbySetAchievementStorage(lambda _: None, 1, "cows", 1)
        with store.room(game="farm").score.get_commit() as c:
            c.money_add(user_id=1, key="gold", value=5)


@pytest.fixture
def filled(address):
    """A store with something in it."""
    fill(address)
    return address


@pytest.fixture
def command(capsys):
    """Runs a command; returns its exit code, and what it printed."""

    def command(*arguments):
        try:
            code = cli.main([str(one) for one in arguments])
        except SystemExit as exit:
            code = exit.code
        return code, *capsys.readouterr()

    return command


@pytest.fixture
def answer(command):
    """Runs a command that succeeds, with ``--json``; returns what it printed, parsed."""

    def answer(*arguments, code=0):
        got, out, err = command(*arguments, "--json")
        assert (got, err) == (code, "")
        return json.loads(out)

    return answer


@pytest.fixture
def printed(command):
    """Runs a command that succeeds; returns the lines that it printed, each split at spaces."""

    def printed(*arguments):
        code, out, err = command(*arguments)
        assert (code, err) == (0, "")
        return [line.split() for line in out.splitlines()]

    return printed
