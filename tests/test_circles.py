"""`make lint` refuses circles between the modules of the core."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent.parent / "lint/circles.py"
NO_CIRCLE = {
    "lib.rs": "pub mod a;\npub mod b;\npub mod c;",
    "a.rs": "mod inner;\nuse crate::{b::Thing, c};\nuse inner::Part;\n// crate::c names crate::a in a comment only",
    "a/inner.rs": "use super::A;\npub struct Part;",
    "b.rs": "use crate::c::{self, deep::{One, Two}};",
    "c/mod.rs": "pub mod deep;",
    "c/deep.rs": "use super::C;",
}
CIRCLE_IN_C = {**NO_CIRCLE, "c/deep.rs": "use super::flat::F;", "c/flat.rs": "use crate::c::deep::One;"}


def circles(folder, files, *arguments):
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    command = [sys.executable, PROGRAM, folder, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_a_tree_without_a_circle_passes(tmp_path):
    # G-1
    done = circles(tmp_path, NO_CIRCLE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("file", "line", "named"),
    [
        ("c/deep.rs", "use crate::a::inner::Part;", ["a.rs:2 names c", "deep.rs:1 names a::inner"]),
        ("c/deep.rs", "fn f() { super::super::b::f() }", ["b.rs:1 names c", "deep.rs:1 names b"]),
        (
            "c/mod.rs",
            "use crate::{\n    lib_item,\n    a::{A, B},\n};",
            ["a.rs:2 names c", "mod.rs:1 names a"],
        ),
    ],
)
def test_a_circle_fails_and_its_lines_are_named(tmp_path, file, line, named):
    # G-1
    done = circles(tmp_path, {**NO_CIRCLE, file: line})
    assert done.returncode == 1
    assert done.stderr.startswith("circle in the crate:")
    assert all(text in done.stderr for text in named), done.stderr


def test_a_circle_inside_a_module_names_the_module(tmp_path):
    # G-1
    done = circles(tmp_path, CIRCLE_IN_C)
    assert done.returncode == 1
    assert done.stderr.startswith("circle in c:")


def test_modules_that_are_named_together_count_as_one(tmp_path):
    two = {**NO_CIRCLE, "b.rs": "use crate::a::A;"}
    assert circles(tmp_path, two).returncode == 1
    assert circles(tmp_path, two, "--together", "a,b").returncode == 0
    through_a_third = {**NO_CIRCLE, "c/deep.rs": "use crate::b::Thing;"}
    assert circles(tmp_path, through_a_third, "--together", "a,b").returncode == 1
