"""``Reply``: what every call of the cloud returns (G-1)."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

from .errors import CloudError, CommitError

__all__ = ["Reply"]


class Reply(namedtuple("Reply", ("error_code", "data", "err_msg"))):  # noqa: PYI024 - typing would slow the import
    """``(error_code, data, err_msg)``: ``(0, data, None)``, or ``(code, detail-or-None, message)``. Clause G-1."""

    __slots__ = ()
    error_code: int
    data: Any
    err_msg: str | None

    @property
    def ok(self) -> bool:
        """Whether the call succeeded."""
        return bool(self.error_code == 0)

    def unwrap(self) -> Any:
        """Return the data, or raise ``CommitError`` (a commit) or ``CloudError``."""
        if self.error_code == 0:
            return self.data
        message = str(self.err_msg)
        if isinstance(self.data, dict) and "op" in self.data:
            raise CommitError(message, self.error_code, self.data["op"], self.data["name"])
        raise CloudError(message, self.error_code)
