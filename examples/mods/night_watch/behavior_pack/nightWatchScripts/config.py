# -*- coding: utf-8 -*-
MOD = "NightWatch"
SYSTEM = "WatchSystem"
NODE = "nightWatch"
TARGETS = {"minecraft:zombie": 3, "minecraft:skeleton": 2, "minecraft:creeper": 1}
UPLOAD_SECONDS = 5 * 60
