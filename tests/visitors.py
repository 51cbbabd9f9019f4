"""Programs that visit the page over HTTP, with any headers. The fixtures are there for every test of the page."""

import http.client
import json

import cloudvars
import pytest


class Answer:
    """What the page answered."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)


class Visitor:
    """Sends requests to a page; keeps its cookie."""

    def __init__(self, port, cookie=None):
        self.port = port
        self.cookie = cookie

    def ask(self, method, path, body=None, **headers):
        """Send one request. `sec_fetch_site="none"` is the header Sec-Fetch-Site; None leaves a header out."""
        sent = {"Host": f"127.0.0.1:{self.port}"}
        if self.cookie:
            sent["Cookie"] = self.cookie
        sent |= {name.replace("_", "-").title(): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            if body is not None:
                sent["Content-Length"] = str(len(body))
            for name, value in sent.items():
                if value is not None:
                    connection.putheader(name, value)
            connection.endheaders(body)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def json(self, path):
        """The answer to a request that succeeds."""
        answer = self.get(path)
        assert answer.status == 200, answer.body
        return answer.json()

    def commit(self, *operations, path="/api/commit", **headers):
        body = json.dumps(operations).encode()
        return self.ask("POST", path, body, **{"content_type": "application/json", **headers})

    def enter(self, url):
        """Follow the printed link: the token becomes a cookie."""
        answer = self.get(url.removeprefix(f"http://127.0.0.1:{self.port}"))
        if "set-cookie" in answer.headers:
            self.cookie = answer.headers["set-cookie"].partition(";")[0]
        return answer


@pytest.fixture
def show(store):
    """Serves the page of the test's store."""
    pages = []

    def show(of=None, **options):
        pages.append(cloudvars.explore(of or store, **options))
        return pages[-1]

    yield show
    for page in pages:
        page.close()


@pytest.fixture
def page(show):
    """The page of the test's store, which may write."""
    return show(write=True)


@pytest.fixture
def visitor(page):
    """Somebody who followed the link of the page."""
    visitor = Visitor(page.port)
    assert visitor.enter(page.url).status == 303
    return visitor
