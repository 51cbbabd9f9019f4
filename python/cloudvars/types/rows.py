"""The rows that the calls of a score return."""

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

__all__ = [
    "GeneralRow",
    "LimitRow",
    "ListRow",
    "MessageRow",
    "MoneyRow",
    "NameRow",
    "SentMessage",
    "StampedListRow",
    "Weekday",
    "WorldDataRow",
    "WorldListRow",
]

Weekday: TypeAlias = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
"""The day on which the weeks of a counter begin."""


class GeneralRow(TypedDict):
    """A row of ``score.get``: only the columns that were set."""

    user_id: int
    """int64: whose row it is, from ``c.set`` or ``c.add``."""
    key: str
    """str: 1 to 180 characters."""
    i_value: NotRequired[int]
    """int64: what ``c.set(i_value=…)`` stored, with what ``c.add`` added."""
    s_value: NotRequired[str]
    """str: what ``c.set(s_value=…)`` stored."""
    value: NotRequired[Any]
    """dict or list: what ``c.set(value=…)`` stored."""


class MoneyRow(TypedDict):
    """A row of ``score.money_get``."""

    user_id: int
    """int64: whose balance it is."""
    key: str
    """str: the currency's key."""
    value: int
    """int64: the balance; may be below 0."""


class ListRow(TypedDict):
    """A row of ``score.list_query`` and ``score.list_query_by_uuid``."""

    uuid: int
    """int64 above 0: what ``c.list_add`` returned."""
    user_id: int
    """int64: whose item it is."""
    key: str
    """str: the list's key."""
    value: Any
    """dict or list: from ``c.list_add`` or the last ``c.list_modify``."""
    updatedAt: str
    """str: when the item was made, ``YYYY-MM-DD HH:MM:SS`` in the store's time zone."""


class StampedListRow(TypedDict):
    """A row of ``score.list_query(timetype="stamp")``."""

    uuid: int
    """int64 above 0: what ``c.list_add`` returned."""
    user_id: int
    """int64: whose item it is."""
    key: str
    """str: the list's key."""
    value: Any
    """dict or list: from ``c.list_add`` or the last ``c.list_modify``."""
    updatedAt: int
    """int: when the item was made, in seconds since 1970."""


class NameRow(TypedDict):
    """A row of ``score.name_search``."""

    key: str
    """str: the key under which the name is claimed."""
    name: str
    """str: the name, 1 to 180 characters."""
    value: str
    """str: what ``c.name_new`` stored with it."""


class WorldDataRow(TypedDict):
    """A row of ``score.world_data_get``."""

    user_id: int
    """int64: the user that was given to ``c.world_data_set``."""
    key: str
    """str: the key that was given there."""
    value: Any
    """dict or list: from the last ``c.world_data_set``."""


class WorldListRow(TypedDict):
    """A row of ``score.world_list_query`` and ``score.world_list_query_by_uuid``."""

    uuid: int
    """int64 above 0: what ``c.world_list_add`` returned."""
    user_id: int
    """int64: the user that was given there."""
    key: str
    """str: the list's key."""
    value: Any
    """dict or list: from ``c.world_list_add`` or the last ``c.world_list_modify``."""
    world_id: int
    """int64: the world that was given to ``c.world_list_add``."""
    updatedAt: str
    """str: when the item was made, ISO 8601 in UTC with milliseconds, such as ``2022-12-09T14:00:23.539Z``."""


class LimitRow(TypedDict, total=False):
    """``Reply.data`` of ``score.withlimit_query``: ``{}`` if there is no counter, else the first four keys at least."""

    user_id: int
    """int64: whose counter it is."""
    key: str
    """str: the counter's key."""
    value: int
    """int64: what it counts now; 0 after its window has ended."""
    limit: int
    """int64: the limit of the last ``c.withlimit_add``."""
    refresh_hour: int
    """int: the window's length in hours, if it has such a window; so with the next four."""
    refresh_day: int
    """int: in days."""
    refresh_week: int
    """int: in weeks."""
    refresh_month: int
    """int: in months."""
    refresh_year: int
    """int: in years."""
    week_start: Weekday
    """str: the day on which weeks begin; only beside ``refresh_week``."""


class SentMessage(TypedDict):
    """``Reply.data`` of ``score.message_send``."""

    objectId: int
    """int64 above 0: the message's id."""


class MessageRow(TypedDict):
    """A row of ``score.message_query``."""

    objectId: int
    """int64 above 0: what ``score.message_send`` returned."""
    key: str
    """str: the message's key."""
    src_user_id: int
    """int64: who sent it."""
    target_user_id: int
    """int64: whom it is for."""
    read: Literal[0, 1]
    """int: 1 if it was read, as ``score.message_modify_read`` said."""
    deleted: Literal[0, 1]
    """int: 0; messages that were deleted are not found."""
    createAt: str
    """str: when it was sent, ``YYYY-MM-DD HH:MM:SS`` in the store's time zone."""
    value: Any
    """Any storable value: what was sent."""
