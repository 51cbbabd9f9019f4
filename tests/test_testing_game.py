"""The plugin's `game`: a project's mod, hosted anew for every test."""

import pytest

pytest_plugins = ["pytester"]


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
