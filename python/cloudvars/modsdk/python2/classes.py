"""Classes of Python 2: how a class statement makes one, and what its functions are when the class is asked for them."""

import sys
from collections.abc import Callable
from functools import lru_cache
from types import FunctionType
from types import MethodType as BoundMethod
from typing import Any, Final

from .special import adapt

__all__ = ["Class", "MethodType", "UnboundMethod", "init_of", "make_class", "new_of", "type_of"]


class Class(type):
    """The type of every class of a Python 2 module, whose functions are unbound methods there."""

    def __init__(cls, name: str, bases: tuple[Any, ...], body: dict[str, Any]) -> None:
        type.__init__(
            cls, name, bases, body
        )  # a metaclass of the mod is a subclass and an instance of this one
        adapt(cls)

    def __getattribute__(cls, name: str) -> Any:
        value = type.__getattribute__(cls, name)
        if type(value) is FunctionType and _defines(cls, name, value):
            return UnboundMethod(value, cls)
        return value


Class.__name__ = Class.__qualname__ = "type"  # its name is shown, and decides the order of mixed values


def _defines(cls: type, name: str, function: Any) -> bool:
    """Whether it is a function of the class, and not a ``staticmethod``."""
    for base in type.__getattribute__(cls, "__mro__"):
        names = type.__getattribute__(base, "__dict__")
        if name in names:
            return names[name] is function
    return False


class UnboundMethod:
    """A function of a class, asked of the class: its first argument must be an instance."""

    __slots__ = ("im_class", "im_func")

    def __init__(self, function: Any, cls: Any) -> None:
        self.im_func, self.im_class = function, cls

    @property
    def __func__(self) -> Any:
        return self.im_func

    @property
    def __wrapped__(self) -> Any:
        return self.im_func

    @property
    def __doc__(self) -> Any:  # type: ignore[override]
        return self.im_func.__doc__

    @property
    def im_self(self) -> None:
        """None: there is no instance."""
        return None

    __self__ = im_self

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call the function."""
        __tracebackhide__ = True
        if not arguments or not isinstance(arguments[0], self.im_class):
            got = f"{type(arguments[0]).__name__} instance" if arguments else "nothing"
            message = (
                f"unbound method {self.im_func.__name__}() must be called with {self.im_class.__name__} instance "
                f"as first argument (got {got} instead)"
            )
            raise TypeError(message)
        return self.im_func(*arguments, **keywords)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None or not isinstance(instance, self.im_class):
            return self
        return BoundMethod(self.im_func, instance)

    def __getattr__(self, name: str) -> Any:
        if name in {"im_func", "im_class"}:  # one that is being copied has none yet
            raise AttributeError(name)
        return getattr(self.im_func, name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UnboundMethod) and other.im_func == self.im_func

    def __hash__(self) -> int:
        return hash(self.im_func)

    def __repr__(self) -> str:
        return f"<unbound method {self.im_class.__name__}.{self.im_func.__name__}>"


class _Methods(type):
    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, BoundMethod | UnboundMethod)

    def __call__(cls, function: Any, instance: Any, owner: Any = None) -> Any:
        if instance is not None:
            return BoundMethod(function, instance)
        if owner is None:
            message = "unbound methods must have non-NULL im_class"
            raise TypeError(message)
        return UnboundMethod(function, owner)


class MethodType(metaclass=_Methods):
    """``types.MethodType``: bound and unbound methods are of one type."""


MethodType.__name__ = MethodType.__qualname__ = "instancemethod"


def make_class(name: str, bases: tuple[Any, ...], body: dict[str, Any]) -> Any:
    """Make the class of a class statement: by its ``__metaclass__``, its first base's type, or the module's."""
    if "__metaclass__" in body:
        meta = body["__metaclass__"]
    elif bases:
        meta = type(bases[0])
    else:
        meta = sys._getframe(1).f_globals.get("__metaclass__", Class)  # noqa: SLF001 - the module's name
    return _made(meta, name, bases, body)


def type_of(kind: Any, *arguments: Any) -> Any:
    """``type(value)``, and ``type(name, bases, body)``, which makes a class."""
    if kind is not type:
        return kind(*arguments)
    if len(arguments) == 1:
        found = type(arguments[0])
        if found is BoundMethod or found is UnboundMethod:
            return MethodType
        return _PLAIN.get(found, found)
    name, bases, body = arguments
    body = dict(body)
    body.setdefault("__module__", sys._getframe(1).f_globals.get("__name__"))  # noqa: SLF001 - as type() does
    return _made(type, name, bases, body)


def _made(meta: Any, name: str, bases: tuple[Any, ...], body: dict[str, Any]) -> Any:
    if isinstance(meta, type):
        meta = _most_derived(meta, bases)
    made = meta(name, tuple([Class if base is type else base for base in bases]), body)
    return adapt(made) if isinstance(made, type) else made


def _most_derived(meta: type, bases: tuple[Any, ...]) -> Any:
    """Return the metaclass that is all of those of the bases, and a ``Class``."""
    for base in bases:
        if issubclass(type(base), meta):
            meta = type(base)
    if issubclass(meta, Class):
        return meta if all(issubclass(meta, type(base)) for base in bases) else _combined(meta, bases)
    return Class if meta is type else _combined(meta, bases)


def _combined(meta: Any, bases: tuple[Any, ...]) -> Any:
    others = [type(base) for base in bases if not issubclass(meta, type(base)) and type(base) is not type]
    return _with_class(tuple(dict.fromkeys([meta, *others])))


@lru_cache(maxsize=256)
def _with_class(metas: tuple[type, ...]) -> type:
    rest = [meta for meta in metas if meta is not Class]
    try:
        made = type(rest[0].__name__, (*rest, Class), {})
    except TypeError:  # a conflict, which making the class tells
        return metas[0]
    _PLAIN[made] = rest[0]
    return made


_PLAIN: Final[dict[type, type]] = {Class: type}
"""A metaclass of ours -> what the mod knows it as."""


def new_of(owner: Any) -> Callable[..., Any]:
    """``owner.__new__``; that of ``object`` takes arguments if the class has both ``__new__`` and ``__init__``."""
    found: Callable[..., Any] = owner.__new__
    if found is not object.__new__:
        return found

    def new(cls: Any, *arguments: Any, **keywords: Any) -> Any:
        extra = (arguments or keywords) and _has_both(cls)
        return object.__new__(cls) if extra else object.__new__(cls, *arguments, **keywords)

    return new


def init_of(owner: Any) -> Callable[..., Any]:
    """``owner.__init__``; that of ``object`` takes arguments if the class has both."""
    found: Callable[..., Any] = owner.__init__
    if getattr(found, "__objclass__", None) is not object:
        return found

    def init(*arguments: Any, **keywords: Any) -> None:
        bound = [found.__self__] if hasattr(found, "__self__") else []
        instance, *rest = [*bound, *arguments]
        if (rest or keywords) and _has_both(type(instance)):
            return
        object.__init__(instance, *rest, **keywords)

    return init


def _has_both(cls: type) -> bool:
    find = type.__getattribute__
    return find(cls, "__new__") is not object.__new__ and find(cls, "__init__") is not object.__init__
