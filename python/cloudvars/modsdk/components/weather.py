"""Rain and thunder."""

from typing import Any

from .component import Component

__all__ = ["WeatherComponentServer"]


class WeatherComponentServer(Component):
    """``CreateWeather(levelId)``: how strong, from 0 to 1, and for how many twentieths of a second. Clause E-11."""

    def IsRaining(self) -> bool:
        """Return whether it rains."""
        return self._engine.level.rain.level > 0

    def SetRaining(self, level: float, time: int) -> bool:
        """Let it rain, or stop it: ``OnRainLevelChangeServerEvent``."""
        if not _is_weather(level, time):
            return self._refused(
                "SetRaining", f"level: {level!r}, time: {time!r}; 0 to 1, and an int are accepted"
            )
        rain, cycle = self._engine.level.rain, self._engine.level.rules["weather_cycle"]
        before = rain.level
        rain.set(float(level), time if cycle and time > 0 else None)
        if before != level:
            self._engine.fire("OnRainLevelChangeServerEvent", {"oldLevel": before, "newLevel": float(level)})
        return True

    def IsThunder(self) -> bool:
        """Return whether it thunders."""
        return self._engine.level.thunder.level > 0

    def SetThunder(self, level: float, time: int) -> bool:
        """Let it thunder, or stop it."""
        if not _is_weather(level, time):
            return self._refused(
                "SetThunder", f"level: {level!r}, time: {time!r}; 0 to 1, and an int are accepted"
            )
        cycle = self._engine.level.rules["weather_cycle"]
        self._engine.level.thunder.set(float(level), time if cycle and time > 0 else None)
        return True


def _is_weather(level: Any, time: Any) -> bool:
    return isinstance(level, int | float) and 0 <= level <= 1 and isinstance(time, int | float)
