"""``cloudvars export``.

Tables as files of a folder, one for each table, or the whole store as one JSON file, which ``cloudvars import`` loads.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cloudvars.tables.files import writer

from . import output
from .codes import FINE
from .parser import add_game, add_json, add_store, meant
from .shown import json_lines, one_line
from .stores import CommandError, to_read
from .where import TABLES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

EXAMPLES = """
cloudvars export save.db data
cloudvars export save.db data --format csv --tables money,list
cloudvars export save.db data --format json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_store(parser)
    parser.add_argument(
        "folder", metavar="DIR", type=Path, help="where the files go; files of their names are replaced"
    )
    parser.add_argument(
        "--format",
        choices=["parquet", "csv", "json"],
        default="parquet",
        help="parquet (the default) or csv: a file for each table; json: all that load() needs, in dump.json",
    )
    parser.add_argument("--tables", metavar="NAMES", help="these tables only: money,list")
    add_game(parser, "all games")
    add_json(parser, "one object: folder, files (each table, file, rows)")


def run(given: argparse.Namespace) -> int:
    """Write the files."""
    if given.format == "json" and (given.tables or given.game):
        raise CommandError("--format json writes the whole store: without --tables and --game")
    names = _names(given.tables)
    if given.format == "parquet":
        _check_parquet()
    with to_read(given) as store:
        _make(given.folder)
        files = []
        for made in _dumped(store, given) if given.format == "json" else _tables(store, names, given):
            files.append(made)
            if not given.json:
                output.print_lines([one_line(f"{made['file']}: {made['rows']} rows")])
    if given.json:
        output.print_lines(json_lines({"folder": str(given.folder), "files": files}))
    return FINE


def _check_parquet() -> None:
    try:
        writer()
    except ModuleNotFoundError as error:
        raise CommandError(f"{error}; --format csv and json need no package") from None


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise CommandError(
            f"DIR {folder}: '{error.filename}' is a file; a folder, or a path where nothing is, is accepted"
        ) from None


def _names(given: str | None) -> list[str]:
    names = list(TABLES) if given is None else [name.strip() for name in given.split(",")]
    for name in names:
        if name not in TABLES:
            raise CommandError(
                f"--tables: there is no table '{name}'{meant(name, TABLES)} ({', '.join(TABLES)})"
            )
    return list(dict.fromkeys(names))


def _tables(store: Any, names: list[str], given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    for name in names:
        table = store.tables[name] if given.game else store.tables[name].where(game=None)
        file = given.folder / f"{name}.{given.format}"
        rows = table.count()
        with output.progress(name) as told:
            told(0, rows)
            (table.to_parquet if given.format == "parquet" else table.to_csv)(file, progress=told)
        yield {"table": name, "file": str(file), "rows": rows}


def _dumped(store: Any, given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    file = given.folder / "dump.json"
    with output.progress("dump") as told:
        dumped = store.dump(file, progress=told)
    rows = sum(len(listed) for kinds in dumped["games"].values() for listed in kinds.values())
    yield {"table": None, "file": str(file), "rows": rows}
