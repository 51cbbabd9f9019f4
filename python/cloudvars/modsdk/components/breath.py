"""How long an entity can hold its breath."""

from .component import Component
from .plain import getter, setter

__all__ = ["BreathCompServer"]

_FRAMES = 300


class BreathCompServer(Component):
    """``CreateBreath(entityId)``: in twentieths of a second."""

    GetCurrentAirSupply = getter("air", _FRAMES, -1)
    SetCurrentAirSupply = setter("air", "data")
    GetMaxAirSupply = getter("air_limit", _FRAMES, -1)
    SetMaxAirSupply = setter("air_limit", "data")
    IsConsumingAirSupply = getter("under_water", default=False, absent=False)
    SetRecoverTotalAirSupplyTime = setter("air_recovery", "timeSec")
