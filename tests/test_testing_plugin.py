"""The pytest plugin and ``testing.cloud``: fresh stores, whatever runs the tests."""

import contextlib
import doctest
import re
import shutil
import sqlite3
import sys
import time

import cloudvars
import pytest
from cloudvars import testing

pytest_plugins = ["pytester"]
QUIET = ("-p", "no:cacheprovider", "-p", "no:timeout")


@pytest.fixture
def project(pytester):
    """A user's project: none of this project's fixtures."""
    pytester.makeini("[pytest]\nfilterwarnings = error\n")

    def run(code, *options, **outcomes):
        pytester.makepyfile(code)
        result = pytester.runpytest_subprocess(*QUIET, *options)
        result.assert_outcomes(**outcomes)
        return result

    return run


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


MAIN = """
from mod.common.mod import Mod
import mod.server.extraServerApi as serverApi

@Mod.Binding(name="Shop", version="1")
class Shop(object):
    @Mod.InitServer()
    def start(self):
        serverApi.RegisterSystem("Shop", "Till", "{scripts}.till.Till")
"""
TILL = """
import mod.server.extraServerApi as serverApi

class Till(serverApi.GetServerSystemCls()):
    def __init__(self, namespace, systemName):
        super(Till, self).__init__(namespace, systemName)
        self.cloud = serverApi.GetEngineCompFactory().CreateAchievement(serverApi.GetLevelId())
        self.ListenForEvent("Minecraft", "Engine", "PlayerJoinMessageEvent", self, self.OnJoin)

    def OnJoin(self, args):
        def callback(data):
            print "welcome", args["name"], data["code"]
        self.cloud.LobbyGetAchievementStorage(callback, args["id"])
"""


@pytest.fixture
def packs(pytester):
    """Behavior packs of a user's project: packs/shop and other."""
    for folder, scripts in (("packs/shop", "shopScripts"), ("other", "otherScripts")):
        path = pytester.path / folder / scripts
        path.mkdir(parents=True)
        (path / "__init__.py").write_text("")
        (path / "modMain.py").write_text(MAIN.format(scripts=scripts))
        (path / "till.py").write_text(TILL)


def test_the_game_hosts_the_marked_mod(project, pytester, packs):
    # F-8, E-1
    pytester.makeini("[pytest]\nfilterwarnings = error\ncloudvars_mod = packs/shop\n")
    project(
        """
        import sys
        import pytest
        from cloudvars import modsdk

        def test_ini(game, cloud, clock, capsys):
            assert isinstance(game, modsdk.Host)
            import mod.server.extraServerApi as serverApi
            assert serverApi.GetSystem("Shop", "Till") is game.systems["Shop", "Till"]
            assert type(game.systems["Shop", "Till"]).__module__ == "shopScripts.till"
            assert game.room.store is cloud
            before = clock.now()
            game.join(7, "Steve")
            assert capsys.readouterr().out == ""  # a callback waits for the tick, as in the engine
            assert game.tick(30) == 1
            assert capsys.readouterr().out == "welcome Steve 0\\n"
            assert (clock.now() - before).total_seconds() == 1

        @pytest.mark.cloudvars(mod="other")
        def test_marker(game, cloud):
            assert type(game.systems["Shop", "Till"]).__module__ == "otherScripts.till"

        @pytest.mark.cloudvars(mod="nothing")
        def test_missing(game):
            pass

        def test_afterwards():
            assert not [name for name in sys.modules if name.partition(".")[0] in ("mod", "shopScripts")]
        """,
        passed=3,
        errors=1,
    ).stdout.fnmatch_lines(["*CloudValueError: mod: '*nothing'; a behavior pack, *"])


def test_the_marker_takes_several_mods(project, pytester, packs):
    # F-8, E-1
    main = pytester.path / "other/otherScripts/modMain.py"
    main.write_text(main.read_text().replace('"Shop"', '"Other"'))
    project(
        """
        import pathlib
        import pytest

        @pytest.mark.cloudvars(mod=["packs/shop", "other"])
        @pytest.mark.parametrize("n", range(2))
        def test_both(game, n):
            assert sorted(game.systems) == [("Other", "Till"), ("Shop", "Till")]

        @pytest.mark.cloudvars(mod=(pathlib.Path("packs") / "shop",))
        def test_paths(game):
            assert sorted(game.systems) == [("Shop", "Till")]

        @pytest.mark.cloudvars(mod=[])
        def test_none(game):
            assert game.systems == {}
        """,
        passed=4,
    )


AGAIN = """
import pytest
from _pytest.runner import runtestprotocol

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for attempt in range(3):
        if attempt:
            item._initrequest()
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    return True
"""


def test_a_test_that_is_run_again_has_a_fresh_cloud_and_its_own_calls(project, pytester, packs):
    # F-8
    pytester.makeconftest(AGAIN)
    result = project(
        """
        import pytest

        attempts = {}

        def attempt(of):
            attempts[of] = attempts.get(of, 0) + 1
            return attempts[of]

        def test_fails(cloud, room):
            assert room.score.money_get(user_id=7, key="gold").data == []
            with room.score.get_commit() as c:
                c.money_add(user_id=7, key="gold", value=1)
            room.score.get(user_id=attempt("fails"), key="attempt")
            assert False

        def test_passes_at_last(cloud, room):
            assert room.score.money_get(user_id=8, key="gold").data == []
            with room.score.get_commit() as c:
                c.money_add(user_id=8, key="gold", value=1)
            assert attempt("passes at last") == 3

        @pytest.fixture
        def second():
            assert attempt("second") < 3

        def test_fails_at_last_before_it_opens_a_cloud(second, room):
            room.score.get(user_id=9, key="attempt")
            assert False

        def test_hosts(second, game):
            assert False
        """,
        passed=1,
        failed=1,
        errors=2,
    )
    said = result.stdout.str()
    calls = [line for line in result.outlines if "'attempt'" in line and "->" in line]
    assert calls == ["room  get 3 'attempt'           -> 0"]
    assert said.count("- cloudvars calls -") == 1
    assert "game hosts no mod" not in said


def test_a_failing_test_shows_the_games_last_calls(project, packs):
    # F-8
    project(
        """
        import pytest

        @pytest.mark.cloudvars(mod="other")
        def test_greeting(game, cloud):
            cloud.faults.fail("LobbyGetAchievementStorage")
            game.join(7, "Steve")
            game.tick()
        """,
        failed=1,
    ).stdout.fnmatch_lines(
        [
            "*till.py:12: TypeError*",  # the mod's own line
            "*--- cloudvars calls ---*",
            "game  LobbyGetAchievementStorage 7 -> None  *",
        ]
    )


def test_the_marker_takes_the_url_of_a_server(project, mariadb, packs):
    # F-8
    url = mariadb.new_database()
    code = f"""
        import pytest

        @pytest.mark.cloudvars(backend={url!r}, mod="other")
        class TestServer:
            @pytest.mark.parametrize("n", range(2))
            def test_fresh(self, cloud, room, game, n):
                assert repr(cloud).startswith("<cloudvars.Store 'mysql://")
                assert room.score.money_get(user_id=7, key="gold").data == []
                with room.score.get_commit() as c:
                    c.money_add(user_id=7, key="gold", value=1)
                game.join(7)
                assert game.tick() == 1
                assert game.room.score.money_get(user_id=7, key="gold").data[0]["value"] == 1

        def test_default(cloud):
            print("default", cloud)
        """
    project(code, "-s", passed=3).stdout.fnmatch_lines(["*default <cloudvars.Store ':memory:'>"])
    project(code, "-s", f"--cloudvars-backend={url}", passed=3).stdout.fnmatch_lines(["*default *mysql://*"])


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


def test_the_docstring_runs():
    # F-8
    assert doctest.testmod(testing).failed == 0
    assert "pytest" in sys.modules


def test_the_games_fakes_are_a_fixture_of_the_project(project, pytester, packs):
    # F-8, E-1
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    project(
        """
        import pytest

        @pytest.fixture
        def game_fakes():
            return {"GetEngineCompFactory().CreatePos": lambda entityId: "somewhere"}

        @pytest.mark.cloudvars(mod="packs/shop")
        def test_fake(game):
            import mod.server.extraServerApi as serverApi
            assert serverApi.GetEngineCompFactory().CreatePos("7") == "somewhere"
        """,
        passed=1,
    )


def test_a_game_without_a_mod_says_so(project, packs):
    # F-8
    project("def test_fails(game):\n    assert game.systems\n", failed=1).stdout.fnmatch_lines(
        ["*game hosts no mod: cloudvars_mod = *"]
    )
