"""Cloud variables and cloud achievements for game mods, on your own machine.

>>> import cloudvars
>>> with cloudvars.open() as store:
...     score = store.room("lobby-1").score
...     with score.get_commit() as c:
...         c.money_add(user_id=7, key="gold", value=30)
...         c.money_cost(user_id=7, key="gold", value=10)
...     score.money_get(user_id=7, key="gold").unwrap()
[{'user_id': 7, 'key': 'gold', 'value': 20}]

A letter with a number, such as C-2, names a clause of the contract, docs/contract.md, which says more.
"""

from ._native import (  # the names that users type, ``open`` included
    Achievement,
    Achievements,
    Committer,
    Fault,
    Faults,
    ManualClock,
    Operator,
    PythonClock,
    Room,
    Score,
    Storage,
    StorageSettings,
    Store,
    SystemClock,
    Table,
    __version__,
    open,  # noqa: A004 - cloudvars.open is the name
)
from .errors import CloudError, CloudTypeError, CloudValueError, CommitError, StoreError
from .reply import Reply

TYPE_CHECKING = False  # True for type checkers. The module typing takes longer to import than this package.
if TYPE_CHECKING:
    from typing import Any

    from ._codes import codes
    from ._copy import Copied, copy
    from ._default import LobbyGetAchievementStorage, LobbySetAchievementStorage
    from .explore import explore

__all__ = [
    "Achievement",
    "Achievements",
    "CloudError",
    "CloudTypeError",
    "CloudValueError",
    "CommitError",
    "Committer",
    "Copied",
    "Fault",
    "Faults",
    "LobbyGetAchievementStorage",
    "LobbySetAchievementStorage",
    "ManualClock",
    "Operator",
    "PythonClock",
    "Reply",
    "Room",
    "Score",
    "Storage",
    "StorageSettings",
    "Store",
    "StoreError",
    "SystemClock",
    "Table",
    "__version__",
    "codes",
    "copy",
    "explore",
    "open",
]


_LATER = {
    "Copied": "_copy",
    "LobbyGetAchievementStorage": "_default",
    "LobbySetAchievementStorage": "_default",
    "codes": "_codes",
    "copy": "_copy",
    "explore": "explore",
}
"""The names that not every program uses, and the modules that have them."""


def __getattr__(name: str) -> "Any":
    """Import what is used for the first time."""
    if name in _LATER:
        from importlib import import_module  # noqa: PLC0415 - not needed before

        module = import_module(f".{_LATER[name]}", __name__)
        found = globals()[name] = module if name == "explore" else getattr(module, name)
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
