"""The page inside a notebook: a frame in a page of another port of this machine."""

import http.server
import threading

import cloudvars
import pytest
from browser.chromium import Profile, started
from cloudvars import CloudValueError
from playwright.sync_api import expect


@pytest.fixture
def target():
    """A frame asks no store."""
    return ":memory:"


@pytest.fixture
def notebook():
    """Serves HTML as a notebook at localhost does."""
    shown = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = shown.get("html", "").encode() if self.path == "/" else b""
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()

        def notebook(html):
            shown["html"] = f'<!doctype html><html lang="en"><title>notebook</title>{html}'
            return f"http://localhost:{server.server_port}/"

        yield notebook
        server.shutdown()
        thread.join()


def test_a_frame_shows_the_page(store, show, notebook):
    #
    page = show()
    with started() as browser:
        seen = Profile(browser, locale="en-US")
        seen.tab.goto(notebook(page._repr_html_()))
        frame = seen.tab.frame_locator("iframe")
        expect(frame.get_by_role("link", name="Economy")).to_be_visible(timeout=60_000)
        seen.tab.reload()  # the token is used up, the cookie is there
        expect(frame.get_by_role("link", name="Economy")).to_be_visible(timeout=60_000)
        seen.close()


def test_the_command_line_allows_no_frame(store, notebook):
    #
    from cloudvars.explore.page import Page

    with Page(store, framed=False) as page, started() as browser:
        seen = Profile(browser)
        seen.tab.goto(notebook(f'<iframe src="{page.url}" title="page"></iframe>'))
        expect(seen.tab.frame_locator("iframe").locator("#top")).to_have_count(0)
        assert any("frame" in one for one in seen.wrong)
        seen.wrong.clear()
        seen.close()


MISSING = """if True:
    import importlib.abc, sys

    class Missing(importlib.abc.MetaPathFinder):
        def find_spec(self, name, path, target=None):
            if name.partition(".")[0] == "starlette":
                raise ModuleNotFoundError(f"No module named {name!r}", name="starlette")

    sys.meta_path.insert(0, Missing())
    import cloudvars

    with cloudvars.open() as store:
        try:
            cloudvars.explore(store)
        except ImportError as error:
            print(error)
"""


def test_what_is_not_installed_is_named(run_python):
    #
    assert 'pip install "cloudvars[explore]"' in run_python("-W", "error", "-c", MISSING)


def test_a_store_that_is_only_read_has_no_page_that_writes(tmp_path):
    #
    cloudvars.open(tmp_path / "save.db").close()
    with (
        cloudvars.open(tmp_path / "save.db", readonly=True) as store,
        pytest.raises(CloudValueError, match="write: True"),
    ):
        cloudvars.explore(store, write=True)
