"""Find circles between the modules of a Rust crate.

A file and the folder of its name are one module, at every level of the tree. The modules of one level may not name each
other in a circle, whichever of their files do. A file and the files in its own folder may. So may modules of one level
that are named together: they count as one.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

Module = tuple[str, ...]
Graph = dict[Module, dict[Module, str]]
"""For each module, the ones of its level that it names, each with a line that does."""

_COMMENT = re.compile(r"//[^\n]*")
_PATH = re.compile(r"(?<![\w:$])((?:crate|super)(?:::(?:super))*)::")
_WORD = re.compile(r"(?:r#)?(\w+)")


def module_of(file: Path, source: Path) -> Module:
    """Name the module of a file: `kinds/mod.rs` is `kinds`, `kinds/money.rs` is `kinds::money`, the root is empty."""
    parts = file.relative_to(source).with_suffix("").parts
    return parts[:-1] if parts[-1] in {"mod", "lib", "main"} else parts


def leaves(text: str, at: int) -> Iterator[Module]:
    """Yield the paths that begin at `at`: one, or each of those in a group of braces."""
    prefix: Module = ()
    while True:
        at += len(text[at:]) - len(text[at:].lstrip())
        if text.startswith("{", at):
            for start in group(text, at):
                yield from (prefix + rest for rest in leaves(text, start))
            return
        word = _WORD.match(text, at)
        if word is None:
            yield prefix
            return
        prefix += (word[1],)
        if not text.startswith("::", word.end()):
            yield prefix
            return
        at = word.end() + 2


def group(text: str, at: int) -> Iterator[int]:
    """Yield where the items of a group of braces begin."""
    depth = 0
    for place in range(at, len(text)):
        if text[place] == "}":
            depth -= 1
        if (depth == 1 and text[place] == ",") or place == at:
            yield place + 1
        if text[place] == "{":
            depth += 1
        if depth == 0:
            return


def named(text: str, module: Module) -> Iterator[tuple[Module, int]]:
    """Yield the absolute paths that a module's text names, each with its line."""
    code = _COMMENT.sub("", text)
    for found in _PATH.finditer(code):
        ups = found[1].count("super")
        base = module[: len(module) - ups] if ups else ()
        line = code.count("\n", 0, found.start()) + 1
        for rest in leaves(code, found.end()):
            yield base + rest, line


def graphs(source: Path, together: Iterable[Module] = ()) -> dict[Module, Graph]:
    """Build the graph of each level, which has the modules directly inside one; those together count as their first."""
    first = {module: next(iter(together)) for module in together}
    files = {module_of(file, source): file for file in sorted(source.rglob("*.rs"))}
    levels: dict[Module, Graph] = {}
    for module, file in files.items():
        for path, line in named(file.read_text(encoding="utf-8"), module):
            there = path
            while there and there not in files:
                there = there[:-1]
            shared = 0
            while module[shared : shared + 1] == there[shared : shared + 1] != ():
                shared += 1
            if shared < min(len(module), len(there)):
                level = levels.setdefault(module[:shared], {})
                seen = f"{file}:{line} names {'::'.join(there)}"
                here, named_one = (first.get(one[: shared + 1], one[: shared + 1]) for one in (module, there))
                if here != named_one:
                    level.setdefault(here, {}).setdefault(named_one, seen)
    return levels


def circle(graph: Graph) -> list[str]:
    """Return the lines that make a circle of the fewest modules; none if there is no circle."""
    best: list[str] = []
    for start in sorted(graph):
        ways: dict[Module, list[str]] = {start: []}
        queue = [start]
        for here in queue:
            for there, seen in sorted(graph.get(here, {}).items()):
                way = [*ways[here], seen]
                if there == start and (not best or len(way) < len(best)):
                    best = way
                if there not in ways:
                    ways[there] = way
                    queue.append(there)
    return best


def main() -> None:
    """Fail with the shortest circle of each level that has one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path, help="the folder of lib.rs")
    parser.add_argument(
        "--together",
        type=lambda names: [tuple(name.split("::")) for name in names.split(",")],
        default=[],
        metavar="MODULE,MODULE",
        help="these may name each other",
    )
    given = parser.parse_args()
    found = [
        "\n  ".join([f"circle in {'::'.join(level) or 'the crate'}:", *lines])
        for level, graph in sorted(graphs(given.source, given.together).items())
        if (lines := circle(graph))
    ]
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
