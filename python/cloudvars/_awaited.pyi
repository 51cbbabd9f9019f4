"""The calls of ``Score``, awaitable. Written by ``lint/docstrings.py`` from ``_native.pyi``."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Literal, overload

from ._native import _Array, _Fields, _Id, _Int, _OnMessage, _OnPublished
from .reply import Reply
from .types import (
    Empty,
    GeneralRow,
    LimitRow,
    ListRow,
    MessageRow,
    MoneyRow,
    NameRow,
    SentMessage,
    StampedListRow,
    WorldDataRow,
    WorldListRow,
)

__all__ = ["AwaitedCalls"]

class AwaitedCalls(ABC):
    """The calls of ``score``, awaitable, each under its name."""

    @abstractmethod
    async def _call(self, name: str, /, *args: object, **fields: object) -> Any: ...
    @overload
    async def test_cloud_value(self, *, value: object = ...) -> Reply[int]:
        """``score.test_cloud_value``, awaited.

        Tell whether ``value`` can be stored: ``(0, length, None)``, or ``(code, None, reason)``.

        Storable are None, bool, int64, finite floats, str, lists, tuples, and dicts with str or int keys, up to 100
        containers deep.
        ``length`` is in bytes, as MessagePack with strings as bin. Never raises for a value; counts as nothing.
        Clause V-3.
        """

    @overload
    async def test_cloud_value(self, fields: _Fields, /) -> Reply[int]: ...
    @overload
    async def get(self, *, user_id: _Id | _Array, key: str | _Array) -> Reply[list[GeneralRow]]:
        """``score.get``, awaited.

        Read the rows that exist under the given users and keys.

        Arrays ask for every combination; the rows come user by user, each once. Nothing found is ``[]``. Fields that
        were never set are absent.
        Fields: ``user_id`` and ``key``, each a scalar or an array.
        Returns ``(0, [{user_id, key, i_value?, s_value?, value?}, ...], None)``; counts as one read.
        Clauses G-5, K-4.
        """

    @overload
    async def get(self, fields: _Fields, /) -> Reply[list[GeneralRow]]: ...
    @overload
    async def money_get(self, *, user_id: _Id | _Array, key: str | _Array) -> Reply[list[MoneyRow]]:
        """``score.money_get``, awaited.

        Read balances: ``(0, [{user_id, key, value}, ...], None)``.

        Arrays ask for every combination; the rows come user by user, each once. Nothing found is ``[]``. Balances are
        int64.
        Fields: ``user_id`` and ``key``, each a scalar or an array; counts as one read.
        Clauses M-1, G-5.
        """

    @overload
    async def money_get(self, fields: _Fields, /) -> Reply[list[MoneyRow]]: ...
    @overload
    async def list_query(
        self, *, user_id: _Id | _Array, key: str | _Array, timetype: None = ..., limit: _Int | None = ...
    ) -> Reply[list[ListRow]]:
        """``score.list_query``, awaited.

        Read a list, the item that changed last first.

        A creation counts as a change. The order is that of the commits, whatever the clock says. Without ``limit``
        every item comes; lists of several users and keys are merged.
        Fields: ``user_id``, ``key`` (scalar or array); may be left out: ``timetype`` ("stamp": ``updatedAt`` in
        seconds), ``limit`` (int >= 1).
        Returns ``(0, [{uuid, user_id, key, value, updatedAt}, ...], None)``; ``updatedAt`` is the creation time.
        Clauses L-3, L-4.
        """

    @overload
    async def list_query(
        self,
        *,
        user_id: _Id | _Array,
        key: str | _Array,
        timetype: Literal["stamp"],
        limit: _Int | None = ...,
    ) -> Reply[list[StampedListRow]]: ...
    @overload
    async def list_query(self, fields: _Fields, /) -> Reply[list[ListRow] | list[StampedListRow]]: ...
    @overload
    async def list_query_by_uuid(self, *, uuid: _Id) -> Reply[list[ListRow]]:
        """``score.list_query_by_uuid``, awaited.

        Read one list item: ``(0, [row] or [], None)``.

        ``[]`` if no item has this uuid. The row is that of ``list_query``.
        Fields: ``uuid`` (int or numeric str).
        Clause L-5.
        """

    @overload
    async def list_query_by_uuid(self, fields: _Fields, /) -> Reply[list[ListRow]]: ...
    @overload
    async def message_send(
        self,
        *,
        src_user_id: _Id,
        key: str,
        target_user_id: _Id,
        value: object,
        read: Literal[0, 1] | bool | None = ...,
        deleted: Literal[0, 1] | bool | None = ...,
    ) -> Reply[SentMessage]:
        """``score.message_send``, awaited.

        Send a stored message; durable when it returns.

        The message is kept until ``message_delete``, and delivered to the rooms that have subscribed to the target's
        channel.
        Fields: ``src_user_id``, ``key``, ``target_user_id``, ``value`` (storable); may be left out: ``read`` (0),
        ``deleted`` (0). Returns ``(0, {"objectId": int}, None)``; counts as one write.
        Clause S-1.
        """

    @overload
    async def message_send(self, fields: _Fields, /) -> Reply[SentMessage]: ...
    @overload
    async def message_query(
        self,
        *,
        key: str,
        src_user_id: _Id | None = ...,
        target_user_id: _Id | None = ...,
        read: Literal[0, 1, 2] | None = ...,
    ) -> Reply[list[MessageRow]]:
        """``score.message_query``, awaited.

        Read messages, oldest first, deleted ones never.

        In the order in which they were sent; ``createAt`` is in the store's time zone. Without ``read`` both read and
        unread ones come. Counts as one read.
        Fields: ``key``; may be left out: ``src_user_id``, ``target_user_id``, ``read`` (1 read; 2 or 0 unread).
        Returns rows ``{objectId, key, src_user_id, target_user_id, read, deleted, createAt, value}``.
        Clause S-2.
        """

    @overload
    async def message_query(self, fields: _Fields, /) -> Reply[list[MessageRow]]: ...
    @overload
    async def message_modify_read(
        self, *, objectId: _Id, new_read_value: Literal[0, 1] | bool
    ) -> Reply[Empty]:
        """``score.message_modify_read``, awaited.

        Mark a message read (1) or unread (0); an unknown id has no effect.

        A message that was set back to unread comes again at the next subscription, not under the present one.
        Fields: ``objectId``, ``new_read_value``.
        Returns ``(0, {}, None)``; counts as one write.
        Clause S-3.
        """

    @overload
    async def message_modify_read(self, fields: _Fields, /) -> Reply[Empty]: ...
    @overload
    async def message_delete(self, *, objectId: _Id) -> Reply[Empty]:
        """``score.message_delete``, awaited.

        Delete a message; an unknown id has no effect.

        It is not delivered any more, and no query returns it.
        Fields: ``objectId``.
        Returns ``(0, {}, None)``; counts as one write.
        Clause S-3.
        """

    @overload
    async def message_delete(self, fields: _Fields, /) -> Reply[Empty]: ...
    async def subscribe_channel(
        self, player: _Id, key: str, callbacks: _OnMessage | Mapping[str, _OnMessage]
    ) -> bool:
        """``score.subscribe_channel``, awaited.

        Receive messages to ``player`` under ``key``: unread ones first, then each new one.

        A message that was not marked read comes again at the next subscription. A second subscription of the same
        channel returns False, and the first callback stays. ``player`` None is refused.
        ``callbacks`` is ``{"ok": fn}`` or ``fn``; it gets
        ``{src_user_id, target_user_id, key, read, value, message_id}``. A coroutine function is awaited, one message
        after the other, in a room that is used through ``score.aio``; elsewhere it raises ``CloudTypeError`` (S-9).
        Returns False if this room has the channel already.
        Clause S-4.
        """

    async def unsubscribe_channel(self, player: _Id, key: str) -> bool:
        """``score.unsubscribe_channel``, awaited.

        End the subscription; returns whether there was one.

        Messages that wait are not delivered any more. ``room.player_leave`` ends all of a player's subscriptions,
        ``room.close`` all of the room.
        Clause S-5.
        """

    async def subscribe_message(
        self, channel_name: str, callbacks: _OnPublished | Mapping[str, _OnPublished]
    ) -> bool:
        """``score.subscribe_message``, awaited.

        Receive what is published on the channel, as ``{"message": value}``.

        Nothing that was published earlier is delivered. ``subscribe_channel(5, "k")`` and ``subscribe_message("5_k")``
        are the same registration.
        ``callbacks`` is ``{"ok": fn}`` or ``fn``. Returns False if this room has the channel already.
        Clause S-6.
        """

    async def unsubscribe_message(self, channel_name: str) -> bool:
        """``score.unsubscribe_message``, awaited.

        End the subscription; returns whether there was one.

        It also ends a ``subscribe_channel`` of the same channel.
        Clause S-6.
        """

    async def publish_message(self, channel_name: str, value: object) -> None:
        """``score.publish_message``, awaited.

        Send ``value`` (storable) to everybody who is subscribed now, in any room or process.

        The publisher gets it too, if subscribed. It cannot be queried later, and does not count in any quota.
        At most 32 MiB, as ``test_cloud_value`` measures it: more raises, code 1405 (Q-3).
        Clause S-6.
        """

    @overload
    async def name_search(self, *, key: str, name_prefix: str) -> Reply[list[NameRow]]:
        r"""``score.name_search``, awaited.

        Read the names that begin with a prefix; shorter ones first.

        ``%``, ``_`` and ``\`` are ordinary characters. Names of equal length come by code point; the number of rows is
        not limited.
        Fields: ``key``, ``name_prefix`` (str).
        Returns rows ``{key, name, value}``.
        Clause N-2.
        """

    @overload
    async def name_search(self, fields: _Fields, /) -> Reply[list[NameRow]]: ...
    @overload
    async def world_data_get(self, *, user_id: _Id, key: str, world_id: _Int) -> Reply[list[WorldDataRow]]:
        """``score.world_data_get``, awaited.

        Read a world's data: ``(0, [{user_id, key, value}] or [], None)``.

        ``[]`` if nothing was set under this user, key and world.
        Fields: ``user_id``, ``key``, ``world_id`` (int).
        Clause W-2.
        """

    @overload
    async def world_data_get(self, fields: _Fields, /) -> Reply[list[WorldDataRow]]: ...
    @overload
    async def world_list_query(self, *, user_id: _Id, key: str, world_id: _Int) -> Reply[list[WorldListRow]]:
        """``score.world_list_query``, awaited.

        Read a world list, the item that changed last first, at most 1000 rows.

        As ``list_query``, with ``world_id``; lists and world lists do not see each other's uuids.
        Fields: ``user_id``, ``key``, ``world_id`` (int).
        Returns rows ``{uuid, user_id, key, world_id, value, updatedAt}``; ``updatedAt`` is the creation time, ISO 8601
        in UTC.
        Clause W-1.
        """

    @overload
    async def world_list_query(self, fields: _Fields, /) -> Reply[list[WorldListRow]]: ...
    @overload
    async def world_list_query_by_uuid(self, *, uuid: _Id) -> Reply[list[WorldListRow]]:
        """``score.world_list_query_by_uuid``, awaited.

        Read one world list item: ``(0, [row] or [], None)``.

        ``[]`` if no item of a world list has this uuid.
        Fields: ``uuid``.
        Clause W-1.
        """

    @overload
    async def world_list_query_by_uuid(self, fields: _Fields, /) -> Reply[list[WorldListRow]]: ...
    @overload
    async def withlimit_query(self, *, user_id: _Id, key: str) -> Reply[LimitRow]:
        """``score.withlimit_query``, awaited.

        Read a counter; after its window's end it is 0.

        After the end of the window it stores 0 and answers 0. ``{}`` if there is no counter. ``week_start`` is shown
        with ``refresh_week``.
        Fields: ``user_id``, ``key``.
        Returns ``{user_id, key, value, limit, refresh_xxx?, week_start?}``, or ``{}``.
        Clause T-4.
        """

    @overload
    async def withlimit_query(self, fields: _Fields, /) -> Reply[LimitRow]: ...
    @overload
    async def is_old_player(self, *, user_id: _Id) -> Reply[bool]:
        """``score.is_old_player``, awaited.

        Tell whether the user has joined a room of another game: ``(0, True or False, None)``.

        A user has played a game when ``room.player_join`` said so. All games of one store count as games of one author.
        Fields: ``user_id``.
        Clause O-1.
        """

    @overload
    async def is_old_player(self, fields: _Fields, /) -> Reply[bool]: ...
