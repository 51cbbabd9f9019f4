# -*- coding: utf-8 -*-
MOD = "GoldRush"
SYSTEM = "MineSystem"
GOLD = "gold"  # a sorted key on the platform: the richest players are on a board
BAG = "bag"
ORES = {"minecraft:gold_ore": 1, "minecraft:deepslate_gold_ore": 3}
GOODS = {  # what a product's command gives: gold, and things for the bag
	"gold_100": (100, {}),
	"pickaxe": (0, {"pickaxe": 1}),
	"starter_set": (20, {"pickaxe": 1, "lamp": 2}),
}
SAVE_SECONDS = 60
