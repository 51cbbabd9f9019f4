# -*- coding: utf-8 -*-
"""Pays for ore, delivers what players buy, and keeps both in the lobby storage."""
import mod.server.extraServerApi as serverApi
from mod_log import logger
from config import GOLD, BAG, ORES, SAVE_SECONDS
from purse import Purse

compFactory = serverApi.GetEngineCompFactory()


class MineSystem(serverApi.GetServerSystemCls()):

	def __init__(self, namespace, systemName):
		super(MineSystem, self).__init__(namespace, systemName)
		self.purses = {}
		levelId = serverApi.GetLevelId()
		self.cloud = compFactory.CreateHttp(levelId)
		for event, method in (
			("AddServerPlayerEvent", self.OnJoin),
			("DelServerPlayerEvent", self.OnLeave),
			("DestroyBlockEvent", self.OnDig),
			("lobbyGoodBuySucServerEvent", self.OnGoods),
		):
			self.ListenForEvent(serverApi.GetEngineNamespace(), serverApi.GetEngineSystemName(), event, self, method)
		compFactory.CreateGame(levelId).AddRepeatedTimer(SAVE_SECONDS, self.SaveAll)

	def OnJoin(self, args):
		playerId = args["id"]
		if not self.purses.has_key(playerId):
			# The uid can be asked for while the player is here, and is needed for a save after that.
			self.purses[playerId] = Purse(self.cloud.GetPlayerUid(playerId))
		self.purses[playerId].here = True
		self.Load(playerId)

	def Load(self, playerId):
		purse = self.purses[playerId]

		def callback(data):
			if data is None:
				logger.warning("the purse of %s did not come", playerId)
				return
			purse.Take(data["entity"]["data"])
			purse.known = True
			self.Save(playerId)
		self.cloud.LobbyGetStorage(callback, purse.uid, [GOLD, BAG])

	def OnLeave(self, args):
		playerId = args["id"]
		self.purses[playerId].here = False
		self.Save(playerId)

	def OnDig(self, args):
		playerId = args["playerId"]
		if self.purses.has_key(playerId):
			self.purses[playerId].dug += ORES.get(args["fullName"], 0)

	def OnGoods(self, args):
		"""A player came (orders of other days may wait), or bought something."""
		playerId = args["eid"]
		purse = self.purses[playerId]

		def callback(data):
			if data is None:
				logger.warning("the orders of %s did not come", playerId)
				return
			for order in data["entity"]["orders"]:
				try:
					purse.Buy(order)
				except ValueError, error:
					print "order %d: %s" % (order["order_id"], error)
			self.Save(playerId)
		self.cloud.QueryLobbyUserItem(callback, purse.uid)

	def SaveAll(self):
		for playerId, purse in self.purses.items():
			if purse.known:
				self.Save(playerId)
			elif purse.here:
				self.Load(playerId)

	def Save(self, playerId):
		purse = self.purses[playerId]
		if not purse.Send():
			return
		order = purse.sent[1]

		def callback(data):
			if data is None:
				purse.Back()
				self.Tell(playerId, "Your gold could not be saved")
				return
			purse.Take(data["entity"]["data"])
			if data["code"] == 2:
				# Another room saved meanwhile. The engine asks Entries again, which has the newer values now.
				return
			if data["code"] == 5:
				purse.Delivered()
			else:
				delivered = purse.Arrived()
				if delivered:
					self.Tell(playerId, "You got: %s" % delivered["cmd"])
			self.Save(playerId)  # the next order, and what was dug meanwhile
		self.cloud.LobbySetStorageAndUserItem(callback, purse.uid, order and order["order_id"], purse.Entries)

	def Tell(self, playerId, text):
		if self.purses[playerId].here:
			compFactory.CreateMsg(playerId).NotifyOneMessage(playerId, text)
