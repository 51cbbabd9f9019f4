"""Custom nodes in a hosted mod: loaded, counted by kills and items, rewarded, told of, fetched at the join."""

import json
import logging

import pytest
from cloudvars import CloudValueError, modsdk

SYSTEM = """
# -*- coding: utf-8 -*-
import mod.server.extraServerApi as serverApi

class System(serverApi.GetServerSystemCls()):

	def __init__(self, namespace, systemName):
		super(System, self).__init__(namespace, systemName)
		self.log = []
		self.comp = serverApi.GetEngineCompFactory().CreateAchievement(serverApi.GetLevelId())
		self.ListenForEvent("Minecraft", "Engine", "AchievementCompleteEvent", self, self.OnComplete)

	def OnComplete(self, args):
		self.log.append(args)

	def Crown(self, data):
		self.log.append(("Crown", data))

	def Fail(self, data):
		raise KeyError, "no crown"
"""
REWARD = {"function_name": "Crown", "name_space": "Test:System", "data": {"gold": 5}}
ROOT = {
    "node_ID": "root",
    "title": "Hunter",
    "node_description": "kill cows",
    "window_background": "textures/w",
}
ROOT |= {"unfinished_icon": "textures/a", "finished_icon": "textures/b", "goal_number": 2}


def child(name, **fields):
    node = {**ROOT, "node_ID": name, "parent_node": "root", **fields}
    del node["window_background"]
    return node


def kills(species):
    return {"goal_type": "default_kill", "entity_identifier": species}


def gets(**item):
    return {"goal_type": "default_get", "item_dict": item}


@pytest.fixture
def nodes(pack):
    """Writes a pack with these nodes: its folder."""

    def nodes(*nodes, name="pack"):
        folder = pack(SYSTEM, name=name)
        (folder / "customAchievements").mkdir(exist_ok=True)
        for node in nodes:
            (folder / "customAchievements" / f"{node['node_ID']}.json").write_text(json.dumps(node), "utf-8")
        return folder

    return nodes


def parts(game):
    system = game.systems["Test", "System"]
    return system.comp, system.log


def progress(comp, node, player="7"):
    return comp.GetNodeDetailInfo(player, node)["progress"]


def test_kills_count_reward_and_tell(tick_room, nodes):
    # E-5, A-9
    mod = nodes({**ROOT, "goal_details": kills("minecraft:cow"), "reward": [REWARD]}, child("leaf"))
    with modsdk.host(tick_room, mod=mod) as game:
        comp, log = parts(game)
        assert comp.GetChildrenNode("root") == ["leaf"]
        assert (comp.GetChildrenNode("leaf"), comp.GetChildrenNode("x")) == ([], None)
        game.join(7)
        game.join(8)
        cow = game.spawn("minecraft:cow")
        game.kill(cow, 7)
        game.kill(game.spawn("minecraft:pig"), 7)
        game.kill(game.spawn("minecraft:cow"))  # nobody did it
        game.kill(game.spawn("minecraft:cow"), cow)  # another cow did it
        game.tick()
        assert (progress(comp, "root"), progress(comp, "root", "8"), log) == (1, 0, [])
        game.kill(game.spawn("minecraft:cow"), "7")
        game.tick()
        event = {"playerId": "7", "rootNodeId": "root", "achievementId": "root", "title": "Hunter"}
        assert log == [
            ("Crown", {"gold": 5, "playID": "7"}),
            {**event, "description": "kill cows"},
        ]
        game.kill(game.spawn("minecraft:cow"), "7")
        assert comp.AddNodeProgress("7", "root", 1) is False
        game.tick()
        assert len(log) == 2  # once
        assert progress(comp, "root") == 2


def test_items_count_beyond_the_most_that_was_carried(tick_room, nodes):
    # E-5, A-9
    goal = gets(newItemName="minecraft:apple", enchantData=[[1, 2]])
    with modsdk.host(tick_room, mod=nodes({**ROOT, "goal_number": 9, "goal_details": goal})) as game:
        comp, _ = parts(game)
        game.join(7)
        apple = {"newItemName": "minecraft:apple", "enchantData": [(1, 2)], "count": 2}
        game.give(7, "minecraft:apple")  # not enchanted
        game.give(7, apple)
        game.tick()
        assert progress(comp, "root") == 2
        # Dropped and picked up again: not more than before.
        slot = {"playerId": "7", "slot": 1, "oldItemDict": apple}
        game.fire("InventoryItemChangedServerEvent", {**slot, "newItemDict": None})
        game.give(7, {**apple, "count": 2})
        game.tick()
        assert progress(comp, "root") == 2
        game.give(7, {**apple, "count": 1})
        game.tick()
        assert progress(comp, "root") == 3


def test_two_rooms_feed_a_cloud_node_by_kills(make_room, nodes):
    # E-5, A-9
    mod = nodes(
        ROOT,
        child("cows", is_cloud=True, goal_number=3, goal_details=kills("minecraft:cow"), reward=[REWARD]),
    )
    rooms = [make_room(name, delivery="tick") for name in "AB"]
    with modsdk.host(rooms[0], mod=mod) as a, modsdk.host(rooms[1], mod=mod) as b:
        (comp, first), (_, second) = parts(a), parts(b)
        a.join(-1, uid=7)
        b.join(-2, uid=7)
        for game, player, count in ((a, -1, 1), (b, -2, 2)):
            for _ in range(count):
                game.kill(game.spawn("minecraft:cow"), player)
        modsdk.tick(a, b, n=3)
        assert first == []
        assert second[0] == ("Crown", {"gold": 5, "playID": "-2"})  # this room's id of the player
        assert (second[1]["playerId"], second[1]["rootNodeId"], second[1]["achievementId"]) == (
            "-2",
            "root",
            "cows",
        )
        a.leave(-1)
        a.join(-3, uid=7)  # read again
        a.tick()
        assert progress(comp, "cows", "-3") == 3


def test_the_cloud_is_read_at_the_join(make_room, nodes):
    # E-4, E-5, A-5, A-9
    mod = nodes(ROOT, child("cloud", is_cloud=True, goal_number=9))
    answers = []

    def send(game, extra):
        def callback(data):
            answers.append(data["code"])
            return True

        comp = parts(game)[0]
        assert comp.AddNodeProgress("7", "cloud", 1, callback=callback, getExtra=lambda: extra) is True
        game.tick(2)

    with modsdk.host(make_room("A", delivery="tick"), mod=mod) as a:
        a.join(7)
        send(a, "one")
        with modsdk.host(make_room("B", delivery="tick"), mod=mod) as b:
            b.join(7)  # knows version 1, so nothing conflicts
            send(b, "two")
            assert answers == [0, 0]
            send(a, "three")  # does not know B's
            assert answers == [0, 0, 5, 0]
            assert progress(parts(a)[0], "cloud") == 3


def test_a_node_that_the_mod_sends_is_rewarded_when_it_was_sent(tick_room, nodes):
    # E-5, A-9
    mod = nodes(ROOT, child("own", is_cloud=True, auto_sent_cloud=False, reward=[REWARD]))
    with modsdk.host(tick_room, mod=mod) as game:
        comp, log = parts(game)
        game.join(7)
        answers = []
        comp.LobbySetAchievementStorage(answers.append, "7", "own", 2, lambda: "extra")
        assert log == []
        game.tick()
        assert answers[0]["code"] == 0
        assert log[0] == ("Crown", {"gold": 5, "playID": "7"})
        assert log[1]["achievementId"] == "own"
        assert comp.SetNodeFinish("7", "own") is False


@pytest.mark.parametrize("event", ["AddServerPlayerEvent", "ClientLoadAddonsFinishServerEvent"])
def test_the_two_moments_without_details(tick_room, nodes, event):
    # E-5, A-9
    with modsdk.host(tick_room, mod=nodes(ROOT)) as game:
        comp, _ = parts(game)
        seen = []

        def look(args):
            seen.append(args)
            comp.GetNodeDetailInfo("7", "root")

        game.systems["Test", "System"].ListenForEvent("Minecraft", "Engine", event, comp, look)
        with pytest.raises(RuntimeError, match="GetNodeDetailInfo: not allowed inside"):
            game.join(7)
        assert len(seen) == 1
        assert game.players == ["7"]
        assert comp.GetNodeDetailInfo("7", "root") == {**ROOT, "progress": 0}
        assert comp.GetNodeDetailInfo("7", "nothing") is None


def test_a_parent_first(tick_room, nodes):
    # E-5, A-9
    after = child("after", depend_parent=True, goal_number=1, goal_details=kills("minecraft:pig"))
    mod = nodes({**ROOT, "goal_number": 1, "goal_details": kills("minecraft:cow")}, after)
    with modsdk.host(tick_room, mod=mod) as game:
        comp, log = parts(game)
        game.join(7)
        for species in ("pig", "cow", "pig"):
            game.kill(game.spawn(f"minecraft:{species}"), 7)
            game.tick()
        assert [event["achievementId"] for event in log] == ["root", "after"]
        assert log[1]["rootNodeId"] == "root"


def test_rewards_that_fail(tick_room, nodes, caplog):
    # E-5, A-9
    rewards = [
        {**REWARD, "name_space": "No:System"},
        {**REWARD, "function_name": "Fail"},
        {**REWARD, "function_name": "NotThere"},
        REWARD,
    ]
    with modsdk.host(tick_room, mod=nodes({**ROOT, "goal_number": 1, "reward": rewards})) as game:
        comp, log = parts(game)
        game.join(7)
        with pytest.raises(ExceptionGroup) as caught, caplog.at_level(logging.ERROR, logger="cloudvars"):
            comp.AddNodeProgress("7", "root", 1)
            game.tick()
        messages = [f"{type(error).__name__}: {error}" for error in caught.value.exceptions]
        assert messages == [
            "LookupError: node root: the reward's name_space No:System is not a registered system",
            "KeyError: 'no crown'",
            "AttributeError: 'System' object has no attribute 'NotThere'",
        ]
        assert "the reward NotThere of root raised" in caplog.text
        assert log[0][0] == "Crown"
        assert log[1]["achievementId"] == "root"  # told all the same


def test_a_wrong_node_starts_nothing(room, nodes):
    # E-5, A-9
    mod = nodes({**ROOT, "goal_number": 0})
    with pytest.raises(CloudValueError, match=r"root\.json.*goal_number"):
        with modsdk.host(room, mod=mod):
            pytest.fail("entered")
    with modsdk.host(room, mod=nodes(ROOT)) as game:
        assert parts(game)[0].GetChildrenNode("root") == []


def test_left_hosts_hear_nothing(room, nodes):
    # E-5
    with modsdk.host(room, mod=nodes({**ROOT, "goal_number": 1})) as game:
        _, log = parts(game)
    assert room.achievement.AddNodeProgress(7, "root", 1) is True
    assert log == []


def test_a_reward_names_the_id_under_which_the_player_came_last(tick_room, nodes):
    # E-4, E-5
    with modsdk.host(tick_room, mod=nodes({**ROOT, "goal_number": 1})) as game:
        comp, log = parts(game)
        for player in ("-1", "-3", "-1"):
            game.join(player, uid=7)
            game.leave(player)
        game.join("-1", uid=7)
        assert comp.AddNodeProgress("-3", "root", 1) is True  # the same user
        game.tick()
        assert log[0]["playerId"] == "-1"
        assert progress(comp, "root", "-1") == 1
