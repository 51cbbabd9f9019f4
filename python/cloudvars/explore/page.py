"""A page that is served: its socket, its thread, its end."""

from __future__ import annotations

import atexit
import contextlib
import html
import json
import socket
import sys
import threading
import webbrowser
from typing import TYPE_CHECKING, Self

import uvicorn

from cloudvars.errors import CloudValueError, StoreError

from .app import make_app
from .security import Guard
from .status import is_closed

if TYPE_CHECKING:
    from cloudvars import Store

__all__ = ["Page", "serve"]

_LANGUAGES = ("en", "zh")
_LOOK_SECONDS = 0.5
"""How often a page looks whether its store was closed."""
_START_SECONDS = 30


class Page:
    """A page that a thread of this process serves. Made by ``cloudvars.explore``."""

    def __init__(
        self,
        store: Store,
        *,
        write: bool = False,
        port: int = 0,
        lang: str | None = None,
        framed: bool = True,
    ) -> None:
        if lang is not None and lang not in _LANGUAGES:
            raise CloudValueError(f"lang: {lang!r}; 'en' or 'zh' is accepted")
        if write and store._status()["readonly"]:  # noqa: SLF001 - the bindings' other half
            raise CloudValueError(
                "write: True, and the store is open for reading only; write=False is accepted"
            )
        self._store = store
        self._socket = _bound(port)
        self.port: int = self._socket.getsockname()[1]
        self._guard = Guard(self.port, framed=framed)
        self._ended = threading.Event()
        self._failure: BaseException | None = None
        app = make_app(store, write=write, lang=lang, ended=self._ended)
        config = uvicorn.Config(
            self._guard.around(app),
            log_config=None,
            log_level="warning",
            access_log=False,
            lifespan="off",
            http="h11",
            loop="asyncio",
            ws="none",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=5,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="cloudvars-explore", daemon=True)
        self._thread.start()
        for _ in range(_START_SECONDS * 100):
            if self._server.started or self._ended.wait(0.01):
                break
        if self._failure is not None:
            raise StoreError(f"the page cannot be served: {self._failure}") from self._failure
        self._watch = threading.Thread(target=self._end_with_store, name="cloudvars-explore-end", daemon=True)
        self._watch.start()
        atexit.register(self.close)

    @property
    def url(self) -> str:
        """The address for a browser of this machine; the first visit uses up its token."""
        return f"http://127.0.0.1:{self.port}/?token={self._guard.token}"

    def wait(self) -> None:
        """Wait until the page ends."""
        while not self._ended.wait(1):
            pass

    def close(self) -> None:
        """End the page; twice is fine."""
        self._ended.set()
        self._server.should_exit = True
        if threading.current_thread() not in {self._thread, self._watch}:
            self._thread.join(10)
        self._socket.close()
        atexit.unregister(self.close)

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        except (Exception, SystemExit) as error:  # noqa: BLE001 - told by whoever made the page
            self._failure = error
        finally:
            self._ended.set()

    def _end_with_store(self) -> None:
        while not self._ended.wait(_LOOK_SECONDS):
            if is_closed(self._store):
                self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        ended = ", ended" if self._ended.is_set() else ""
        return f"<cloudvars page of {self._store!r} at port {self.port}{ended}>"

    def _repr_html_(self) -> str:
        """Return a frame with the page.

        Its host is ``localhost``, the usual host of a notebook: a browser gives the cookie only to a frame of the same
        host. The link is for notebooks of another host.
        """
        if self._ended.is_set():
            return "<p>This page has ended.</p>"
        framed = html.escape(f"http://localhost:{self.port}/?token={self._guard.frame_token}", quote=True)
        return (
            f'<iframe src="{framed}" title="cloudvars" width="100%" height="640" '
            'style="border:1px solid #8884;border-radius:8px"></iframe>'
            f'<p><a href="{html.escape(self.url, quote=True)}" target="_blank" rel="noopener">'
            "Open the page in a tab</a></p>"
        )


def serve(  # noqa: PLR0913 - the options of the command
    store: Store, *, write: bool, port: int, lang: str | None, browser: bool, as_json: bool = False
) -> None:
    """Serve a page until Ctrl-C or the end of the store: see ``cloudvars.explore.serve``."""
    with Page(store, write=write, port=port, lang=lang, framed=False) as page:
        sys.stdout.write((json.dumps({"url": page.url}) if as_json else page.url) + "\n")
        sys.stdout.flush()
        if browser:
            with contextlib.suppress(webbrowser.Error):
                webbrowser.open(page.url)
        with contextlib.suppress(KeyboardInterrupt):
            page.wait()


def _bound(port: int) -> socket.socket:
    """Return a socket that listens on this machine only."""
    # asyncio sends small parts at once (TCP_NODELAY) only where the protocol is named. Otherwise the second part of an
    # answer waits for the first one's acknowledgement, which a client may delay for 40 ms.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":  # there it would let another program share the port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port))
    except OverflowError:
        bound.close()
        raise CloudValueError(f"port: {port}; 0 to 65535 is accepted") from None
    except OSError as error:
        bound.close()
        raise StoreError(f"the page cannot use port {port}: {error.strerror or error}") from error
    return bound
