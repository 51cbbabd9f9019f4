"""The plugin's `game` and what its mod asks for that is not simulated."""

import pytest

pytest_plugins = ["pytester"]

MAIN = """
from mod.common.mod import Mod
import mod.server.extraServerApi as serverApi

@Mod.Binding(name="Shop", version="1")
class Shop(object):
    @Mod.InitServer()
    def start(self):
        body = serverApi.GetEngineCompFactory().CreatePhysx("1")
        for other in "234":
            body.AddForce("1", other)
        serverApi.GetEngineCompFactory().CreateNobody("1")
"""
TEST = """
    def test_game(game):
        game.join(7)
        assert game.recorded["PhysxComponentServer.AddForce"].count == {count}
"""


@pytest.fixture
def shop(pytester):
    folder = pytester.path / "packs" / "shop" / "shopScripts"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "modMain.py").write_text(MAIN)


def test_a_failing_test_shows_what_was_recorded(project, pytester, shop):
    # E-17
    pytester.makeini("[pytest]\nfilterwarnings = error\ncloudvars_mod = packs/shop\n")
    shown = project(TEST.format(count=3), passed=1).stdout.str()
    assert "not simulated" not in shown
    result = project(TEST.format(count=4), failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- cloudvars: not simulated, and used by the mod -*",
            "3  PhysxComponentServer.AddForce        *modMain.py:11",
            "1  GetEngineCompFactory().CreateNobody  *modMain.py:12",
        ]
    )


def test_strict_by_the_ini_file_or_by_a_mark(project, pytester, shop):
    # E-17, E-1
    pytester.makeini("[pytest]\ncloudvars_mod = packs/shop\ncloudvars_unknown = strict\n")
    result = project("def test_game(game): pass", errors=1)
    result.stdout.fnmatch_lines(["*CreatePhysx is not simulated by cloudvars.modsdk*"])
    code = """
        import pytest

        @pytest.mark.cloudvars(unknown="record")
        def test_record(game):
            assert game.recorded

        @pytest.mark.cloudvars(unknown="{mark}")
        def test_other(game):
            pass
        """
    project(code.format(mark="strict"), passed=1, errors=1)
    result = project(code.format(mark="lax"), passed=1, errors=1)
    result.stdout.fnmatch_lines(["*@pytest.mark.cloudvars: unknown: 'lax'; 'record' or 'strict' is accepted"])
    pytester.makeini("[pytest]\ncloudvars_unknown = none\n")
    result = project("def test_game(game): pass", errors=1)
    result.stdout.fnmatch_lines(["*cloudvars_unknown: 'none'; 'record' or 'strict' is accepted"])


def test_the_list_in_a_report_is_bounded(project, pytester):
    # E-17
    code = """
        def test_game(game):
            import mod.server.extraServerApi as serverApi

            for number in range(25):
                getattr(serverApi, f"Nobody{number}")
            assert False
        """
    result = project(code, failed=1)
    result.stdout.fnmatch_lines(["1  mod.server.extraServerApi.Nobody0   *:5", "and 5 more names"])
    assert "Nobody20" not in result.stdout.str().partition("not simulated, and used")[2]
