"""The documentation: its pages run, its links lead somewhere, every name is explained, every clause is tested."""

import inspect
import re

import cloudvars
import pytest

CLAUSE = re.compile(r"\b[A-Z]-\d{1,2}\b")
"""How a clause of the contract is named: L-3."""
FOLDERS = ["src", "python", "tests", "examples", "docs"]
SUFFIXES = {".rs", ".py", ".pyi", ".md", ".sql"}
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

RUN_SHOWN_BLOCKS = r"""
import contextlib, io, pathlib, re, sys
text = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
names = {"__name__": "__main__"}
count = 0
for block in re.finditer(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", text, re.M | re.S):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block[1], names)
    if block[2] is not None:
        assert printed.getvalue() == block[2], printed.getvalue()
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
        "docs/exploring.md",
        "docs/modsdk.md",
        "docs/performance.md",
        "docs/storage.md",
        "docs/testing.md",
    ],
)
def test_the_pages_run(run_python, root, tmp_path, page):
    output = run_python("-W", "error", "-c", RUN_BLOCKS, root / page, cwd=tmp_path)
    assert int(output.splitlines()[-1]) >= 1


def test_the_page_on_exploring_shows_what_its_code_prints(run_python, root, tmp_path):
    output = run_python("-W", "error", "-c", RUN_SHOWN_BLOCKS, root / "docs" / "exploring.md", cwd=tmp_path)
    assert int(output) >= 10


def test_the_page_on_servers_runs(run_python, root, tmp_path, mariadb):
    page, url = root / "docs" / "cluster.md", mariadb.new_database()
    output = run_python("-W", "error", "-c", RUN_BLOCKS, page, cwd=tmp_path, CLOUDVARS_URL=url)
    assert int(output.splitlines()[-1]) >= 2


def test_the_public_names():
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
    text = inspect.getdoc(THINGS[name])
    assert text
    assert text.strip()


def contract(root):
    """The clauses of docs/contract.md, each with the text below its heading."""
    text = (root / "docs" / "contract.md").read_text("utf-8")
    sections = re.split(r"^#{2,3} (.+)\n", text, flags=re.M)[1:]
    return {
        name: body for name, body in zip(sections[::2], sections[1::2], strict=True) if CLAUSE.fullmatch(name)
    }


def test_every_clause_that_is_named_is_in_the_contract(root):
    known = contract(root)
    unknown = [
        f"{file.relative_to(root)}: {clause}"
        for folder in FOLDERS
        for file in sorted((root / folder).rglob("*"))
        if file.suffix in SUFFIXES
        for clause in CLAUSE.findall(file.read_text("utf-8"))
        if clause not in known
    ]
    assert unknown == []


def test_every_clause_is_named_by_a_test(root):
    comment = re.compile(r"^\s*# .*", re.M)
    named = {
        clause
        for file in (root / "tests").glob("test_*.py")
        for line in comment.findall(file.read_text("utf-8"))
        for clause in CLAUSE.findall(line)
    }
    assert sorted(contract(root).keys() - named) == []


def test_every_clause_says_where_it_comes_from(root):
    mark = re.compile(r"^Mark: .*\b(documented|observed|chosen)\b", re.M | re.S)
    assert [clause for clause, body in contract(root).items() if not mark.search(body)] == []


def anchors(page):
    """The fragments that the headings of a page answer to, made as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", page, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_between_the_pages_leads_somewhere(root):
    broken = []
    for page in [*root.glob("*.md"), *(root / "docs").glob("*.md"), root / "examples" / "README.md"]:
        text = page.read_text("utf-8")
        for path, fragment in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)", text):
            target = page.parent / path if path else page
            if not target.exists() or (fragment and fragment not in anchors(target.read_text("utf-8"))):
                broken.append(f"{page.relative_to(root)}: {path}#{fragment}")
    assert broken == []
