"""The page's addresses: its files, its answers, its commits."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

import cloudvars
from cloudvars.errors import CloudError, StoreError

from .answers import answer, ask_ahead
from .commit import commit
from .events import Looks, tag_of
from .export import export
from .jsonable import to_bytes
from .kept import Kept
from .params import check
from .unknown import UnknownAddressError

if TYPE_CHECKING:
    from starlette.requests import Request

    from cloudvars import Store

__all__ = ["make_app"]

_STATIC = Path(__file__).parent / "static"
_BODY_MAX = 64 * 2**20
"""A commit moves at most 32 MiB (Q-2), which JSON may write longer."""


def make_app(store: Store, *, write: bool, lang: str | None, ended: threading.Event) -> Starlette:
    """Return the page's app. ``ended``: set when the page ends, so that streams end too."""
    kept = Kept()
    looks = Looks(store, kept, ended)

    def index(_request: Request) -> Response:
        return FileResponse(_STATIC / "index.html", media_type="text/html; charset=utf-8")

    def start(request: Request) -> Response:
        check(request.query_params, ())
        threading.Thread(target=ask_ahead, args=(store, kept), daemon=True).start()
        status = store._status()  # noqa: SLF001 - the bindings' other half
        told = {"write": write, "lang": lang, "version": cloudvars.__version__, "games": list(store.games)}
        return _json(told | {"target": status["target"], "game": status["game"]})

    def get(request: Request) -> Response:
        path = request.path_params["path"]
        if "format" in request.query_params:
            return export(store, path, request.query_params)
        return _json(answer(store, path, request.query_params, kept))

    def events(request: Request) -> Response:
        return looks.stream(request.query_params)

    async def post(request: Request) -> Response:
        if not write:
            return _error("this page only reads; cloudvars explore --write lets it change the store", 403)
        body = await _body(request)
        if body is None:
            return _error("the body is larger than 64 MiB", 413)
        try:
            operations = json.loads(body)
        except (ValueError, RecursionError) as error:
            return _error(f"the body is not JSON: {error}", 400)
        reply = await run_in_threadpool(commit, store, operations, request.query_params)
        looks.note_commit()
        return _json(reply)

    routes = [
        Route("/", index),
        Route("/api/start", start),
        Route("/api/events", events),
        Route("/api/commit", post, methods=["POST"]),
        Route("/api/{path:path}", get),
        Mount("/static", StaticFiles(directory=_STATIC)),
    ]
    handlers: dict[Any, Any] = {CloudError: _refused, UnknownAddressError: _unknown, ImportError: _missing}
    return Starlette(routes=routes, exception_handlers=handlers)


async def _body(request: Request) -> bytes | None:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _BODY_MAX:
            return None
    return bytes(body)


def _json(told: Any) -> Response:
    body = to_bytes(told)
    return Response(body, media_type="application/json", headers={"etag": f'"{tag_of(body)}"'})


def _error(error: str, status: int) -> Response:
    return Response(to_bytes({"error": error}), status, media_type="application/json")


def _refused(_request: Request, error: Exception) -> Response:
    return _error(str(error), 503 if isinstance(error, StoreError) else 400)


def _unknown(_request: Request, error: Exception) -> Response:
    return _error(str(error), 404)


def _missing(_request: Request, error: Exception) -> Response:
    return _error(str(error), 501)
