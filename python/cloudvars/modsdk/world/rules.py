"""The rules of the game, as ``SetGameRulesInfoServer`` knows them (E-11)."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from cloudvars.errors import CloudValueError

__all__ = ["Rules"]

_log = logging.getLogger("cloudvars")
_DEFAULTS: dict[str, dict[str, Any]] = {
    "option_info": {
        "pvp": True,
        "show_coordinates": False,
        "fire_spreads": True,
        "tnt_explodes": True,
        "mob_loot": True,
        "natural_regeneration": True,
        "respawn_block_explosion": True,
        "respawn_radius": 5,
        "tile_drops": True,
        "immediate_respawn": False,
    },
    "cheat_info": {
        "enable": False,
        "always_day": False,
        "mob_griefing": True,
        "keep_inventory": False,
        "weather_cycle": True,
        "mob_spawn": True,
        "entities_drop_loot": True,
        "daylight_cycle": True,
        "command_blocks_enabled": True,
        "random_tick_speed": 1,
    },
}


class Rules:
    """The rules, by their names alone: ``rules["keep_inventory"]``."""

    def __init__(self, before_change: Callable[[], None]) -> None:
        self._before_change = before_change
        self._groups = {group: dict(rules) for group, rules in _DEFAULTS.items()}
        self.locked = False

    def __repr__(self) -> str:
        return f"<{self._groups}>"

    def __getitem__(self, name: str) -> Any:
        return self._group_of(name)[name]

    def __setitem__(self, name: str, value: Any) -> None:
        group = self._group_of(name)
        if not _fits(group[name], value):
            message = f"rules[{name!r}]: {value!r}; {_accepted(group[name])} is accepted"
            raise CloudValueError(message)
        self._before_change()
        group[name] = value

    def _group_of(self, name: str) -> dict[str, Any]:
        for group in self._groups.values():
            if name in group:
                return group
        names = ", ".join(name for group in self._groups.values() for name in group)
        message = f"rules[{name!r}]: there is no such rule; {names} are"
        raise KeyError(message)

    def all(self) -> dict[str, dict[str, Any]]:
        """Return a copy of all rules, by group."""
        return {group: dict(rules) for group, rules in self._groups.items()}

    def update(self, given: Any) -> bool:
        """Change the rules that a mod gives, by group. False: one is wrong, none changed; the log says which."""
        wrong = _wrong(given)
        if wrong:
            _log.error("SetGameRulesInfoServer: %s", wrong)
            return False
        self._before_change()
        for group, rules in given.items():
            self._groups[group].update(rules)
        return True


def _fits(now: Any, value: Any) -> bool:
    # A bool is an int, and mods write 1 for True.
    return isinstance(value, int) and (not isinstance(now, bool) or value in {0, 1})


def _accepted(now: Any) -> str:
    return "a bool" if isinstance(now, bool) else "an int"


def _wrong(given: Any) -> str:
    if not isinstance(given, Mapping):
        return f"gameRuleDict: {given!r}; a dict with option_info or cheat_info is accepted"
    for group, rules in given.items():
        known = _DEFAULTS.get(group)
        if known is None or not isinstance(rules, Mapping):
            return f"{group}: {rules!r}; a dict under {' or '.join(_DEFAULTS)} is accepted"
        for name, value in rules.items():
            if name not in known:
                return f"{group}.{name}: there is no such rule; {', '.join(known)} are"
            if not _fits(known[name], value):
                return f"{group}.{name}: {value!r}; {_accepted(known[name])} is accepted"
    return ""
