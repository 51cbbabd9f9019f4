"""What the stubs of an SDK say of the API: which names there are, and what each answers (E-17)."""

import ast
import importlib.machinery
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["FACTORY", "SERVER_API", "Stubs", "installed"]

FACTORY = "GetEngineCompFactory()"
SERVER_API = "mod.server.extraServerApi"
_OWNERS = {"EngineCompFactoryServer": FACTORY}
"""Classes that the names of the host call otherwise."""


class Stubs:
    """The server's half of a package ``mod``, read as text: no line of it is run."""

    def __init__(self, folder: Path) -> None:
        self._files = [*sorted((folder / "server").rglob("*.py")), *sorted((folder / "common").rglob("*.py"))]
        self._api = folder / "server" / "extraServerApi.py"

    def of(self, owner: str) -> dict[str, str]:
        """Return the members of an owner, and the type that each answers as the stub writes it; often ``Any``."""
        if owner == SERVER_API:
            return dict(_functions(_tree(self._api).body)) if self._api.is_file() else {}
        name = next((name for name, shown in _OWNERS.items() if shown == owner), owner)
        start = f"class {name}("
        for path in self._files:
            if start in path.read_text("utf-8", "replace"):
                for node in _tree(path).body:
                    if isinstance(node, ast.ClassDef) and node.name == name:
                        return dict(_functions(node.body))
        return {}

    def owners(self) -> list[str]:
        """Return the name of everything that has members."""
        classes = [
            node.name for path in self._files for node in _tree(path).body if isinstance(node, ast.ClassDef)
        ]
        return [SERVER_API, *(_OWNERS.get(name, name) for name in classes)]


def installed() -> Stubs | None:
    """Return the stubs that are installed here, under the name ``mod``."""
    found = importlib.machinery.PathFinder.find_spec("mod", sys.path)
    for folder in (found.submodule_search_locations or ()) if found else ():
        if (Path(folder) / "server" / "extraServerApi.py").is_file():
            return Stubs(Path(folder))
    return None


def _tree(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_text("utf-8", "replace"), type_comments=True)
    except SyntaxError:
        return ast.Module([], [])


def _functions(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for node in body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name, _answer(node)


def _answer(node: ast.FunctionDef) -> str:
    if node.returns is not None:
        return ast.unparse(node.returns)
    if node.type_comment:
        try:
            return ast.unparse(ast.parse(node.type_comment, mode="func_type").returns)
        except SyntaxError:
            pass
    return "Any"
