"""``mod.common.minecraftEnum``: an installed SDK's values, or those that the host knows."""

import sys
from pathlib import Path

import pytest
from cloudvars import modsdk
from stores import one_store


@pytest.fixture
def no_stubs(monkeypatch):
    monkeypatch.setattr(sys, "path", [path for path in sys.path if not (Path(path) / "mod").is_dir()])


@pytest.fixture
def sdk(tmp_path, monkeypatch):
    """An SDK that has one enum, with another value than the real one."""
    common = tmp_path / "sdk" / "mod" / "common"
    common.mkdir(parents=True)
    (common.parent / "__init__.py").touch()
    (common / "__init__.py").touch()
    (common / "minecraftEnum.py").write_text("class ItemPosType(object):\n    CARRIED = 77\n")
    monkeypatch.syspath_prepend(str(tmp_path / "sdk"))


SERVER = """
    import mod.server.extraServerApi as serverApi
    from common import minecraftEnum
    from mod.common.minecraftEnum import *
    from mod.common.minecraftEnum import ItemPosType as Position
    seen = [ItemPosType.CARRIED, serverApi.GetMinecraftEnum().ItemPosType.CARRIED, minecraftEnum.ItemPosType.CARRIED]
    same = Position is ItemPosType is serverApi.GetMinecraftEnum().ItemPosType
    kinds = EntityType.Zombie & EntityType.Mob, EntityType.Cow & EntityType.Monster == EntityType.Monster
    class Mine(AttrType):
        OWN = 100
"""


@one_store
def test_values_without_an_sdk(run_mod, no_stubs):
    # E-12
    told = run_mod(SERVER)
    assert told["seen"] == [2, 2, 2]
    assert told["same"] is True
    assert told["kinds"] == (256, False)
    assert (told["Mine"].HEALTH, told["Mine"].OWN, told["AttrType"].ABSORPTION) == (0, 100, 6)
    assert told["ActorDamageCause"].Fall == "fall"
    assert told["GameType"].Default == told["GameType"].Survival


@one_store
def test_an_installed_sdk_is_the_newer_one(run_mod, sdk):
    # E-1, E-12
    told = run_mod("""
        import mod.server.extraServerApi as serverApi
        seen = serverApi.GetMinecraftEnum().ItemPosType.CARRIED
    """)
    assert told["seen"] == 77


@one_store
@pytest.mark.parametrize("name", ["NoSuchType", "AttrType.NO_SUCH"])
def test_what_the_values_lack_says_where_more_are(room, no_stubs, name):
    # E-12
    with modsdk.host(room) as game:
        found = game.import_module("mod.common.minecraftEnum")
        with pytest.raises(AttributeError, match=rf"minecraftEnum\.{name} is not simulated") as raised:
            for part in name.split("."):
                found = getattr(found, part)
        assert any("pip install mc-netease-sdk-nyrev" in note for note in raised.value.__notes__)
        enums = game.import_module("mod.common.minecraftEnum")
        assert "AttrType" in dir(enums)
        assert not hasattr(enums, "__wrapped__")
        assert not hasattr(enums.AttrType, "__wrapped__")


@one_store
def test_fakes_win_over_the_values(room, no_stubs):
    # E-12
    class AttrType:
        HEALTH = "mine"

    with modsdk.host(room, fakes={"mod.common.minecraftEnum.AttrType": AttrType}) as game:
        enums = game.import_module("mod.common.minecraftEnum")
        assert enums.AttrType.HEALTH == "mine"
        assert enums.ItemPosType.CARRIED == 2
