"""``/api/events``: tells the page which of the answers that it shows have changed (server-sent events).

The page names the answers by their addresses, with the tag that each had. They are asked again and again, by the
Store API as everything else, so commits of other processes and other machines are seen too. A slow answer is asked less
often: looking takes at most a tenth of a thread.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.responses import StreamingResponse

from cloudvars.errors import CloudError, CloudValueError

from .answers import answer, noun_of
from .jsonable import to_bytes
from .params import check
from .unknown import UnknownAddressError

if TYPE_CHECKING:
    import threading
    from collections.abc import AsyncIterator

    from cloudvars import Store

    from .kept import Kept

__all__ = ["Looks", "tag_of"]

_WATCHED_MAX = 6
_LOOK_SECONDS = 1.0
_SLOWER = 10
"""An answer that takes a second is asked every ten seconds."""
_QUIET_SECONDS = 15.0
"""So often something is sent, so that a browser that went away is noticed."""


def tag_of(body: bytes) -> str:
    """Return what is the same for the same answer."""
    return hashlib.blake2b(body, digest_size=12).hexdigest()


class Looks:
    """Looks at what the pages of this store show."""

    def __init__(self, store: Store, kept: Kept, ended: threading.Event) -> None:
        self._store = store
        self._kept = kept
        self._ended = ended
        self._commits = 0

    def note_commit(self) -> None:
        """Look at once: this page has stored something."""
        self._commits += 1

    def stream(self, params: QueryParams) -> StreamingResponse:
        """Return the events: ``changed`` with an address, each time its answer is another one."""
        check(params, (), ("watch", "tag"))
        watched = params.getlist("watch")
        if not 1 <= len(watched) <= _WATCHED_MAX:
            raise CloudValueError(f"watch: {len(watched)} addresses; 1 to {_WATCHED_MAX} are accepted")
        for one in watched:
            if not one.startswith("/api/"):
                raise CloudValueError(f"watch: {one!r}; an address that begins with /api/ is accepted")
            try:
                noun_of(*_asked(one))
            except CloudValueError as error:
                raise CloudValueError(f"watch: {one!r}: {error.message}") from None
        tags = dict(zip(watched, params.getlist("tag"), strict=False))
        return StreamingResponse(self._events(watched, tags), media_type="text/event-stream")

    async def _events(self, watched: list[str], tags: dict[str, str]) -> AsyncIterator[str]:
        yield ": cloudvars\n\n"
        sent = time.monotonic()
        while not self._ended.is_set():
            seen, started = self._commits, time.monotonic()
            for address in watched:
                tag = await run_in_threadpool(self._tag, address)
                if tags.setdefault(address, tag) != tag:
                    tags[address] = tag
                    sent = time.monotonic()
                    yield f"event: changed\ndata: {address}\n\n"
            now = time.monotonic()
            if now - sent > _QUIET_SECONDS:
                sent = now
                yield ": quiet\n\n"
            until = now + max(_LOOK_SECONDS, _SLOWER * (now - started))
            while time.monotonic() < until and self._commits == seen and not self._ended.is_set():  # noqa: ASYNC110 - another thread ends the page
                await anyio.sleep(0.1)

    def _tag(self, address: str) -> str:
        path, params = _asked(address)
        try:
            return tag_of(to_bytes(answer(self._store, path, params, self._kept)))
        except (CloudError, UnknownAddressError) as error:
            return str(error)


def _asked(address: str) -> tuple[str, QueryParams]:
    parts = urlsplit(address)
    return parts.path.removeprefix("/api/"), QueryParams(parts.query)
