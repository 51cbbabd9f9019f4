"""``urllib`` and ``urllib2``. A hosted mod has no network: what would use it fails by its name."""

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any, NoReturn

from .octets import as_text, octets
from .text import str_of

__all__ = ["urllib2_names", "urllib_names"]


def _absent(name: str) -> Callable[..., NoReturn]:
    def call(*_arguments: Any, **_keywords: Any) -> NoReturn:
        error = AttributeError(f"{name} is not simulated by cloudvars.modsdk: a hosted mod has no network")
        error.add_note(
            f"To have it answer, set {name} in the test: it is a name of the module that the mod imports."
        )
        raise error

    return call


def _quoted(function: Callable[..., str]) -> Callable[..., str]:
    def quote(s: Any, safe: Any = "/" if function is urllib.parse.quote else "") -> str:
        if not isinstance(s, str):
            message = f"argument 1 must be a str, not {type(s).__name__}"
            raise TypeError(message)
        quoted = function(octets(s), octets(safe))
        return quoted if "~" in safe else quoted.replace("~", "%7E")  # Python 2 quotes it

    return quote


_quote_plus = _quoted(urllib.parse.quote_plus)


def _unquote(s: str) -> str:
    return as_text(urllib.parse.unquote_to_bytes(octets(s)))


def _urlencode(query: Any, doseq: Any = 0) -> str:
    """``urlencode``: of a dict or of pairs; with ``doseq`` a list is several values."""
    pairs = []
    for key, value in query.items() if hasattr(query, "items") else query:
        several = doseq and not isinstance(value, str) and hasattr(value, "__len__")
        pairs += [(key, one) for one in (value if several else [value])]
    return "&".join(f"{_quote_plus(str_of(key))}={_quote_plus(str_of(value))}" for key, value in pairs)


def urllib_names() -> dict[str, Any]:
    """``urllib``."""
    absent = ("FancyURLopener", "URLopener", "urlopen", "urlretrieve")
    return {
        **{name: _absent(f"urllib.{name}") for name in absent},
        "pathname2url": urllib.request.pathname2url,
        "quote": _quoted(urllib.parse.quote),
        "quote_plus": _quote_plus,
        "unquote": _unquote,
        "unquote_plus": lambda s: _unquote(s.replace("+", " ")),
        "url2pathname": urllib.request.url2pathname,
        "urlencode": _urlencode,
    }


def urllib2_names() -> dict[str, Any]:
    """``urllib2``."""
    return {
        "HTTPError": urllib.error.HTTPError,
        "URLError": urllib.error.URLError,
        "build_opener": _absent("urllib2.build_opener"),
        "quote": _quoted(urllib.parse.quote),
        "unquote": _unquote,
        "urlopen": _absent("urllib2.urlopen"),
        "urlparse": urllib.parse,
    }
