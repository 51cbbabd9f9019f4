"""Files that earlier versions made, and what they answered. The fixture is there for every test."""

import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import cloudvars
import pytest

GOLDEN = Path(__file__).parent / "fixtures" / "golden"
VERSIONS = sorted(GOLDEN.glob("version*.store"))
LATER = datetime(2026, 3, 4, 5, 6, 9, tzinfo=UTC)

sys.path.insert(0, str(GOLDEN))
from make import questions  # noqa: E402, F401 - lies beside the files


@pytest.fixture
def golden(tmp_path):
    """A copy of a golden file, as it would be found; opens it at the time when it was made."""

    def golden(version):
        path = tmp_path / "save.db"
        shutil.copyfile(version, path)
        return lambda: cloudvars.open(path, clock=cloudvars.ManualClock(LATER), game="hunters")

    return golden


def answers_then(version):
    return json.loads(version.with_suffix(".json").read_text("utf-8"))
