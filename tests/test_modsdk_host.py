"""A mod in its room: starting, joining, conflicting, ending."""

import logging
import sys

import cloudvars
import pytest
from cloudvars import modsdk
from mods import HUNTER

NODE = "cowsAndSheep"


def test_the_documents_callback_resolves_a_conflict(store, make_room, capsys):
    # E-1, A-5, A-6
    store.achievements.define(NODE, total=6)
    rooms = [make_room(name, delivery="tick") for name in "AB"]
    with modsdk.host(rooms[0], mod=HUNTER) as a, modsdk.host(rooms[1], mod=str(HUNTER)) as b:
        assert capsys.readouterr().out == "hunter starts on platform -1\n" * 2
        for game in (a, b):
            game.join(7)
        modsdk.tick(a, b, n=2)
        hunts = [game.systems["Hunter", "HuntSystem"] for game in (a, b)]
        a.kill(a.spawn("minecraft:cow"), 7)
        assert hunts[0].mCodes == []  # a callback waits for the tick
        a.tick()
        b.kill(b.spawn("minecraft:sheep"), 7)
        assert hunts[1].mLocalData["7"][NODE] == {"minecraft:cow": 0, "minecraft:sheep": 1}
        b.tick()
        assert (hunts[0].mCodes, hunts[1].mCodes) == ([0], [5, 0])
        assert hunts[1].mLocalData["7"][NODE] == {"minecraft:cow": 1, "minecraft:sheep": 1}
        for species in ("cow", "cow", "sheep", "sheep", "sheep"):
            b.kill(b.spawn(f"minecraft:{species}"), 7)
            b.tick()
        assert [(message.player, message.text) for message in b.messages] == [
            ("7", NODE + "： This achievement has been completed!"),
            ("7", "Failed to add progress!"),  # the third sheep too many
        ]
        assert hunts[1].mLocalData["7"][NODE] == {"minecraft:cow": 3, "minecraft:sheep": 3}
        a.kill(a.spawn("minecraft:cow"), "7")
        a.tick()
        # A is stale, learns that all is done, and does not send again.
        assert hunts[0].mCodes == [0, 5]
        assert hunts[0].mPlayerProgress["7"][NODE] == 6
    assert capsys.readouterr().out == "hunter stops\n" * 2


def test_each_host_has_its_own_modules(make_room, pack):
    # E-1
    mod = pack("""
        import mod.server.extraServerApi as serverApi
        seen = []
        class System(serverApi.GetServerSystemCls()):
            def OnDie(self, args):
                import testScripts.system as late
                late.seen.append(args["id"])
    """)
    with modsdk.host(make_room("A"), mod=mod) as a, modsdk.host(make_room("B"), mod=mod) as b:
        one, two = (game.import_module("testScripts.system") for game in (a, b))
        assert one is not two
        import testScripts.system

        assert testScripts.system is two  # the one entered last
        with a.active():
            import testScripts.system

            assert testScripts.system is one
            import mod.server.extraServerApi as api

            assert api.GetSystem("Test", "System") is a.systems["Test", "System"]
        a.systems["Test", "System"].OnDie(
            {"id": "1"}
        )  # an import inside mod code is its own host's, whoever calls
        assert (one.seen, two.seen) == (["1"], [])
    assert "testScripts" not in sys.modules


def test_two_rooms_one_after_the_other(make_room, pack):
    # E-1
    mod = pack(
        "import mod.server.extraServerApi as s\nclass System(s.GetServerSystemCls()): pass\ncount = [0]\n"
    )
    for name in "AB":
        with modsdk.host(make_room(name), mod=mod) as game:
            count = game.import_module("testScripts.system").count
            count[0] += 1
            assert count == [1]


def test_a_room_is_hosted_once(room):
    # E-1
    with modsdk.host(room):
        with pytest.raises(cloudvars.CloudValueError, match="hosted already"), modsdk.host(room):
            pass
    with modsdk.host(room) as game:
        pass
    with pytest.raises(cloudvars.CloudError, match="left.*inside its with block"):
        game.tick()
    with pytest.raises(cloudvars.CloudError, match="entered once"):
        game.__enter__()


def test_what_host_accepts(room, tmp_path):
    # G-4
    with pytest.raises(cloudvars.CloudValueError, match=r"mod: .*modMain\.py"):
        modsdk.host(room, mod=tmp_path)
    with pytest.raises(cloudvars.CloudValueError, match="room: 5"):
        modsdk.host(5)
    with pytest.raises(cloudvars.CloudValueError, match="python: 2.7"):
        modsdk.host(room, python=2.7)
    scripts = tmp_path / "s"
    scripts.mkdir()
    (scripts / "modMain.py").write_text("")
    with pytest.raises(cloudvars.CloudValueError, match=r"has no __init__\.py"):
        modsdk.host(room, mod=tmp_path)


RECORDER = """
import mod.server.extraServerApi as serverApi

EVENTS = '''AddServerPlayerEvent ClientLoadAddonsFinishServerEvent PlayerJoinMessageEvent lobbyGoodBuySucServerEvent
PlayerIntendLeaveServerEvent PlayerLeftMessageServerEvent DelServerPlayerEvent LoadServerAddonScriptsAfter
AddEntityServerEvent MobDieEvent InventoryItemChangedServerEvent'''.split()

class System(serverApi.GetServerSystemCls()):
    def __init__(self, namespace, systemName):
        super(System, self).__init__(namespace, systemName)
        self.log = []
        for event in EVENTS:
            self.Listen(event)

    def Listen(self, event):
        def note(args=None):
            self.log.append((event, args, serverApi.GetPlayerList()))
        self.ListenForEvent(serverApi.GetEngineNamespace(), serverApi.GetEngineSystemName(), event, self, note)

    def Destroy(self):
        self.log.append("destroyed")
"""


def test_join_and_leave_in_the_engines_order(store, room, pack):
    # E-4, O-1
    with modsdk.host(room, mod=pack(RECORDER)) as game:
        log = game.systems["Test", "System"].log
        assert game.join("55555555", name="Steve") == "55555555"
        assert [event for event, _, _ in log] == [
            "LoadServerAddonScriptsAfter",
            "AddServerPlayerEvent",
            "ClientLoadAddonsFinishServerEvent",
            "PlayerJoinMessageEvent",
            "lobbyGoodBuySucServerEvent",
        ]
        assert log[1][1]["id"] == "55555555"
        assert log[1][1]["uid"] == 55555555
        assert log[1][2] == ["55555555"]
        assert log[2][1] == {"playerId": "55555555"}
        assert log[3][1]["name"] == "Steve"
        assert log[4][1] == {"eid": "55555555", "buyItem": False}
        del log[:]
        with pytest.raises(cloudvars.CloudValueError, match="in the room already"):
            game.join(55555555)
        other = store.room("x", game="another").score
        assert other.is_old_player(user_id=55555555).unwrap() is True  # room.player_join was called
        game.leave(55555555)
        assert [(event, players) for event, _, players in log] == [
            ("PlayerIntendLeaveServerEvent", ["55555555"]),
            ("PlayerLeftMessageServerEvent", ["55555555"]),
            ("DelServerPlayerEvent", []),
        ]
        with pytest.raises(cloudvars.CloudValueError, match="not in the room"):
            game.leave(55555555)
        with pytest.raises(cloudvars.CloudValueError, match="player: 'Steve'"):
            game.join("Steve")
    assert log[-1] == "destroyed"


def test_leaving_ends_subscriptions(room):
    # S-5, E-4
    with modsdk.host(room) as game:
        game.join(7)
        assert room.score.subscribe_channel(7, "mail", print)
        game.leave(7)
        assert room.score.unsubscribe_channel(7, "mail") is False


def test_entities_and_items(room, pack):
    # E-4
    with modsdk.host(room, mod=pack(RECORDER)) as game:
        import mod.server.extraServerApi as serverApi

        log = game.systems["Test", "System"].log
        cow = game.spawn("minecraft:cow")
        assert log[-1][1]["engineTypeStr"] == "minecraft:cow"
        kind = serverApi.GetEngineCompFactory().CreateEngineType
        assert kind(cow).GetEngineTypeStr() == "minecraft:cow"
        assert kind("1").GetEngineTypeStr() is None
        player = game.join(1)
        assert kind(player).GetEngineTypeStr() == "minecraft:player"
        assert game.kill(cow, player)["attacker"] == "1"
        assert log[-1][1] == {"id": cow, "attacker": "1", "cause": "entity_attack", "customTag": ""}
        game.give(1, "minecraft:apple")
        game.give(1, {"newItemName": "minecraft:apple", "count": 64})
        changes = [
            (args["slot"], args["oldItemDict"]["count"], args["newItemDict"]["count"])
            for event, args, _ in log
            if event == "InventoryItemChangedServerEvent"
        ]
        assert changes == [(0, 0, 1), (0, 1, 64), (1, 0, 1)]
        with pytest.raises(cloudvars.CloudValueError, match=r"count: 99999.*room for"):
            game.give(1, {"newItemName": "minecraft:apple", "count": 99999})
        with pytest.raises(cloudvars.CloudValueError, match="item: 5"):
            game.give(1, 5)
        with pytest.raises(cloudvars.CloudValueError, match="identifier: ''"):
            game.spawn("")


def test_the_mods_exceptions_come_out_after_everyone_ran(room, pack, caplog):
    # E-2
    mod = pack("""
        import mod.server.extraServerApi as serverApi
        class System(serverApi.GetServerSystemCls()):
            def __init__(self, namespace, systemName):
                super(System, self).__init__(namespace, systemName)
                self.ran = []
                for method in (self.first, self.second):
                    self.ListenForEvent("Minecraft", "Engine", "ServerChatEvent", self, method)
            def first(self, args):
                self.ran.append(1)
                raise KeyError("first")
            def second(self, args):
                self.ran.append(2)
                if args.get("both"):
                    raise ValueError("second")
            def Destroy(self):
                raise RuntimeError("destroyed badly")
    """)
    caplog.set_level(logging.ERROR, "cloudvars")
    with pytest.raises(RuntimeError, match="destroyed badly"):
        with modsdk.host(room, mod=mod) as game:
            system = game.systems["Test", "System"]
            with pytest.raises(KeyError, match="first"):
                game.fire("ServerChatEvent", {"message": "hello"})
            assert system.ran == [1, 2]
            assert "a listener for ServerChatEvent raised" in caplog.text
            with pytest.raises(ExceptionGroup) as caught:
                game.fire("ServerChatEvent", {"both": True})
            assert [type(error) for error in caught.value.exceptions] == [KeyError, ValueError]
            game.tick()  # nothing is left over
    with pytest.raises(ZeroDivisionError):  # the test's own exception is the one that counts
        with modsdk.host(room, mod=mod):
            raise ZeroDivisionError


def test_a_start_that_fails_leaves_nothing_behind(room, pack):
    # E-1
    before = dict(sys.modules), list(sys.path), list(sys.meta_path)
    broken = pack("import mod.server.extraServerApi as s\nraise ValueError('at import')\n")
    with pytest.raises(ValueError, match="at import"):
        with modsdk.host(room, mod=broken):
            pytest.fail("entered")
    assert (list(sys.path), list(sys.meta_path)) == before[1:]
    assert {name: sys.modules.get(name) for name in before[0]} == before[0]
    assert not [name for name in sys.modules if name.partition(".")[0] in ("mod", "testScripts")]
    with modsdk.host(room):
        pass


def test_a_pack_that_starts_nothing_says_so(make_room, pack, caplog):
    # E-1
    with modsdk.host(make_room(), mod=pack(modMain="x = 1\n")):
        assert "testScripts.modMain has no class with @Mod.Binding" in caplog.text
    caplog.clear()
    with modsdk.host(make_room("b"), mod=HUNTER):
        assert "Mod.Binding" not in caplog.text


@pytest.mark.parametrize("mod", [5, [5], "", [""], object(), b"pack"])
def test_what_is_no_path_of_a_pack_is_refused(room, mod):
    # E-1
    with pytest.raises(cloudvars.CloudValueError, match="mod: .*the path of a behavior pack"):
        modsdk.host(room, mod=mod).__enter__()
