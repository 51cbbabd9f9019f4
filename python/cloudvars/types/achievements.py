"""The dicts of achievements and custom nodes."""

from typing import Any, Literal, NotRequired, TypedDict

__all__ = [
    "AchievementAnswer",
    "AchievementData",
    "AchievementEntry",
    "AchievementState",
    "CustomNode",
    "GoalDetails",
    "NodeReward",
]


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
    """bool: whether the player sees a tip when it is complete."""
    is_cloud: NotRequired[bool]
    """bool: whether the progress is kept in the cloud."""
    auto_sent_cloud: NotRequired[bool]
    """bool: whether ``AddNodeProgress`` sends it there; of a cloud node, True if it is missing."""
    progress: int
    """int64: the player's progress, as this room knows it."""
