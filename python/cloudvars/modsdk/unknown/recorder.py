"""The object that a mod gets for what is not simulated: anything may be done with it, and it notes its name (E-17)."""

import dis
import re
import sys
import types
from collections.abc import Iterator
from types import FunctionType, MappingProxyType
from typing import Any, Final, NoReturn, Protocol

from .neutral import Neutral

__all__ = ["RecordedClass", "Recorder", "Recording", "is_special", "recorder"]

_COMPONENT: Final = re.compile(
    r"\w+(Comp|Component)(Server|Client)|.*GetEngineCompFactory\(\)\.Create\w+\(\)"
)
"""The names of components: of the SDK's, and of others that a factory makes."""
_UNPACK: Final = MappingProxyType({dis.opmap[name]: name for name in ("UNPACK_SEQUENCE", "UNPACK_EX")})


class Recording(Protocol):
    """Where a recorder notes what it is asked for."""

    def attribute(self, owner: str, name: str) -> Any:
        """Return what stands for a member."""

    def part(self, name: str) -> Any:
        """Return the recorder of this name; it is no member of the API, so it is not noted."""

    def called(self, name: str) -> Any:
        """Note a call; return what it answers."""


class Recorder(Neutral):
    """Stands for a function, component, class or constant that is not simulated.

    It is callable, has every attribute, is 0 as a number and empty as a container, and may be a base class or a
    decorator. ``str`` says what it stands for.
    """

    _cloudvars_name: str
    _cloudvars_recording: Recording

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        """Do nothing: a mod calls it as ``Base.__init__(self, …)`` of a class that is a recorder."""

    def __getattr__(self, name: str) -> Any:
        if is_special(name):
            raise AttributeError(name)
        return self._cloudvars_recording.attribute(self._cloudvars_name, name)

    def __delattr__(self, name: str) -> None:
        vars(self).pop(name, None)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Note the call. What is decorated stays what it was."""
        answer = self._cloudvars_recording.called(self._cloudvars_name)
        if not isinstance(answer, Recorder) or keywords:
            return answer
        match arguments:
            case (FunctionType() | type() | classmethod() | staticmethod() | property() as decorated,):
                return decorated
            case (str() as name, tuple() as bases, dict() as body):  # as the metaclass of a class
                return types.new_class(name, bases, exec_body=lambda inside: inside.update(body))
        return answer

    def __iter__(self) -> Iterator[Any]:
        """Give nothing; to ``x, y, z = …``, as many recorders as there are names on its left."""
        one = self._cloudvars_recording.part(f"{self._cloudvars_name}[]")
        return iter([one] * _unpacked(sys._getframe(1)))  # noqa: SLF001 - only the frame says what the caller does

    def __getitem__(self, key: object) -> Any:
        return self._cloudvars_recording.part(f"{self._cloudvars_name}[]")

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return (_class_of(self),)

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, _class_of(self))

    def __subclasscheck__(self, cls: type) -> bool:
        return issubclass(cls, _class_of(self))

    def __repr__(self) -> str:
        return f"<not simulated: {self._cloudvars_name}>"

    def __copy__(self) -> "Recorder":
        return self

    def __deepcopy__(self, memo: Any) -> "Recorder":
        return self

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        message = f"{self._cloudvars_name} is not simulated by cloudvars.modsdk: what stands for it cannot be pickled"
        raise TypeError(message)


class RecordedComponent(Recorder):
    """Stands for a component: an object that is there, so it is true (``if not comp: return``)."""

    def __bool__(self) -> bool:
        return True


class RecordedClass:
    """The base that a mod's class gets where it names a recorder as its base.

    A method of the mod's class may call methods of the engine that it inherits: names with a capital letter are
    recorded, any other is the mod's own, and missing if it is missing.
    """

    _cloudvars_recorder: Recorder

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        """Take what the engine's class takes."""

    def __getattr__(self, name: str) -> Any:
        if not name[:1].isupper():
            message = f"{type(self).__name__!r} object has no attribute {name!r}"
            raise AttributeError(message)
        return getattr(self._cloudvars_recorder, name)

    # What the classes of the engine have, for `super(X, self).Destroy()`, which asks no __getattr__.

    def Create(self, *arguments: Any, **keywords: Any) -> None:
        """Do nothing."""

    def Destroy(self, *arguments: Any, **keywords: Any) -> None:
        """Do nothing."""

    def OnActive(self, *arguments: Any, **keywords: Any) -> None:
        """Do nothing."""

    def OnDeactive(self, *arguments: Any, **keywords: Any) -> None:
        """Do nothing."""

    def Update(self, *arguments: Any, **keywords: Any) -> None:
        """Do nothing."""


def recorder(name: str, recording: Recording) -> Recorder:
    """Make the recorder for a name."""
    made = RecordedComponent() if _COMPONENT.fullmatch(name) else Recorder()
    vars(made).update(_cloudvars_name=name, _cloudvars_recording=recording)
    return made


def _class_of(one: Recorder) -> type:
    """Return the class of a recorder that is used as one; always the same."""
    known = vars(one).get("_cloudvars_class")
    if known is None:
        last = one._cloudvars_name.rpartition(".")[2].strip("()[]")  # noqa: SLF001 - a function of this class
        known = type(last or "Recorded", (RecordedClass,), {"_cloudvars_recorder": one})
        vars(one)["_cloudvars_class"] = known
    return known


def is_special(name: str) -> bool:
    """Whether a name cannot be one of the API: Python, a notebook, or a mod for its own mark, asks for it."""
    return name.startswith("_")


def _unpacked(frame: Any) -> int:
    """Return how many values the running instruction of a frame takes out of a sequence; 0 if it does not unpack."""
    code, at = frame.f_code.co_code, frame.f_lasti
    kind = _UNPACK.get(code[at]) if 0 <= at < len(code) - 1 else None
    # `first, *rest = …` takes what is before the star, and what is after it was written into the prefix.
    after = code[at - 1] if kind == "UNPACK_EX" and at >= 2 and code[at - 2] == dis.EXTENDED_ARG else 0  # noqa: PLR2004
    return code[at + 1] + after if kind else 0
