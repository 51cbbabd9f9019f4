"""Names of the API that are nearly those of others: which ones were probably meant (E-18)."""

import difflib
from functools import cache

from cloudvars.modsdk.facts import facts

from .promises import known

__all__ = ["meant"]

_NEAR = 0.85
"""How alike two names are of which one is taken for a slip of the other."""
_ENUMS = "mod.common.minecraftEnum."


@cache
def meant(name: str) -> str | None:
    """Return the last part of the name that was probably meant; None for one that the SDK has, or if none is near."""
    owner, _, last = name.rpartition(".")
    members = _members(owner)
    if last in members:
        return None
    near = difflib.get_close_matches(last, members, n=1, cutoff=_NEAR)
    return near[0] if near else None


def _members(owner: str) -> set[str]:
    """Return the names that the SDK has of a module, a component, the factory or an enum."""
    if owner.startswith(_ENUMS):
        return set(facts("enums").get(owner.removeprefix(_ENUMS), ()))
    return {name.rpartition(".")[2] for name in known() if name.rpartition(".")[0] == owner}
