"""The time of the world."""

from cloudvars.modsdk.world.level import DAY

from .component import Component

__all__ = ["TimeComponentServer"]


class TimeComponentServer(Component):
    """``CreateTime(levelId)``: twentieths of a second, by the store's clock. Clause E-11."""

    def GetTime(self) -> int:
        """Return how old the world is; 24000 are a day."""
        return self._engine.level.time

    def SetTime(self, time: int) -> bool:
        """Set how old the world is."""
        if not isinstance(time, int) or time < 0:
            return self._refused("SetTime", f"time: {time!r}; an int from 0 is accepted")
        self._engine.level.time = time
        return True

    def SetTimeOfDay(self, timeOfDay: int) -> bool:
        """Go on to a time of the day, 0 to 24000: today's, or tomorrow's if that is over."""
        if not isinstance(timeOfDay, int) or not 0 <= timeOfDay <= DAY:
            return self._refused(
                "SetTimeOfDay", f"timeOfDay: {timeOfDay!r}; an int from 0 to 24000 is accepted"
            )
        now = self._engine.level.time
        return self.SetTime(now + (timeOfDay - now) % DAY)
