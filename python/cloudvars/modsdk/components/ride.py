"""Who rides whom."""

from typing import Any

from cloudvars.modsdk.world.entities import Entity

from .component import Component
from .plain import setter

__all__ = ["RideCompServer"]

_NOBODY = "-1"


class RideCompServer(Component):
    """``CreateRide(entityId)``: anybody can ride anybody; they sit in the order of the list. Clause E-7."""

    def SetRiderRideEntity(self, riderId: str, riddenEntityId: str, riderIndex: int = -1) -> bool:
        """Let somebody ride somebody; -1 is the last seat. False: one of them is not here, or both are the same."""
        rider, ridden = self._engine.entity(riderId), self._engine.entity(riddenEntityId)
        if rider is None or ridden is None or rider is ridden or not isinstance(riderIndex, int):
            return False
        self._stop(rider)
        riders = self._riders(ridden)
        riders.insert(len(riders) if riderIndex < 0 else riderIndex, rider.id)
        ridden.settings["riders"] = riders
        rider.settings["rides"] = ridden.id
        return True

    def GetEntityRider(self) -> str | None:
        """Return whom an entity rides; "-1" for nobody; None if it is not here."""
        rider = self._entity()
        return None if rider is None else self._ridden(rider)

    def IsEntityRiding(self) -> bool:
        """Return whether an entity rides."""
        return self.GetEntityRider() not in {None, _NOBODY}

    def StopEntityRiding(self) -> bool:
        """Let an entity get off. False: it does not ride."""
        rider = self._entity()
        return rider is not None and self._stop(rider)

    def GetRiders(self) -> list[dict[str, Any]]:
        """Return {"entityId", "riderIndex", "seatIndex"} of those who ride an entity."""
        ridden = self._entity()
        riders = [] if ridden is None else self._riders(ridden)
        return [{"entityId": one, "riderIndex": seat, "seatIndex": seat} for seat, one in enumerate(riders)]

    def ChangeRiderSeat(self, riderIndex: int) -> bool:
        """Let an entity take another seat of what it rides."""
        rider = self._entity()
        if rider is None or self._ridden(rider) == _NOBODY:
            return False
        return self.SetRiderRideEntity(rider.id, self._ridden(rider), riderIndex)

    def SetEntityRide(self, playerId: str, tamedEntityId: str) -> bool:
        """Let an entity that can be ridden belong to a player. False: one of them is not here."""
        tamed = self._engine.entity(tamedEntityId)
        if tamed is None or self._engine.entity(playerId) is None:
            return False
        tamed.settings |= {"tamed": True, "owner": str(playerId)}
        return True

    def SetControl(self, tamedEntityId: str, isControl: bool) -> bool:  # noqa: FBT001 - the engine's signature
        """Let who rides an entity steer it, or not."""
        return self._set(tamedEntityId, "controllable", isControl)

    def SetCanOtherPlayerRide(self, tamedEntityId: str, canRide: bool) -> bool:  # noqa: FBT001 - the engine's signature
        """Let others than the owner ride an entity, or not."""
        return self._set(tamedEntityId, "others_can_ride", canRide)

    def SetShowRideUI(self, tamedEntityId: str, isShowUI: bool) -> bool:  # noqa: FBT001 - the engine's signature
        """Show the controls of riding, or hide them."""
        return self._set(tamedEntityId, "ride_ui", isShowUI)

    def SetRidePos(self, tamedEntityId: str, pos: Any) -> bool:
        """Set where the rider sits on an entity."""
        return self._set(tamedEntityId, "ride_pos", pos)

    SetEntityLockRider = setter("rider_locked", "isLock")

    def _set(self, entity_id: str, what: str, value: Any) -> bool:
        entity = self._engine.entity(entity_id)
        if entity is None:
            return False
        entity.settings[what] = value
        return True

    def _riders(self, ridden: Entity) -> list[str]:
        return [one for one in ridden.settings.get("riders", ()) if self._engine.entity(one) is not None]

    def _ridden(self, rider: Entity) -> str:
        ridden: str = rider.settings.get("rides", _NOBODY)
        return ridden if self._engine.entity(ridden) is not None else _NOBODY

    def _stop(self, rider: Entity) -> bool:
        ridden = self._engine.entity(self._ridden(rider))
        rider.settings.pop("rides", None)
        if ridden is None:
            return False
        ridden.settings["riders"] = [one for one in self._riders(ridden) if one != rider.id]
        return True
