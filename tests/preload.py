"""Libraries that are loaded before libc, and see or change what a process asks of the system."""

import os
import shutil
import subprocess
import sys

import pytest


def build(name, root, folder):
    """Compiles fixtures/<name>.c. Where that cannot be done, the test says so; where the project is checked, it fails."""
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    why = None if sys.platform == "linux" else "needs Linux (LD_PRELOAD, /proc)"
    why = why or (None if compiler else "needs a C compiler: cc, gcc or clang")
    if why:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{name}.c cannot be loaded here: {why}")
    made, source = folder / f"{name}.so", root / "tests" / "fixtures" / f"{name}.c"
    command = [
        compiler,
        "-shared",
        "-fPIC",
        "-O1",
        "-U_FORTIFY_SOURCE",
        "-o",
        made,
        source,
        "-ldl",
        "-pthread",
    ]
    subprocess.run(command, check=True)
    return str(made)
