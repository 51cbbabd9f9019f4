"""The filters with which a mod chooses entities: those of the game's JSON files, as far as they ask for state (E-7)."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from .entities import Entity

__all__ = ["passes"]

_log = logging.getLogger("cloudvars")

_TESTS: dict[str, Callable[[Entity, Any], bool]] = {
    "is_family": lambda entity, value: value in entity.species.families,
    "has_tag": lambda entity, value: value in entity.tags,
    "is_name": lambda entity, value: (entity.name or "") == value,
    "has_mob_effect": lambda entity, value: value in entity.effects,
    "on_fire": lambda entity, value: entity.burns == bool(value),
    "is_player": lambda entity, value: entity.is_player == bool(value),
}
_FLAGS = {"on_fire", "is_player"}
"""Tests whose value is True unless it is given."""


def passes(filters: Any, own: Entity, other: Entity) -> bool:
    """Whether ``other`` passes: a filter, a list of which all must, or all_of, any_of and none_of with such lists."""
    if isinstance(filters, list | tuple):
        return all(passes(one, own, other) for one in filters)
    if not isinstance(filters, Mapping):
        return True
    results = []
    if "all_of" in filters:
        results.append(passes(_several(filters["all_of"]), own, other))
    if "any_of" in filters:
        results.append(any(passes(one, own, other) for one in _several(filters["any_of"])))
    if "none_of" in filters:
        results.append(not any(passes(one, own, other) for one in _several(filters["none_of"])))
    if "test" in filters:
        results.append(_test(filters, own if filters.get("subject", "self") == "self" else other))
    return all(results)


def _several(filters: Any) -> list[Any]:
    return list(filters) if isinstance(filters, list | tuple) else [filters]


def _test(one: Mapping[str, Any], subject: Entity) -> bool:
    name = one["test"]
    test = _TESTS.get(name)
    if test is None:
        _log.warning(
            "filters: the test %r is not simulated, and lets everything pass; %s are", name, ", ".join(_TESTS)
        )
        return True
    result = test(subject, one.get("value", True) if name in _FLAGS else one.get("value"))
    return result != (one.get("operator", "==") in {"!=", "not", "<>"})
