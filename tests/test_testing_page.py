"""The examples of docs/testing.md and docs/modsdk.md print what the pages show."""

import re
import shutil

import pytest

pytest_plugins = ["pytester"]


def blocks(root, kind, page="testing"):
    page = (root / "docs" / f"{page}.md").read_text("utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```", page, re.M | re.S)


@pytest.mark.parametrize("example", [0, 1], ids=["watch", "shop"])
def test_the_page_shows_what_pytest_says(project, pytester, root, example):
    # F-8, E-1
    shutil.copytree(
        root / "examples/mods/night_watch/behavior_pack", pytester.path / "behavior_pack", dirs_exist_ok=True
    )
    pytester.makeini(blocks(root, "ini")[0])
    result = project(blocks(root, "python")[example], "-q", failed=1)
    said = [re.sub("-+", "-", line) for line in result.outlines]
    console = [line for line in blocks(root, "console")[example].splitlines() if not line.startswith("$")]
    shown = [re.sub("-+", "-", line) for line in console]
    assert len(shown) > 5
    at = [said.index(line) for line in shown]
    assert at == sorted(at)


@pytest.mark.parametrize(("page", "count"), [("testing", 2), ("modsdk", 2)])
def test_the_page_shows_what_its_blocks_print(run_python, root, tmp_path, page, count):
    # F-5 F-1 E-1
    printed = run_python("-c", "\n".join(blocks(root, "python", page)), cwd=tmp_path)
    shown = blocks(root, "text", page)
    assert len(shown) == count
    assert "".join(shown) == printed
