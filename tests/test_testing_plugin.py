"""The pytest plugin and ``testing.cloud``: fresh stores, whatever runs the tests."""

import contextlib
import doctest
import sqlite3
import sys
import time

import cloudvars
import pytest
from cloudvars import testing

pytest_plugins = ["pytester"]


def test_every_test_has_a_fresh_cloud(project):
    # F-8
    project(
        """
        import cloudvars, pytest

        @pytest.mark.parametrize("n", range(3))
        def test_fresh(cloud, room, clock, n):
            assert isinstance(cloud, cloudvars.Store) and isinstance(clock, cloudvars.ManualClock)
            assert cloud.clock is clock
            c = room.score.get_commit()
            c.list_add(user_id=7, key="bag", value={})
            assert c.commit().ok
            assert [row["uuid"] for row in room.score.list_query(user_id=7, key="bag").data] == [1]
            clock.advance(hours=1)
            assert str(clock.now()) == "2026-01-01 01:00:00+08:00"
        """,
        passed=3,
    )


def test_the_marker_the_ini_file_and_the_command_line_choose_the_backend(project, pytester):
    # F-8
    code = """
        import pytest

        def test_default(cloud):
            print("default", cloud)

        @pytest.mark.cloudvars(backend="file")
        class TestFile:
            def test_file(self, cloud, room):
                with room.score.get_commit() as c:
                    c.money_add(user_id=7, key="gold", value=1)
                print("marked", cloud)

            @pytest.mark.cloudvars(backend="memory")
            def test_nearest(self, cloud):
                print("nearest", cloud)

        def test_factory(cloud_factory):
            with cloud_factory() as cloud:
                print("factory", cloud)
        """
    result = project(code, "-s", passed=4)
    result.stdout.fnmatch_lines(
        [
            "*default <cloudvars.Store ':memory:'>",
            "*marked <cloudvars.Store '*cloud.db'>",
            "*nearest *memory*",
        ]
    )
    result = project(code, "-s", "--cloudvars-backend=file", passed=4)
    result.stdout.fnmatch_lines(["*default *cloud.db*", "*nearest *memory*", "*factory *cloud.db*"])
    pytester.makeini("[pytest]\ncloudvars_backend = file\n")
    project(code, "-s", passed=4).stdout.fnmatch_lines(["*default *cloud.db*"])


def test_a_wrong_marker_and_a_wrong_backend_say_so(project):
    # F-8 G-4
    result = project(
        """
        import pytest

        @pytest.mark.cloudvars(color="red")
        def test_marker(cloud): pass

        @pytest.mark.cloudvars("shop", backend=5)
        def test_several(cloud): pass

        @pytest.mark.cloudvars(backend="disk")
        def test_backend(cloud): pass

        @pytest.mark.cloudvars(mod=5)
        def test_mod(game): pass

        @pytest.mark.cloudvars(mod=["shop", None])
        def test_mods(game): pass

        @pytest.mark.cloudvars(mod={"shop"})
        def test_set(game): pass
        """,
        errors=6,
    )
    said = "*UsageError: @pytest.mark.cloudvars: "
    accepted = "; backend='memory', 'file' or a URL, and mod='...' or mod=[[]'...', ...] are accepted"
    wrong = ["color", "'shop', backend=5", "backend='disk'", "mod=5", "mod=[[]'shop', None]", "mod={'shop'}"]
    result.stdout.fnmatch_lines([f"{said}{one}{accepted}" for one in wrong])
    result = project("def test_backend(cloud): pass", "--cloudvars-backend=disk", errors=1)
    result.stdout.fnmatch_lines(["*backend: 'disk'; 'memory', 'file' or a URL is accepted*"])
    with pytest.raises(cloudvars.CloudValueError), testing.cloud("disk"):
        pass


def test_a_failing_test_shows_the_rooms_last_calls(project):
    # F-8
    code = """
        def test_shop(cloud, room):
            with room.score.get_commit() as c:
                c.money_add(user_id=7, key="gold", value=50)
            c = cloud.room("shop").score.get_commit()
            c.money_cost(user_id=7, key="gold", value=80)
            c.list_add(user_id=7, key="bag", value={})
            assert c.commit().ok

        def test_fine(room):
            room.score.get(user_id=7, key="fine")
        """
    result = project(code, passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*--- cloudvars calls ---*",
            "room  commit money_add 7 'gold'                    -> 0",
            "shop  commit money_cost 7 'gold', list_add 7 'bag' -> 10001  op 0 (money_cost): *has 50*",
        ]
    )
    assert "'fine'" not in result.stdout.str()


def test_hypothesis_and_xdist_are_safe(project):
    # F-8
    code = """
        import pytest
        from cloudvars import testing
        from hypothesis import given, settings, strategies as st

        @settings(database=None, deadline=None)
        @given(value=st.integers(1, 99))
        def test_context(value):
            with testing.cloud() as cloud:
                check(cloud, value)

        @settings(database=None, deadline=None, max_examples=20)
        @given(value=st.integers(1, 99))
        def test_factory(cloud_factory, value):
            with cloud_factory() as cloud:
                check(cloud, value)

        @pytest.mark.parametrize("n", range(20))
        def test_files(cloud_factory, n):
            with cloud_factory() as one, cloud_factory() as two:
                check(one, n + 1)
                check(two, n + 1)

        def check(cloud, value):
            score = cloud.room().score
            with score.get_commit() as c:
                c.money_add(user_id=7, key="gold", value=value)
            assert score.money_get(user_id=7, key="gold").data[0]["value"] == value
        """
    project(code, passed=22)
    project(code, "-n", "3", "--cloudvars-backend=file", passed=22)


def test_the_projects_own_fixtures_win(project, pytester):
    # F-8
    pytester.makeconftest(
        """
        import pytest, cloudvars

        @pytest.fixture
        def clock():
            return cloudvars.ManualClock("2030-01-01T00:00:00+00:00")

        @pytest.fixture
        def room():
            return "mine"
        """
    )
    project(
        """
        def test_mine(cloud, room, clock):
            assert room == "mine" and cloud.clock is clock and clock.now().year == 2030
        """,
        passed=1,
    )


def test_the_plugin_can_be_left_out_and_imports_nothing(project, pytester):
    # F-8
    code = """
        import sys

        def test_nothing():
            assert "pytest_cloudvars" in sys.modules
            assert not [name for name in sys.modules if name.startswith("cloudvars")]
        """
    project(code, passed=1)
    result = project("def test_cloud(cloud): pass", "-p", "no:cloudvars", errors=1)
    result.stdout.fnmatch_lines(["*fixture 'cloud' not found*"])


def test_the_plugin_loads_nothing_that_pytest_has_not(run_python):
    # F-8
    code = (
        "import pytest, sys; before = set(sys.modules); import pytest_cloudvars; "
        "print(*sorted(set(sys.modules) - before))"
    )
    assert run_python("-c", code) == "pytest_cloudvars\n"


def seconds_of(make):
    start = time.perf_counter()
    with make():
        pass
    return time.perf_counter() - start


def test_a_fresh_cloud_costs_little():
    # F-8: beside what SQLite itself takes for a table and an index in memory. It is 2 or 3 times as much; where it
    # opens a file or starts threads, 40 times.
    def table():
        database = sqlite3.connect(":memory:")
        database.execute("CREATE TABLE t(a INTEGER, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID")
        database.execute("CREATE INDEX i ON t(b)")
        return contextlib.closing(database)

    costs = [(seconds_of(testing.cloud), seconds_of(table)) for _ in range(50)]
    cloud, alone = map(min, zip(*costs, strict=True))
    assert cloud < 20 * alone


def test_the_docstring_runs():
    # F-8
    assert doctest.testmod(testing).failed == 0
    assert "pytest" in sys.modules
