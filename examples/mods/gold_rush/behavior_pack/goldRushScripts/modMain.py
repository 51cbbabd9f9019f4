# -*- coding: utf-8 -*-
from mod.common.mod import Mod
import mod.server.extraServerApi as serverApi
from config import MOD, SYSTEM


@Mod.Binding(name=MOD, version="1.0.0")
class GoldRush(object):

	@Mod.InitServer()
	def Start(self):
		serverApi.RegisterSystem(MOD, SYSTEM, "goldRushScripts.mine.MineSystem")
