"""``copy``: a store, row by row, to another place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ._native import _Copy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from os import PathLike
    from typing import Literal, Self

__all__ = ["Copied", "copy"]


class Copied(NamedTuple):
    """What ``copy`` copied: the number of rows, and the SHA-256 of all that they hold (hex)."""

    rows: int
    checksum: str


class Steps:
    """A copy under way; a context manager that lets go of both stores. Iterate over it, then look at ``copied``."""

    copied: Copied

    def __init__(
        self,
        source_url: str | PathLike[str],
        target_url: str | PathLike[str],
        durability: Literal["full", "normal", "off"],
    ) -> None:
        self._copy = _Copy(source_url, target_url, durability)

    def __iter__(self) -> Iterator[tuple[str, int, int]]:
        """Run it, and yield what each step did, the rows done, and of how many (0 while they are counted)."""
        phase = ""
        while phase != "done":
            phase, done, total = self._copy.step()
            yield phase, done, total
        self.copied = Copied(*self._copy.sum())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._copy.close()


def copy(
    source_url: str | PathLike[str],
    target_url: str | PathLike[str],
    *,
    durability: Literal["full", "normal", "off"] = "full",
    progress: Callable[[int, int], object] | bool | None = None,
) -> Copied:
    """Copy a whole store, bit for bit, to another place: each a path or a ``mysql://`` URL.

    Nobody may write to either meanwhile. The target must be empty, or hold what an earlier copy of the same source
    left when it was stopped: then this one continues from there. Until the end the target does not open as a store.
    ``durability``: as in ``open``, of the target. ``progress(done, total)``: called after each part with the number of
    copied rows and that of all rows; the last call, ``(total, total)``, comes when all rows were read again and are the
    same. ``progress=True`` shows a bar.

    Returns the rows and their checksum. Raises ``StoreError`` (no source, a target that holds data, a store that
    changed meanwhile, a store that fails), ``CloudValueError`` (a malformed URL; the same store twice).
    """
    tell = _bar() if progress is True else progress or None
    with Steps(source_url, target_url, durability) as steps:
        for phase, done, total in steps:
            if tell and (phase == "done" or (phase == "copy" and done < total)):
                tell(done, total)
    return steps.copied


def _bar() -> Callable[[int, int], object]:
    from ._progress import bar  # noqa: PLC0415 - only for whoever asks for it

    return bar("copy")
