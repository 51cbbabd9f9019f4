# -*- coding: utf-8 -*-
"""Counts kills, and uploads them every few minutes and when the player leaves."""
import mod.server.extraServerApi as serverApi
from mod_log import logger
from config import NODE, TARGETS, UPLOAD_SECONDS
from counts import Counts

compFactory = serverApi.GetEngineCompFactory()
GOAL = sum(TARGETS.values())


class WatchSystem(serverApi.GetServerSystemCls()):

	def __init__(self, namespace, systemName):
		super(WatchSystem, self).__init__(namespace, systemName)
		self.players = {}
		levelId = serverApi.GetLevelId()
		self.cloud = compFactory.CreateAchievement(levelId)
		for event, method in (
			("AddServerPlayerEvent", self.OnJoin),
			("DelServerPlayerEvent", self.OnLeave),
			("MobDieEvent", self.OnDie),
		):
			self.ListenForEvent(serverApi.GetEngineNamespace(), serverApi.GetEngineSystemName(), event, self, method)
		compFactory.CreateGame(levelId).AddRepeatedTimer(UPLOAD_SECONDS, self.UploadAll)

	def OnJoin(self, args):
		playerId = args["id"]
		counts = self.players.setdefault(playerId, Counts())

		def callback(data):
			if data is None:
				logger.warning("the cloud's data of %s did not come", playerId)
				return
			for row in data["entity"]:
				if row["achievement_id"] == NODE:
					counts.Take(row["extra"])
		self.cloud.LobbyGetAchievementStorage(callback, playerId)

	def OnLeave(self, args):
		self.Upload(args["id"])

	def OnDie(self, args):
		playerId = args["attacker"]
		kind = compFactory.CreateEngineType(args["id"]).GetEngineTypeStr()
		if self.players.has_key(playerId) and kind in TARGETS:
			self.players[playerId].Kill(kind)

	def UploadAll(self):
		for playerId in self.players.keys():
			self.Upload(playerId)

	def Upload(self, playerId):
		counts = self.players[playerId]
		if counts.sent:
			return  # the kills since go with the next upload
		delta = counts.Send()
		if delta == 0:
			return

		def callback(data):
			if data is None:
				counts.Back()
				self.Tell(playerId, u"The night watch could not be stored")
			elif data["code"] == 5:
				# Another room stored meanwhile. Send the same again, unless some of it no longer counts.
				counts.Take(data["entity"]["extra"])
				if counts.Wanted(counts.sent) == counts.sent:
					return True
				counts.Back()
				self.Upload(playerId)
			else:
				counts.Arrived()
				self.Tell(playerId, u"Night watch: " + unicode(100 * counts.Total() / GOAL) + u"%")
			return False
		self.cloud.LobbySetAchievementStorage(callback, playerId, NODE, delta, counts.Extra)

	def Tell(self, playerId, text):
		compFactory.CreateMsg(playerId).NotifyOneMessage(playerId, text)

	def GiveLantern(self, data):
		"""The reward of the node."""
		self.NotifyToClient(data["playID"], "Lantern", {"color": data["color"]})
