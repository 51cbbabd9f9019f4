"""What a player is allowed to do."""

from .component import Component
from .plain import setter

__all__ = ["Abilities"]

_ABILITIES = {
    "build": True,
    "mine": True,
    "doorsandswitches": True,
    "opencontainers": True,
    "attackplayers": True,
    "attackmobs": True,
    "op": False,
    "teleport": False,
}
_MEMBER, _OPERATOR = 1, 2
_ROLES = {0, 1, 2, 3}


class Abilities(Component):
    """The part of the player component about permissions: abilities are in the player's ``settings``."""

    def GetPlayerAbilities(self) -> dict[str, bool]:
        """Return what a player is allowed to do, by the names of the abilities."""
        settings = self._settings()
        if settings is None:
            return {}
        operator = self.GetPlayerOperation() == _OPERATOR
        default = {**_ABILITIES, "op": operator, "teleport": operator}
        return {name: bool(settings.get(name, allowed)) for name, allowed in default.items()}

    SetBuildAbility = setter("build", "canBuild")
    SetMineAbility = setter("mine", "canMine")
    SetOperateDoorsAndSwitchesAbility = setter("doorsandswitches", "canOperate")
    SetOpenContainersAbility = setter("opencontainers", "canOpen")
    SetAttackPlayersAbility = setter("attackplayers", "canAttack")
    SetAttackMobsAbility = setter("attackmobs", "canAttack")
    SetOperatorCommandAbility = setter("op", "canOperate")
    SetTeleportAbility = setter("teleport", "canTeleport")
    SetPlayerMute = setter("mute", "isMute")

    def GetPlayerOperation(self) -> int:
        """Return a player's role: 0 visitor, 1 member, 2 operator, 3 custom; -1 for one who is not here."""
        settings = self._settings()
        default = self._engine.level.settings.get("player_permission", _MEMBER)
        return -1 if settings is None else int(settings.get("role", default))

    SetPermissionLevel = setter("role", "level", lambda level: level in _ROLES)
