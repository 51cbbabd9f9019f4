"""Who may see the page: the token and the cookie, hosts and origins, and what browsers are told to refuse.

Other people's web pages run in the same browser, and may send requests to any port of this machine. They cannot read
the cookie, and a browser sends it only with requests from a page of the same site.
"""

from __future__ import annotations

import hmac
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Guard"]

_OWN_SITES = {None, "same-origin", "none"}
"""What a browser says of requests from the page itself, or from its address bar; scripts say nothing."""
_REFUSED = """<!doctype html><html lang="en"><meta charset="utf-8"><title>cloudvars</title>
<p>{sentence}</p><p lang="zh">{chinese}</p></html>"""
_USED = (
    "This link was used already, and works once. Start the page again for a new one.",
    "此链接只能使用一次，且已被使用。请重新启动页面以获取新链接。",  # noqa: RUF001 - Chinese
)
_UNKNOWN = (
    "Open the link that cloudvars printed: it has a token.",
    "请打开 cloudvars 输出的带令牌的链接。",
)


class Guard:
    """Lets through who has the cookie; gives it, once, to who brings the token."""

    def __init__(self, port: int, *, framed: bool) -> None:
        """``framed``: pages of this machine, such as a notebook, may show the page in a frame."""
        self.token = secrets.token_urlsafe(32)
        self.frame_token = secrets.token_urlsafe(32)
        self._unused = {self.token, self.frame_token} if framed else {self.token}
        self._session = secrets.token_urlsafe(32)
        self._cookie = f"cloudvars_{port}"
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        ancestors = "http://localhost:* http://127.0.0.1:*" if framed else "'none'"
        self._headers = {
            "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'; "
            f"frame-ancestors {ancestors}; require-trusted-types-for 'script'",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
        }

    def around(self, app: ASGIApp) -> ASGIApp:
        """Return the app behind this guard."""

        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                return
            refusal = self._refusal(scope)
            await (refusal or app)(scope, receive, self._hardened(send))

        return guarded

    def _refusal(self, scope: Scope) -> Response | None:  # noqa: PLR0911 - one for each reason
        """Return what is answered instead of the page; None: the request may pass."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return JSONResponse({"error": "this host is not the page's"}, 403)
        if scope["method"] not in {"GET", "HEAD", "POST"}:
            return JSONResponse({"error": "only GET and POST are accepted"}, 405)
        if scope["path"] == "/":
            token = QueryParams(scope["query_string"]).get("token")
            if token is not None:
                return self._exchange(token, headers)
        if not self._has_cookie(headers):
            return _sentence(_UNKNOWN) if scope["path"] == "/" else _told("the cookie is missing", 401)
        if scope["path"].startswith("/api/") and headers.get("sec-fetch-site") not in _OWN_SITES:
            return _told("the request comes from another site", 403)
        if scope["method"] == "POST":
            return _refused_write(headers, hosts[0])
        return None

    def _exchange(self, token: str, headers: Headers) -> Response:
        """Take the token; the address that stays in the browser has none."""
        known = [one for one in self._unused if hmac.compare_digest(one.encode(), token.encode())]
        if not known and not self._has_cookie(headers):
            return _sentence(_USED)
        answer = RedirectResponse("/", 303)
        if known:
            self._unused.discard(known[0])
            answer.set_cookie(self._cookie, self._session, httponly=True, samesite="strict", path="/")
        return answer

    def _has_cookie(self, headers: Headers) -> bool:
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            return False
        return cookie is not None and hmac.compare_digest(cookie.value.encode(), self._session.encode())

    def _hardened(self, send: Send) -> Send:
        async def hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                headers["cache-control"] = "no-store"
            await send(message)

        return hardened


def _refused_write(headers: Headers, host: str) -> Response | None:
    """Return the answer to a write that is not the page's own; a script that has the cookie sends no origin."""
    if headers.get("origin", f"http://{host}") != f"http://{host}":
        return _told("the request comes from another origin", 403)
    if headers.get("sec-fetch-site") not in {None, "same-origin"}:
        return _told("the request comes from another site", 403)
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return _told("the content type must be application/json", 415)
    return None


def _sentence(sentences: tuple[str, str]) -> Response:
    return HTMLResponse(_REFUSED.format(sentence=sentences[0], chinese=sentences[1]), 403)


def _told(error: str, status: int) -> Response:
    return JSONResponse({"error": error}, status)
