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


def test_the_import_brings_no_more_than_named_tuples_need(run_python):
    # What it costs is mostly what it imports: typing, enum or contextlib alone take longer than all of the package.
    new = set(run_python("-c", CODE).split())
    ours = {name for name in new if name.startswith("cloudvars")}
    assert ours == {"cloudvars", "cloudvars._native", "cloudvars.errors", "cloudvars.reply"}
    needed = set(run_python("-c", CODE.replace("cloudvars", "collections, atexit")).split())
    assert {"typing", "re", "enum", "contextlib", "threading"}.isdisjoint(needed)
    assert new - ours <= needed


def test_a_name_that_comes_later_is_there_as_any_other(run_python):
    code = """if True:
        import sys, cloudvars
        names = set(cloudvars.__all__)
        later = names - set(vars(cloudvars))
        assert {"codes", "copy", "explore"} <= later, later
        assert names <= set(dir(cloudvars))
        from cloudvars import *
        assert all(globals()[name] is getattr(cloudvars, name) for name in names)
        assert later <= set(vars(cloudvars))  # so the next look takes no longer than at another name
        assert cloudvars.codes(1213).name == "DEADLOCK"
        assert cloudvars.errors.Reason.__args__[0] == "closed"
        for module in (cloudvars, cloudvars.errors):
            try:
                module.nonsense
            except AttributeError as error:
                assert "nonsense" in str(error)
            else:
                raise AssertionError(module)
    """
    run_python("-W", "error", "-c", code)


def test_the_first_calls_import_no_threading(run_python):
    # A process that starts no thread needs nothing of it, neither to hear signals nor at its end.
    code = """if True:
        import sys, cloudvars
        with cloudvars.open() as store:
            score = store.room().score
            with score.get_commit() as c:
                c.money_add(user_id=1, key="gold", value=1)
            assert score.money_get(user_id=1, key="gold").unwrap()
        import sys
        assert sys.version_info >= (3, 13) or "threading" not in sys.modules
    """
    run_python("-W", "error", "-c", code)


def test_the_plain_work_needs_no_file_of_python_later(run_python, tmp_path):
    # A server that gave up its rights may not be able to read the modules of Python any more.
    code = """if True:
        import sys, cloudvars
        class Refuse:
            def find_spec(self, name, path, target=None):
                raise ImportError(f"{name} was imported late")
        sys.meta_path[:] = [Refuse()]
        with cloudvars.open(sys.argv[1]) as store:
            score = store.room().score
            with score.get_commit() as c:
                c.set(user_id=1, key="k", value={"a": [1, 2.5, None]})
                c.money_add(user_id=1, key="gold", value=1)
                c.list_add(user_id=1, key="bag", value={"name": "sword"})
            assert score.get(user_id=1, key="k").data[0]["value"] == {"a": [1, 2.5, None]}
            assert score.money_get(user_id=1, key="gold").unwrap()
            assert score.list_query(user_id=1, key="bag").unwrap()
            commit = score.get_commit()
            commit.money_cost(user_id=1, key="gold", value=2)
            assert not commit.commit().ok
        try:
            cloudvars.open("/proc/nowhere/save.db")
        except cloudvars.StoreError as error:
            assert error.message
    """
    run_python("-W", "error", "-c", code, tmp_path / "save.db")


def test_the_thread_that_imports_may_end(run_python):
    # Whatever belongs to a thread must not outlive it: the next thread may get its stack.
    code = """if True:
        import threading
        def works(number):
            import cloudvars
            with cloudvars.open() as store:
                score = store.room("room", limits=False).score
                for _ in range(50):
                    with score.get_commit() as c:
                        c.set(user_id=number, key="k", value={"a": "b" * number})
                    assert score.get(user_id=number, key="k").unwrap()
            done.append(number)
        done = []
        for number in range(30):
            thread = threading.Thread(target=works, args=(number,))
            thread.start()
            thread.join()
        assert done == list(range(30))
    """
    run_python("-W", "error", "-X", "faulthandler", "-c", code)


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
