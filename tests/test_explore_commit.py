"""What the page stores: commits through the rules."""

import http.client
import json
import threading

import cloudvars
import pytest
from stores import one_store
from visitors import Visitor

BIG = 2**63 - 1


def test_operations_are_one_commit(visitor, score):
    answer = visitor.commit(
        {"verb": "money_add", "user_id": 7, "key": "gold", "value": BIG},
        {"verb": "set", "user_id": 7, "key": "hero", "value": {"#5": 1.0, "##5": 2}},
        {"verb": "list_add", "user_id": 7, "key": "bag", "value": {"name": "bow"}},
    ).json()
    assert (answer["error_code"], answer["err_msg"]) == (0, None)
    (item,) = score.list_query(user_id=7, key="bag").data
    assert answer["results"] == [None, None, item["uuid"]]
    assert score.money_get(user_id=7, key="gold").data[0]["value"] == BIG
    (hero,) = score.get(user_id=7, key="hero").data
    assert hero["value"] == {5: 1.0, "#5": 2} and isinstance(hero["value"][5], float)


def test_the_rules_decide(visitor, score):
    answer = visitor.commit(
        {"verb": "money_add", "user_id": 7, "key": "gold", "value": 5},
        {"verb": "money_cost", "user_id": 7, "key": "gold", "value": 80},
    )
    reply = answer.json()
    assert answer.status == 200 and reply["error_code"] == cloudvars.codes.NOT_ENOUGH_MONEY
    assert reply["data"] == {"op": 1, "name": "money_cost"} and "80" in reply["err_msg"]
    assert score.money_get(user_id=7, key="gold").data == []


def test_corrections_and_mail(visitor, store, score):
    store.achievements.define("cows", total=4)
    with score.get_commit() as c:
        c.money_add(user_id=7, key="gold", value=50)
        c.withlimit_add(user_id=7, key="chest", value=2, limit=3)
    for operation in (
        {"verb": "set_balance", "user_id": 7, "key": "gold", "value": 12},
        {"verb": "set_progress", "player_id": 7, "node_id": "cows", "progress": 4},
        {"verb": "reset_limit", "user_id": 7, "key": "chest"},
        {
            "verb": "message_send",
            "src_user_id": 0,
            "key": "mail",
            "target_user_id": 7,
            "value": {"title": "hi"},
        },
    ):
        assert visitor.commit(operation).json()["error_code"] == 0
    assert score.money_get(user_id=7, key="gold").data[0]["value"] == 12
    assert score.withlimit_query(user_id=7, key="chest").data["value"] == 0
    assert score.message_query(key="mail", target_user_id=7).data[0]["value"] == {"title": "hi"}
    assert visitor.json("/api/player/7")["achievements"][0]["progress"] == 4


@one_store
@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"{}", b"[1]", b"null", b'[{"verb": "nothing"}]', b'[{"verb": "__init__"}]', b'[{"verb": "commit"}]', b"[{}]",
        b'[{"verb": "money_add", "user_id": 7, "key": "gold"}]',
        b'[{"verb": "money_add", "user_id": 7, "key": "gold", "value": "x"}]',
        b'[{"verb": "money_add", "user_id": 7, "key": "gold", "value": NaN}]',
        b'[{"verb": "money_add", "user_id": 7, "key": "gold", "value": 1, "more": 1}]',
        b'[{"verb": "set", "user_id": 7, "key": "k", "value": {"#x": 1}}]',
        b'[{"verb": "set_balance", "user_id": 7}]',
        b'[{"verb": "set_balance", "user_id": 7, "key": "k", "value": 1, "more": 1}]',
        b'[{"verb": "set_balance", "user_id": 7, "key": "k", "value": 1}, {"verb": "money_add", "user_id": 7, "key": "k", "value": 1}]',
        b"[" * 100_000,
        b"\xff",
    ],
)  # fmt: skip
def test_what_is_malformed_is_told_and_stores_nothing(visitor, store, body):
    answer = visitor.ask("POST", "/api/commit", body, content_type="application/json")
    assert answer.status == 400 and answer.json()["error"]
    assert [table.count() for table in store.tables.values()] == [0] * 13


def test_other_games_are_changed(visitor, store):
    with store.room(game="other"):
        operation = {"verb": "money_add", "user_id": 7, "key": "gold", "value": 5}
        assert visitor.commit(operation, path="/api/commit?game=other").json()["error_code"] == 0
    assert store.tables["money"].count() == 0
    assert store.game("other").tables["money"].count() == 1


def listen(visitor, path, count, heard):
    """Collects that many changes of the addresses."""
    connection = http.client.HTTPConnection("127.0.0.1", visitor.port, timeout=60)
    connection.request("GET", path, headers={"Cookie": visitor.cookie})
    response = connection.getresponse()
    heard.append(response.status)
    while len(heard) <= count:
        line = response.readline().decode().strip()
        if line.startswith("data: "):
            heard.append(line.removeprefix("data: "))
    connection.close()


def test_changes_are_told(visitor, score, other):
    watched = "/api/player/7"
    tag = visitor.get(watched).headers["etag"].strip('"')
    heard = []
    thread = threading.Thread(
        target=listen, args=(visitor, f"/api/events?watch={watched}&tag={tag}", 2, heard)
    )
    thread.start()
    while not heard:
        thread.join(0.01)
    with other.score.get_commit() as c:  # somebody else's
        c.money_add(user_id=7, key="gold", value=1)
    while len(heard) < 2:
        thread.join(0.01)
    visitor.commit({"verb": "money_add", "user_id": 8, "key": "gold", "value": 1})  # another player's
    visitor.commit({"verb": "money_add", "user_id": 7, "key": "gold", "value": 1})
    thread.join(60)
    assert heard == [200, watched, watched]


def test_the_page_ends_with_the_store(show, store):
    page = show()
    visitor = Visitor(page.port)
    visitor.enter(page.url)
    heard = []
    thread = threading.Thread(target=listen, args=(visitor, "/api/events?watch=/api/info", 0, heard))
    thread.start()
    thread.join(60)
    store.close()
    page.wait()
    page.close()
    with pytest.raises(OSError):
        visitor.get("/")
    assert "ended" in repr(page) and "ended" in page._repr_html_()


@one_store
def test_a_port_that_is_taken(show):
    page = show()
    with pytest.raises(cloudvars.StoreError, match=str(page.port)):
        show(port=page.port)
    for options in ({"port": 70_000}, {"port": -1}, {"lang": "fr"}):
        with pytest.raises(cloudvars.CloudValueError):
            show(**options)


@one_store
def test_in_a_notebook_it_is_a_frame(show):
    page = show()
    shown = page._repr_html_()
    assert shown.startswith("<iframe") and f"http://localhost:{page.port}/?token=" in shown
    token = shown.partition("?token=")[2].partition('"')[0]
    visitor = Visitor(page.port)
    assert visitor.get(f"/?token={token}").status == 303
    assert page.url.partition("token=")[2] != token  # the frame takes nothing from the link
    with page:
        pass
    assert "ended" in repr(page)


def test_serve_says_where_it_is_and_ends(start_python, tmp_path):
    program = (
        "import cloudvars, cloudvars.explore as explore, sys\n"
        "explore.serve(cloudvars.open(sys.argv[1]), browser=False)\n"
        "print('over')\n"
    )
    child = start_python("-W", "error", "-c", program, tmp_path / "a.db")
    url = child.stdout.readline().strip()
    visitor = Visitor(int(url.partition("127.0.0.1:")[2].partition("/")[0]))
    assert visitor.enter(url).status == 303
    assert json.loads(visitor.get("/api/start").body)["write"] is False
    import signal

    child.send_signal(signal.SIGINT)
    assert child.stdout.readline().strip() == "over"
    assert child.wait(60) == 0
