"""What players may do, and how they eat, heal and respawn."""

from typing import Any

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.world.attributes import HUNGER
from cloudvars.modsdk.world.positions import block_of

from .abilities import Abilities
from .plain import getter, setter, switch

__all__ = ["PlayerCompServer"]

_MODES = {0, 1, 2, 6}
_NO_HEIGHT = 32767
"""What the engine says for the height of a place that nobody has set."""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class PlayerCompServer(Abilities):
    """``CreatePlayer(playerId)``: what is set is in the player's ``settings``. Clause E-7."""

    # --- hunger and healing ---

    def GetPlayerHunger(self) -> float:
        """Return a player's hunger, 20 at first; -1 for one who is not here."""
        player = self._player()
        return -1.0 if player is None else player.attr.hunger

    def SetPlayerHunger(self, value: float) -> bool:
        """Set a player's hunger: ``PlayerHungerChangeServerEvent``."""
        player = self._player()
        if player is None or not _is_number(value):
            return self._refused("SetPlayerHunger", f"{self.entityId!r}, value: {value!r}")
        attr = player.attr
        return self._engine.changes.attribute(player, HUNGER, lambda: attr.set_value(HUNGER, value))

    GetPlayerCurrentExhaustionValue = getter("exhaustion", 0.0)
    SetPlayerCurrentExhaustionValue = setter("exhaustion", "value", _is_number)
    GetPlayerMaxExhaustionValue = getter("exhaustion_limit", 4.0)
    SetPlayerMaxExhaustionValue = setter("exhaustion_limit", "value", _is_number)
    GetPlayerHealthLevel = getter("health_level", 18)
    SetPlayerHealthLevel = setter("health_level", "healthLevel", _is_number)
    GetPlayerHealthTick = getter("health_ticks", 80)
    SetPlayerHealthTick = setter("health_ticks", "healthTick", _is_number)
    IsPlayerNaturalRegen = getter("natural_regeneration", default=True)
    SetPlayerNaturalRegen = setter("natural_regeneration", "value")
    GetPlayerStarveLevel = getter("starve_level", 1)
    SetPlayerStarveLevel = setter("starve_level", "starveLevel", _is_number)
    GetPlayerStarveTick = getter("starve_ticks", 80)
    SetPlayerStarveTick = setter("starve_ticks", "starveTick", _is_number)
    IsPlayerNaturalStarve = getter("natural_starving", default=True)
    SetPlayerNaturalStarve = setter("natural_starving", "value")

    def GetPlayerExhaustionRatioByType(self, type: int) -> float:  # noqa: A002 - the engine's name
        """Return by what an activity's exhaustion is multiplied; 1.0 at first."""
        settings = self._settings() or {}
        return float(settings.get("exhaustion_ratio", {}).get(type, 1.0))

    def SetPlayerExhaustionRatioByType(self, type: int, ratio: float) -> bool:  # noqa: A002 - the engine's name
        """Set by what an activity's exhaustion is multiplied."""
        settings = self._settings()
        if settings is None or not _is_number(ratio):
            return False
        settings.setdefault("exhaustion_ratio", {})[type] = ratio
        return True

    # --- movement and detection ---

    isSneaking = getter("sneaking", default=False, absent=False)  # noqa: N815 - the engine's name
    isSwimming = getter("swimming", default=False, absent=False)  # noqa: N815 - ditto
    GetIsBlocking = getter("blocking", default=False, absent=False)
    GetPlayerIsFishing = getter("fishing", default=False, absent=False)
    SetPlayerMovable = setter("movable", "isMovable")
    SetPlayerJumpable = setter("jumpable", "isJumpable")
    OpenPlayerCritBox = switch("crit_box", value=True)
    ClosePlayerCritBox = switch("crit_box", value=False)
    OpenPlayerHitBlockDetection = setter("hit_block_detection", "precision")
    ClosePlayerHitBlockDetection = switch("hit_block_detection", None)
    OpenPlayerHitMobDetection = switch("hit_mob_detection", value=True)
    ClosePlayerHitMobDetection = switch("hit_mob_detection", value=False)
    SetPickUpArea = setter("pick_up_area", "area")
    EnableKeepInventory = setter("keep_inventory", "enable")
    ClearDefinedLevelUpCost = setter("level_up_cost_cleared", "level")
    SetInteracteCenterOffset = setter("interact_offset", "offset")
    GetInteracteCenterOffset = getter("interact_offset", (0.0, 0.0, 0.0))
    SetPlayerInteracteRange = setter("interact_range", "interacteRange", _is_number)
    GetPlayerInteracteRange = getter("interact_range", 5.0)
    SetPlayerAttackSpeedAmplifier = setter("attack_speed_amplifier", "amplifier", _is_number)
    SetBanPlayerFishing = setter("fishing_banned", "isBan")
    GetEnchantmentSeed = getter("enchantment_seed", 0)
    SetEnchantmentSeed = setter("enchantment_seed", "enchantmentSeed")

    def ChangeSelectSlot(self, slot: int) -> bool:
        """Take another slot, 0 to 8, into the hand: ``OnCarriedNewItemChangedServerEvent``."""
        player = self._player()
        if player is None or not player.items.is_hotbar(slot):
            return self._refused(
                "ChangeSelectSlot", f"{self.entityId!r}, slot: {slot!r}; 0 to 8 are accepted"
            )
        self._engine.changes.select(player, slot)
        return True

    # --- game mode and respawn ---

    def SetPlayerGameType(self, gameType: int) -> bool:
        """Set a player's game mode: ``GameTypeChangedServerEvent``. False: game modes are locked."""
        player = self._player()
        level = self._engine.level.settings
        if player is None or gameType not in _MODES or level.get("game_type_locked"):
            return self._refused("SetPlayerGameType", f"{self.entityId!r}, gameType: {gameType!r}")
        before = player.settings.get("game_type", level.get("game_type", 0))
        player.settings["game_type"] = gameType
        if before != gameType:
            data = {"playerId": player.id, "oldGameType": before, "newGameType": gameType}
            self._engine.fire("GameTypeChangedServerEvent", data)
        return True

    def GetPlayerRespawnPos(self) -> dict[str, Any] | None:
        """Return {"dimensionId", "pos"}, the block where a player respawns; a height of 32767 if nobody set it."""
        settings = self._settings()
        if settings is None:
            return None
        found: dict[str, Any] = settings.get("respawn", {"dimensionId": 0, "pos": (0, _NO_HEIGHT, 0)})
        return dict(found)

    def SetPlayerRespawnPos(self, pos: Any, dimensionId: int = 0) -> bool:
        """Set the block where a player respawns."""
        settings = self._settings()
        try:
            there = block_of(pos)
        except CloudValueError as error:
            return self._refused("SetPlayerRespawnPos", error)
        if settings is None:
            return False
        settings["respawn"] = {"dimensionId": dimensionId, "pos": there}
        return True

    def GetRelevantPlayer(self, exceptList: list[str] | None = None) -> list[str]:
        """Return the players in the same dimension, oneself among them, without those of ``exceptList``."""
        player = self._player()
        if player is None:
            return []
        here = [one for one in self._engine.entities if one.is_player and one.dimension == player.dimension]
        return [one.id for one in here if one.id not in (exceptList or ())]
