"""Timers, and what concerns the whole game."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.world.positions import block_of

from .notices import Notices
from .plain import getter, setter
from .surroundings import Surroundings

if TYPE_CHECKING:
    from cloudvars.modsdk.timers import CallLater

__all__ = ["GameComponentServer"]

_DIFFICULTIES = range(4)
_MODES = {0, 1, 2, 6}
"""``GameType``: survival, creative, adventure, spectator."""
_NO_HEIGHT = 32767
"""What the engine says for the height of a spawn that nobody has set."""
_PISTON = 12


class GameComponentServer(Notices, Surroundings):
    """``CreateGame(levelId)``: timers on the store's clock (E-3), entities (E-7), notices and rules (E-11)."""

    def AddTimer(self, delay: float, func: Any, *args: Any, **kwargs: Any) -> "CallLater":
        """Call ``func`` once, at the first tick that is ``delay`` seconds from now or later."""
        return self._engine.add_timer(delay, partial(func, *args, **kwargs), again=False)

    def AddRepeatedTimer(self, delay: float, func: Any, *args: Any, **kwargs: Any) -> "CallLater":
        """Call ``func`` every ``delay`` seconds, at most once a tick."""
        return self._engine.add_timer(delay, partial(func, *args, **kwargs), again=True)

    def CancelTimer(self, timer: "CallLater") -> None:
        """Stop a timer; it may have ended already."""
        self._engine.timers.cancel(timer)

    # --- rules ---

    def GetGameRulesInfoServer(self) -> dict[str, dict[str, Any]]:
        """Return a copy of the rules: ``option_info`` and ``cheat_info``."""
        return self._engine.level.rules.all()

    def SetGameRulesInfoServer(self, gameRuleDict: Mapping[str, Any]) -> bool:
        """Change some rules. False: they are locked, or one of them is wrong, and none changed."""
        rules = self._engine.level.rules
        return not rules.locked and rules.update(gameRuleDict)

    def LockGameRulesInfo(self, lock: bool) -> bool:  # noqa: FBT001 - the engine's signature
        """Lock the rules, or unlock them."""
        self._engine.level.rules.locked = bool(lock)
        return True

    def IsLockGameRulesInfo(self) -> bool:
        """Return whether the rules are locked."""
        return self._engine.level.rules.locked

    # --- difficulty and game mode ---

    def GetGameDiffculty(self) -> int:
        """Return the difficulty: 0, peaceful, to 3, hard; 2 at first."""
        return int(self._of_level("difficulty", 2))

    def SetGameDifficulty(self, difficulty: int) -> bool:
        """Set the difficulty. False: it is locked."""
        if self._of_level("difficulty_locked", default=False) or difficulty not in _DIFFICULTIES:
            return self._refused(
                "SetGameDifficulty", f"difficulty: {difficulty!r}; 0 to 3, unlocked, is accepted"
            )
        self._engine.level.settings["difficulty"] = difficulty
        return True

    def LockDifficulty(self, lock: bool) -> bool:  # noqa: FBT001 - the engine's signature
        """Lock the difficulty, or unlock it."""
        self._engine.level.settings["difficulty_locked"] = bool(lock)
        return True

    def IsLockDifficulty(self) -> bool:
        """Return whether the difficulty is locked."""
        return bool(self._of_level("difficulty_locked", default=False))

    def GetGameType(self) -> int:
        """Return the game mode of players who have none of their own: 0, survival, at first."""
        return int(self._of_level("game_type", 0))

    def SetDefaultGameType(self, gameType: int) -> bool:
        """Set the game mode of players who have none of their own: ``GameTypeChangedServerEvent``."""
        if gameType not in _MODES or self.IsLockGameType():
            return self._refused("SetDefaultGameType", f"gameType: {gameType!r}")
        before = self.GetGameType()
        self._engine.level.settings["game_type"] = gameType
        if before != gameType:
            data = {"playerId": "", "oldGameType": before, "newGameType": gameType}
            self._engine.fire("GameTypeChangedServerEvent", data)
        return True

    def LockGameType(self, lock: bool) -> bool:  # noqa: FBT001 - the engine's signature
        """Lock the game modes, or unlock them."""
        self._engine.level.settings["game_type_locked"] = bool(lock)
        return True

    def IsLockGameType(self) -> bool:
        """Return whether the game modes are locked."""
        return bool(self._of_level("game_type_locked", default=False))

    def GetPlayerGameType(self, playerId: str) -> int:
        """Return a player's game mode, -1 for one who is not here."""
        player = self._engine.entity(playerId)
        return -1 if player is None else int(player.settings.get("game_type", self.GetGameType()))

    # --- the world's spawn ---

    def GetSpawnPosition(self) -> tuple[int, int, int]:
        """Return the block where players begin; a height of 32767 if nobody has set one."""
        found: tuple[int, int, int] = self._of_level("spawn", (0, _NO_HEIGHT, 0))
        return found

    def GetSpawnDimension(self) -> int:
        """Return the dimension in which players begin."""
        return int(self._of_level("spawn_dimension", 0))

    def SetSpawnDimensionAndPosition(self, dimensionId: int | None = None, pos: Any = None) -> bool:
        """Set where players begin."""
        try:
            there = self.GetSpawnPosition() if pos is None else block_of(pos)
        except CloudValueError as error:
            return self._refused("SetSpawnDimensionAndPosition", error)
        dimension = self.GetSpawnDimension() if dimensionId is None else dimensionId
        self._engine.level.settings |= {"spawn": there, "spawn_dimension": dimension}
        return True

    def _of_level(self, what: str, default: Any) -> Any:
        return self._engine.level.settings.get(what, default)

    # --- what is set, and nothing else ---

    def GetSeed(self) -> int:
        """Return the seed of the world: 0."""
        return 0

    def GetChinese(self, langStr: str) -> str:
        """Return ``langStr``: the game's texts are not here."""
        return langStr

    def CheckWordsValid(self, words: str) -> bool:
        """Return True: no word is forbidden here."""
        return isinstance(words, str)

    CheckNameValid = CheckWordsValid

    def LookupItemByName(self, itemName: str) -> bool:
        """Return whether that can be the name of an item: which ones there are is not known here."""
        return isinstance(itemName, str) and ":" in itemName

    SetHurtCD = setter("hurt_cooldown", "cdTime")
    SetDisableHunger = setter("hunger_disabled", "isDisable")
    SetDisableContainers = setter("containers_disabled", "isDisable")
    SetDisableDropItem = setter("drop_disabled", "isDisable")
    SetDisableGravityInLiquid = setter("gravity_in_liquid_disabled", "isDisable")
    SetLevelGravity = setter("gravity", "data")
    GetLevelGravity = getter("gravity", -0.08)
    DisableVineBlockSpread = setter("vines_disabled", "disable")
    ForbidLiquidFlow = setter("liquids_disabled", "forbid")
    SetCanBlockSetOnFireByLightning = setter("lightning_burns_blocks", "enable")
    SetCanActorSetOnFireByLightning = setter("lightning_burns_entities", "enable")
    SetMergeSpawnItemRadius = setter("merge_radius", "radius")
    SetPistonMaxInteractionCount = setter("piston_limit", "value")
    GetPistonMaxInteractionCount = getter("piston_limit", _PISTON)
