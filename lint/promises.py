"""Write ``promises.txt``: the names of the server API and the types that they answer, out of an SDK's stubs.

``python lint/promises.py FOLDER``: the folder ``mod`` of an unpacked or installed ``mc-netease-sdk-nyrev``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cloudvars.modsdk.unknown.stubs import Stubs

TABLE = Path(__file__).resolve().parents[1] / "python" / "cloudvars" / "modsdk" / "unknown" / "promises.txt"
HEAD = (
    "# What each name of the game's server API answers. Written by lint/promises.py out of an SDK's stubs.\n"
)


def table(folder: Path) -> str:
    """Return the table's text."""
    stubs = Stubs(folder)
    found = {
        f"{owner}.{name}": answer
        for owner in sorted(set(stubs.owners()))
        for name, answer in stubs.of(owner).items()
    }
    return HEAD + "".join(f"{name} {answer}\n" for name, answer in found.items())


if __name__ == "__main__":
    TABLE.write_text(table(Path(sys.argv[1])), "utf-8")
