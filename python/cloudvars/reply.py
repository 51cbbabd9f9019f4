"""``Reply``: what every call of the cloud returns (G-1)."""

from collections import namedtuple

from .errors import CloudError, CommitError

TYPE_CHECKING = False  # True for type checkers; the module typing takes long to import
if TYPE_CHECKING:
    from typing import Any, Generic, NamedTuple

    from typing_extensions import TypeVar

    Data_co = TypeVar("Data_co", covariant=True, default=Any)  # so ``Reply`` alone is Reply[Any]

    class _Fields(NamedTuple, Generic[Data_co]):
        error_code: int
        """int: 0, or one of ``cloudvars.codes``."""
        data: Data_co | Any
        """What the call was asked for. After a failure None, or for a commit ``{"op", "name"}``: hence the Any."""
        err_msg: str | None
        """str, for people: what failed and why; None after a success."""

else:
    Data_co = object
    _Fields = namedtuple("_Fields", ("error_code", "data", "err_msg"))  # noqa: PYI024 - the other one needs typing
    _Fields.__annotations__ = {"error_code": int, "data": object, "err_msg": str | None}
    _Fields.__class_getitem__ = classmethod(type(list[int]))

__all__ = ["Reply"]


class Reply(_Fields[Data_co]):
    """``(error_code, data, err_msg)``: ``(0, data, None)``, or ``(code, detail-or-None, message)``.

    Code 0 is success; any other code comes with a message that is not empty.

    It is true if the call succeeded: ``if reply:`` is ``if reply.ok:``. To a type checker, ``Reply[list[MoneyRow]]`` is
    the Reply of ``money_get``; ``cloudvars.types`` has the rows.
    Clause G-1.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        """Whether the call succeeded: the same as ``ok``."""
        return self.error_code == 0

    def _repr_html_(self) -> str:
        from . import _html  # noqa: PLC0415 - only a notebook needs it

        return _html.reply(self)

    @property
    def ok(self) -> bool:
        """Whether the call succeeded."""
        return self.error_code == 0

    def unwrap(self) -> "Data_co":
        """Return the data, or raise ``CommitError`` (a commit) or ``CloudError``."""
        if self.error_code == 0:
            data: Data_co = self.data
            return data
        message = self.err_msg or f"failed with code {self.error_code}"
        if isinstance(self.data, dict) and "op" in self.data:
            raise CommitError(message, self.error_code, self.data["op"], self.data.get("name"))
        raise CloudError(message, self.error_code)
