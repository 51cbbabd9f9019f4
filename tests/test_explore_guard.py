"""Who may see and change what the page shows."""

import re
import socket
from pathlib import Path

import cloudvars
import pytest
from visitors import Visitor

STATIC = Path(cloudvars.__file__).parent / "explore" / "static"


@pytest.fixture
def target():
    """A guard asks no store."""
    return ":memory:"


def test_the_token_becomes_a_cookie_once(page):
    first, second = Visitor(page.port), Visitor(page.port)
    answer = first.enter(page.url)
    assert (answer.status, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/"))
    assert page.url.partition("token=")[2] not in cookie
    assert first.get("/").status == 200
    again = second.enter(page.url)
    assert again.status == 403 and "set-cookie" not in again.headers
    assert b"works once" in again.body
    assert first.enter(page.url).status == 303  # whoever has the cookie is let in


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?token=",
        "/?token=wrong",
        "/api/start",
        "/api/info",
        "/api/tables/money",
        "/static/main.js",
        "/nothing",
    ],
)
def test_a_stranger_sees_nothing(page, score, path):
    with score.get_commit() as c:
        c.money_add(user_id=7, key="secret-key", value=1)
    answer = Visitor(page.port).get(path)
    assert answer.status in (401, 403)
    assert b"secret-key" not in answer.body and b"import" not in answer.body
    assert (
        Visitor(page.port).commit({"verb": "money_add", "user_id": 7, "key": "g", "value": 1}).status == 401
    )


def test_a_wrong_cookie_is_none(page, visitor):
    name = visitor.cookie.partition("=")[0]
    for cookie in (f"{name}=wrong", f"{name}=", f"other={visitor.cookie.partition('=')[2]}", "=;;,"):
        assert Visitor(page.port, cookie).get("/api/start").status == 401


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1",
        "127.0.0.1.evil.example:{port}",
        "localhost:1",
        "0.0.0.0:{port}",
        "[::1]:{port}",
        None,
    ],
)
def test_only_its_own_hosts(page, visitor, host):
    host = host and host.format(port=page.port)
    for path in ("/", "/api/start", page.url[page.url.index("/?") :]):
        assert visitor.get(path, host=host).status in (400, 403)


def test_localhost_is_its_own_host(page, visitor):
    assert visitor.get("/api/start", host=f"localhost:{page.port}").status == 200


def test_it_listens_on_this_machine_only(page):
    others = {one[4][0] for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {
        "127.0.0.1"
    }
    for address in others:
        if address.startswith("127."):
            continue
        with pytest.raises(OSError), socket.create_connection((address, page.port), timeout=2):
            pass


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:1"}, 403),
        ({"origin": "https://127.0.0.1:{port}"}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"sec_fetch_site": "none"}, 403),
        ({"content_type": "text/plain"}, 415),
        ({"content_type": "application/x-www-form-urlencoded"}, 415),
        ({"content_type": None}, 415),
        ({"host": "evil.example"}, 403),
        ({"origin": "http://127.0.0.1:{port}", "sec_fetch_site": "same-origin"}, 200),
        ({}, 200),  # a script that has the cookie
    ],
)
def test_a_write_comes_from_the_page(page, visitor, score, headers, status):
    headers = {name: value and value.format(port=page.port) for name, value in headers.items()}
    answer = visitor.commit({"verb": "money_add", "user_id": 7, "key": "gold", "value": 5}, **headers)
    assert answer.status == status
    assert score.money_get(user_id=7, key="gold").data == (
        [{"user_id": 7, "key": "gold", "value": 5}] if status == 200 else []
    )


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_other_page_reads(visitor, site):
    assert visitor.get("/api/tables/money", sec_fetch_site=site).status == 403


def test_it_reads_only_unless_it_may_write(show, store, score):
    page = show()
    visitor = Visitor(page.port)
    visitor.enter(page.url)
    answer = visitor.commit({"verb": "money_add", "user_id": 7, "key": "gold", "value": 5})
    assert answer.status == 403 and "--write" in answer.json()["error"]
    assert score.money_get(user_id=7, key="gold").data == []
    assert visitor.json("/api/start")["write"] is False


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_no_other_methods(visitor, method):
    assert visitor.ask(method, "/api/tables/money").status == 405


def test_browsers_are_told_what_to_refuse(visitor):
    for path in ("/", "/api/start", "/static/main.js", "/api/nothing"):
        headers = visitor.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in headers


def test_the_files_need_no_other_host_and_nothing_inline():
    assert {one.suffix for one in STATIC.iterdir()} == {".html", ".css", ".js", ".json", ".svg"}
    for file in STATIC.iterdir():
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|\beval\(|innerHTML|insertAdjacentHTML|javascript:|@import", text), (
            file
        )
    index = (STATIC / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<style|<script>| style=| on\w+=", index)


def test_no_path_leads_out_of_the_files(visitor):
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"):
        assert visitor.get(path).status == 404


def test_a_notebook_may_frame_it_and_others_not(show, monkeypatch):
    visitor = Visitor(show().port)
    policy = visitor.get("/").headers["content-security-policy"]
    assert "frame-ancestors http://localhost:* http://127.0.0.1:*" in policy
