"""The dicts that calls return and callbacks get, for annotations: ``from cloudvars.types import MoneyRow``.

Every name here is a ``TypedDict``: at run time a plain dict. Each key says its type, its unit and where it comes from;
``NotRequired`` are those that can be missing. ``Reply[list[MoneyRow]]`` is the Reply of ``score.money_get``.
"""

from .achievements import (
    AchievementAnswer,
    AchievementData,
    AchievementEntry,
    AchievementState,
    CustomNode,
    GoalDetails,
    NodeReward,
)
from .commits import (
    Budget,
    CommitDetail,
    Empty,
)
from .failures import (
    Injected,
)
from .live import (
    ChannelMessage,
    Published,
)
from .rows import (
    GeneralRow,
    LimitRow,
    ListRow,
    MessageRow,
    MoneyRow,
    NameRow,
    SentMessage,
    StampedListRow,
    Weekday,
    WorldDataRow,
    WorldListRow,
)
from .storage import (
    BoardAnswer,
    BoardPlaces,
    BoardRow,
    Order,
    OrderAnswer,
    Orders,
    StorageAnswer,
    StorageEntries,
    StorageEntry,
    StorageSetAnswer,
)

__all__ = [
    "AchievementAnswer",
    "AchievementData",
    "AchievementEntry",
    "AchievementState",
    "BoardAnswer",
    "BoardPlaces",
    "BoardRow",
    "Budget",
    "ChannelMessage",
    "CommitDetail",
    "CustomNode",
    "Empty",
    "GeneralRow",
    "GoalDetails",
    "Injected",
    "LimitRow",
    "ListRow",
    "MessageRow",
    "MoneyRow",
    "NameRow",
    "NodeReward",
    "Order",
    "OrderAnswer",
    "Orders",
    "Published",
    "SentMessage",
    "StampedListRow",
    "StorageAnswer",
    "StorageEntries",
    "StorageEntry",
    "StorageSetAnswer",
    "Weekday",
    "WorldDataRow",
    "WorldListRow",
]
