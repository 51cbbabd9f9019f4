"""Files that are written: all of the new one is there, or all of the old one, and nothing else is left."""

import json
import os
import stat
import threading
from pathlib import Path

import cloudvars
import pytest
from cloudvars import StoreError, _native, cli
from packages import GOOD, table

MIB = 1 << 20


@pytest.fixture
def full(tmp_path):
    """A store whose dump is larger than what a limited child may write."""
    with cloudvars.open() as store:
        c = store.room(limits=False).score.get_commit()
        for user in range(200):
            c.set(user_id=user, key="k", value={"x": "y" * 1000})
        assert c.commit().ok
        yield store


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def names(place):
    return sorted(entry.name for entry in place.iterdir())


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_a_new_file_is_its_owner_s(full, tmp_path, mask):
    # F-7
    old = os.umask(mask)
    try:
        full.dump(tmp_path / "golden.json")
    finally:
        os.umask(old)
    assert mode(tmp_path / "golden.json") == 0o600
    assert names(tmp_path) == ["golden.json"]
    assert json.loads((tmp_path / "golden.json").read_text("utf-8")) == full.dump()


def test_an_old_file_keeps_its_permissions(full, tmp_path):
    # F-7
    golden = tmp_path / "golden.json"
    golden.write_text("old")
    golden.chmod(0o644)
    full.dump(golden)
    assert mode(golden) == 0o644
    assert json.loads(golden.read_text("utf-8")) == full.dump()


def test_a_link_stays_one(full, tmp_path):
    # F-7
    (tmp_path / "real").mkdir()
    for there in (True, False):
        real, link = tmp_path / "real" / f"golden-{there}.json", tmp_path / f"link-{there}.json"
        if there:
            real.write_text("old")
        link.symlink_to(Path("real") / real.name)
        full.dump(link)
        assert link.is_symlink()
        assert json.loads(real.read_text("utf-8")) == full.dump()


LIMITED = """if True:
    import os, resource, signal, sys
    import cloudvars
    from cloudvars import _native
    path = sys.argv[1]
    store = cloudvars.open()
    c = store.room(limits=False).score.get_commit()
    for user in range(200):
        c.set(user_id=user, key="k", value={"x": "y" * 1000})
    assert c.commit().ok
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))
    for write in (lambda: store.dump(path), lambda: _native._write_file(path, b"x" * 100_000)):
        try:
            write()
            print("written")
        except cloudvars.StoreError as error:
            print(path in error.message)
    print(store.dump() != {})
"""


@pytest.mark.parametrize("there", [True, False])
def test_a_full_disk_leaves_what_was_there(run_python, tmp_path, there):
    # F-7
    golden = tmp_path / "golden.json"
    if there:
        golden.write_text("old")
    assert run_python("-c", LIMITED, golden) == "True\n" * 3
    assert names(tmp_path) == (["golden.json"] if there else [])
    assert not there or golden.read_text() == "old"


def test_a_disk_that_is_full(run_python, small_disk):
    # F-7
    disk = small_disk("256k")
    golden = disk / "golden.json"
    golden.write_text("old")
    code = LIMITED.replace("resource.setrlimit(", "(lambda *_: None)(").replace("range(200)", "range(400)")
    code = code.replace("100_000", "400_000")
    assert run_python("-c", code, golden) == "True\n" * 3
    assert (names(disk), golden.read_text()) == (["golden.json"], "old")


@pytest.mark.parametrize("where", ["none/golden.json", ".", "golden.json/below"])
def test_a_place_that_is_none(full, tmp_path, where):
    # F-7
    (tmp_path / "golden.json").write_text("old")
    with pytest.raises(StoreError, match="cannot write") as caught:
        full.dump(tmp_path / where)
    assert str(tmp_path / where) in caught.value.message
    assert names(tmp_path) == ["golden.json"]


def test_a_store_is_not_written_over(path):
    # F-7
    with cloudvars.open(path) as store:
        before = Path(path).read_bytes()
        with pytest.raises(StoreError, match="a store that this process has open"):
            store.dump(path)
        assert Path(path).read_bytes() == before


def test_a_pipe_is_written_as_it_is(full, tmp_path):
    # F-7
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    thread = threading.Thread(target=lambda: read.append(pipe.read_text("utf-8")))
    thread.start()
    full.dump(pipe)
    thread.join()
    assert json.loads(read[0]) == full.dump()
    assert stat.S_ISFIFO(os.stat(pipe).st_mode)


def test_a_package_that_cannot_be_written(csv_folder, tmp_path, capsys):
    #
    table(csv_folder, GOOD)
    assert cli.main(["achievements", "pack", str(csv_folder), "-o", str(tmp_path / "out.zip")]) == 0
    assert mode(tmp_path / "out.zip") == 0o600
    assert cli.main(["achievements", "pack", str(csv_folder), "-o", str(csv_folder)]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(f"cloudvars: cannot write '{csv_folder}'")
    assert not [name for name in names(tmp_path) if name.endswith(".part")]


def test_a_long_name(tmp_path):
    name = "x" * 255
    _native._write_file(tmp_path / name, b"y" * MIB)
    assert (tmp_path / name).read_bytes() == b"y" * MIB
    assert names(tmp_path) == [name]
