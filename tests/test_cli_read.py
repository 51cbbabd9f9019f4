"""The commands that read: info, player, table, sql."""

import csv
import io
import json

import cloudvars
import pytest
from cloudvars.cli.where import TABLES


def test_the_tables_are_those_of_a_store():
    with cloudvars.open() as store:
        assert tuple(store.tables) == TABLES


def test_info(filled, answer, printed, monkeypatch):
    monkeypatch.setenv("STORE", filled)
    told = answer("info", "env:STORE")
    rows = {name: 0 for name in TABLES} | {"player": 6, "general": 5, "money": 6, "list": 5, "with_limit": 5}
    rows |= dict.fromkeys(("world_data", "name", "message", "achievement", "node"), 1)
    assert list(told) == ["target", "version", "games", "rows", "bytes", "durability"]
    assert told["games"] == ["default", "farm"]
    assert told["rows"] == rows
    assert told["version"] >= 3
    assert told["bytes"] > 0
    assert told["durability"] in ("full", "normal", "off")
    if filled.startswith("mysql"):
        assert filled.partition("//")[2].partition("@")[0].partition(":")[2] not in told["target"]
    else:
        assert (told["target"], told["durability"]) == (filled, "full")
    assert answer("info", filled, "--game", "farm")["rows"] == {name: 0 for name in TABLES} | {
        "player": 1,
        "money": 1,
    }
    lines = printed("info", filled)
    assert ["money", "6"] in lines
    assert ["games", "default,", "farm"] in lines


def test_player(filled, answer, printed):
    told = answer("player", filled, "1")
    with cloudvars.open(filled, readonly=True) as store:
        assert list(told) == list(store.player(1).to_dict())
    assert (told["user_id"], told["game"]) == (1, "default")
    [hero] = told["general"]
    assert hero["value"] == {"class": "archer", "stats": {"level": 1}, "#5": "five"}
    assert hero["updated"] == "2026-01-02T00:00:00.000Z"
    assert told["with_limit"][0]["expires"] == "2026-01-02T16:00:00.000Z"
    assert [row["value"] for row in answer("player", filled, "1", "--game", "farm")["money"]] == [5]
    lines = printed("player", filled, "1")
    assert ["money", "(1)"] in lines
    assert ["messages", "(1)"] not in lines
    assert printed("player", filled, "99") == [["nothing", *"is stored of user 99 in this game".split()]]
    assert answer("player", filled, "-99")["money"] == []


def test_table(filled, answer, printed):
    rows = answer("table", filled, "money", "--where", "key=gold", "--sort", "-value", "--limit", "2")
    assert [(row["user_id"], row["value"]) for row in rows] == [(5, 50), (4, 40)]
    some = answer("table", filled, "money", "--where=user_id=1", "--where=user_id=4", "--where=key=gold")
    assert [row["user_id"] for row in some] == [1, 4]
    assert answer("table", filled, "money", "--where", "key=silver") == []
    [last] = answer("table", filled, "money", "--sort=value", "--offset", "4")
    assert last["value"] == 50
    [mail] = answer("table", filled, "message", "--where", "read=false")
    assert mail["value"] == ["hi"]
    [farmer] = answer("table", filled, "money", "--game", "farm")
    assert (farmer["game"], farmer["value"]) == ("farm", 5)
    heroes = ("table", filled, "general", "--fields", "class=str,stats.level=int", "--sort", "-stats.level")
    assert answer(*heroes)[0]["stats.level"] == 5
    head, *lines = printed("table", filled, "money", "--limit", "2")
    assert head == ["game", "user_id", "key", "value", "version", "created", "updated"]
    assert [line[:4] for line in lines] == [["default", "1", "gold", "10"], ["default", "2", "gold", "20"]]


def test_since_and_until(filled, answer):
    def changed(*options):
        return len(answer("table", filled, "money", *options))

    assert changed("--since", "2026-01-02T08:00:00+08:00") == changed("--since", "2020-01-01T00:00:00Z") == 5
    assert changed("--since", "2026-01-02T08:00:01+08:00") == 0
    assert changed("--until", "2026-01-02T08:00:00+08:00") == 0


def test_a_player_is_found_by_name(filled, answer, printed):
    assert answer("player", filled, "bob") == answer("player", filled, "1")
    assert printed("player", filled, "bob") == printed("player", filled, "1")


def test_null_is_a_cell_that_holds_nothing(filled, answer):
    #
    with cloudvars.open(filled) as store, store.room().score.get_commit() as c:
        c.set(user_id=8, key="null", s_value="null")
        c.set(user_id=9, key='"null"', i_value=1)

    def users(*where):
        return [row["user_id"] for row in answer("table", filled, "general", *where)]

    assert users("--where", "s_value=null") == [1, 2, 3, 4, 5, 9]
    assert users("--where", 's_value="null"') == users("--where", 'key="null"') == [8]
    assert users("--where", 'key="\\"null\\""') == [9]
    assert users("--where", "value=null") == [8, 9]
    assert users("--where", "s_value=null", "--where", "i_value=null") == []
    assert users("--where", "i_value=null", "--where", "i_value=3") == [3, 8]
    fields = ("--fields", "stats.level=int,class=str")
    assert users(*fields, "--where", "stats.level=2", "--where", "stats.level=null") == [2, 8, 9]
    assert users(*fields, "--where", "stats.level=2", "--where", "user_id=3") == []
    everybody = answer("table", filled, "money", "--where", "game=null")
    assert {row["game"] for row in everybody} == {"default", "farm"}


@pytest.mark.parametrize("name", ["player", "table", "export", "info"])
def test_a_game_that_is_not_there_is_warned_of(address, command, tmp_path, name):
    more = {"player": ["1"], "table": ["money"], "export": [tmp_path / "data", "--format", "csv"]}
    with cloudvars.open(address) as store:
        for game in ("farm", "town"):
            with store.room(game=game).score.get_commit() as c:
                c.money_add(user_id=1, key="gold", value=5)
    code, out, err = command(name, address, *more.get(name, []))
    assert (code, bool(out)) == (0, True)
    said = "cloudvars: warning: game: 'default'; "
    assert err.startswith(said) == (name in {"player", "table"}), err
    assert not err or err.endswith("it holds farm, town\n")
    assert command(name, address, *more.get(name, []), "--game", "farm")[::2] == (0, "")


def test_rows_for_people_end_somewhere(path, command, printed):
    with cloudvars.open(path) as store, store.room(limits=False).score.get_commit() as c:
        for user in range(101):
            c.money_add(user_id=user, key="gold", value=1)
    code, out, err = command("table", path, "money")
    assert (code, len(out.splitlines())) == (0, 101)
    assert err == "cloudvars: these are the first 100 rows; --limit says how many are printed\n"
    assert len(printed("table", path, "money", "--limit", "101")) == 102
    assert len(printed("table", path, "money", "--offset", "1")) == 101
    assert len(json.loads(command("table", path, "money", "--json")[1])) == 101


def test_csv(filled, command):
    code, out, err = command("table", filled, "list", "--csv", "--limit", "1")
    assert (code, err) == (0, "")
    [row] = csv.DictReader(io.StringIO(out))
    assert json.loads(row["value"]) == {"name": "弓", "#7": 1}
    assert (row["game"], row["user_id"], row["key"]) == ("default", "1", "bag")


def test_parquet(filled, command, tmp_path):
    polars = pytest.importorskip("polars")
    file = tmp_path / "money.parquet"
    assert command("table", filled, "money", "--parquet", file) == (0, "", "")
    assert polars.read_parquet(file)["value"].to_list() == [10, 20, 30, 40, 50]
    assert command("sql", filled, "SELECT 1 AS one", "--parquet", file) == (0, "", "")
    assert polars.read_parquet(file).to_dicts() == [{"one": 1}]


def test_sql(filled, answer, command, printed):
    query = "SELECT game, sum(value) AS total FROM money GROUP BY game ORDER BY game"
    assert answer("sql", filled, query) == [
        {"game": "default", "total": 150},
        {"game": "farm", "total": 5},
    ]
    assert printed("sql", filled, query) == [["game", "total"], ["default", "150"], ["farm", "5"]]
    assert command("sql", filled, query, "--csv")[1].splitlines() == ["game,total", "default,150", "farm,5"]
    assert answer("sql", filled, "SELECT key FROM money WHERE value < 0") == []
    for wrong in ("DELETE FROM money", "SELEC", "SELECT nothing FROM money"):
        code, out, err = command("sql", filled, wrong)
        assert (code, out) == (2, "")
        assert err.startswith("cloudvars: ")


REFUSED = {
    ("table", "mony"): "did you mean 'money'?",
    ("table", "money", "--where", "kye=gold"): "did you mean 'key'?",
    ("table", "money", "--where", "gold"): "column=value is accepted",
    ("table", "money", "--where", "user_id=ann"): "an int is accepted",
    ("table", "message", "--where", "read=maybe"): "true or false is accepted",
    ("table", "money", "--sort", "-valeu"): "did you mean 'value'?",
    ("table", "money", "--fields", "level"): "path=type is accepted",
    ("table", "money", "--fields", "level=integer"): "int, float, str, bool",
    ("table", "money", "--limit", "-1"): "0 or more is accepted",
    ("table", "money", "--since", "yesterday"): "with an offset",
    ("table", "money", "--game", "fram"): "did you mean 'farm'?",
    ("table", "money", "--ofset", "1"): "did you mean '--offset'?",
    ("table", "money", "--json", "--csv"): "not allowed with",
    ("table", "general", "--where", "value=5"): "a field is accepted, or null",
    ("table", "general", "--fields", "a=int", "--where", "b=1"): "the table has no column 'b'",
    ("player", "ann"): "USER ann: nobody has this name; a user's id, or a name",
    ("player", "1.5"): "a user's id",
    ("player", "9223372036854775808"): "a user's id",
    ("player", "nobody"): "USER nobody: the name holds 'no id'; a user's id",
    ("player", "both"): "USER both: several users have this name (1, 2); a user's id",
}


@pytest.mark.parametrize("address", ["file"], indirect=True)
@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_what_is_refused_is_named(filled, command, arguments):
    name, *rest = arguments
    with cloudvars.open(filled) as store, store.room().score.get_commit() as c:
        for key, said, value in (("clan", "nobody", "no id"), ("clan", "both", "1"), ("nick", "both", "2")):
            c.name_new(key=key, name=said, value=value)
    code, out, err = command(name, filled, *rest)
    assert (code, out) == (2, "")
    assert REFUSED[arguments] in err


@pytest.mark.parametrize("name", ["info", "player", "table", "sql", "export", "backup", "check", "watch"])
def test_a_store_that_is_not_there(tmp_path, command, name):
    more = {"player": ["1"], "table": ["money"], "sql": ["SELECT 1"], "export": ["x"], "backup": ["x"]}
    assert command(name, tmp_path / "none.db", *more.get(name, [])) == (
        2,
        "",
        f"cloudvars: there is no store at '{tmp_path / 'none.db'}'\n",
    )
    assert list(tmp_path.iterdir()) == []


def test_control_characters_do_not_reach_the_terminal(path, command):
    with cloudvars.open(path) as store, store.room().score.get_commit() as c:
        c.set(user_id=1, key="\x1b[31m\n", s_value="a\tb\x07")
    for arguments in (
        ["table", path, "general"],
        ["player", path, "1"],
        ["sql", path, "SELECT * FROM general"],
    ):
        code, out, _ = command(*arguments)
        assert code == 0
        assert all(char.isprintable() for line in out.split("\n") for char in line)
        assert r"\x1b[31m\n" in out
