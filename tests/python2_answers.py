"""Python 2 programs of the tests, and what Python 2.7.18 prints for them, which is kept beside them.

``tests/fixtures/python2/programs/<topic>.txt`` has small programs, ``drawn/<topic>.txt`` is one program that tries 20,000
cases and prints a digest of each hundred. ``answers/`` has what 2.7.18 printed: ``tests/fixtures/python2/make.py`` asks it.
"""

import functools
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent / "fixtures" / "python2"
MARK = "#### "
CODING = "# -*- coding: utf-8 -*-\n"
HELPER = "VALUE = 5\n\n\ndef double(x):\n    return x * 2\n"
"""The module beside each program: ``helper``."""


def topics(kind):
    """The names of the files of one kind: "programs" or "drawn"."""
    return sorted(path.stem for path in (FOLDER / kind).glob("[a-z]*.txt"))


def programs(topic):
    """The small programs of a topic, by name."""
    found = {}
    for part in (FOLDER / "programs" / f"{topic}.txt").read_text("utf-8").split(f"\n{MARK}")[1:]:
        name, _, source = part.partition("\n")
        assert name not in found, f"{topic}.txt has {name!r} twice"
        found[name] = CODING + source
    return found


def drawn(topic):
    """The program that tries the cases of a topic."""
    return "".join((FOLDER / "drawn" / f"{name}.txt").read_text("utf-8") for name in ("_cases", topic))


def answers(kind):
    """What 2.7.18 printed: by topic, and for "programs" by name."""
    return json.loads((FOLDER / "answers" / f"{kind}.json").read_text("utf-8"))


@functools.cache
def python27():
    """The Python 2.7.18 of this machine, or None: ``PYTHON27``, or what is found."""
    found = os.environ.get("PYTHON27") or shutil.which("python2.7")
    if not found:
        return None
    asked = subprocess.run([found, "--version"], capture_output=True, text=True)
    return found if (asked.stdout + asked.stderr).strip() == "Python 2.7.18" else None


def asked(python2, source, show=False):
    """What 2.7 prints for a program. It is a module of a package, as a mod's are; what it raises is named at the end."""
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "testScripts"
        package.mkdir()
        (package / "__init__.py").write_text("")
        (package / "helper.py").write_text(HELPER)
        (package / "code.py").write_text(source, "utf-8")
        run = (
            "import sys\ntry:\n    import testScripts.code\n"
            "except Exception as e:\n    print '!', type(e).__name__\n"
        )
        environment = {**os.environ, "PYTHONPATH": folder, **({"SHOW": "1"} if show else {})}
        done = subprocess.run(
            [python2, "-B", "-c", run], capture_output=True, cwd=folder, env=environment, timeout=600
        )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode("utf-8", "backslashreplace")
