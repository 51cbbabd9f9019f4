"""The commands that move data: export, import, grant, backup."""

import csv
import inspect
import io
import json
import sys
from importlib.util import find_spec

import cloudvars
import pytest
from cloudvars.cli.incoming import VERBS
from cloudvars.cli.where import TABLES


def balances(target, game="default"):
    with cloudvars.open(target, readonly=True) as store:
        rows = store.tables["money"].where(game=game).sort("user_id")
        return {row["user_id"]: row["value"] for row in rows}


def test_the_verbs_are_those_of_a_committer():
    own = {name for name in dir(cloudvars.Committer) if not name.startswith("_")} - {"commit"}
    assert set(VERBS) == own
    assert all(inspect.getdoc(getattr(cloudvars.Committer, name)) for name in VERBS)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_export_has_every_table(filled, answer, tmp_path, form):
    if form == "parquet":
        pytest.importorskip("pyarrow")
    told = answer("export", filled, tmp_path / "data", "--format", form)
    assert told["folder"] == str(tmp_path / "data")
    assert [one["table"] for one in told["files"]] == list(TABLES)
    rows = {one["table"]: one["rows"] for one in told["files"]}
    assert (rows["money"], rows["storage"]) == (6, 0)
    assert sorted(file.name for file in (tmp_path / "data").iterdir()) == sorted(
        f"{name}.{form}" for name in TABLES
    )


def test_an_export_of_some_tables_of_a_game(filled, command, tmp_path):
    arguments = ["export", filled, tmp_path, "--format", "csv", "--tables", "money, list", "--game", "farm"]
    for _ in range(2):  # a file that is there is replaced
        code, out, err = command(*arguments)
        assert (code, err) == (0, "")
        assert out.splitlines() == [f"{tmp_path}/money.csv: 1 rows", f"{tmp_path}/list.csv: 0 rows"]
    assert [row["value"] for row in csv.DictReader(io.StringIO((tmp_path / "money.csv").read_text()))] == [
        "5"
    ]


def test_a_whole_store_as_json_and_back(filled, new_address, answer, command, tmp_path):
    # F-7
    told = answer("export", filled, tmp_path, "--format", "json")
    assert [(one["table"], one["file"]) for one in told["files"]] == [(None, str(tmp_path / "dump.json"))]
    target = new_address()
    assert answer("import", target, tmp_path / "dump.json") == {
        "done": told["files"][0]["rows"],
        "failed": [],
    }
    with cloudvars.open(filled) as store, cloudvars.open(target) as other:
        assert store.dump()["games"] == other.dump()["games"]
    code, out, err = command("import", target, tmp_path / "dump.json")
    assert (code, out) == (2, "")
    assert "holds data already" in err


@pytest.mark.parametrize("form", ["csv", "parquet", "json"])
def test_what_was_exported_can_be_added_to_another_store(
    filled, new_address, answer, command, tmp_path, form
):
    target = new_address()
    if form == "json":
        for name in ("money", "list"):
            (tmp_path / f"{name}.json").write_text(command("table", filled, name, "--json")[1], "utf-8")
    else:
        answer("export", filled, tmp_path, "--format", form, "--game", "default")
    assert answer("import", target, tmp_path / f"money.{form}", "--verb", "money_add") == {
        "done": 5,
        "failed": [],
    }
    assert answer("import", target, tmp_path / f"list.{form}", "--verb", "list_add", "--atomic")["done"] == 5
    assert balances(target) == balances(filled)
    with cloudvars.open(target, readonly=True) as store:
        values = [row["value"] for row in store.tables["list"].sort("user_id")]
    assert values == [{"name": "弓", 7: user} for user in range(1, 6)]


def test_rows_that_fail_are_named(path, tmp_path, command, answer):
    (tmp_path / "gold.csv").write_text("user_id,key,value\n1,gold,5\nann,gold,5\n2,gold,\n3,gold,7\n")
    arguments = ["import", path, tmp_path / "gold.csv", "--verb", "money_add"]
    told = answer(*arguments, code=1)
    assert told["done"] == 2
    assert [(one["row"], one["error_code"]) for one in told["failed"]] == [(1, 10003), (2, 10003)]
    code, out, err = command(*arguments)
    assert (code, err) == (1, "")
    assert [line.partition(":")[0] for line in out.splitlines()] == ["row 1", "row 2", "2 done, 2 failed"]
    assert answer(*arguments, "--atomic", code=1)["done"] == 0
    assert balances(path) == {1: 10, 3: 14}


def test_rows_of_another_game_fail(filled, new_address, answer, tmp_path):
    # G-6
    answer("export", filled, tmp_path, "--format", "csv", "--tables", "money")
    target = new_address()
    told = answer("import", target, tmp_path / "money.csv", "--verb", "money_add", "--game", "farm", code=1)
    assert (told["done"], len(told["failed"])) == (1, 5)
    assert balances(target, "farm") == {1: 5}


def test_texts_stay_texts(path, tmp_path, answer):
    (tmp_path / "rows.csv").write_text('user_id,key,s_value,value\n1,7,8,"{""#5"": 1, ""##"": 2}"\n')
    answer("import", path, tmp_path / "rows.csv", "--verb", "set")
    with cloudvars.open(path) as store:
        [row] = store.room().score.get(user_id=1, key="7").unwrap()
    assert (row["s_value"], row["value"]) == ("8", {5: 1, "#": 2})


@pytest.mark.parametrize(
    ("name", "text", "options", "why"),
    [
        ("rows.csv", "user_id\n", [], "--verb says what its rows do"),
        ("rows.txt", "", ["--verb", "set"], "a file that ends with .csv, .json, .parquet is accepted"),
        ("rows.json", "{", ["--verb", "set"], "Expecting"),
        ("rows.json", "{}", ["--verb", "set"], "a list of objects is accepted"),
        ("rows.json", '{"cloudvars": 1}', ["--verb", "set"], "import it without --verb"),
        ("rows.json", "{}", [], "no dump of a store"),
        ("rows.json", "[]", ["--verb", "money_ad"], "did you mean 'money_add'?"),
        ("rows.json", "[]", ["--verb", "set", "--chunk", "0"], "1 or more is accepted"),
        ("rows.json", "{}", ["--game", "farm"], "need --verb"),
        ("none/rows.csv", None, ["--verb", "set"], "none/rows.csv"),
    ],
)
def test_a_file_that_is_refused(path, tmp_path, command, name, text, options, why):
    file = tmp_path / name
    if text is not None:
        file.write_text(text)
    code, out, err = command("import", path, file, *options)
    assert (code, out) == (2, "")
    assert why in err


def test_grant(filled, answer, command, tmp_path, monkeypatch):
    before = balances(filled)
    assert answer("grant", filled, "--key", "gold", "--value", "5", "--user", "1", "9") == {
        "done": 2,
        "failed": [],
    }
    assert command("grant", filled, "--key", "gold", "--value", "1", "--all")[:2] == (0, "6 done, 0 failed\n")
    (tmp_path / "users.csv").write_text("name,user_id\nann,2\n\nbob,3\n")
    (tmp_path / "ids.txt").write_text("2\n")
    for file, done in (("users.csv", 2), ("ids.txt", 1)):
        told = answer("grant", filled, "--key", "gold", "--value", "100", "--users", tmp_path / file)
        assert told == {"done": done, "failed": []}
    monkeypatch.setattr("sys.stdin", io.StringIO("user_id\n4\n"))
    assert answer("grant", filled, "--key", "gold", "--value", "-3", "--users", "-")["done"] == 1
    granted = {1: 6, 2: 201, 3: 101, 4: -2, 5: 1, 9: 6}
    assert balances(filled) == {user: before.get(user, 0) + more for user, more in granted.items()}
    assert balances(filled, "farm") == {1: 5}


def test_a_grant_that_fails(path, command, answer, tmp_path):
    with cloudvars.open(path) as store, store.room().score.get_commit() as c:
        c.money_add(user_id=1, key="gold", value=2**63 - 1)
    told = answer("grant", path, "--key", "gold", "--value", "1", "--user", "1", "2", code=1)
    assert (told["done"], [one["error_code"] for one in told["failed"]]) == (
        1,
        [cloudvars.codes.OUT_OF_RANGE],
    )
    assert command("grant", tmp_path / "none.db", "--key", "gold", "--value", "1", "--all")[0] == 2
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "users").write_text("1\nann\n")
    code, _, err = command("grant", path, "--key", "gold", "--value", "1", "--users", tmp_path / "users")
    assert (code, err) == (2, f"cloudvars: {tmp_path}/users:2: a user's id is accepted\n")
    assert command("grant", path, "--key", "gold", "--value", "1")[0] == 2


def test_backup(filled, answer, command, tmp_path):
    # C-6
    target = tmp_path / "copy.db"
    told = answer("backup", filled, target)
    assert told == {"target": str(target), "rows": told["rows"], "bytes": target.stat().st_size}
    assert balances(target) == balances(filled)
    code, out, err = command("backup", filled, target)
    assert (code, out) == (2, "")
    assert "exists already" in err


def test_progress_is_shown_on_a_terminal(filled, command, tmp_path, plain_bar):
    plain_bar()
    for number, arguments in enumerate(
        (
            ["export", filled, tmp_path, "--format", "csv"],
            ["export", filled, tmp_path, "--format", "json"],
            ["backup", filled, tmp_path / "b.db"],
            *([["table", filled, "money", "--parquet", tmp_path / "p"]] if find_spec("pyarrow") else []),
        )
    ):
        code, _, err = command(*arguments)
        # A bar or a line, which is taken away at the end.
        assert (code, number, err[:1] in "\r\x1b", err[-1:]) == (0, number, True, "K")


def test_json_of_another_program_is_no_dump(path, tmp_path, command):
    (tmp_path / "a.json").write_text(json.dumps([{"user_id": 1}]))
    assert command("import", path, tmp_path / "a.json")[0] == 2


@pytest.mark.parametrize("under", ["", "deeper/still"])
def test_a_folder_that_is_a_file_is_refused(filled, command, tmp_path, under):
    (tmp_path / "taken").write_text("mine")
    code, out, err = command("export", filled, tmp_path / "taken" / under)
    assert (code, out) == (2, "")
    assert err.startswith(f"cloudvars: DIR {tmp_path / 'taken' / under}: '{tmp_path / 'taken'}")
    assert err.endswith("is a file; a folder, or a path where nothing is, is accepted\n")
    assert (tmp_path / "taken").read_text() == "mine"


def test_without_a_package_for_parquet_csv_is_named(filled, command, monkeypatch, tmp_path):
    for name in ("pyarrow.parquet", "polars"):
        monkeypatch.setitem(sys.modules, name, None)
    code, out, err = command("export", filled, tmp_path / "data")
    assert (code, out) == (2, "")
    assert "pip install pyarrow; --format csv and json need no package" in err
    assert list(tmp_path.glob("data")) == []
    assert command("export", filled, tmp_path / "data", "--format", "csv")[0] == 0
