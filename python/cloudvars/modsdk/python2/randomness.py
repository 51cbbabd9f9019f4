"""``random`` as Python 2.7 draws: the same seed gives the same numbers."""

import functools
import math
import random as library
from collections.abc import Callable
from typing import Any

from .numbers import hash_of

__all__ = ["Random", "random_names"]

_AT_ONCE = 1 << 53
"""Below this many choices a number is drawn as a float; from it on bit by bit."""


class Random(library.Random):
    """A generator of its own."""

    def seed(self, a: Any = None, *_: Any) -> None:
        """Start it anew: by a number's absolute value, by the hash of anything else, or by chance."""
        super().seed(_seed(a))

    def _randbelow(self, n: int) -> int:
        if n < _AT_ONCE:
            return int(self.random() * n)
        bits = int(1.00001 + math.log(n - 1, 2.0))  # noqa: FURB163 - what 2.7 computes
        drawn = self.getrandbits(bits)
        while drawn >= n:
            drawn = self.getrandbits(bits)
        return drawn

    def jumpahead(self, n: int) -> None:
        """Go on from somewhere else. The place differs from 2.7's."""
        self.seed((n, self.random()))

    def randrange(self, start: Any, stop: Any = None, step: Any = 1) -> int:
        """Draw from ``range(start, stop, step)``; whole floats are accepted."""
        bounds = [start] if stop is None else [start, stop, step]
        whole = [int(bound) for bound in bounds]
        if whole != bounds:
            message = "non-integer argument for randrange()"
            raise ValueError(message)
        return super().randrange(*whole)

    def randint(self, a: Any, b: Any) -> int:
        """Draw from ``a`` to ``b``, both included."""
        return self.randrange(a, b + 1)

    def choice(self, seq: Any) -> Any:
        """Draw one of a sequence. Raises ``IndexError`` if there is none."""
        return seq[int(self.random() * len(seq))]

    def shuffle(self, x: Any, random: Any = None) -> None:
        """Mix a list in place; ``random`` draws in the generator's place."""
        draw = random or self.random
        for index in reversed(range(1, len(x))):
            other = int(draw() * (index + 1))
            x[index], x[other] = x[other], x[index]

    def sample(self, population: Any, k: int) -> list[Any]:  # type: ignore[override]
        """Draw ``k`` different places of a sequence or a set."""
        return super().sample(tuple(population) if isinstance(population, set | frozenset) else population, k)

    def triangular(self, low: float = 0.0, high: float = 1.0, mode: float | None = None) -> float:
        """Draw between ``low`` and ``high``, most often near ``mode``."""
        drawn = self.random()
        middle = 0.5 if mode is None else (mode - low) / (high - low)
        if drawn > middle:
            drawn, middle, low, high = 1.0 - drawn, 1.0 - middle, high, low
        return float(low + (high - low) * (drawn * middle) ** 0.5)

    def gammavariate(self, alpha: float, beta: float) -> float:
        """Draw from the gamma distribution."""
        if alpha != 1.0:
            return super().gammavariate(alpha, beta)
        drawn = self.random()
        while drawn <= 1e-7:  # noqa: PLR2004 - 2.7's bound
            drawn = self.random()
        return -math.log(drawn) * beta

    def paretovariate(self, alpha: float) -> float:
        """Draw from the Pareto distribution."""
        return float(1.0 / pow(1.0 - self.random(), 1.0 / alpha))


def _seed(a: Any) -> int | None:
    if a is None:
        return None
    return abs(a) if isinstance(a, int) else hash_of(a) & ((1 << 64) - 1)


_instance: Any = library.random.__self__  # type: ignore[attr-defined]


class _Shared(Random):
    """The module's own generator: its state is that of ``random`` itself, so that a test's seed counts."""

    _randbelow = Random._randbelow  # noqa: SLF001 - its own base class
    getstate = staticmethod(library.getstate)
    setstate = staticmethod(library.setstate)

    def __init__(self) -> None:
        """Leave the state as it is."""

    def random(self) -> float:
        """Draw from 0 to 1."""
        return library.random()  # noqa: S311 - a game's dice

    def getrandbits(self, k: int) -> int:
        """Draw ``k`` bits."""
        return library.getrandbits(k)

    def seed(self, a: Any = None, *_: Any) -> None:
        """Start ``random`` itself anew."""
        library.seed(_seed(a))

    @property
    def gauss_next(self) -> float | None:
        """The second of two numbers that ``gauss`` draws at once."""
        return _instance.gauss_next  # type: ignore[no-any-return]

    @gauss_next.setter
    def gauss_next(self, value: float | None) -> None:
        _instance.gauss_next = value


_METHODS = (
    "betavariate", "choice", "expovariate", "gammavariate", "gauss", "getrandbits", "getstate", "jumpahead",
    "lognormvariate", "normalvariate", "paretovariate", "randint", "random", "randrange", "sample", "seed",
    "setstate", "shuffle", "triangular", "uniform", "vonmisesvariate", "weibullvariate",
)  # fmt: skip
_ORIGINAL = {name: getattr(library, name, None) for name in _METHODS}


def random_names() -> dict[str, Any]:
    """Return what ``import random`` gives."""
    shared = _Shared()
    return {"Random": Random, **{name: _unless_replaced(name, getattr(shared, name)) for name in _METHODS}}


def _unless_replaced(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, in whose place one counts that a test has put into ``random``."""

    @functools.wraps(function)
    def draw(*arguments: Any, **keywords: Any) -> Any:
        found: Any = getattr(library, name, None)
        return (function if found is _ORIGINAL[name] else found)(*arguments, **keywords)

    return draw
