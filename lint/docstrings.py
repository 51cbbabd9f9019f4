"""Keep the stubs' docstrings those of the running package, so that ``help(x)`` and an editor say the same.

The text has one source: ``src/py/*.rs`` and ``python/cloudvars/*.py``. ``python lint/docstrings.py`` writes it into the
stubs; with ``--check`` it only tells which stub differs. It also writes ``_awaited.pyi``, from the signatures of
``Score``: the calls as ``score.aio`` has them.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TypeAlias

PACKAGE = Path(__file__).resolve().parents[1] / "python" / "cloudvars"
NATIVE, AWAITED = PACKAGE / "_native.pyi", PACKAGE / "_awaited.pyi"

AWAITED_HEAD = '''"""The calls of ``Score``, awaitable. Written by ``lint/docstrings.py`` from ``_native.pyi``."""

from abc import ABC, abstractmethod
{imports}

__all__ = ["AwaitedCalls"]

class AwaitedCalls(ABC):
    {doc}

    @abstractmethod
    async def _call(self, name: str, /, *args: object, **fields: object) -> Any: ...
'''

Definition: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def definitions(body: list[ast.stmt], within: str = "") -> list[tuple[str, Definition]]:
    """Name every public class and function, and all that have a docstring in the stub."""
    found = []
    for node in body:
        if isinstance(node, Definition) and (not node.name.startswith("_") or ast.get_docstring(node)):
            found.append((f"{within}{node.name}", node))
            if isinstance(node, ast.ClassDef):
                found += definitions(node.body, f"{node.name}.")
    return found


def spoken(module: object, name: str) -> str | None:
    """Return what ``help`` says of a name."""
    thing = module
    for part in name.split("."):
        thing = getattr(thing, part, None)
    return None if thing is None else inspect.getdoc(thing)


def literal(text: str, indent: str) -> list[str]:
    """Write a docstring as lines of source."""
    raw = "r" if "\\" in text else ""
    if "\n" not in text:
        return [f'{indent}{raw}"""{text}"""']
    return textwrap.indent(f'{raw}"""{text}\n"""', indent).split("\n")


def with_docstrings(source: str, module: object) -> str:
    """Give a stub the docstrings of the module; of overloads, the first has it."""
    lines = source.split("\n")
    seen: set[str] = set()
    edits = []
    for name, node in definitions(ast.parse(source).body):
        text = None if name in seen else spoken(module, name)
        seen.add(name)
        if text is not None:
            edits.append((node, literal(text, " " * (node.col_offset + 4))))
    for node, docstring in reversed(edits):
        first = node.body[0]
        head = lines[first.lineno - 1].removesuffix(" ...")
        if head == lines[first.lineno - 1]:  # a docstring, on lines of its own
            lines[first.lineno - 1 : first.end_lineno] = docstring
        else:
            lines[first.lineno - 1 : first.end_lineno] = [head, *docstring, ""]
    return "\n".join(lines)


def awaited(native: str, by_hand: set[str]) -> str:
    """Write the stub of the awaitable calls, without those that are written by hand."""
    tree, lines = ast.parse(native), native.split("\n")
    [score] = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Score"]
    calls = []
    for node in score.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.name not in by_hand:
            end = node.body[0].lineno - (0 if ast.unparse(node.body[0]) == "..." else 1)
            text = "\n".join(lines[node.lineno - 1 : end]).removesuffix(" ...") + " ..."
            text = text.replace("    def ", "    async def ", 1)
            calls.append(("    @overload\n" if node.decorator_list else "") + text)
    body = "\n".join(calls)
    return AWAITED_HEAD.format(imports=_imports(tree, body), doc='"""."""') + body + "\n"


def _imports(tree: ast.Module, body: str) -> str:
    """Import what the signatures name, from where ``_native.pyi`` has it."""
    used = {node.id for node in ast.walk(ast.parse("class _:\n" + body)) if isinstance(node, ast.Name)} | {
        "Any"
    }
    wanted = []
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            names = sorted(used & {alias.name for alias in node.names})
            wanted += [f"from {'.' * node.level}{node.module} import {name}" for name in names]
    own = {ast.unparse(node.target) for node in tree.body if isinstance(node, ast.AnnAssign)}
    own |= {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    return "\n".join([*wanted, f"from ._native import {', '.join(sorted(used & own))}"])


def formatted(source: str, path: Path) -> str:
    """Lay out a stub as the linter wants it."""
    for verb in (["check", "--select", "I", "--fix", "--quiet"], ["format", "--quiet"]):
        command = [sys.executable, "-m", "ruff", *verb, "--stdin-filename", str(path), "-"]
        done = subprocess.run(command, input=source, capture_output=True, encoding="utf-8", check=True)
        source = done.stdout
    return source


def stubs() -> dict[Path, str]:
    """Return what each stub should hold."""
    native = with_docstrings(NATIVE.read_text("utf-8"), importlib.import_module("cloudvars._native"))
    module = importlib.import_module("cloudvars._awaited")
    calls = with_docstrings(awaited(native, module.WRITTEN_BY_HAND), module)
    return {path: formatted(text, path) for path, text in ((NATIVE, native), (AWAITED, calls))}


def main(arguments: list[str]) -> int:
    """Write the stubs, or tell which ones differ."""
    differ = {
        path: text for path, text in stubs().items() if not path.exists() or path.read_text("utf-8") != text
    }
    for path, text in differ.items():
        if "--check" in arguments:
            print(f"{path} differs from the package: run python lint/docstrings.py")
        else:
            path.write_text(text, "utf-8")
            print(f"wrote {path}")
    return int(bool(differ) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
