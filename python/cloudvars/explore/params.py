"""What the address of a request asks for, read. What is not understood is refused: a typing error is no answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cloudvars.errors import CloudValueError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.datastructures import QueryParams

__all__ = ["check", "moment", "number", "yes"]

_YES = {"1": True, "true": True, "0": False, "false": False}
_DIGITS_MAX = 19


def check(params: QueryParams, names: Iterable[str], repeated: tuple[str, ...] = ()) -> None:
    """Refuse a parameter that is none of ``names``, and one that comes twice.

    ``repeated``: these may come several times; one that ends with a point is the beginning of such names.
    """
    accepted = sorted(names)
    for name, value in params.multi_items():
        if any(name.startswith(one) and (name == one) != one.endswith(".") for one in repeated):
            continue
        if name not in accepted:
            known = ", ".join(
                [*(f"{one}COLUMN" if one.endswith(".") else one for one in repeated), *accepted]
            )
            raise CloudValueError(
                f"{name}: {value!r}, and no parameter has this name here; accepted are {known}"
            )
        if len(params.getlist(name)) > 1:
            raise CloudValueError(f"{name}: {value!r}, and it is given more than once; one value is accepted")


def number(params: QueryParams, name: str, default: int, most: int, least: int = 0) -> int:
    """Return the whole number of that name, from ``least`` to ``most``. Without a value it is ``default``."""
    text = params.get(name)
    if text is None or text == "":
        return default
    is_number = text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX
    if not is_number or not least <= int(text) <= most:
        raise CloudValueError(f"{name}: {text!r}; a whole number from {least} to {most} is accepted")
    return int(text)


def yes(params: QueryParams, name: str) -> bool:
    """Return whether that is asked for. Without a value it is not."""
    text = params.get(name) or "0"
    if text.lower() not in _YES:
        raise CloudValueError(f"{name}: {text!r}; 1, 0, true or false is accepted")
    return _YES[text.lower()]


def moment(name: str, text: str) -> datetime:
    """Return the time of an ISO text; without an offset it is UTC."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise CloudValueError(
            f"{name}: {text!r}; a date or time such as 2026-01-31T08:00 is accepted"
        ) from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
