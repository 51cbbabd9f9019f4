"""Chromium, as Debian packages it, driven by Playwright."""

import os
import shutil
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

ARGUMENTS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync""".split()
OWN_HOSTS = {"127.0.0.1", "localhost"}


def program():
    """Where Chromium is; without it the test is skipped, and in continuous integration it fails."""
    found = shutil.which("chromium")
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "Chromium is not installed: tests/browser/install.sh"
        )
    return found


@contextmanager
def started():
    """A running Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=ARGUMENTS)
        yield browser
        browser.close()


class Profile:
    """A profile of the browser with one tab. It notes what must not happen."""

    def __init__(self, browser, **options):
        self.context = browser.new_context(**options)
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.context.set_default_timeout(20_000)
        self.wrong = []
        self.refusals = set()  # statuses that the test provokes: Chromium notes each in its console
        self.tab = self.context.new_page()
        self.tab.on("console", self._on_console)
        self.tab.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.tab.on("request", self._on_request)

    def _on_console(self, message):
        if message.type in ("error", "warning") and not any(
            f"status of {one} " in message.text for one in self.refusals
        ):
            self.wrong.append(f"console: {message.text}")

    def _on_request(self, request):
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in OWN_HOSTS:
            self.wrong.append(f"request: {request.url}")

    def close(self):
        self.context.close()
        assert self.wrong == []
