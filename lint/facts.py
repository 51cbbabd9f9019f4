"""Write the facts about the game that the mod host knows: names and plain values, as ``modsdk/facts/*.json``.

``python lint/facts.py SDK EVENTS``. ``SDK``: a folder into which ``mc-netease-sdk-nyrev`` is installed (``pip install
--no-deps --target SDK mc-netease-sdk-nyrev``; MIT). ``EVENTS``: the list of events of the game's documents as JSON,
``docs/events.json`` of github.com/sevenstars0/modsdk_mcp_server; of it only the names of events and of their fields
are taken, and the fields' types.
"""

from __future__ import annotations

import ast
import json
import runpy
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FACTS = Path(__file__).resolve().parents[1] / "python" / "cloudvars" / "modsdk" / "facts"
KINDS = {
    "str": "str",
    "int": "int",
    "float": "float",
    "bool": "bool",
    "dict": "dict",
    "list": "list",
    "tuple": "tuple",
}


def plain(found: Mapping[str, Any]) -> dict[str, int | str | float]:
    """Return the names that stand for a number or a text."""
    values = {name: value for name, value in found.items() if not name.startswith("__")}
    return {name: value for name, value in values.items() if isinstance(value, int | str | float)}


def enums(sdk: Path) -> dict[str, dict[str, Any]]:
    """Return the classes of ``mod.common.minecraftEnum`` with their values."""
    found = runpy.run_path(str(sdk / "mod" / "common" / "minecraftEnum.py"))
    classes = {
        name: value
        for name, value in found.items()
        if isinstance(value, type) and value.__module__ != "typing"
    }
    return {
        name: plain(vars(cls))
        for name, cls in classes.items()
        if not name.startswith("_") and plain(vars(cls))
    }


def constants(body: list[ast.stmt]) -> dict[str, int | str | float | None]:
    """Return what a class binds to a plain value, and None for each function of the class itself.

    By its source, because client code cannot be run here.
    """
    scope: dict[str, Any] = {}
    functions: dict[str, None] = {}
    for statement in body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            code = compile(ast.Expression(statement.value), "<constant>", "eval")
            try:
                scope[statement.targets[0].id] = eval(code, {"__builtins__": {}}, scope)  # noqa: S307 - a constant
            except Exception:  # noqa: BLE001, S112 - it needs more than constants, so it is none
                continue
        elif isinstance(statement, ast.FunctionDef) and statement.decorator_list:
            functions[statement.name] = None
    return plain(scope) | functions


def client(sdk: Path) -> dict[str, dict[str, Any]]:
    """Return the classes of ``mod.client`` that have constants, by their names."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((sdk / "mod" / "client").rglob("*.py")):
        body = ast.parse(path.read_text("utf-8")).body
        found |= {one.name: constants(one.body) for one in body if isinstance(one, ast.ClassDef)}
    return {
        name: values for name, values in found.items() if any(value is not None for value in values.values())
    }


def events(path: Path) -> dict[str, Any]:
    """Return the server's events with the types of their fields, and the names of the client's."""
    listed = json.loads(path.read_text("utf-8"))
    server = {}
    for event in sorted(listed["server.serverEvent"], key=lambda event: event["name"]):
        fields = {one["param_name"]: one["param_type"] for one in event["param"]}
        server[event["name"]] = {name: kind_of(written) for name, written in fields.items()}
    return {
        "server": server,
        "client": {event["name"]: {} for event in sorted(listed["client.clientEvent"], key=str)},
    }


def kind_of(written: str) -> str:
    """Return the Python type that the documents mean: ``list(str)`` is a list, and so is ``list/None``."""
    kind = written.partition("/")[0].partition("(")[0].partition("[")[0]
    return KINDS.get(kind, "list")


def write(name: str, found: dict[str, dict[str, Any]]) -> None:
    """Write one line for each entry of each part."""
    entries = [
        f" {json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in found.items()
    ]
    (FACTS / f"{name}.json").write_text("{\n" + ",\n".join(entries) + "\n}\n", "utf-8")


if __name__ == "__main__":
    sdk_folder, event_list = map(Path, sys.argv[1:])
    write("enums", enums(sdk_folder))
    write("client", client(sdk_folder))
    for side, listed_events in events(event_list).items():
        write(f"events_{side}", listed_events)
