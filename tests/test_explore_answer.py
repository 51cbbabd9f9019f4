"""What the page's addresses answer: the same on every store."""

import csv
import gc
import http.client
import io
import json
import socket
from urllib.parse import quote, urlencode

import pytest

BIG = 2**63 - 1


def address(path, **params):
    return f"/api/{path}?{urlencode(params, doseq=True)}"


@pytest.fixture
def filled(store, score):
    """A few rows of most kinds."""
    store.achievements.define("cows", total=4, title="Cows")
    for user, gold in ((7, 50), (8, BIG), (9, -3)):
        with score.get_commit() as c:
            c.money_add(user_id=user, key="gold", value=gold)
    with score.get_commit() as c:
        c.money_add(user_id=7, key="gems", value=1)
        c.set(
            user_id=7,
            key="hero",
            value={5: 1.0, "#5": 2, "class": "弓箭手", "stats": {"level": 3}},
            i_value=BIG,
        )
        c.set(user_id=8, key="hero", value={"class": "mage", "stats": {"level": 12}})
        c.list_add(user_id=7, key="bag", value={"name": "bow"})
        c.name_new(key="nick", name="Ann", value="7")
        c.name_new(key="nick", name="Anna", value="nobody")
        c.withlimit_add(user_id=7, key="chest", value=1, limit=3, refresh_day=1)
    score.message_send(src_user_id=8, key="mail", target_user_id=7, value={"title": "hi"}).unwrap()
    for user, progress in ((7, 4), (8, 1)):
        store.operator.set_progress(user, "cows", progress).unwrap()


def test_tables_and_their_columns(visitor):
    #
    tables = visitor.json("/api/tables")
    assert list(tables)[:3] == ["player", "general", "money"] and len(tables) == 13
    assert tables["money"]["value"] == "int64" and tables["general"]["value"] == "json"


def test_rows_are_those_of_the_table(visitor, store, filled):
    #
    answer = visitor.json(
        address("tables/money", **{"where.key": "gold", "sort": "-value", "limit": 2, "count": 1})
    )
    assert answer["count"] == 3
    assert [(row["user_id"], row["value"]) for row in answer["rows"]] == [(8, BIG), (7, 50)]
    assert answer["columns"] == dict(store.tables["money"].columns)
    rest = visitor.json(
        address("tables/money", **{"where.key": "gold", "sort": "-value", "limit": 2, "offset": 2})
    )
    assert [row["user_id"] for row in rest["rows"]] == [9]
    several = visitor.json(address("tables/money", **{"where.user_id": [7, 9], "sort": "user_id,key"}))
    assert [(row["user_id"], row["key"]) for row in several["rows"]] == [
        (7, "gems"),
        (7, "gold"),
        (9, "gold"),
    ]


def test_times_are_iso_in_utc(visitor, filled):
    #
    row = visitor.json("/api/tables/money?limit=1")["rows"][0]
    assert row["updated"] == "2025-12-31T16:00:00.000Z"
    for since, count in (("2025-12-31", 4), ("2025-12-31T16:00:00Z", 4), ("2026-01-01T00:00:00Z", 0)):
        assert visitor.json(address("tables/money", since=since, limit=0, count=1))["count"] == count


def test_numbers_and_int_keys_are_exact(visitor, filled):
    #
    body = visitor.get(address("tables/general", **{"where.user_id": 7})).body.decode()
    assert f'"i_value":{BIG}' in body and '"#5":1.0' in body and '"##5":2' in body


def test_json_fields_are_columns(visitor, filled):
    #
    answer = visitor.json(address("tables/general", fields="stats.level=int,class", sort="-stats.level"))
    assert [(row["stats.level"], row["class"]) for row in answer["rows"]] == [(12, "mage"), (3, "弓箭手")]
    assert answer["columns"]["stats.level"] == "int64"


def test_one_players_everything(visitor, filled):
    #
    found = visitor.json("/api/player/7")
    assert found["user_id"] == 7
    assert {row["key"]: row["value"] for row in found["money"]} == {"gold": 50, "gems": 1}
    assert found["achievements"][0]["progress"] == 4 and found["messages"][0]["value"] == {"title": "hi"}
    assert found["with_limit"][0]["limit"] == 3
    assert visitor.json("/api/player/12345")["money"] == []


def test_players_are_found_by_id_and_name(visitor, filled):
    #
    assert visitor.json("/api/search?q=8")["found"] == [{"user_id": 8, "name": None, "key": None}]
    found = visitor.json("/api/search?q=An")["found"]
    assert [(one["name"], one["user_id"]) for one in found] == [("Ann", 7), ("Anna", None)]
    assert visitor.json("/api/search?q=%25")["found"] == []
    assert [one["user_id"] for one in visitor.json("/api/search")["found"]] == [7, 8, 9]
    assert visitor.json("/api/names/7")["names"] == [{"key": "nick", "name": "Ann"}]
    assert visitor.json("/api/names/8")["names"] == []


def test_statements(visitor, filled):
    #
    answer = visitor.json(
        address("sql", q="SELECT user_id, value FROM money WHERE key = 'gold' ORDER BY value", limit=2)
    )
    assert (
        answer["rows"] == [{"user_id": 9, "value": -3}, {"user_id": 7, "value": 50}]
        and answer["more"] is True
    )
    for statement in ("DELETE FROM money", "SELECT", "SELECT 1; SELECT 2", ""):
        refused = visitor.get(address("sql", q=statement))
        assert refused.status in (400, 503) and refused.json()["error"]


def test_achievements(visitor, filled):
    #
    (node,) = visitor.json("/api/achievements")["nodes"]
    assert (node["node_id"], node["title"], node["players"], node["completed"]) == ("cows", "Cows", 2, 1)
    one = visitor.json("/api/achievements/cows")
    assert one["reached"] == [2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1]
    assert one["days"] == [{"day": "2025-12-31", "players": 1}]


def test_the_economy(visitor, filled, score):
    #
    totals = {one["key"]: one for one in visitor.json("/api/economy")["currencies"]}
    assert totals["gems"] == {"key": "gems", "holders": 1, "total": 1, "least": 1, "most": 1}
    assert totals["gold"]["holders"] == 3 and totals["gold"]["most"] == BIG
    gold = visitor.json("/api/economy/gold")
    assert sum(one["holders"] for one in gold["buckets"]) == 3
    assert gold["buckets"][0] == {"from": None, "below": 0, "holders": 1}
    assert [row["user_id"] for row in gold["richest"]] == [8, 7, 9]


def test_totals_beyond_int64(visitor, filled, score):
    #
    with score.get_commit() as c:
        c.money_add(user_id=10, key="gold", value=BIG)
    totals = {one["key"]: one for one in visitor.json("/api/economy")["currencies"]}
    assert totals["gold"]["total"] == pytest.approx(2 * BIG)


def test_the_store_as_a_whole(visitor, store, filled, room):
    #
    store.faults.fail("money_get", code=-429)
    info = visitor.json("/api/info")
    assert info["rows"]["money"] == 4 and info["games"] == ["default"]
    assert [one["name"] for one in info["rooms"]] == ["room-1"]
    assert info["rooms"][0]["writes"] == room.budget()["writes"] < 300
    assert [(one["fault"], one["op"]) for one in info["faults"]] == [("fail", "money_get")]
    assert info["durability"] == "full" and info["commits"] >= 5


def test_other_games(visitor, store, filled):
    #
    with store.room(game="other") as room, room.score.get_commit() as c:
        c.money_add(user_id=70, key="gold", value=1)
    for path in ("tables/money", "economy"):
        assert visitor.json(f"/api/{path}") != visitor.json(f"/api/{path}?game=other")
    assert [row["user_id"] for row in visitor.json("/api/tables/money?game=other")["rows"]] == [70]


@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_what_is_seen_is_exported(visitor, filled, kind):
    #
    answer = visitor.get(address("tables/money", **{"where.key": "gold", "sort": "-value", "format": kind}))
    if kind == "parquet" and answer.status == 501:
        assert "pyarrow" in answer.json()["error"] or "polars" in answer.json()["error"]
        return
    assert answer.status == 200
    assert f'filename="money.{kind}"' in answer.headers["content-disposition"]
    if kind == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
        assert [row["value"] for row in rows] == [str(BIG), "50", "-3"]
    elif kind == "json":
        assert [row["value"] for row in json.loads(answer.body)] == [BIG, 50, -3]
    else:
        assert answer.body.startswith(b"PAR1")


def test_a_statement_is_exported(visitor, filled):
    #
    answer = visitor.get(
        address("sql", q="SELECT key, count(*) AS n FROM money GROUP BY key ORDER BY key", format="csv")
    )
    assert answer.body.decode().replace('"', "").split() == ["key,n", "gems,1", "gold,3"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("/api/nothing", 404),
        ("/api/tables/nothing", 404),
        ("/api/tables/money?where.nothing=1", 400),
        ("/api/tables/money?where.user_id=abc", 400),
        ("/api/tables/money?sort=nothing", 400),
        ("/api/tables/money?limit=-1", 400),
        ("/api/tables/money?limit=100000", 400),
        ("/api/tables/money?limit=abc", 400),
        ("/api/tables/money?unknown=1", 400),
        ("/api/tables/money?since=yesterday", 400),
        ("/api/tables/money?format=exe", 400),
        ("/api/tables/message?where.read=perhaps", 400),
        ("/api/tables/general?fields=a=complex", 400),
        ("/api/info?format=csv", 400),
        ("/api/player/abc", 400),
        ("/api/player/" + "9" * 30, 400),
        ("/api/player/" + quote("'; --"), 400),
        ("/api/events", 400),
        ("/api/events?watch=http://evil.example/", 400),
    ],
)
def test_what_is_not_understood_is_told(visitor, filled, asked, status):
    #
    answer = visitor.get(asked)
    assert answer.status == status and answer.json()["error"]


def test_a_part_is_exported_where_a_limit_is_given(visitor, filled):
    #
    whole = visitor.get("/api/tables/money?format=csv&sort=-value").body.decode().splitlines()
    part = visitor.get("/api/tables/money?format=csv&sort=-value&limit=2&offset=1").body.decode().splitlines()
    assert part == [whole[0], *whole[2:4]]


def test_no_answer_waits_for_an_acknowledgement(page, visitor):
    # The second part of an answer would wait until the client has acknowledged the first one.
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=60)
    connection.request("GET", "/", headers={"Cookie": visitor.cookie})
    client = connection.sock.getsockname()
    connection.getresponse().read()
    sockets = [one for one in gc.get_objects() if type(one) is socket.socket and one.fileno() >= 0]
    (served,) = [one for one in sockets if peer(one) == client]
    assert served.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    connection.close()


def peer(one):
    try:
        return one.getpeername()
    except OSError:  # it listens
        return None
