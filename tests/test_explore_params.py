"""What the page's addresses refuse: every parameter of every route, with values that mean nothing."""

from urllib.parse import quote, urlencode

import pytest
from cloudvars.explore import answers
from stores import one_store

pytestmark = one_store

ROUTES = {
    "start": set(),
    "events": {"watch", "tag"},
    "info": {"game"},
    "tables": {"game"},
    "tables/general": {
        "game",
        "where.user_id",
        "where.key",
        "sort",
        "limit",
        "offset",
        "count",
        "fields",
        "since",
        "until",
        "format",
    },
    "player/7": {"game"},
    "names/7": {"game"},
    "search": {"game", "q"},
    "sql": {"game", "q", "limit", "timeout", "format"},
    "achievements": {"game"},
    "achievements/cows": {"game"},
    "economy": {"game"},
    "economy/gold": {"game"},
}
NEEDED = {"sql": {"q": "SELECT 1 AS one"}, "events": {"watch": "/api/info"}}
REPEATED = {"watch", "tag", "where.user_id", "where.key"}
NONSENSE = {
    "game": ["nogame", "Default", " default"],
    "limit": ["-1", "ten", "1.5", "1e2", "0x10", "1_0", "+5", " 5", "100000000", "9" * 5000, "²"],
    "offset": ["-1", "ten", "1.5", "1_0", "9" * 30],
    "timeout": ["0", "-1", "31", "soon", "1.5", "inf"],
    "count": ["yes", "2", "-1", "on", "tru", "no"],
    "fields": [
        "lvl:int",
        "lvl=integer",
        "lvl=int;a=str",
        "=int",
        "a=",
        "a,,b",
        ",",
        "a b",
        "a..b",
        ".",
    ],
    "since": ["yesterday", "1", "2026-13-01", "12:00", "2026-01-01T25:00"],
    "until": ["tomorrow", "0", "2026-02-30"],
    "sort": ["nothing", "--value", "-", "value desc", "value;key"],
    "format": ["exe", "CSV", ""],
    "where.user_id": ["abc", "1.5", "1_0", " 7", "٧", "9" * 30, "9" * 5000, "True", "7 8", "NULL", ""],
    "where.key": ['"gold"x"', '"\\x"'],
    "watch": ["/elsewhere", "http://evil.example/", "", "/api/info?limit=1"],
    "q": [],
    "tag": [],
}
WORDS = "accepted", "accept", "there is no column", "begin with", "is answered"


def address(route, **params):
    return f"/api/{route}?{urlencode(NEEDED.get(route, {}) | params, doseq=True)}"


def shown(value):
    """A value, as errors show it, without its quotes."""
    return repr(value)[1:-1].strip()


def refused(visitor, asked, *said):
    answer = visitor.get(asked)
    assert answer.status == 400, (asked, answer.body[:300])
    error = answer.json()["error"]
    for word in said:
        assert word in error, error
    assert any(word in error for word in WORDS), error
    return error


@pytest.fixture
def asked(visitor, score, store):
    store.achievements.define("cows", total=4)
    with score.get_commit() as c:
        c.money_add(user_id=7, key="gold", value=1)
        c.set(user_id=7, key="hero", value={"lvl": 3})
    return visitor


def test_every_route_is_here(store):
    #
    assert {route.partition("/")[0] for route in ROUTES} == {*answers._NOUNS, "start", "events"}


@pytest.mark.parametrize("route", ROUTES)
def test_nonsense_is_refused_by_name(asked, route):
    # X-4, G-4
    for name in ROUTES[route]:
        for value in NONSENSE[name]:
            refused(asked, address(route, **{name: value}), name.removeprefix("where."), shown(value[:8]))


@pytest.mark.parametrize("route", ROUTES)
def test_what_a_route_does_not_take_is_refused(asked, route):
    #
    everything = {*NONSENSE, "nonsense", "limits", "Limit", "where", "where."}
    for name in everything - ROUTES[route]:
        error = refused(asked, address(route, **{name: "1"}), name, "1")
        for known in ROUTES[route] - {"where.user_id", "where.key"}:
            assert known in error


@pytest.mark.parametrize("route", ROUTES)
def test_a_value_that_is_given_twice_is_refused(asked, route):
    # the last one, or the first, would be taken in silence
    for name in ROUTES[route] - REPEATED:
        value = {"game": "default", "format": "csv", "sort": "key", "fields": "a=int"}.get(name, "1")
        refused(asked, address(route, **{name: [value, value]}), name, value)


@pytest.mark.parametrize("route", ["info", "search", "sql"])
def test_what_follows_an_address_is_not_left_out(asked, route):
    #
    answer = asked.get(f"/api/{route}/more")
    assert answer.status == 404 and f"/api/{route}" in answer.json()["error"]


def test_a_commit_takes_a_game_only(asked):
    #
    operation = {"verb": "money_add", "user_id": 7, "key": "gold", "value": 1}
    for query, said in (("gmae=default", "gmae"), ("game=defualt", "defualt"), ("limit=1", "limit")):
        answer = asked.commit(operation, path=f"/api/commit?{query}")
        assert answer.status == 400 and said in answer.json()["error"], answer.body
    assert asked.json("/api/tables/money")["rows"][0]["value"] == 1


def test_all_that_makes_sense_is_answered(asked):
    #
    for route, query, count in (
        ("tables/money", "count=true&limit=0", 1),
        ("tables/money", "count=1&fields=&sort=&since=&limit=&offset=", 1),
        ("tables/money", "count=1&where.key=" + quote('"gold"'), 1),
        ("tables/money", "count=1&where.user_id=7&where.user_id=8", 1),
        ("tables/money", "count=1&where.user_id=null", 0),
        ("tables/money", "count=1&where.user_id=null&where.user_id=7", 1),
    ):
        assert asked.json(f"/api/{route}?{query}")["count"] == count, query
    assert "count" not in asked.json("/api/tables/money?count=0")
    part = asked.get("/api/sql?format=csv&limit=1&q=" + quote("SELECT 1 AS n UNION ALL SELECT 2"))
    assert part.body.decode().replace('"', "").split() == ["n", "1"]
