"""The dicts of live messages."""

from typing import Any, TypedDict

__all__ = [
    "ChannelMessage",
    "Published",
]


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
