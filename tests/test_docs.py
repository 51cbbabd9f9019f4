"""The documentation: the README runs, every name is explained, every clause is tested."""

import inspect
import re

import cloudvars
import pytest

CLAUSES = {
    "G": 8,
    "V": 4,
    "C": 8,
    "K": 4,
    "M": 4,
    "L": 5,
    "W": 2,
    "N": 2,
    "S": 9,
    "T": 5,
    "Q": 4,
    "O": 2,
    "A": 9,
    "D": 1,
    "E": 6,
    "H": 7,
    "F": 8,
}
CHOSEN = """
G-2 G-3 G-4 G-5 G-7 G-8 V-1 V-4 C-8 K-2 K-3 M-2 M-3 L-1 L-2 L-4 W-2 N-2 S-1 S-2 S-3 S-4 S-7 T-1 T-3 T-4 T-5 Q-1 Q-2 Q-4
O-2 A-1 A-4 A-5 A-7 A-8 A-9 D-1 E-1 E-2 E-3 E-4 E-5 E-6 F-1 F-2 F-3 F-4 F-5 F-6 F-7 F-8
""".split()
PUBLIC = """
open Store Room Reply CloudError CommitError StoreError CloudValueError codes ManualClock SystemClock
LobbyGetAchievementStorage LobbySetAchievementStorage copy Copied
""".split()
RUN_BLOCKS = r"""
import re, sys
text = open(sys.argv[1], encoding="utf-8").read()
names = {"__name__": "__main__"}
count = 0
for block in re.finditer(r"^```python\n(.*?)^```", text, re.M | re.S):
    line = text.count("\n", 0, block.start(1))
    exec(compile("\n" * line + block[1], sys.argv[1], "exec"), names)
    count += 1
print(count)
"""


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "docs/variables.md",
        "docs/achievements.md",
        "docs/asyncio.md",
        "docs/cli.md",
        "docs/modsdk.md",
        "docs/storage.md",
        "docs/testing.md",
    ],
)
def test_the_pages_run(run_python, root, tmp_path, page):
    # G-1
    output = run_python("-W", "error", "-c", RUN_BLOCKS, root / page, cwd=tmp_path)
    assert int(output.splitlines()[-1]) >= 1


def test_the_page_on_servers_runs(run_python, root, tmp_path, mariadb):
    # C-7
    page, url = root / "docs" / "cluster.md", mariadb.new_database()
    output = run_python("-W", "error", "-c", RUN_BLOCKS, page, cwd=tmp_path, CLOUDVARS_URL=url)
    assert int(output.splitlines()[-1]) >= 2


def test_the_public_names():
    # O-2
    for name in PUBLIC:
        if name not in ("Store", "Room"):
            assert hasattr(cloudvars, name), name
    assert set(cloudvars.__all__) <= set(dir(cloudvars))


def public_things():
    """Every public name of the package and of the classes behind it, with what it is."""
    store = cloudvars.open()
    room = store.room()
    things = {name: getattr(cloudvars, name) for name in cloudvars.__all__ if not name.startswith("__")}
    objects = [store, room, room.score, room.score.get_commit(), room.score.aio, room.score.aio.get_commit()]
    objects += [store.faults, store.faults.delay(seconds=1), cloudvars.PythonClock()]
    objects += [room.achievement, store.achievements, cloudvars.ManualClock(), cloudvars.SystemClock()]
    for thing in objects:
        things[type(thing).__name__] = type(thing)
    classes = {name: thing for name, thing in things.items() if inspect.isclass(thing)}
    for name, thing in classes.items():
        for attribute in vars(thing):
            if not attribute.startswith("_"):
                things[f"{name}.{attribute}"] = getattr(thing, attribute)
    store.close()
    return things


THINGS = public_things()


@pytest.mark.parametrize("name", sorted(THINGS))
def test_every_public_name_has_a_docstring(name):
    # O-2
    text = inspect.getdoc(THINGS[name])
    assert text
    assert text.strip()


@pytest.mark.parametrize(
    "clause", [f"{letter}-{n}" for letter, last in CLAUSES.items() for n in range(1, last + 1)]
)
def test_every_clause_is_named_by_a_test(root, clause):
    # G-1
    pattern = re.compile(rf"^\s*# .*\b{clause}\b", re.M)
    assert any(pattern.search(file.read_text("utf-8")) for file in (root / "tests").glob("test_*.py")), clause


def test_every_test_names_its_clause(root):
    # G-1
    missing = []
    for file in sorted((root / "tests").glob("test_*.py")):
        text = file.read_text("utf-8")
        for test in re.finditer(r"^(?:async )?def (test_\w+)\(.*?\):\n(\s+.*\n)", text, re.M):
            if not re.match(r"\s+# [A-Z]-\d", test[2]):
                missing.append(f"{file.name}: {test[1]}")
    assert missing == []


@pytest.mark.parametrize("clause", CHOSEN)
def test_fidelity_tells_each_choice(root, clause):
    # O-2
    text = (root / "docs" / "fidelity.md").read_text("utf-8")
    assert re.search(rf"\b{clause}\b", text)
