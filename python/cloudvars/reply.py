"""``Reply``: what every call of the cloud returns (G-1)."""

from typing import Any, NamedTuple

from .errors import CloudError, CommitError

__all__ = ["Reply"]


class Reply(NamedTuple):
    """``(error_code, data, err_msg)``: ``(0, data, None)``, or ``(code, detail-or-None, message)``. Clause G-1."""

    error_code: int
    data: Any
    err_msg: str | None

    @property
    def ok(self) -> bool:
        """Whether the call succeeded."""
        return self.error_code == 0

    def unwrap(self) -> Any:
        """Return the data, or raise ``CommitError`` (a commit) or ``CloudError``."""
        if self.error_code == 0:
            return self.data
        message = self.err_msg or f"failed with code {self.error_code}"
        if isinstance(self.data, dict) and "op" in self.data:
            raise CommitError(message, self.error_code, self.data["op"], self.data.get("name"))
        raise CloudError(message, self.error_code)
