"""An achievement folder, checked and packed by the command line."""

import io
import json
import os
import re
import time
import zipfile

import pytest
from cloudvars import cli
from packages import GOOD, HEADER, jpeg, png, table


@pytest.fixture
def check(csv_folder, capsys):
    """Runs `check` on the folder: the exit code and the JSON report."""

    def check(*options):
        code = cli.main(["achievements", "check", str(csv_folder), "--json", *options])
        return code, json.loads(capsys.readouterr().out)

    return check


@pytest.fixture
def defects(check):
    """The defects as `file:line: message`; there must be some exactly if the command says so."""

    def defects():
        code, report = check()
        assert code == (1 if report["defects"] else 0)
        assert report["ok"] == (code == 0)
        return [f"{one['file']}:{one['line']}: {one['message']}" for one in report["defects"]]

    return defects


def test_a_good_folder(check, csv_folder):
    #
    (csv_folder / "Thumbs.db").write_bytes(b"x")
    code, report = check()
    assert code == 0
    assert report["zip_bytes"] > 100
    del report["zip_bytes"]
    assert report == {
        "ok": True,
        "folder": str(csv_folder),
        "nodes": 1,
        "files": ["NodeSetting.csv", "textures/a.png", "textures/b.jpg"],
        "left_out": ["Thumbs.db"],
        "zip": None,
        "defects": [],
    }


def test_what_the_check_passes_is_loaded(check, csv_folder, store):
    #
    table(csv_folder, GOOD, "once,textures/a.png,textures/a.png,次,一次,,2")
    assert check()[0] == 0
    assert store.achievements.load_csv(csv_folder / "NodeSetting.csv") == 2


def test_every_defect_is_listed_with_its_line(defects, csv_folder):
    #
    table(
        csv_folder,
        GOOD,
        "kill,textures/a.png,textures/b.jpg,t,d,0,x",
        "",
        "two,,textures/none.png, ,,1.5,",
        "three,a",
        ",textures/a.png,textures/b.jpg,t,d,,1",
    )
    assert defects() == [
        "NodeSetting.csv:3: NodeId: 'kill' is already defined on line 2",
        "NodeSetting.csv:3: Total: '0' is not a whole number of at least 1",
        "NodeSetting.csv:3: Rank: 'x' is not a whole number",
        "NodeSetting.csv:5: Total: '1.5' is not a whole number of at least 1",
        "NodeSetting.csv:5: PrePic: blank",
        "NodeSetting.csv:5: Title: blank",
        "NodeSetting.csv:5: Description: blank",
        "NodeSetting.csv:5: Rank: blank",
        "NodeSetting.csv:5: FinPic: 'textures/none.png': 'none.png' does not exist",
        "NodeSetting.csv:6: 2 cells, but the header has 7",
        "NodeSetting.csv:7: NodeId: '' is empty; a str of 1 to 180 characters is accepted",
    ]


@pytest.mark.parametrize("text", ["猎人", "牛仔啊"])
def test_the_encoding_is_gbk(defects, csv_folder, text):
    #
    row = f"kill,textures/a.png,textures/b.jpg,{text},d,x,1"
    wrong = "NodeSetting.csv:2: Total: 'x' is not a whole number of at least 1"
    table(csv_folder, row, encoding="utf-8")
    assert defects() == ["NodeSetting.csv:2: not GBK but UTF-8", wrong]
    table(csv_folder, row, encoding="utf-8-sig")
    mark = "NodeSetting.csv:1: starts with a UTF-8 byte order mark; GBK without a mark is accepted"
    assert defects() == [mark, "NodeSetting.csv:2: not GBK but UTF-8", wrong]
    table(csv_folder, row.replace(text, "t"), encoding="utf-8-sig")
    assert defects() == [mark, wrong]
    table(csv_folder, row, encoding="utf-16")
    assert any("not GBK" in defect for defect in defects())
    table(csv_folder, row, encoding="gbk")
    assert defects() == [wrong]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (HEADER.replace("Title", "Titel"), "column 4: 'Titel' is unknown"),
        (HEADER.replace(",Rank", ""), "column Rank is missing"),
        (HEADER.replace("Total,Rank", "Rank,Total"), "the columns stand in another order"),
    ],
)
def test_the_header_is_fixed(defects, csv_folder, header, message):
    #
    table(csv_folder, header=header)
    found = defects()
    assert found[0].startswith(f"NodeSetting.csv:1: {message}")
    assert found[0].endswith(f"the header is {HEADER}")


@pytest.mark.parametrize("name", ["nodesetting.csv", "NodeSetting.CSV", None])
def test_the_name_is_fixed(defects, csv_folder, name):
    #
    content = (csv_folder / "NodeSetting.csv").read_bytes()
    (csv_folder / "NodeSetting.csv").unlink()
    hint = ""
    if name:
        (csv_folder / name).write_bytes(content)
        hint = f" (it is called '{name}')"
    assert defects() == [f"NodeSetting.csv:None: 'NodeSetting.csv' does not exist{hint}"]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("textures/none.png", "'none.png' does not exist"),
        ("pictures/a.png", "'pictures' does not exist"),
        ("Textures/a.png", "'Textures' does not exist (it is called 'textures')"),
        ("textures/a.PNG", "'a.PNG' does not exist (it is called 'a.png')"),
        ("textures/a.png/b", "'b' does not exist"),
        ("textures", "is not a file"),
        (".", "is not a file"),
        ("../secret.png", "leaves the folder"),
        ("textures/../textures/a.png", "leaves the folder"),
        ("/etc/passwd", "is not a path within the folder"),
        ("C:/a.png", "is not a path within the folder"),
        ("textures\\a.png", "has a backslash"),
    ],
)
def test_pictures_exist_and_stay_inside(defects, csv_folder, cell, message):
    #
    (csv_folder.parent / "secret.png").write_bytes(png())
    table(csv_folder, f"kill,{cell},textures/b.jpg,t,d,1,1")
    [defect] = defects()
    assert defect.startswith(f"NodeSetting.csv:2: PrePic: '{cell}'")
    assert message in defect


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="links need rights there")
def test_a_link_out_of_the_folder(defects, csv_folder):
    (csv_folder.parent / "secret.png").write_bytes(png())
    (csv_folder / "textures" / "a.png").unlink()
    (csv_folder / "textures" / "a.png").symlink_to(csv_folder.parent / "secret.png")
    assert defects() == ["NodeSetting.csv:2: PrePic: 'textures/a.png' leads out of the folder through a link"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (png(121, 120), "has 121x120 pixels; 120x120 is accepted"),
        (png(1000, 1625), "has 1000x1625 pixels"),
        (jpeg(120, 119), "has 120x119 pixels"),
        (jpeg(64, 64, 0xC2), "has 64x64 pixels"),
        (png()[:20], "is cut short"),
        (jpeg()[:24], "is cut short"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 30, "is a PNG without a header"),
        (b"\xff\xd8" + b"\0" * 30, "is a damaged JPEG"),
        (b"GIF89a" + b"\0" * 30, "is neither PNG nor JPEG"),
        (b"", "is empty"),
    ],
)
def test_icons_have_120_by_120_pixels(defects, csv_folder, data, message):
    #
    (csv_folder / "textures" / "b.jpg").write_bytes(data)
    [defect] = defects()
    assert defect.startswith(f"NodeSetting.csv:2: FinPic: 'textures/b.jpg' {message}")


@pytest.mark.parametrize("where", ["a.png", "icons/a.png", "icons/textures/a.png"])
def test_pictures_lie_in_textures(defects, csv_folder, where):
    #
    (csv_folder / where).parent.mkdir(parents=True, exist_ok=True)
    (csv_folder / where).write_bytes(png(64, 64))
    table(csv_folder, GOOD, f"two,{where},{where},t,d,1,1")
    both = [
        f"'{where}' does not lie in the folder 'textures'",
        f"'{where}' has 64x64 pixels; 120x120 is accepted",
    ]
    assert defects() == [
        f"NodeSetting.csv:3: {column}: {message}" for column in ("PrePic", "FinPic") for message in both
    ]


@pytest.mark.parametrize("frame", [0xC0, 0xC1, 0xC2])
def test_each_kind_of_jpeg(defects, csv_folder, frame):
    #
    (csv_folder / "textures" / "b.jpg").write_bytes(jpeg(frame=frame))
    assert defects() == []


def test_the_zip_has_at_most_3_mib(defects, csv_folder, tmp_path):
    #
    (csv_folder / "textures" / "a.png").write_bytes(png() + os.urandom(3 << 20))
    [defect] = defects()
    assert re.fullmatch(r"\.:None: the zip has \d+ bytes; at most 3145728 \(3 MiB\) are accepted", defect)
    assert cli.main(["achievements", "pack", str(csv_folder), "-o", str(tmp_path / "out.zip")]) == 1
    assert not (tmp_path / "out.zip").exists()


@pytest.mark.parametrize(
    ("layout", "root"), [("flat", ""), ("folder", "成就/"), ("nested", "成就/成就/"), (None, "成就/成就/")]
)
def test_the_zip_and_its_layouts(csv_folder, tmp_path, capsys, layout, root):
    #
    (csv_folder / "notes.txt").write_text("not for the platform")
    out = tmp_path / "out.zip"
    options = ["--layout", layout] if layout else []
    assert cli.main(["achievements", "pack", str(csv_folder), "-o", str(out), *options]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed == [
        f"left out: {csv_folder / 'notes.txt'}",
        f"{out}: 1 nodes, 2 pictures, {out.stat().st_size} bytes as a zip",
    ]
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        names = ["NodeSetting.csv", "textures/a.png", "textures/b.jpg"]
        assert archive.namelist() == [root + name for name in names]
        for name in names:
            assert archive.read(root + name) == (csv_folder / name).read_bytes()


def test_the_zip_is_the_same_whenever_it_is_made(csv_folder, tmp_path):
    zips = []
    for number in range(2):
        out = tmp_path / f"{number}.zip"
        assert cli.main(["achievements", "pack", str(csv_folder), "-o", str(out), "--json"]) == 0
        zips.append(out.read_bytes())
        for file in sorted(csv_folder.rglob("*"), reverse=True):
            os.utime(file, (time.time() + 5000, time.time() + 5000))
        (csv_folder / "textures" / "a.png").chmod(0o600)
    assert zips[0] == zips[1]
    assert zipfile.ZipFile(io.BytesIO(zips[0])).infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_a_defect_packs_nothing_and_keeps_what_was_there(csv_folder, tmp_path, capsys):
    out = tmp_path / "out.zip"
    out.write_bytes(b"older")
    table(csv_folder, GOOD.replace("10", "0"))
    assert cli.main(["achievements", "pack", str(csv_folder), "-o", str(out)]) == 1
    assert out.read_bytes() == b"older"
    line = f"{csv_folder / 'NodeSetting.csv'}:2: Total: '0' is not a whole number of at least 1"
    assert capsys.readouterr().out.splitlines() == [line]
    table(csv_folder, GOOD)
    assert cli.main(["achievements", "pack", str(csv_folder), "-o", str(out)]) == 0
    assert zipfile.is_zipfile(out)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["out.zip", "成就"]


def test_a_defect_is_one_line_whatever_the_cell_holds(csv_folder, capsys):
    table(csv_folder, '"a\nb\x1b[31m",textures/a.png,textures/b.jpg,t,d,1,1', '"a\nb\x1b[31m",,,,,,')
    assert cli.main(["achievements", "check", str(csv_folder)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert r"'a\nb\x1b[31m' is already defined on line 2" in lines[0]
    assert all(line.startswith(str(csv_folder)) for line in lines)
