"""The Rust core of cloudvars, typed. What stands here is reached as ``cloudvars.open`` and through what it returns.

Every call of ``Score`` and every verb of ``Committer`` takes one mapping, or the same fields as keywords (G-3).
A field that is missing or unknown raises ``CloudTypeError``, one that is malformed ``CloudValueError`` (G-4). A field
that is shown with a default may be left out if its docstring says so; ``None`` for such a field is the field left out.
"""

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from datetime import datetime
from os import PathLike
from types import TracebackType
from typing import Any, Final, Literal, Protocol, Self, SupportsIndex, TypeAlias, final

from typing_extensions import disjoint_base

from .aio import AsyncScore
from .reply import Reply

__all__ = [
    "Achievement",
    "Achievements",
    "Committer",
    "Fault",
    "Faults",
    "ManualClock",
    "PythonClock",
    "Room",
    "Score",
    "Storage",
    "StorageSettings",
    "Store",
    "SystemClock",
    "_Copy",
    "_Core",
    "__version__",
    "_examine_nodes",
    "_write_file",
    "open",
]

__version__: Final[str]

class _Array(Protocol):
    """A list, a tuple, a numpy array, a pandas column."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...

_Int: TypeAlias = SupportsIndex | float
"""An int, an object with ``__index__``, or a float that is a whole number; never a bool."""
_Id: TypeAlias = SupportsIndex | float | str
"""An ``_Int``, or a str that is an integer; int64 (G-2)."""
_Number: TypeAlias = SupportsIndex | float | str
"""An int, a float (rounded by floor(x + 0.5)) or a numeric str (K-2)."""
_Fields: TypeAlias = Mapping[str, Any]
_Table: TypeAlias = Mapping[Any, Any] | list[Any] | tuple[Any, ...]
"""A dict or a list of storable values (V-1, V-4)."""
_Weekday: TypeAlias = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_Listener: TypeAlias = Callable[[dict[str, Any]], object]
_Listeners: TypeAlias = _Listener | Mapping[str, _Listener]
"""A function, or ``{"ok": function}``."""
_Answered: TypeAlias = Callable[[dict[str, Any] | None], object]

def open(  # noqa: A001 - cloudvars.open is the name
    target: str | PathLike[str] = ":memory:",
    *,
    durability: Literal["full", "normal", "off"] = "full",
    clock: SystemClock | ManualClock | PythonClock | Literal["python"] | None = None,
    timezone: str = "Asia/Shanghai",
    game: str = "default",
    readonly: bool = False,
) -> Store:
    """Open a store: a path, ":memory:" (the default), or a server's URL.

    ``"mysql://user:password@host:3306,host2:3306/database?timeout=20"`` is one store for several machines, on MariaDB,
    Galera, MySQL or TiDB; the first host that works is taken. Options: ``connect-timeout``, ``read-timeout``,
    ``lock-timeout``, ``timeout`` (seconds), ``ssl-mode``, ``ssl-ca``, ``ssl-cert``, ``ssl-key``, ``socket``, ``bus``
    and ``bus-ca`` (a Redis that carries hints of news); docs/cluster.md explains them.
    Warns (``UserWarning``) of what such a server cannot hold.

    ``durability``: what an acknowledged commit survives: "full" a power cut, "normal" the end of the process (after a
    power cut the file is sound, the last commits may be gone), "off" the end of the process only (C-6). On a file
    "off" is the same as "normal": what others were promised with "full" is in the same file. On a server: "full"
    refuses one whose settings may lose acknowledged commits.
    ``clock``: where time comes from ("python": what ``time.time_ns()`` says, replaced or not);
    ``timezone``: an IANA name, for windows and printed times (T-5);
    ``game``: what rooms belong to that name no other.
    ``readonly=True``: nothing is written and no file is made, neither on a medium that cannot be written nor beside a
    process that writes, whose commits are seen at once; what writes raises ``StoreError``, and so does a file that
    cannot be read without writing beside it.

    Raises ``StoreError`` (no store, a newer schema, no permission, no server that can be used) and ``CloudValueError``.
    """

@final
class Store:
    """All data of one service. Made by ``open``; threads may share it."""

    def room(
        self,
        name: str | None = None,
        *,
        game: str | None = None,
        delivery: Literal["inline", "tick"] = "inline",
        limits: bool = True,
    ) -> Room:
        """Open a room: one running game session, with its own quota and subscriptions.

        ``name``: for people; ``game``: another game than the store's;
        ``delivery``: "inline" (callbacks run before the call returns) or "tick" (only ``room.tick()`` runs them; D-1);
        ``limits=False`` switches the quotas off, that of sets per second (Q-4) too (Q-3).
        """

    @property
    def clock(self) -> SystemClock | ManualClock | PythonClock:
        """The clock that the store was opened with."""

    @property
    def achievements(self) -> Achievements:
        """The achievement nodes of the store's game."""

    @property
    def storage(self) -> StorageSettings:
        """The lobby storage of the store's game."""

    @property
    def faults(self) -> Faults:
        """What is to go wrong, for tests. Clauses F-1 to F-4."""

    def dump(self, path: str | PathLike[str] | None = None) -> dict[str, Any]:
        """Return all data as a dict, as ``json`` reads it; with ``path``, also write it there as text.

        The file is written as a whole, or what was there stays (``StoreError``: the disk is full, no permission); a new
        one is readable by its owner only.

        The same data gives the same text: a line for each row, in a fixed order. Int keys of values are written
        ``"#5"``. Not in it: subscriptions, faults, values that were published, how many sets the running second had.
        Clause F-7.
        """

    def load(self, source: dict[str, Any] | str | PathLike[str]) -> None:
        """Fill this store with what ``dump`` gave: the dict, or the path of the text.

        Raises ``StoreError`` if the store holds data already, ``CloudValueError`` for what is no dump; then nothing is
        loaded. Nobody else may write meanwhile. Clause F-7.
        """

    def fork(self) -> Store:
        """Return a copy of all data, in memory, that shares nothing with this store, ``ManualClock`` included. F-7."""

    def backup(self, path: str | PathLike[str], progress: Callable[[int, int], object] | None = None) -> None:
        """Copy the store, as it is at one moment, into a new SQLite file: others read and write meanwhile.

        From memory, a file or a server. ``path``: where nothing is. ``progress(done, total)``: called with the rows
        that are there, of how many; the last call, ``(total, total)``, comes when the file is complete and flushed.
        What it raises ends the backup, and nothing is left. Raises ``StoreError``. Clause C-6.
        """

    def reopen(self) -> None:
        """Write again after a disk failed: fresh connections, under the same rooms and subscriptions.

        Not needed after a full disk: the next write tries again. After a flush that failed, the next write does the
        same as this. Raises ``StoreError`` as long as the disk takes no writes, and for a file that was deleted or
        replaced: then ``open`` what is there now. On a server: connects anew. Clause C-6.
        """

    def close(self) -> None:
        """Close the rooms, flush, and let go of the files; closing twice is fine. Later calls raise ``StoreError``.

        What waits in its rooms is sent at once, as ``room.close()`` does. Raises what callbacks raised; the store is
        closed all the same. Inside a callback of one of its rooms, it is closed when the callback has ended.
        """

    def __enter__(self) -> Self: ...
    def __exit__(self, *_exception: object) -> None: ...
    def _count_ids(self) -> None: ...
    def _keep_calls(self, calls_max: int) -> None: ...
    def _calls(self) -> list[tuple[str, str, str, int | None, str]]: ...
    def _core(self) -> _Core: ...
    def _moment(self) -> int | None: ...
    def _at(self, moment: int | None, call: Callable[[], Any]) -> Any: ...
    def _sweep(self, before_ms: int) -> None: ...

@final
class Room:
    """One running game session. Made by ``store.room``; callbacks run on the thread that uses it (D-1)."""

    @property
    def name(self) -> str:
        """The room's name, for people."""

    @property
    def store(self) -> Store:
        """The store that the room belongs to."""

    @property
    def score(self) -> Score:
        """The cloud variables of this room."""

    @property
    def achievement(self) -> Achievement:
        """The achievement component of this room."""

    @property
    def storage(self) -> Storage:
        """The lobby storage as this room reaches it."""

    def tick(self) -> int:
        """Deliver what others sent, and in tick mode everything; returns how many callbacks ran. Clause D-1.

        Raises what callbacks raised, now and during calls that have a Reply: the first exception, with the others as
        its ``__context__`` (A-8). A room whose event loop runs delivers there: on another thread, this returns 0.
        """

    def budget(self) -> dict[str, Any]:
        """Return what is left of the minute: ``{reads, writes, bytes, resets_in}``, the last in seconds. Clause Q-3."""

    def player_join(self, user_id: _Id) -> None:
        """Note that the user plays this room's game. Clause O-1."""

    def player_leave(self, user_id: _Id) -> None:
        """End the user's channel subscriptions. Clause S-5."""

    def close(self) -> None:
        """Send what waits, call the callbacks, end the room and its subscriptions. Closing twice is fine.

        Achievement and storage sets that wait for their second go at once (Q-4); a code 5 is asked as usual, at most
        100 times for one set. Raises what callbacks raised; the room is closed all the same. Inside a callback, the
        room ends when the callback has ended. A room that is dropped while requests wait warns (``ResourceWarning``).
        Clauses S-5, Q-4, A-8.
        """

    def __enter__(self) -> Self: ...
    def __exit__(self, *_exception: object) -> None: ...
    def _is_watched(self) -> bool: ...
    def _awaited(self, error: BaseException | None = None) -> None: ...
    def _may_deliver(self) -> bool: ...
    def _needs_loop(self) -> bool: ...
    def _send(self) -> bool: ...
    def _slice(self, most: int) -> tuple[str, list[Exception], Coroutine[Any, Any, object] | None]: ...

@final
class Score:
    """The cloud variables of one room: ``room.score``."""

    def get_commit(self) -> Committer:
        """Return a committer: its operations take effect together, at ``commit()``. Clause C-1."""

    def commit_many(self, committers: Iterable[Committer]) -> list[Reply]:
        """Commit independent committers, made durable together; each counts as one write.

        Returns a Reply for each, in order; each commit is all or nothing on its own. All are checked first: with one
        that is of another room, was committed, or is no committer, nothing is stored. If a commit meets a
        ``StoreError``, that is raised; its ``replies`` holds the Reply of each, with code -1 for those that met it.
        """

    def _enqueue_many(self, number: int, committers: Iterable[Committer]) -> list[Reply | None]: ...
    @property
    def aio(self) -> AsyncScore:
        """The same names, awaitable."""

    def test_cloud_value(self, fields: _Fields | None = None, /, *, value: object = ...) -> Reply:
        """Tell whether ``value`` can be stored: ``(0, length, None)``, or ``(code, None, reason)``. Clause V-3.

        ``length`` is in bytes, as MessagePack with strings as bin. Never raises for a value; counts as nothing.
        """

    # --- general storage and money ---

    def get(
        self, fields: _Fields | None = None, /, *, user_id: _Id | _Array = ..., key: str | _Array = ...
    ) -> Reply:
        """Read the existing rows of users x keys, user-major. Clauses G-5, K-4.

        Fields: ``user_id`` and ``key``, each a scalar or an array.
        Returns ``(0, [{user_id, key, i_value?, s_value?, value?}, ...], None)``; counts as one read.
        """

    def money_get(
        self, fields: _Fields | None = None, /, *, user_id: _Id | _Array = ..., key: str | _Array = ...
    ) -> Reply:
        """Read balances: ``(0, [{user_id, key, value}, ...], None)``. Clauses M-1, G-5.

        Fields: ``user_id`` and ``key``, each a scalar or an array; counts as one read.
        """

    # --- lists ---

    def list_query(
        self,
        fields: _Fields | None = None,
        /,
        *,
        user_id: _Id | _Array = ...,
        key: str | _Array = ...,
        timetype: Literal["stamp"] | None = ...,
        limit: _Int | None = ...,
    ) -> Reply:
        """Read a list, newest last modification first. Clauses L-3, L-4.

        Fields: ``user_id``, ``key`` (scalar or array); may be left out: ``timetype`` ("stamp": ``updatedAt`` in
        seconds), ``limit`` (int >= 1).
        Returns ``(0, [{uuid, user_id, key, value, updatedAt}, ...], None)``; ``updatedAt`` is the creation time.
        """

    def list_query_by_uuid(self, fields: _Fields | None = None, /, *, uuid: _Id = ...) -> Reply:
        """Read one list item: ``(0, [row] or [], None)``. Clause L-5."""

    # --- messages ---

    def message_send(
        self,
        fields: _Fields | None = None,
        /,
        *,
        src_user_id: _Id = ...,
        key: str = ...,
        target_user_id: _Id = ...,
        value: object = ...,
        read: Literal[0, 1] | bool | None = ...,
        deleted: Literal[0, 1] | bool | None = ...,
    ) -> Reply:
        """Send a stored message; durable when it returns. Clause S-1.

        Fields: ``src_user_id``, ``key``, ``target_user_id``, ``value`` (storable); may be left out: ``read`` (0),
        ``deleted`` (0). Returns ``(0, {"objectId": int}, None)``; counts as one write.
        """

    def message_query(
        self,
        fields: _Fields | None = None,
        /,
        *,
        key: str = ...,
        src_user_id: _Id | None = ...,
        target_user_id: _Id | None = ...,
        read: Literal[0, 1, 2] | None = ...,
    ) -> Reply:
        """Read messages, oldest first, deleted ones never. Clause S-2.

        Fields: ``key``; may be left out: ``src_user_id``, ``target_user_id``, ``read`` (1 read; 2 or 0 unread).
        Returns rows ``{objectId, key, src_user_id, target_user_id, read, deleted, createAt, value}``.
        """

    def message_modify_read(
        self,
        fields: _Fields | None = None,
        /,
        *,
        objectId: _Id = ...,
        new_read_value: Literal[0, 1] | bool = ...,
    ) -> Reply:
        """Mark a message read (1) or unread (0); an unknown id has no effect. Clause S-3.

        Returns ``(0, {}, None)``; counts as one write.
        """

    def message_delete(self, fields: _Fields | None = None, /, *, objectId: _Id = ...) -> Reply:
        """Delete a message; an unknown id has no effect. Clause S-3.

        Returns ``(0, {}, None)``; counts as one write.
        """

    # --- channels ---

    def subscribe_channel(self, player: _Id, key: str, callbacks: _Listeners) -> bool:
        """Have messages to ``player`` under ``key`` delivered: unread ones first, then each new one. Clause S-4.

        ``callbacks`` is ``{"ok": fn}`` or ``fn``; it gets
        ``{src_user_id, target_user_id, key, read, value, message_id}``. A coroutine function is awaited, one message
        after the other, in a room that is used through ``score.aio``; elsewhere it raises ``CloudTypeError`` (S-9).
        Returns False if this room has the channel already.
        """

    def unsubscribe_channel(self, player: _Id, key: str) -> bool:
        """End the subscription; returns whether there was one. Clause S-5."""

    def subscribe_message(self, channel_name: str, callbacks: _Listeners) -> bool:
        """Have what is published on the channel delivered as ``{"message": value}``. Clause S-6.

        ``callbacks`` is ``{"ok": fn}`` or ``fn``. Returns False if this room has the channel already.
        """

    def unsubscribe_message(self, channel_name: str) -> bool:
        """End the subscription; returns whether there was one. Clause S-6."""

    def publish_message(self, channel_name: str, value: object) -> None:
        """Give ``value`` (storable) to whoever is subscribed now, in any room or process. Clause S-6.

        At most 32 MiB, as ``test_cloud_value`` measures it: more raises, code 1405 (Q-3).
        """

    # --- names ---

    def name_search(
        self, fields: _Fields | None = None, /, *, key: str = ..., name_prefix: str = ...
    ) -> Reply:
        """Read the names that start with a prefix, literally; shorter ones first. Clause N-2.

        Returns rows ``{key, name, value}``.
        """

    # --- worlds ---

    def world_data_get(
        self, fields: _Fields | None = None, /, *, user_id: _Id = ..., key: str = ..., world_id: _Int = ...
    ) -> Reply:
        """Read a world's data: ``(0, [{user_id, key, value}] or [], None)``. Clause W-2."""

    def world_list_query(
        self, fields: _Fields | None = None, /, *, user_id: _Id = ..., key: str = ..., world_id: _Int = ...
    ) -> Reply:
        """Read a world list, newest last modification first, at most 1000 rows. Clause W-1.

        Returns rows ``{uuid, user_id, key, world_id, value, updatedAt}``; ``updatedAt`` is the creation time, ISO 8601
        in UTC.
        """

    def world_list_query_by_uuid(self, fields: _Fields | None = None, /, *, uuid: _Id = ...) -> Reply:
        """Read one world list item: ``(0, [row] or [], None)``. Clause W-1."""

    # --- counters with a limit, players ---

    def withlimit_query(
        self, fields: _Fields | None = None, /, *, user_id: _Id = ..., key: str = ...
    ) -> Reply:
        """Read a counter; after its window's end it is 0. Clause T-4.

        Returns ``{user_id, key, value, limit, refresh_xxx?, week_start?}``, or ``{}``.
        """

    def is_old_player(self, fields: _Fields | None = None, /, *, user_id: _Id = ...) -> Reply:
        """Tell whether the user has joined a room of another game: ``(0, True or False, None)``. Clause O-1."""

@disjoint_base
class Committer:
    """One atomic commit in the making: ``score.get_commit()``.

    Operations are queued in call order. A malformed one raises and poisons the committer (C-3); a committer is used
    once (C-5). ``with score.get_commit() as c:`` commits on leaving, raises ``CommitError`` on failure, and discards
    on an exception (C-8).
    """

    def __new__(cls, score: Score) -> Self: ...
    def commit(self) -> Reply:
        """Apply all operations or none: ``(0, {}, None)`` once durable. Clauses C-1, C-2, C-6.

        On failure ``data`` is ``{"op": index from 0, "name": verb}``. Raises ``CommitError`` when used twice,
        ``StoreError`` when the disk fails.
        """

    # --- general storage ---

    def set(
        self,
        fields: _Fields | None = None,
        /,
        *,
        user_id: _Id = ...,
        key: str = ...,
        i_value: _Number | None = ...,
        s_value: str | None = ...,
        value: _Table | None = ...,
    ) -> None:
        """Queue: write the given ones of ``i_value``, ``s_value``, ``value``; the others stay. Clauses K-1, K-2, V-4.

        Fields: ``user_id``, ``key``, and at least one of ``i_value`` (int, float or numeric str; rounded by
        floor(x + 0.5)), ``s_value`` (str), ``value`` (dict or list).
        """

    def add(
        self,
        fields: _Fields | None = None,
        /,
        *,
        user_id: _Id = ...,
        key: str = ...,
        i_value: _Number | None = ...,
        value: _Number | None = ...,
    ) -> None:
        """Queue: add to ``i_value``; a missing row counts as 0. Fails with OUT_OF_RANGE. Clauses K-3, G-8.

        Fields: ``user_id``, ``key``, and the amount as ``i_value`` or ``value``.
        """

    def addi(
        self,
        fields: _Fields | None = None,
        /,
        *,
        user_id: _Id = ...,
        key: str = ...,
        i_value: _Number | None = ...,
        value: _Number | None = ...,
    ) -> None:
        """Queue: the same as ``add``. Clause K-3."""

    # --- money ---

    def money_add(
        self, fields: _Fields | None = None, /, *, user_id: _Id = ..., key: str = ..., value: _Int = ...
    ) -> None:
        """Queue: add ``value`` (an int, may be negative) to a balance; it may go below 0. Clause M-2.

        Fails with OUT_OF_RANGE.
        """

    def money_cost(
        self, fields: _Fields | None = None, /, *, user_id: _Id = ..., key: str = ..., value: _Int = ...
    ) -> None:
        """Queue: take ``value`` (an int > 0) from a balance. Fails with NOT_ENOUGH_MONEY. Clause M-3."""

    # --- lists ---

    def list_add(
        self, fields: _Fields | None = None, /, *, user_id: _Id = ..., key: str = ..., value: _Table = ...
    ) -> int:
        """Queue a new list item; returns its uuid (int64 > 0, never handed out twice) at once. Clause L-1."""

    def list_modify(self, fields: _Fields | None = None, /, *, uuid: _Id = ..., value: _Table = ...) -> int:
        """Queue: replace the value of a list item; returns its uuid. An unknown uuid has no effect. Clause L-2."""

    def list_delete(self, fields: _Fields | None = None, /, *, uuid: _Id = ...) -> None:
        """Queue: delete a list item; an unknown uuid has no effect. Clause L-2."""

    # --- names ---

    def name_new(
        self, fields: _Fields | None = None, /, *, key: str = ..., name: str = ..., value: str = ...
    ) -> None:
        """Queue: claim ``name`` (1 to 180 characters) under ``key``. Fails with NAME_TAKEN. Clause N-1."""

    # --- worlds ---

    def world_data_set(
        self,
        fields: _Fields | None = None,
        /,
        *,
        user_id: _Id = ...,
        key: str = ...,
        world_id: _Int = ...,
        value: _Table | None = ...,
    ) -> None:
        """Queue: set a world's data; without ``value`` nothing changes. Clause W-2."""

    def world_list_add(
        self,
        fields: _Fields | None = None,
        /,
        *,
        user_id: _Id = ...,
        key: str = ...,
        world_id: _Int = ...,
        value: _Table = ...,
    ) -> int:
        """Queue a new world list item; returns its uuid at once. Clauses W-1, L-1."""

    def world_list_modify(
        self, fields: _Fields | None = None, /, *, uuid: _Id = ..., value: _Table = ...
    ) -> int:
        """Queue: replace the value of a world list item; returns its uuid. Clauses W-1, L-2."""

    def world_list_delete(self, fields: _Fields | None = None, /, *, uuid: _Id = ...) -> None:
        """Queue: delete a world list item. Clause W-1."""

    # --- counters with a limit ---

    def withlimit_add(
        self,
        fields: _Fields | None = None,
        /,
        *,
        user_id: _Id = ...,
        key: str = ...,
        value: _Int = ...,
        limit: _Int = ...,
        refresh_hour: _Int | None = ...,
        refresh_day: _Int | None = ...,
        refresh_week: _Int | None = ...,
        refresh_month: _Int | None = ...,
        refresh_year: _Int | None = ...,
        week_start: _Weekday | None = ...,
    ) -> None:
        """Queue: add to a counter that stays within 0 to ``limit``. Fails with LIMIT_EXCEEDED. Clauses T-1 to T-3.

        Fields: ``user_id``, ``key``, ``value`` (int), ``limit`` (int), at most one ``refresh_…`` (int >= 1), and with
        ``refresh_week`` the day on which weeks begin.
        """

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        exception: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Commit on leaving; discard on an exception (C-8)."""

    def _discard(self) -> None: ...
    def _used(self) -> bool: ...
    def _enqueue(self, number: int) -> Reply | None: ...

@final
class Achievements:
    """The achievement nodes of a store's game: ``store.achievements``."""

    def define(
        self,
        node_id: str,
        *,
        total: _Int | None = None,
        title: str = "",
        description: str = "",
        prepic: str = "",
        finpic: str = "",
        rank: _Int | None = None,
    ) -> None:
        """Define a node, or change it. ``total``: the progress that completes it, int >= 1 (default 1). Clause A-1."""

    def load_csv(self, path: str | PathLike[str]) -> int:
        """Define the nodes of a NodeSetting.csv (GBK); returns how many. Clause A-1.

        Raises ``CloudValueError`` that lists every malformed line by number; then nothing is loaded. A custom node
        stays what its file says.
        """

    def load_nodes(self, path: str | PathLike[str]) -> int:
        """Define the custom nodes of a ``customAchievements`` folder; returns how many. Clause A-9.

        ``path``: the folder, or the behavior pack around it; each ``*.json`` in it is one node, UTF-8, with ``//`` and
        ``/* */`` comments if you like. A node that is there already is replaced; none is removed.
        Raises ``CloudValueError`` that lists every defect of every file with its field; then nothing is loaded. What is
        odd but harmless goes to the log ``cloudvars``.
        """

@final
class Achievement:
    """The achievement component of one room: ``room.achievement``."""

    def LobbyGetAchievementStorage(self, callback: _Answered, playerId: _Id) -> None:
        """Fetch a player's data for all nodes; the callback gets a dict, or None. Clause A-2.

        ``{"code": 0, "message", "details", "entity": [{achievement_id, completed_at, extra, max_progress, progress,
        version}, ...]}``; ``completed_at`` in seconds since 1970, 0 = not complete.
        """

    def LobbySetAchievementStorage(
        self,
        callback: _Answered,
        playerId: _Id,
        nodeId: str,
        delta: _Int,
        getExtraData: Callable[[], str] | None = None,
    ) -> None:
        """Add ``delta`` (int > 0) to a player's progress; the callback gets a dict, or None. Clauses A-3 to A-8.

        ``{"code", "message", "details", "entity": {completed_at, extra, progress, version}}``: the data before.
        With ``getExtraData`` (no arguments, returns str) another room's set in between is a conflict: the callback gets
        code 5 and the latest data, and answers True to send again, with the extra of another call of the getter.
        A custom node with ``auto_sent_cloud`` is refused: the callback gets None (A-9).
        """

    def AddNodeProgress(
        self,
        playerId: _Id,
        nodeId: str,
        delta: _Int,
        callback: _Answered | None = None,
        getExtra: Callable[[], str] | None = None,
    ) -> bool:
        """Add ``delta`` (int > 0) to a player's progress on a custom node. Clause A-9.

        Returns whether it was counted or sent; False for an unknown node (or one that no file defines), a complete one,
        one that waits for its parent (``depend_parent``), and a cloud node without ``callback``; the log says why.
        A node with ``is_cloud`` and ``auto_sent_cloud`` is sent: ``callback`` gets None or the dict of
        ``LobbySetAchievementStorage``, and answers code 5 as there; ``getExtra`` (no arguments, returns str) brings the
        extra. Any other node counts in this room, until it is closed, and calls neither.
        """

    def SetNodeFinish(
        self,
        playerId: _Id,
        nodeId: str,
        callback: _Answered | None = None,
        getExtra: Callable[[], str] | None = None,
    ) -> bool:
        """Complete a custom node for a player: ``AddNodeProgress`` by what is missing. Clause A-9."""

    def GetNodeDetailInfo(self, playerId: _Id, nodeId: str) -> dict[str, Any] | None:
        """Return what a custom node's file says, and the player's ``progress``; None for an unknown node. Clause A-9.

        Only the fields that the file has. ``progress`` of a cloud node is what this room knows of it: from the cloud,
        when the player's data was last read, and from its own sets.
        """

    def GetChildrenNode(self, nodeId: str) -> list[str] | None:
        """Return the ids of the nodes right below, in node order; [] for a leaf, None for an unknown node. A-9."""

    def _on_complete(self, completed: Callable[[int, dict[str, Any]], object] | None) -> None: ...
    def _load_cloud(self, playerId: _Id) -> None: ...
    def _nodes(self) -> dict[str, dict[str, Any]]: ...
    def _auto(self, playerId: _Id, nodeId: str, delta: _Int) -> bool: ...
    def _forbid(self, forbidden: bool) -> None: ...
    def _progress(self, playerId: _Id, nodeId: str) -> int: ...

@final
class Faults:
    """What is to go wrong in a store: ``store.faults``. For tests.

    ``op``: the public name of a call (``"commit"``, ``"get"``, ``"LobbySetAchievementStorage"`` ...) or of a
    committer's verb (``"money_cost"``: commits that hold one); None: every call that has a Reply or a callback.
    ``user_id``, ``key``: what the call names (a player and a node, for achievements); ``room``: who calls, by name.
    Of the calls that fit, those from the ``nth`` on are hit, ``times`` times; ``times=None``: for ever.

    Every method returns a ``Fault``; as a context manager it takes itself away. A code is the final one: the store
    does not retry it. Clauses F-1 to F-4.
    """

    def fail(
        self,
        op: str | None = None,
        code: _Int | None = None,
        *,
        user_id: _Id | None = None,
        key: str | None = None,
        room: str | None = None,
        nth: _Int | None = 1,
        times: _Int | None = 1,
        applied: bool | Literal[0, 1] | None = False,
    ) -> Fault:
        """Make calls fail: their Reply says ``code``; the callback of an achievement or storage request gets None.

        ``code``: any int64 but 0, in ``cloudvars.codes`` or not; may be left out if ``op`` answers by a callback.
        ``applied``: the call takes effect, and fails all the same. Calls without a Reply (publish, subscribe) raise
        ``CloudError``.
        """

    def delay(
        self,
        op: str | None = None,
        *,
        seconds: float,
        user_id: _Id | None = None,
        key: str | None = None,
        room: str | None = None,
        nth: _Int | None = 1,
        times: _Int | None = 1,
    ) -> Fault:
        """Make calls slow: a ``ManualClock`` moves on by so many seconds, with any other the call sleeps.

        ``seconds``: above 0, up to a year.
        """

    def duplicate(
        self,
        op: str | None = None,
        *,
        user_id: _Id | None = None,
        key: str | None = None,
        room: str | None = None,
        nth: _Int | None = 1,
        times: _Int | None = 1,
    ) -> Fault:
        """Make deliveries come twice: the callback is called again with the same data.

        ``op``: ``subscribe_channel``, ``subscribe_message`` or a call that answers by a callback. Of two answers to
        code 5 the second counts.
        """

    def conflict(
        self,
        player: _Id,
        node: str,
        *,
        progress: _Int | None = None,
        extra: str | None = None,
        room: str | None = None,
        nth: _Int | None = 1,
        times: _Int | None = 1,
    ) -> Fault:
        """Make a player's next set with a getter meet code 5: another room really stores this first (A-5).

        ``progress``, ``extra``: what is stored then; None: as it was. Raises ``CloudValueError`` if no room could store
        that: the node is unknown or complete, the progress is below what is stored or above the total.
        """

    def random(
        self,
        seed: _Int,
        rate: float,
        codes: _Int | _Array,
        *,
        op: str | None = None,
        user_id: _Id | None = None,
        key: str | None = None,
        room: str | None = None,
        applied: bool | Literal[0, 1] | None = False,
    ) -> Fault:
        """Make calls fail by chance; the same seed and the same calls give the same trace.

        ``rate``: 0 (none) to 1 (all); ``codes``: what is drawn from, one code or an array, as in ``fail``.
        """

    def clear(self) -> None:
        """Take all faults away and forget the trace."""

    @property
    def trace(self) -> list[dict[str, Any]]:
        """What was injected, in order: ``{room, op, user_id, key, fault, code}``."""

@final
class Fault:
    """One fault of ``store.faults``: a context manager that takes it away again."""

    @property
    def injected(self) -> int:
        """How many calls it hit."""

    def remove(self) -> None:
        """Take the fault away; twice is fine."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_exception: object) -> None: ...

@final
class PythonClock:
    """The clock that ``time.time_ns()`` shows, replaced (freezegun, time-machine) or not; ``open(clock="python")``."""

    def __new__(cls) -> Self: ...
    def now(self) -> datetime:
        """Return what ``time.time_ns()`` says: an aware datetime in UTC."""

@final
class SystemClock:
    """The machine's clock."""

    def __new__(cls) -> Self: ...
    def now(self) -> datetime:
        """Return the present moment: an aware datetime in UTC."""

@final
class ManualClock:
    """A clock that stands still until it is told to move. ``start``: as for ``set``."""

    def __new__(cls, start: datetime | str | None = None) -> Self: ...
    def now(self) -> datetime:
        """Return the moment the clock stands at: an aware datetime."""

    def advance(
        self,
        *,
        days: float | None = None,
        hours: float | None = None,
        minutes: float | None = None,
        seconds: float | None = None,
    ) -> None:
        """Move the clock on (back, if negative)."""

    def set(self, when: datetime | str) -> None:
        """Set the clock to an aware datetime, or an ISO 8601 str with an offset."""

@final
class StorageSettings:
    """The lobby storage of a store's game: ``store.storage``."""

    def sort_keys(self, *keys: str) -> None:
        """Sort these keys from now on: their values are int64, ``LobbyGetStorageBySort`` reads them. Clause H-3."""

@final
class Storage:
    """The lobby storage as one room reaches it: ``room.storage``. A callback gets a dict, or None if it failed."""

    def LobbyGetStorage(self, callback: _Answered, uid: _Id, keys: _Array) -> None:
        """Fetch the values of ``keys`` of a user (0: everybody's). Clause H-2.

        ``{"entity": {"data": [{"key", "value"}, ...]}}``; a key that was never set is absent.
        """

    def LobbyGetStorageBySort(
        self, callback: _Answered, key: str, ascend: bool, offset: _Int, length: _Int
    ) -> None:
        """Fetch places of a sorted key: at most 50, from ``offset`` (from 0) on. Clause H-3.

        ``{"entity": {"data": [{"uid", "nickname", "value"}, ...]}}``, up to two minutes old; uid 0 is not in it.
        """

    def LobbySetStorageAndUserItem(
        self,
        callback: _Answered,
        uid: _Id,
        orderId: _Id | None = None,
        entitiesGetter: Callable[[], list[dict[str, Any]]] | None = None,
    ) -> None:
        """Store what ``entitiesGetter`` returns and ship an order: all of it or nothing. Clauses H-4 to H-7.

        The getter takes no arguments and returns ``[{"key": str, "value": JSON}, ...]``. The callback gets
        ``{"code", "message", "entity": {"data": [{"key", "value"}, ...]}}`` with the latest values of these keys.
        Code 2: another room set one of them; it is sent again after the callback, with the getter called again.
        Code 5: the order was shipped before; nothing was stored.
        """

    def QueryLobbyUserItem(self, callback: _Answered, uid: _Id) -> None:
        """Fetch a user's orders that are not shipped, oldest first. Clause H-6.

        ``{"entity": {"orders": [{"order_id", "timestamp", "cmd", "product_count"}, ...]}}``;
        ``timestamp`` in seconds since 1970.
        """

    def place_order(self, uid: _Id, cmd: str, product_count: _Int | None = None) -> int:
        """Place an order, as a purchase does; returns its id, whatever callbacks raise (A-8).

        ``product_count``: 1 if left out. Clause H-6.
        """

    def set_nickname(self, uid: _Id, name: str) -> None:
        """Name a user on the boards; without a name it is the uid as text. Clause H-3."""

def _write_file(path: str | PathLike[str], content: bytes) -> None: ...
def _examine_nodes(data: bytes) -> tuple[list[tuple[int, str, str]], list[tuple[int, str]]]: ...

@final
class _Core:
    def await_news(self, seen: int) -> int | None: ...
    def fetch_ids(self) -> None: ...
    def readers(self) -> int: ...
    def writers(self) -> int: ...
    def serve(self) -> list[tuple[int, list[Any]]]: ...

@final
class _Copy:
    def __new__(
        cls,
        source_url: str | PathLike[str],
        target_url: str | PathLike[str],
        durability: Literal["full", "normal", "off"],
    ) -> Self: ...
    def step(self) -> tuple[str, int, int]: ...
    def sum(self) -> tuple[int, str]: ...
    def close(self) -> None: ...
