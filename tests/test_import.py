"""What importing the package costs."""

import sys

HEAVY = """
asyncio concurrent.futures ctypes email http http.client multiprocessing numpy pandas pydoc pytest hypothesis socket
sqlite3 ssl subprocess tempfile tkinter unittest urllib.request xml yaml
""".split()
CODE = """if True:
    import sys
    before = set(sys.modules)
    import cloudvars
    print(*sorted(set(sys.modules) - before))
"""


def test_the_import_brings_nothing_heavy_and_nobody_else(run_python):
    new = run_python("-W", "error", "-c", CODE).split()
    assert "cloudvars" in new
    foreign = {name.partition(".")[0] for name in new} - set(sys.stdlib_module_names) - {"cloudvars"}
    assert foreign == set()
    assert [name for name in HEAVY if name in new] == []


def test_the_import_starts_and_opens_nothing(run_python, tmp_path):
    code = """if True:
        import os, threading
        import cloudvars
        assert threading.active_count() == 1
        if os.path.isdir("/proc/self/task"):
            assert len(os.listdir("/proc/self/task")) == 1
    """
    run_python("-W", "error", "-c", code, cwd=tmp_path, CLOUDVARS_URL=str(tmp_path / "save.db"))
    assert list(tmp_path.iterdir()) == []


def test_asyncio_comes_only_with_the_asyncio_names(run_python):
    code = """if True:
        import sys, cloudvars
        with cloudvars.open() as store:
            room = store.room()
            room.score.get(user_id=1, key="k").unwrap()
            room.tick()
            assert "asyncio" not in sys.modules
            room.score.aio
    """
    run_python("-W", "error", "-c", code)
