"""What rewritten Python 2 code calls: division, attributes and classes as Python 2 has them."""

import codecs
import operator
from collections.abc import Callable, Mapping
from functools import cmp_to_key
from typing import Any, Final

__all__ = ["ATTRIBUTES", "HELPERS", "compare"]


def compare(left: Any, right: Any) -> int:
    """``cmp``."""
    return int(left > right) - int(left < right)


def _divide(left: Any, right: Any) -> Any:
    """``/``: floors for ints; a class may say ``__div__``."""
    if isinstance(left, int) and isinstance(right, int):
        return left // right
    return operator.truediv(left, right)


def _divide_attribute(owner: Any, name: str, right: Any) -> None:
    setattr(owner, name, _divide(getattr(owner, name), right))


def _divide_item(owner: Any, index: Any, right: Any) -> None:
    owner[index] = _divide(owner[index], right)


_RENAMED: Final[Mapping[str, str]] = {
    "func_closure": "__closure__",
    "func_code": "__code__",
    "func_defaults": "__defaults__",
    "func_dict": "__dict__",
    "func_doc": "__doc__",
    "func_globals": "__globals__",
    "func_name": "__name__",
    "im_func": "__func__",
    "im_self": "__self__",
    "next": "__next__",
}
_BYTES_CODECS: Final = {"hex", "base64", "zlib", "bz2"}


def _sort_of(values: list[Any]) -> Callable[..., None]:
    def sort(cmp: Any = None, key: Any = None, reverse: bool = False) -> None:  # noqa: FBT001, FBT002 - as there
        values.sort(key=_key(cmp, key), reverse=bool(reverse))

    return sort


def _key(cmp: Any, key: Any) -> Any:
    if cmp is None:
        return key
    ordered = cmp_to_key(cmp)
    return ordered if key is None else lambda value: ordered(key(value))


def _recode_of(text: str, name: str) -> Callable[..., Any]:
    """Return ``encode`` or ``decode``: here a str is text, and is both sides of them."""

    def recode(encoding: str = "ascii", errors: str = "strict") -> Any:
        kind = encoding.lower().replace("_codec", "")
        if kind not in _BYTES_CODECS:
            codecs.lookup(encoding)
            return text
        function: Callable[..., bytes] = codecs.encode if name == "encode" else codecs.decode
        return function(text.encode("utf-8"), kind, errors).decode("utf-8", "surrogateescape")

    return recode


def _of_dict(values: dict[Any, Any], name: str) -> Callable[..., Any] | None:
    match name:
        case "keys" | "values" | "items":
            view = getattr(values, name)
            return lambda: list(view())
        case "iterkeys" | "itervalues" | "iteritems":
            view = getattr(values, name.removeprefix("iter"))
            return lambda: iter(view())
        case "viewkeys" | "viewvalues" | "viewitems":
            bound: Callable[..., Any] = getattr(values, name.removeprefix("view"))
            return bound
        case "has_key":
            return values.__contains__
    return None


def _attribute(owner: Any, name: str) -> Any:
    """``owner.name``, where Python 3 has it under another name or with another meaning."""
    if isinstance(owner, dict) and not _overrides(owner, dict, name):
        found = _of_dict(owner, name)
        if found is not None:
            return found
    if isinstance(owner, list) and name == "sort":
        return _sort_of(owner)
    if isinstance(owner, str) and name in {"encode", "decode"}:
        return _recode_of(owner, name)
    if name == "message" and isinstance(owner, BaseException) and "message" not in vars(owner):
        return getattr(type(owner), "message", owner.args[0] if len(owner.args) == 1 else "")
    if name in _RENAMED and not hasattr(owner, name):
        return getattr(owner, _RENAMED[name])
    return getattr(owner, name)


def _overrides(owner: Any, base: type, name: str) -> bool:
    """Whether the mod's own subclass defines the method."""
    if type(owner) is base:
        return False
    classes = type(owner).__mro__[: type(owner).__mro__.index(base)]
    return any(name in vars(cls) for cls in classes if cls.__module__ != "collections")


_DICT_METHODS: Final = (
    "has_key",
    *("keys", "values", "items"),
    *("iterkeys", "itervalues", "iteritems"),
    *("viewkeys", "viewvalues", "viewitems"),
)
ATTRIBUTES: Final = frozenset([*_RENAMED, *_DICT_METHODS, "sort", "encode", "decode", "message"])

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
    if own.get("__hash__", 0) is None:
        # Python 3 takes the hash of a class that defines __eq__; Python 2 leaves what it inherits.
        inherited = next(vars(base)["__hash__"] for base in cls.__mro__[1:] if "__hash__" in vars(base))
        type.__setattr__(cls, "__hash__", inherited)
    return cls


def _ordered(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], bool]:
    return lambda self, other: bool(operation(self.__cmp__(other), 0))


HELPERS: Final[dict[str, Any]] = {
    "__py2_attribute__": _attribute,
    "__py2_class__": _class,
    "__py2_div__": _divide,
    "__py2_div_attribute__": _divide_attribute,
    "__py2_div_item__": _divide_item,
}
