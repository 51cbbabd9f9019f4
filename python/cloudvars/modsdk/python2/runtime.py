"""What rewritten Python 2 code calls: classes as in Python 2, and the helpers of other files."""

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from .attributes import attribute
from .division import divide, divide_attribute, divide_item
from .ordering import OPERATORS

__all__ = ["HELPERS"]


def _unicode(kind: Any, *arguments: Any, **keywords: Any) -> Any:
    """``unicode(…)``: a str is text already, whatever encoding is named."""
    if kind is str and arguments and not isinstance(arguments[0], bytes | bytearray):
        return str(arguments[0])
    return kind(*arguments, **keywords)


_SPECIAL: Final = {
    "__div__": "__truediv__",
    "__idiv__": "__itruediv__",
    "__nonzero__": "__bool__",
    "__rdiv__": "__rtruediv__",
    "__unicode__": "__str__",
    "next": "__next__",
}
_ORDER: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "__eq__": operator.eq,
    "__ge__": operator.ge,
    "__gt__": operator.gt,
    "__le__": operator.le,
    "__lt__": operator.lt,
    "__ne__": operator.ne,
}


def _class(cls: type) -> type:
    """Give a class the names under which Python 3 looks for its special methods."""
    own = vars(cls)
    for old, new in _SPECIAL.items():
        if old in own and new not in own:
            setattr(cls, new, own[old])
    if "__cmp__" in own:
        for name, operation in _ORDER.items():
            if name not in own:
                setattr(cls, name, _ordered(operation))
    if "__eq__" in own and "__ne__" not in own and vars(object)["__ne__"] is getattr(cls, "__ne__", None):
        # Python 3 has != ask __eq__; Python 2 does not, and compares identities: a mod's bug, which the game shows.
        type.__setattr__(cls, "__ne__", lambda self, other: self is not other)
    if own.get("__hash__", 0) is None:
        # Python 3 takes the hash of a class that defines __eq__; Python 2 leaves what it inherits.
        inherited = next(vars(base)["__hash__"] for base in cls.__mro__[1:] if "__hash__" in vars(base))
        type.__setattr__(cls, "__hash__", inherited)
    return cls


def _ordered(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], bool]:
    return lambda self, other: bool(operation(self.__cmp__(other), 0))


HELPERS: Final[dict[str, Any]] = {
    "__py2_attribute__": attribute,
    "__py2_class__": _class,
    "__py2_div__": divide,
    "__py2_div_attribute__": divide_attribute,
    "__py2_div_item__": divide_item,
    "__py2_unicode__": _unicode,
    **dict(OPERATORS.values()),
}
