"""The dicts that calls return and callbacks get, for annotations: ``from cloudvars.types import MoneyRow``.

Every name here is a ``TypedDict``: at run time a plain dict. Each key says its type, its unit and where it comes from;
``NotRequired`` are those that can be missing. ``Reply[list[MoneyRow]]`` is the Reply of ``score.money_get``.
"""

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

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

Weekday: TypeAlias = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
"""The day on which the weeks of a counter begin."""

# --- commits, quotas ---


class Empty(TypedDict):
    """``{}``: the call succeeded, and has nothing to tell."""


class CommitDetail(TypedDict, total=False):
    """``Reply.data`` of a commit: ``{}`` after a success, these keys if an operation failed (None if none did)."""

    op: int
    """int: the index of the operation that failed, from 0 in call order."""
    name: str
    """str: its verb, such as ``"money_cost"``."""


class Budget(TypedDict):
    """What is left of a room's minute: ``room.budget()``."""

    reads: int
    """int: calls that read, of 300 a minute."""
    writes: int
    """int: commits and other calls that write, of 300 a minute."""
    bytes: int
    """int: bytes, of 48 MiB a minute."""
    resets_in: float
    """float: seconds until all of it is there again."""


# --- rows ---


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


# --- live messages ---


class ChannelMessage(TypedDict):
    """What the callback of ``score.subscribe_channel`` gets."""

    message_id: int
    """int64 above 0: the message's ``objectId``."""
    key: str
    """str: the message's key."""
    src_user_id: int
    """int64: who sent it."""
    target_user_id: int
    """int64: whom it is for: the subscription's player."""
    read: bool
    """bool: whether it was read."""
    value: Any
    """Any storable value: what was sent."""


class Published(TypedDict):
    """What the callback of ``score.subscribe_message`` gets."""

    message: Any
    """Any storable value: what ``score.publish_message`` was given."""


# --- achievements ---


class AchievementState(TypedDict):
    """A player's data for one node."""

    completed_at: int
    """int: when the node was completed, in seconds since 1970; 0 = it is not."""
    extra: str
    """str: what the last ``getExtraData`` returned."""
    progress: int
    """int64: the progress; at most the node's total."""
    version: int
    """int: how often the data was stored; 0 = never."""


class AchievementEntry(AchievementState):
    """A player's data for one node, with the node's name and total."""

    achievement_id: str
    """str: the node's id."""
    max_progress: int
    """int64: the node's total."""


class AchievementData(TypedDict):
    """What the callback of ``LobbyGetAchievementStorage`` gets."""

    code: Literal[0]
    """int: 0."""
    message: str
    """str: the code in words, in the lobby's language."""
    details: str
    """str: always empty."""
    entity: list[AchievementEntry]
    """list: one entry for each node that the player has data for, sorted by node."""


class AchievementAnswer(TypedDict):
    """What the callback of ``LobbySetAchievementStorage`` gets."""

    code: Literal[0, 5]
    """int: 0 = stored; 5 = another room was faster, nothing was stored: True sends again."""
    message: str
    """str: the code in words, in the lobby's language."""
    details: str
    """str: always empty."""
    entity: AchievementState
    """dict: with code 0 the data before this set, with code 5 the latest data."""


class GoalDetails(TypedDict):
    """``goal_details`` of a custom node: what makes it count by itself."""

    goal_type: Literal["default_kill", "default_get"]
    """str: a kill of an entity, or an item that is obtained."""
    entity_identifier: NotRequired[str]
    """str: which entity; of ``default_kill`` only."""
    item_dict: NotRequired[dict[str, Any]]
    """dict: which item; of ``default_get`` only."""


class NodeReward(TypedDict):
    """One item of ``reward`` of a custom node: a call to a system of the mod."""

    function_name: str
    """str: the system's method."""
    name_space: str
    """str: the system, as ``namespace:name``."""
    data: dict[str, Any]
    """dict: what the method gets."""


class CustomNode(TypedDict):
    """What ``GetNodeDetailInfo`` returns: the fields that the node's file has, and the player's progress."""

    node_ID: str
    """str: the node's id."""
    parent_node: NotRequired[str]
    """str: the id of the node above; a root has none."""
    depend_parent: NotRequired[bool]
    """bool: whether it waits until the parent is complete."""
    title: str
    """str: for people."""
    unfinished_icon: str
    """str: the path of a texture."""
    finished_icon: str
    """str: the path of a texture."""
    use_default_icon_background: NotRequired[bool]
    """bool: whether the engine draws its background."""
    goal_details: NotRequired[GoalDetails]
    """dict: what makes it count by itself."""
    goal_number: int
    """int of at least 1: the progress that completes it."""
    node_description: NotRequired[str]
    """str: for people; missing if the file spells it ``node_descriptrion``."""
    node_descriptrion: NotRequired[str]
    """str: the same under the name that the documents' own sample has."""
    window_background: NotRequired[str]
    """str: the path of a texture; a root has one."""
    reward: NotRequired[list[NodeReward]]
    """list: what is called when the node is completed."""
    is_hidden: NotRequired[bool]
    """bool: whether it is hidden until it is complete."""
    finish_tip: NotRequired[bool]
    """bool: whether the player is told of its completion."""
    is_cloud: NotRequired[bool]
    """bool: whether the progress is kept in the cloud."""
    auto_sent_cloud: NotRequired[bool]
    """bool: whether ``AddNodeProgress`` sends it there; of a cloud node, True if it is missing."""
    progress: int
    """int64: the player's progress, as this room knows it."""


# --- the lobby storage ---


class StorageEntry(TypedDict):
    """A key of the lobby storage and its value: what a getter returns, and callbacks get."""

    key: str
    """str: 1 to 64 characters."""
    value: Any
    """Any JSON value."""


class StorageEntries(TypedDict):
    """``entity`` of the answers that hold values."""

    data: list[StorageEntry]
    """list: in the order of the request; a key that was never set is absent."""


class StorageAnswer(TypedDict):
    """What the callback of ``LobbyGetStorage`` gets."""

    entity: StorageEntries
    """dict: the values."""


class StorageSetAnswer(TypedDict):
    """What the callback of ``LobbySetStorageAndUserItem`` gets."""

    code: Literal[0, 2, 5]
    """int: 0 = stored; 2 = another room set one of the keys: it is sent again; 5 = the order was shipped before."""
    message: str
    """str: the code in words, in the lobby's language."""
    entity: StorageEntries
    """dict: the latest values of the keys."""


class BoardRow(TypedDict):
    """One place of a board."""

    uid: int
    """int64: whose place it is."""
    nickname: str
    """str: from ``set_nickname``; without that the uid as text."""
    value: int
    """int64: what counts."""


class BoardPlaces(TypedDict):
    """``entity`` of a board's answer."""

    data: list[BoardRow]
    """list: at most 50 places, up to two minutes old."""


class BoardAnswer(TypedDict):
    """What the callback of ``LobbyGetStorageBySort`` gets."""

    entity: BoardPlaces
    """dict: the places."""


class Order(TypedDict):
    """An order that is not shipped."""

    order_id: int
    """int64 above 0: what ``place_order`` returned."""
    timestamp: int
    """int: when it was placed, in seconds since 1970."""
    cmd: str
    """str: what was bought."""
    product_count: int
    """int of at least 1: how many."""


class Orders(TypedDict):
    """``entity`` of the answer with orders."""

    orders: list[Order]
    """list: oldest first."""


class OrderAnswer(TypedDict):
    """What the callback of ``QueryLobbyUserItem`` gets."""

    entity: Orders
    """dict: the orders."""


# --- failures ---


class Injected(TypedDict):
    """One item of ``store.faults.trace``."""

    room: str
    """str: the name of the room that called."""
    op: str
    """str: the call, or the committer's verb."""
    user_id: int | None
    """int64: the user or player that the call names; None if it names none."""
    key: str | None
    """str: the key or node that the call names; None if it names none."""
    fault: Literal["fail", "applied, but fail", "delay", "duplicate", "conflict"]
    """str: what happened to the call."""
    code: int | None
    """int: the code that was answered, if one was."""
