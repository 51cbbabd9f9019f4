"""A power cut loses nothing that was acknowledged with "full", whoever else uses the file and how carelessly."""

import contextlib
import random
import sqlite3
from collections import defaultdict

import cloudvars
import power
import preload
import pytest

# A process that does what it is told, and writes down what it was acknowledged with "full".
PROCESS = """if True:
    import os, sys
    sys.path.insert(0, sys.argv[1])
    import cloudvars, power
    path, name, record = sys.argv[2], sys.argv[3], open(sys.argv[4], "ab")
    store, number = None, 0
    for line in sys.stdin:
        do, *arguments = line.split()
        if do == "open":
            durability, number = arguments[0], int(arguments[1])
            store = cloudvars.open(path, durability=durability)
            score = store.room(limits=False).score
        elif do == "commit":
            for _ in range(int(arguments[0])):
                c = score.get_commit()
                c.set(user_id=number, key=name, s_value="x" * 3000)
                c.addi(user_id=-1, key="sum", value=1)
                assert c.commit() == (0, {}, None)
                if durability == "full":
                    power.acknowledge(record, f"{name} {number}")
                number += 1
        elif do == "publish":
            score.publish_message("news", number)
        elif do == "grow":
            for _ in range(int(arguments[0])):
                c = score.get_commit()
                for key in range(400):
                    c.set(user_id=key, key="big", s_value=os.urandom(2000).hex())
                c.commit().unwrap()
        elif do == "close":
            store.close()
        elif do == "restore":
            with open(path, "rb") as file: copy = file.read()
            power.acknowledge(record, "restored")
            os.unlink(path)
            with open(path, "wb") as file: file.write(copy)
        print(number, flush=True)
"""
PLANS = {
    "looks in and leaves": "a.open full; a.commit 20; b.open {}; b.close; a.commit 1",
    "writes and leaves": "a.open full; a.commit 20; b.open {}; b.commit 5; b.close; a.commit 1; b.open {}; b.close",
    "stays": "a.open full; a.commit 10; b.open {}; b.commit 5; a.commit 1; a.kill",
    "is killed": "a.open full; a.commit 5; b.open {}; b.commit 5; b.kill; a.commit 5; a.close; a.open full; a.commit 1",
    "starts the log anew": (
        "a.open full; a.commit 20; b.open {}; b.commit 2; c.open full; c.close; b.commit 6; a.commit 1; "
        "c.open {}; c.close; b.commit 3"
    ),
    "is the last to leave": "a.open full; b.open {}; a.commit 20; a.close; b.commit 3; b.close; b.open {}; b.commit 1",
    "made the file": "b.open {}; a.open full; a.commit 1; b.commit 3; a.commit 1",
    "made the file and wrote": "b.open {}; b.commit 5; a.open full; a.commit 1; b.commit 30; b.close; a.commit 1",
    "made the file and was killed": "b.open {}; b.commit 5; b.kill; a.open full; a.commit 2",
    "puts a copy in its place": "a.open full; a.commit 9; a.close; b.restore; b.open {}; a.open full; a.commit 2",
    "publishes, which is not flushed": (
        "a.open full; b.open {}; a.commit 2; a.publish; a.commit 5; b.publish; a.publish; a.commit 3"
    ),
    "made the log": "a.open full; a.commit 3; a.close; b.open {}; a.open full; a.commit 3; b.close; a.commit 1",
}
LONG = "a.open full; a.commit 10; b.open {}; b.grow 30; a.commit 1; b.grow 20; b.close; a.commit 1"
IMAGES = 16


@pytest.fixture
def address(path):
    """These are about files."""
    return path


@pytest.fixture(scope="session")
def recorder(pytestconfig, tmp_path_factory):
    """The library that writes down what is done to files."""
    return preload.build("power", pytestconfig.rootpath, tmp_path_factory.mktemp("power"))


@pytest.fixture
def play(root, recorder, start_python, tmp_path):
    """Plays a plan in processes that are recorded; answers the events."""

    def play(plan):
        folder, record = tmp_path.resolve() / "real", tmp_path / "record"
        folder.mkdir()
        record.touch()
        children, numbers = {}, defaultdict(int)
        for step in plan.split("; "):
            name, do = step.split(".")
            if name not in children:
                loaded = {
                    "LD_PRELOAD": recorder,
                    "POWER_FOLDER": str(folder),
                    "POWER_RECORD": str(record),
                }
                arguments = (root / "tests", folder / "save.db", name, record)
                children[name] = start_python("-c", PROCESS, *arguments, **loaded)
            if do == "kill":
                child = children.pop(name)
                child.kill()
                child.wait()
                continue
            children[name].stdin.write(f"{do} {numbers[name]}\n" if do.startswith("open") else f"{do}\n")
            numbers[name] = int(children[name].stdout.readline())
        for child in children.values():
            child.kill()
            child.wait()
        return power.read_record(record)

    return play


def missing(path, acknowledged):
    """What was acknowledged and is not there; a store that was cut must go on."""
    rows = defaultdict(list)
    if not acknowledged:
        return []
    for entry in acknowledged:
        name, number = entry.split()
        rows[name].append(int(number))
    with cloudvars.open(path) as store:
        score = store.room(limits=False).score
        there = {
            (row["key"], row["user_id"])
            for key, ids in rows.items()
            for row in score.get(user_id=ids, key=key).data
        }
        counted = score.get(user_id=-1, key="sum").unwrap()[0]["i_value"]
        assert counted >= len(acknowledged)
        c = score.get_commit()
        c.addi(user_id=-1, key="sum", value=1)
        assert c.commit().ok
    with contextlib.closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return [
        (name, number) for name, numbers in rows.items() for number in numbers if (name, number) not in there
    ]


def check(events, folder, seed, images):
    """Cuts the power at several moments, in several ways."""
    cut = folder / "cut"
    for moment, disk in power.cuts(events, images, seed):
        power.image(disk, cut, seed * 1_000_003 + moment)
        why = f"cut before event {moment} of {len(events)}, seed {seed}"
        try:
            lost = missing(cut / "save.db", disk.acknowledged)
        except (cloudvars.CloudError, sqlite3.Error, IndexError, AssertionError) as error:
            pytest.fail(f"{why}: {error!r}")
        assert not lost, f"{why}: {len(lost)} of {len(disk.acknowledged)} are lost"


@pytest.mark.parametrize("durability", ["off", "normal", "full"])
@pytest.mark.parametrize("plan", PLANS)
def test_a_neighbour_costs_nothing_that_was_acknowledged(play, tmp_path, plan, durability):
    # C-6
    check(play(PLANS[plan].format(*[durability] * 3)), tmp_path, len(plan), IMAGES)


@pytest.mark.parametrize("durability", ["off", "normal"])
def test_a_long_log_that_a_neighbour_empties_costs_nothing(play, tmp_path, durability):
    # C-6
    check(play(LONG.format(durability)), tmp_path, 5, IMAGES)


@pytest.mark.parametrize("seed", range(10))
def test_any_mixture_of_processes_costs_nothing(play, tmp_path, seed):
    # C-6
    chance = random.Random(seed)
    is_open = dict.fromkeys("abc", False)
    steps = []
    for _ in range(24):
        name = chance.choice("abc")
        do = chance.choice(
            ["commit 1", "commit 4", "commit 9", "close", "kill"] if is_open[name] else ["open"]
        )
        if do == "open":
            do = f"open {chance.choice(['full', 'off', 'normal', 'off'])}"
        is_open[name] = do not in ("close", "kill")
        steps.append(f"{name}.{do}")
    for name in "ab":
        steps += [f"{name}.close"] * is_open[name] + [f"{name}.open full", f"{name}.commit 2"]
    check(play("; ".join(steps)), tmp_path, seed, IMAGES)
