"""The exceptions of cloudvars: one base, one class for each meaning."""

TYPE_CHECKING = False  # True for type checkers; the module typing takes long to import
if TYPE_CHECKING:
    from typing import Any

    from ._reason import Reason
    from .reply import Reply

__all__ = ["CloudError", "CloudTypeError", "CloudValueError", "CommitError", "Reason", "StoreError"]

_BAD_VALUE = 10003
_STORE = -1


class CloudError(Exception):
    """Base of all; also what ``Reply.unwrap()`` raises.

    ``code``: one of ``cloudvars.codes`` (-1: most ``StoreError``); ``message``: what happened, for people.
    """

    code: int
    message: str

    def __init__(self, message: str, code: int = _BAD_VALUE) -> None:
        """Take a message for people, and a code for programs."""
        super().__init__(message)
        self.message = message
        self.code = code

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with the code."""
        return type(self), (self.message, self.code)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r}, code={int(self.code)})"


class CommitError(CloudError):
    """A commit failed, or a committer was used after its end (C-2, C-5, C-8).

    ``op`` is the index of the operation that failed, from 0, and ``name`` its verb; both are None if none failed.
    """

    op: int | None
    name: str | None

    def __init__(
        self, message: str, code: int = _BAD_VALUE, op: int | None = None, name: str | None = None
    ) -> None:
        """Take the index (from 0 in call order) and the name of the operation that failed, if one did."""
        super().__init__(message, code)
        self.op = op
        self.name = name

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with the operation."""
        return type(self), (self.message, self.code, self.op, self.name)

    def __repr__(self) -> str:
        return f"CommitError({self.message!r}, code={int(self.code)}, op={self.op!r}, name={self.name!r})"


class StoreError(CloudError):
    """The store cannot open, read or write, or is closed. ``code`` is -1; from ``open`` also 1205 or 7534: try again.

    ``reason`` says why in one word:

    - ``"closed"``: the store, the room or the copy was closed;
    - ``"damaged"``: the stored data is invalid, or was overwritten by another copy of SQLite: restore a backup;
    - ``"disk"``: reading, writing or flushing failed: see ``store.reopen()``;
    - ``"foreign"``: what is there is not a store, or was changed by another program; it was left alone;
    - ``"forked"``: a store that another process opened: open it again here;
    - ``"full"``: the disk is full: make room, and try again;
    - ``"locked"``: another process had the store for too long: try again;
    - ``"missing"``: there is no store, folder or database of that name;
    - ``"newer"``: a newer cloudvars made it, or changes it now: upgrade cloudvars;
    - ``"not_empty"``: something is there already where nothing is accepted;
    - ``"outcome_unknown"``: all of the commit was stored, or nothing: read to find out;
    - ``"permission"``: this user may not write, or not read, there;
    - ``"readonly"``: the store was opened with ``readonly=True``;
    - ``"refused"``: the server does not let this user in, or has settings that break promises;
    - ``"replaced"``: the file was deleted or replaced while it was open: open what is there now;
    - ``"throttled"``: the server has too much to do: wait, and try again;
    - ``"unreachable"``: no server answers: try again;
    - ``"other"``: none of these; the message says what.

    ``replies``: where ``commit_many`` raises it, the Reply of each commit, with code -1 for those that met it.
    """

    reason: "Reason"
    replies: "list[Reply[Any]]"

    def __init__(self, message: str, code: int = _STORE, reason: "Reason" = "other") -> None:
        """Take a message for people, and a reason for programs."""
        super().__init__(message, code)
        self.reason = reason
        self.replies = []

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with the reason and the Replies."""
        return type(self), (self.message, self.code, self.reason), {"replies": self.replies}


class CloudValueError(CloudError, ValueError):
    """A field has a value that is not accepted (G-4). ``code`` is BAD_VALUE, or TOO_LONG for a key.

    The message has the field, the value and what is accepted.
    """


class CloudTypeError(CloudValueError, TypeError):
    """A field is missing or unknown, or fields came both as a mapping and as keywords (G-3, G-4).

    The message names the field that was probably meant. It is also a ``TypeError``.
    """


def __getattr__(name: str) -> "Any":
    """Import ``Reason`` when it is used: that is by type checkers, mostly."""
    if name == "Reason":
        from ._reason import Reason  # noqa: PLC0415 - not needed before

        return Reason
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
