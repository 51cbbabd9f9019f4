"""The dicts of the lobby storage."""

from typing import Any, Literal, TypedDict

__all__ = [
    "BoardAnswer",
    "BoardPlaces",
    "BoardRow",
    "Order",
    "OrderAnswer",
    "Orders",
    "StorageAnswer",
    "StorageEntries",
    "StorageEntry",
    "StorageSetAnswer",
]


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
