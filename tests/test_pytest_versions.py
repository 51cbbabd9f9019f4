"""The pytest plugin under old versions of pytest and pluggy, each in an environment of its own.

Without a package index the tests are skipped, and in continuous integration they fail.
"""

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import cloudvars
import pytest

SECONDS = 600
"""Against hanging: a machine may be busy, an index slow."""
VERSIONS = {  # and the first Python that this pytest cannot run on
    "6.2": (["pytest==6.2.5", "pluggy==0.13.1"], (3, 12)),
    "7.1": (["pytest==7.1.2", "pluggy==1.0.0"], (3, 12)),
    "7.4": (["pytest==7.4.4", "pluggy==1.2.0"], (3, 14)),
    "8.0": (["pytest==8.0.2", "pluggy==1.4.0"], (3, 14)),
    "8": (["pytest<9"], (4,)),
    "newest": (["pytest", "pytest-rerunfailures", "pytest-retry"], (4,)),
}
ENTRY_POINTS = "[pytest11]\ncloudvars = pytest_cloudvars\n"
METADATA = "Metadata-Version: 2.1\nName: cloudvars\nVersion: 0\n"

PLAIN = """
    import sys

    def test_plain():
        assert "pytest_cloudvars" in sys.modules and "cloudvars" not in sys.modules
"""
USES = """
    import cloudvars, pytest

    def pay(score):
        c = score.get_commit()
        c.money_cost(user_id=7, key="gold", value=80)
        return c.commit()

    def test_fixtures(cloud, room, clock, cloud_factory):
        assert isinstance(cloud, cloudvars.Store) and cloud.clock is clock
        assert pay(room.score).error_code == 10001
        with cloud_factory() as other:
            assert other is not cloud

    @pytest.mark.cloudvars(backend="file")
    def test_marked(cloud):
        assert "cloud.db" in repr(cloud)

    @pytest.mark.cloudvars(mod=["pack", "pack"])
    def test_game(game):
        assert list(game.systems) == []

    def test_without_mod(game):
        assert pay(game.room.score).ok

    @pytest.mark.cloudvars(color="red")
    def test_wrong(cloud):
        pass
"""
AGAIN = """
    attempts = []

    def test_again(room):
        attempts.append(1)
        room.score.get(user_id=len(attempts), key="attempt")
        assert False
"""


@pytest.fixture(params=VERSIONS)
def python(request, tmp_path):
    """A Python with that pytest, and this cloudvars."""
    wanted, too_new = VERSIONS[request.param]
    if sys.version_info >= too_new:
        pytest.skip(f"{wanted[0]} does not run on this Python")
    folder = tmp_path / "environment"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    commands = [
        [sys.executable, "-m", "venv", "--without-pip", folder],
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            python,
            "install",
            "-q",
            "--disable-pip-version-check",
            *wanted,
        ],
    ]
    for command in commands:
        done = subprocess.run(
            [*map(str, command)], capture_output=True, timeout=SECONDS, encoding="utf-8", check=False
        )
        if done.returncode:
            why = f"no environment with {wanted[0]}: {done.stderr[-500:]}"
            (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    library = Path(
        subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    )
    for package in ("cloudvars", "pytest_cloudvars"):
        (library / package).symlink_to(Path(cloudvars.__file__).resolve().parents[1] / package)
    info = library / "cloudvars-0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(METADATA)
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    return python


@pytest.fixture
def run(python, tmp_path):
    """Runs one file of tests; what pytest says, with its exit code."""
    project = tmp_path / "project"
    scripts = project / "pack" / "packScripts"
    scripts.mkdir(parents=True)
    (scripts / "__init__.py").write_text("")
    (scripts / "modMain.py").write_text("")
    (project / "pytest.ini").write_text("[pytest]\nmarkers =\naddopts = --strict-markers\n")

    def run(code, *options):
        (project / "test_it.py").write_text(textwrap.dedent(code))
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))
        }
        command = [python, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
        done = subprocess.run(
            command,
            cwd=project,
            env=environment,
            capture_output=True,
            timeout=SECONDS,
            encoding="utf-8",
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.mark.timeout(4 * SECONDS)
def test_the_plugin_works_with_this_pytest(request, run):
    # F-8
    code, said = run(PLAIN)
    assert code == 0, said
    assert "1 passed" in said
    assert "arning" not in said
    code, said = run(USES)
    assert code == 1, said
    assert "3 passed" in said
    assert "test_it.py::test_without_mod" in said
    assert "- cloudvars calls -" in said
    assert "commit money_cost 7 'gold' -> 10001" in said
    assert "game hosts no mod" in said
    assert "UsageError: @pytest.mark.cloudvars: color; " in said
    assert "1 failed" in said
    assert "1 error" in said
    if "newest" in request.node.name:
        for option, other in (("--reruns", "pytest-retry"), ("--retries", "rerunfailures")):
            code, said = run(AGAIN, option, "2", "-p", f"no:{other}")
            assert code == 1, said
            assert len(re.findall(r"get 3 'attempt' +-> 0", said)) == 1, said
            assert "get 1 'attempt'" not in said
