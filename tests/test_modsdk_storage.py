"""``CreateHttp``: the lobby storage in a hosted room, who is online, and what players buy."""

import doctest

import pytest
from cloudvars import CloudValueError, modsdk
from cloudvars.modsdk.components import http

UID = 7
SHOP = """
# -*- coding: utf-8 -*-
import mod.server.extraServerApi as serverApi

class System(serverApi.GetServerSystemCls()):

	def __init__(self, namespace, systemName):
		super(System, self).__init__(namespace, systemName)
		self.comp = serverApi.GetEngineCompFactory().CreateHttp(serverApi.GetLevelId())
		self.money, self.codes, self.events = {}, [], []
		self.ListenForEvent("Minecraft", "Engine", "lobbyGoodBuySucServerEvent", self, self.OnGoods)

	def OnGoods(self, args):
		self.events.append((args["eid"], args["buyItem"]))
		uid = self.comp.GetPlayerUid(args["eid"])

		def got(data):
			for order in data["entity"]["orders"]:
				self.Ship(uid, order["order_id"], int(order["cmd"].split("_")[1]))
		self.comp.QueryLobbyUserItem(got, uid)

	def Ship(self, uid, orderId, money):
		def callback(data):
			if data is None:
				print "failed"
				return
			self.codes.append(data["code"])
			for one in data["entity"]["data"]:
				self.money[uid] = one["value"]
		self.comp.LobbySetStorageAndUserItem(callback, uid, orderId, lambda: [
			{"key": "money", "value": self.money.get(uid, 0) + money}])
"""


@pytest.fixture
def game(room):
    with modsdk.host(room) as game:
        yield game


def comp_of(game):
    api = game.import_module("mod.server.extraServerApi")
    return api.GetEngineCompFactory().CreateHttp(api.GetLevelId())


@pytest.fixture
def comp(game):
    return comp_of(game)


@pytest.fixture
def goods(game):
    """The players that `lobbyGoodBuySucServerEvent` told of, and how."""
    events = []
    system = game.import_module("mod.server.extraServerApi").GetServerSystemCls()("Test", "System")
    system.ListenForEvent("Minecraft", "Engine", "lobbyGoodBuySucServerEvent", system, events.append)
    return events


def test_the_component_knows_who_is_online(game, comp, goods):
    # H-1
    game.join("-42949672", "Alex", uid=UID)
    game.join(8)
    assert (comp.GetPlayerUid("-42949672"), comp.GetPlayerUid("8")) == (UID, 8)
    assert comp.GetPlayerUid("nobody") is None
    assert comp.GetPlayerUid(str(UID)) is None  # a uid is no player
    assert goods == [{"eid": "-42949672", "buyItem": False}, {"eid": "8", "buyItem": False}]
    game.leave(8)
    assert comp.GetPlayerUid("8") is None
    for uid in (2**63, True, "x", 1.0):
        with pytest.raises(CloudValueError, match="uid: "):
            game.join(9, uid=uid)
    with pytest.raises(CloudValueError, match="uid: 7 is in the room already, as player -42949672"):
        game.join(7)
    assert game.players == ["-42949672"]


def test_a_purchase_fires_the_event_where_the_player_is(game, comp, goods):
    # H-1, H-6
    game.join(-42, uid=UID)
    goods.clear()
    first, second = game.place_order("-42", "sword"), game.place_order(-42, "sword", product_count=2)
    elsewhere = game.room.storage.place_order(UID, "shield")
    assert goods == [{"eid": "-42", "buyItem": True}] * 2
    answers = []
    comp.QueryLobbyUserItem(answers.append, UID)
    orders = answers[0]["entity"]["orders"]
    assert [(one["order_id"], one["cmd"], one["product_count"]) for one in orders] == [
        (first, "sword", 1),
        (second, "sword", 2),
        (elsewhere, "shield", 1),
    ]
    with pytest.raises(CloudValueError, match="7 is not in the room"):
        game.place_order(UID, "sword")


def test_the_component_has_the_names_and_arguments_of_the_mod_sdk(store, game, comp):
    # H-2, H-3, H-4, H-6, E-1
    from mod.server.component.httpToWebServerCompServer import HttpToWebServerCompServer

    assert type(comp) is HttpToWebServerCompServer
    store.storage.sort_keys("money")
    game.join(1, "Alex", uid=UID)
    answers = []
    order = game.place_order(1, "add_money_100")
    getter = lambda: [{"key": "money", "value": 100}]
    comp.LobbySetStorageAndUserItem(callback=answers.append, uid=UID, orderId=order, entitiesGetter=getter)
    comp.LobbySetStorageAndUserItem(answers.append, UID, order, getter)
    comp.LobbySetStorageAndUserItem(answers.append, UID)
    comp.LobbyGetStorage(callback=answers.append, uid=UID, keys=["money"])
    comp.LobbyGetStorageBySort(callback=answers.append, key="money", ascend=False, offset=0, length=50)
    comp.QueryLobbyUserItem(callback=answers.append, uid=UID)
    data = [{"key": "money", "value": 100}]
    assert answers == [
        {"code": 0, "message": "正常返回", "entity": {"data": data}},
        {"code": 5, "message": "订单冲突", "entity": {"data": data}},
        {"code": 0, "message": "正常返回", "entity": {"data": []}},
        {"entity": {"data": data}},
        {"entity": {"data": [{"uid": UID, "nickname": "Alex", "value": 100}]}},
        {"entity": {"orders": []}},
    ]
    with pytest.raises(AttributeError, match=r"HttpToWebServerCompServer\.Post is not simulated"):
        comp.Post


def test_two_rooms_ship_one_players_orders(store, make_room, pack):
    # H-5, H-6, D-1
    mod = pack(SHOP)
    rooms = [make_room(name, delivery="tick") for name in "AB"]
    with modsdk.host(rooms[0], mod=mod) as a, modsdk.host(rooms[1], mod=mod) as b:
        shops = [game.systems["Test", "System"] for game in (a, b)]
        a.join(-1, uid=UID)
        a.tick(3)
        a.place_order(-1, "money_100")
        a.leave(-1)  # before it was shipped
        b.join(-9, uid=UID)
        assert (shops[0].events, shops[1].events) == ([("-1", False), ("-1", True)], [("-9", False)])
        modsdk.tick(a, b, n=3)  # both ship it
        assert (shops[0].codes, shops[1].codes) == ([0], [5])
        b.place_order(-9, "money_20")
        b.tick(3)
        assert shops[1].codes == [5, 0]
        assert shops[1].money == {UID: 120}
        # A never heard of the 20: its next set conflicts, and is sent again.
        a.systems["Test", "System"].Ship(UID, None, 3)
        a.tick(3)
        assert shops[0].codes == [0, 2, 0]
        assert shops[0].money == {UID: 123}


def test_achievements_follow_the_uid(store, make_room):
    # A-3, E-4
    store.achievements.define("n", total=9)
    seen = []
    for name, player in (("A", "-5"), ("B", "-6")):
        with modsdk.host(make_room(name)) as game:
            api = game.import_module("mod.server.extraServerApi")
            comp = api.GetEngineCompFactory().CreateAchievement(api.GetLevelId())
            game.join(player, uid=UID)
            comp.LobbySetAchievementStorage(seen.append, player, "n", 2)
            game.leave(player)
            comp.LobbySetAchievementStorage(seen.append, player, "n", 1)  # also for who has left
            comp.LobbyGetAchievementStorage(seen.append, player)
    assert [data["entity"]["progress"] for data in (seen[0], seen[1], seen[3], seen[4])] == [0, 2, 3, 5]
    assert seen[5]["entity"][0]["progress"] == 6
    assert store.room("x", game="another").score.is_old_player(user_id=UID).unwrap() is True


def test_the_docstring_runs():
    assert doctest.testmod(http).failed == 0
