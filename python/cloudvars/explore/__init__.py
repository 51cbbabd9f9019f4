"""The page: look at a store in a browser, and, where it is allowed, change it by commits.

``cloudvars.explore(store)`` shows the page in a notebook, ``cloudvars explore STORE`` on the command line. It needs the
packages of ``pip install "cloudvars[explore]"``.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cloudvars import Store

    from .page import Page

__all__ = ["explore", "serve"]

_INSTALL = 'the page needs Starlette and uvicorn: pip install "cloudvars[explore]"'


def explore(store: Store, *, write: bool = False, port: int = 0, lang: str | None = None) -> Page:
    """Show the page of this store: in a notebook as the last line of a cell, elsewhere at ``.url``.

    A thread of this process serves it, on this machine only. It ends with the store, or by ``.close()``.
    ``write=True`` lets the page change what it shows. ``port``: 0 takes a free one.
    ``lang``: "en" or "zh"; without it the browser says.
    Raises ``ImportError`` where Starlette or uvicorn is not installed.
    """
    page: Page = _page().Page(store, write=write, port=port, lang=lang)
    return page


def serve(  # noqa: PLR0913 - the options of the command
    store: Store,
    *,
    write: bool = False,
    port: int = 0,
    lang: str | None = None,
    browser: bool = True,
    as_json: bool = False,
) -> None:
    """Print the address of the page, show it in a browser, and serve it until Ctrl-C or the end of the store.

    ``browser=False`` opens no browser. ``as_json=True`` prints the address as ``{"url": ...}``. The rest is as for
    ``explore``.
    """
    _page().serve(store, write=write, port=port, lang=lang, browser=browser, as_json=as_json)


def _page() -> Any:
    try:
        from . import page  # noqa: PLC0415 - needs packages that cloudvars itself does not
    except ModuleNotFoundError as error:
        if error.name in {"starlette", "uvicorn", "anyio", "click", "h11"}:
            raise ImportError(_INSTALL, name=error.name) from error
        raise
    return page


class _Callable(ModuleType):
    """The class of this package: ``cloudvars.explore`` is a function, and the package of its parts."""

    def __call__(self, store: Store, *, write: bool = False, port: int = 0, lang: str | None = None) -> Page:
        return explore(store, write=write, port=port, lang=lang)


_Callable.__call__.__doc__ = explore.__doc__
sys.modules[__name__].__class__ = _Callable
