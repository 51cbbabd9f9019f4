"""The Rust core of cloudvars, typed. What stands here is reached as ``cloudvars.open`` and through what it returns.

Every call of ``Score`` and every verb of ``Committer`` takes one mapping, or the same fields as keywords (G-3).
A field that is missing or unknown raises ``CloudTypeError``, one that is malformed ``CloudValueError`` (G-4). A field
that is shown with a default may be left out if its docstring says so; ``None`` for such a field is the field left out.
"""

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from os import PathLike
from types import TracebackType
from typing import Any, Final, Literal, Protocol, Self, SupportsIndex, TypeAlias, final, overload

from typing_extensions import disjoint_base

from ._bulk import BulkReport
from .aio import AsyncScore
from .reply import Reply
from .tables import Player, Tables
from .types import (
    AchievementAnswer,
    AchievementData,
    BoardAnswer,
    Budget,
    ChannelMessage,
    CommitDetail,
    CustomNode,
    Empty,
    GeneralRow,
    Injected,
    LimitRow,
    ListRow,
    MessageRow,
    MoneyRow,
    NameRow,
    OrderAnswer,
    Published,
    SentMessage,
    StampedListRow,
    StorageAnswer,
    StorageEntry,
    StorageSetAnswer,
    Weekday,
    WorldDataRow,
    WorldListRow,
)

__all__ = [
    "Achievement",
    "Achievements",
    "Committer",
    "Fault",
    "Faults",
    "ManualClock",
    "Operator",
    "PythonClock",
    "Room",
    "Score",
    "Storage",
    "StorageSettings",
    "Store",
    "SystemClock",
    "Table",
    "_Bulk",
    "_Copy",
    "_Core",
    "_TableRows",
    "__version__",
    "_examine_nodes",
    "_write_file",
    "open",
]

__version__: Final[str]

_ColumnType: TypeAlias = Literal["int64", "float64", "string", "json", "bool", "timestamp"]

class _Array(Protocol):
    """A list, a tuple, a numpy array, a pandas column."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...

class _Frame(Protocol):
    """A frame of pandas."""

    def itertuples(self, index: bool = ..., name: str | None = ...) -> Any: ...

class _ArrowStream(Protocol):
    """A frame of polars, a table of pyarrow, a relation of duckdb."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

_Rows: TypeAlias = Iterable[Mapping[str, Any]] | _Frame | _ArrowStream
"""What ``score.bulk`` takes its rows from."""
_Verb: TypeAlias = Literal[
    "set",
    "add",
    "addi",
    "money_add",
    "money_cost",
    "list_add",
    "list_modify",
    "list_delete",
    "name_new",
    "world_data_set",
    "world_list_add",
    "world_list_modify",
    "world_list_delete",
    "withlimit_add",
]
"""An operation of a committer."""
_Int: TypeAlias = SupportsIndex | float
"""An int, an object with ``__index__``, or a float that is a whole number; never a bool."""
_Id: TypeAlias = SupportsIndex | float | str
"""An ``_Int``, or a str that is an integer; int64 (G-2)."""
_Number: TypeAlias = SupportsIndex | float | str
"""An int, a float (rounded by floor(x + 0.5)) or a numeric str (K-2)."""
_Fields: TypeAlias = Mapping[str, Any]
_Table: TypeAlias = Mapping[Any, Any] | list[Any] | tuple[Any, ...]
"""A dict or a list of storable values (V-1, V-4)."""
_OnMessage: TypeAlias = Callable[[ChannelMessage], object]
_OnPublished: TypeAlias = Callable[[Published], object]
_OnAchievement: TypeAlias = Callable[[AchievementAnswer | None], object]

def open(  # noqa: A001 - cloudvars.open is the name
    target: str | PathLike[str] = ":memory:",
    *,
    durability: Literal["full", "normal", "off"] = "full",
    clock: SystemClock | ManualClock | PythonClock | Literal["python"] | None = None,
    timezone: str = "Asia/Shanghai",
    game: str = "default",
    readonly: bool = False,
    cache: int = 67108864,
) -> Store:
    """Open a store: a path, ":memory:" (the default), or a server's URL.

    ``"mysql://user:password@host:3306,host2:3306/database?timeout=20"`` is one store for several machines, on MariaDB,
    Galera, MySQL or TiDB; the first host that works is taken. Options: ``connect-timeout``, ``read-timeout``,
    ``lock-timeout``, ``timeout`` (seconds), ``ssl-mode``, ``ssl-ca``, ``ssl-cert``, ``ssl-key``, ``socket``, ``bus``
    and ``bus-ca`` (a Redis that carries hints of news); docs/cluster.md explains them.
    Warns (``UserWarning``) of promises that such a server cannot keep.

    ``durability``: what an acknowledged commit survives: "full" a power cut, "normal" the end of the process (after a
    power cut the file is sound, the last commits may be gone), "off" the end of the process only (C-6). On a file
    "off" is the same as "normal": what others were promised with "full" is in the same file. On a server: "full"
    refuses one whose settings may lose acknowledged commits.
    ``clock``: where time comes from: a ``SystemClock`` (the default), a ``ManualClock``, or "python": what
    ``time.time_ns()`` returns, replaced by a test or not;
    ``timezone``: an IANA name; windows of counters end, and times are printed, in this zone (T-5);
    ``game``: the game of rooms that do not name one. Warns (``UserWarning``) if it is named, the store is opened for
    reading only, and only other games are in it.
    ``readonly=True``: nothing is written and no file is made. That works on a medium that cannot be written, and beside
    a process that writes, whose commits are seen at once. A call that writes raises ``StoreError``, and so does
    ``open`` for a file that cannot be read without writing beside it.

    ``cache``: how many bytes of rows are kept in memory at most (64 MiB; 0 keeps none), of a file or a store in memory,
    not of servers. An answer is never older than one that was read anew, whoever else writes.

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

        Without limits nothing is counted: no reads, writes or bytes a minute, no 50 sets a second.
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
    def operator(self) -> Operator:
        """Corrections by the people who run the service, in the store's game.

        Clauses P-1 to P-5.
        """

    @property
    def faults(self) -> Faults:
        """Failures on purpose, for tests.

        The failures, delays, duplicates and conflicts that a test causes on purpose.
        Clauses F-1 to F-4.
        """

    @property
    def games(self) -> list[str]:
        """The names of the games that the store holds, in order; its own game is always among them."""

    def game(self, name: str) -> Store:
        """Return the same store as another game sees it: its nodes, its storage, and rooms that name no game.

        All else is shared: connections, clock, faults. Closing either closes both. Nothing is written: a game that the
        store does not hold is made by the first thing that needs it, such as a room.
        """

    @property
    def tables(self) -> Tables:
        """The tables of the store's game: a mapping from their names to ``Table``.

        In this order: ``player``, ``general``, ``money``, ``list``, ``world_data``, ``world_list``, ``with_limit``,
        ``name``, ``message``, ``achievement``, ``node``, ``storage``, ``order``.
        """

    def _table(self, name: str) -> Table: ...
    def player(self, user_id: _Id) -> Player:
        """Return everything that one user has, as it is at one moment.

        ``user_id``: an int64, or a str that is one. A user of whom nothing is stored has empty lists.
        """

    def sql(
        self, query: str, params: Iterable[str | float | datetime | None] = (), timeout: float = 30
    ) -> Table:
        """Return what a query answers: a ``Table`` whose rows are read.

        Its tables are those of ``store.tables``, with all games, on every engine; times are ISO text in UTC, JSON is
        text, the value of a counter is the stored one. One statement that reads: SELECT, WITH … SELECT or VALUES.
        ``params``: what its question marks stand for. ``timeout``: seconds, after which it is given up.
        Raises ``CloudValueError`` for a query that the engine does not accept, ``StoreError`` when it took too long.
        """

    def dump(
        self,
        path: str | PathLike[str] | None = None,
        progress: Callable[[int, int], object] | bool | None = None,
    ) -> dict[str, Any]:
        """Return all data as a dict, as ``json`` reads it; with ``path``, also write it there as text.

        The file is written as a whole, or what was there stays (``StoreError``: the disk is full, no permission); a new
        one is readable by its owner only.

        The same data gives the same text: a line for each row, in a fixed order. Int keys of values are written
        ``"#5"``. It leaves out subscriptions, faults, published values, and how many sets the running second had.

        ``progress(done, total)``: called with how far it is, in rows, and the number of all rows; the last call,
        ``(total, total)``, comes when the dict, and the file, are there. An exception that it raises before that ends
        the work, and changes no file. ``progress=True`` shows a bar.
        Clause F-7, R-8.
        """

    def load(self, source: dict[str, Any] | str | PathLike[str]) -> None:
        """Fill this store with what ``dump`` gave: the dict, or the path of the text.

        Ids, versions and times stay; ids that were handed out before are not used again.
        Raises ``StoreError`` if the store holds data already, ``CloudValueError`` for anything that is not a dump;
        then nothing is loaded. Nobody else may write meanwhile.
        Clause F-7.
        """

    def fork(self) -> Store:
        """Return a copy of all data, in memory, that shares nothing with this store, ``ManualClock`` included.

        Rooms and faults are not copied.
        Clause F-7.
        """

    def backup(
        self, path: str | PathLike[str], progress: Callable[[int, int], object] | bool | None = None
    ) -> None:
        """Copy the store, as it is at one moment, into a new SQLite file: others read and write meanwhile.

        From memory, a file or a server. ``path``: a file that does not exist. ``progress(done, total)``: called with
        the number of copied rows and that of all rows; the last call, ``(total, total)``, comes when the file is
        complete and flushed. ``progress=True`` shows a bar.
        An exception that it raises ends the backup, and no file is left. Raises ``StoreError``.
        Clause C-6.
        """

    def reopen(self) -> None:
        """Write again after a disk failed: fresh connections, under the same rooms and subscriptions.

        What was acknowledged before is proved to be on the disk first.
        Not needed after a full disk: the next write tries again. After a flush that failed, the next write does the
        same as this. Raises ``StoreError`` as long as the disk takes no writes, and for a file that was deleted or
        replaced: then ``open`` what is there now. On a server: connects anew.
        Clause C-6.
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
    def _opened(self) -> Store: ...
    def _repr_html_(self) -> str: ...
    def _facts(self) -> tuple[int, int]: ...
    def _problems(self) -> list[str]: ...
    def _target(self) -> str: ...
    def _core(self) -> _Core: ...
    def _moment(self) -> int | None: ...
    def _at(self, moment: int | None, call: Callable[[], Any]) -> Any: ...
    def _sweep(self, before_ms: int) -> None: ...
    def _status(self) -> dict[str, Any]: ...
    def _counts(self, every: bool) -> dict[str, int]: ...
    def _currencies(self) -> Table: ...

@final
class Room:
    """One running game session. Made by ``store.room``; callbacks run on the thread that uses it (D-1)."""

    @property
    def name(self) -> str:
        """The room's name, for people."""

    @property
    def game(self) -> str:
        """The name of the room's game: the store's, unless the room names another."""

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
        """Deliver what others sent, and in tick mode everything; returns how many callbacks ran.

        In tick mode this sends the requests that wait, calls getters and callbacks, and runs the retries that they ask
        for; what callbacks request waits for the next tick. In inline mode calls deliver as well, and ``tick`` delivers
        what other rooms and processes sent meanwhile. Callbacks are never nested.
        Raises what callbacks raised, now and during calls that have a Reply: the first exception, with the others as
        its ``__context__`` (A-8). A room whose event loop runs delivers there: on another thread, this returns 0.
        Clause D-1.
        """

    def budget(self) -> Budget:
        """Return what is left of the minute: ``{reads, writes, bytes, resets_in}``, the last in seconds.

        A minute begins with the first counted call: 300 reads, 300 writes, 48 MiB. ``resets_in`` is 60 when none has
        begun. With ``limits=False`` it always shows a full minute.
        Clause Q-3.
        """

    def player_join(self, user_id: _Id) -> None:
        """Record that the user plays this room's game.

        ``is_old_player`` in rooms of other games is True from then on, also after the store is reopened.
        Clause O-1.
        """

    def player_leave(self, user_id: _Id) -> None:
        """End the user's channel subscriptions.

        Messages to the user wait for the next subscription.
        Clause S-5.
        """

    def close(self) -> None:
        """Send what waits, call the callbacks, end the room and its subscriptions. Closing twice is fine.

        Achievement and storage sets that wait for their second go at once (Q-4); a code 5 is asked as usual, at most
        100 times for one set. Raises what callbacks raised; the room is closed all the same. Inside a callback, the
        room ends when the callback has ended. A room that is dropped while requests wait warns (``ResourceWarning``).
        Clauses S-5, Q-4, A-8.
        """

    def _repr_html_(self) -> str: ...
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
    """The cloud variables of one room: ``room.score``.

    Most calls take one mapping, as in the lobby, or the same fields as keywords: ``score.get(user_id=7, key="hp")``.
    They return a ``Reply``, which is ``(error_code, data, err_msg)``. What depends on stored data or on the quota is a
    code in it (see ``cloudvars.codes``); a malformed argument raises ``CloudValueError`` (G-1 to G-4).
    """

    def get_commit(self) -> Committer:
        """Return a committer: its operations take effect together, at ``commit()``.

        Nobody sees any of the operations before ``commit()`` has returned code 0; then everybody sees all of them.
        Clause C-1.
        """

    def commit_many(self, committers: Iterable[Committer]) -> list[Reply[CommitDetail]]:
        """Commit independent committers, made durable together; each counts as one write.

        Returns a Reply for each, in order; each commit is all or nothing on its own. All are checked first: if one is
        of another room, was committed, or is not a committer, nothing is stored. If a commit meets a ``StoreError``,
        that is raised; its ``replies`` holds the Reply of each, with code -1 for those that met it.
        """

    def bulk(
        self,
        verb: _Verb,
        rows: _Rows,
        *,
        chunk: int = 1000,
        atomic: bool = False,
        progress: Callable[[int, int | None], object] | bool | None = None,
    ) -> BulkReport:
        """Make one operation of each row: ``score.bulk("money_add", frame)``. Each row is a commit of its own.

        ``verb``: an operation of a committer; ``rows``: mappings, a pandas or polars frame, an Arrow stream, or a table
        of ``store.tables``. The columns are the verb's fields. None, NaN, ``NaT`` and NA are fields left out. A column
        that the verb does not know is ignored in a table of ``store.tables``; other rows that have one fail.
        ``chunk``: so many rows are made durable together and count as one write of the room's quota.
        ``atomic=True``: all rows are one commit, or nothing is stored and every row fails.
        ``progress(done, total)``: called after each chunk with the number of rows that are dealt with, and of all
        rows, or None if that is not known. ``progress=True`` shows a bar.
        Returns a ``BulkReport``: ``done``, how many rows were stored; ``failed``, a list of ``(index, Reply)``;
        ``uuids``, of ``list_add`` and ``world_list_add``. A malformed row fails, and the others go on. What ends it,
        such as a ``StoreError`` or an exception of the rows, has the report so far as its ``report``.
        Clauses B-1 to B-4.
        """

    def _bulk(
        self,
        verb: _Verb,
        rows: _Rows,
        *,
        chunk: int = 1000,
        atomic: bool = False,
        progress: Callable[[int, int | None], object] | bool | None = None,
    ) -> _Bulk: ...
    def _enqueue_many(
        self, number: int, committers: Iterable[Committer]
    ) -> list[Reply[CommitDetail] | None]: ...
    def _at_once(self) -> Score | None: ...
    @property
    def aio(self) -> AsyncScore:
        """The same names, awaitable."""

    @overload
    def test_cloud_value(self, *, value: object = ...) -> Reply[int]:
        """Tell whether ``value`` can be stored: ``(0, length, None)``, or ``(code, None, reason)``.

        Storable are None, bool, int64, finite floats, str, lists, tuples, and dicts with str or int keys, up to 100
        containers deep.
        ``length`` is in bytes, as MessagePack with strings as bin. Never raises for a value; counts as nothing.
        Clause V-3.
        """

    @overload
    def test_cloud_value(self, fields: _Fields, /) -> Reply[int]: ...

    # --- general storage and money ---

    @overload
    def get(self, *, user_id: _Id | _Array, key: str | _Array) -> Reply[list[GeneralRow]]:
        """Read the rows that exist under the given users and keys.

        Arrays ask for every combination; the rows come user by user, each once. Nothing found is ``[]``. Fields that
        were never set are absent.
        Fields: ``user_id`` and ``key``, each a scalar or an array.
        Returns ``(0, [{user_id, key, i_value?, s_value?, value?}, ...], None)``; counts as one read.
        Clauses G-5, K-4.
        """

    @overload
    def get(self, fields: _Fields, /) -> Reply[list[GeneralRow]]: ...
    @overload
    def money_get(self, *, user_id: _Id | _Array, key: str | _Array) -> Reply[list[MoneyRow]]:
        """Read balances: ``(0, [{user_id, key, value}, ...], None)``.

        Arrays ask for every combination; the rows come user by user, each once. Nothing found is ``[]``. Balances are
        int64.
        Fields: ``user_id`` and ``key``, each a scalar or an array; counts as one read.
        Clauses M-1, G-5.
        """

    @overload
    def money_get(self, fields: _Fields, /) -> Reply[list[MoneyRow]]: ...

    # --- lists ---

    @overload
    def list_query(
        self, *, user_id: _Id | _Array, key: str | _Array, timetype: None = ..., limit: _Int | None = ...
    ) -> Reply[list[ListRow]]:
        """Read a list, the item that changed last first.

        A creation counts as a change. The order is that of the commits, whatever the clock says. Without ``limit``
        every item comes; lists of several users and keys are merged.
        Fields: ``user_id``, ``key`` (scalar or array); may be left out: ``timetype`` ("stamp": ``updatedAt`` in
        seconds), ``limit`` (int >= 1).
        Returns ``(0, [{uuid, user_id, key, value, updatedAt}, ...], None)``; ``updatedAt`` is the creation time.
        Clauses L-3, L-4.
        """

    @overload
    def list_query(
        self,
        *,
        user_id: _Id | _Array,
        key: str | _Array,
        timetype: Literal["stamp"],
        limit: _Int | None = ...,
    ) -> Reply[list[StampedListRow]]: ...
    @overload
    def list_query(self, fields: _Fields, /) -> Reply[list[ListRow] | list[StampedListRow]]: ...
    @overload
    def list_query_by_uuid(self, *, uuid: _Id) -> Reply[list[ListRow]]:
        """Read one list item: ``(0, [row] or [], None)``.

        ``[]`` if no item has this uuid. The row is that of ``list_query``.
        Fields: ``uuid`` (int or numeric str).
        Clause L-5.
        """

    @overload
    def list_query_by_uuid(self, fields: _Fields, /) -> Reply[list[ListRow]]: ...

    # --- messages ---

    @overload
    def message_send(
        self,
        *,
        src_user_id: _Id,
        key: str,
        target_user_id: _Id,
        value: object,
        read: Literal[0, 1] | bool | None = ...,
        deleted: Literal[0, 1] | bool | None = ...,
    ) -> Reply[SentMessage]:
        """Send a stored message; durable when it returns.

        The message is kept until ``message_delete``, and delivered to the rooms that have subscribed to the target's
        channel.
        Fields: ``src_user_id``, ``key``, ``target_user_id``, ``value`` (storable); may be left out: ``read`` (0),
        ``deleted`` (0). Returns ``(0, {"objectId": int}, None)``; counts as one write.
        Clause S-1.
        """

    @overload
    def message_send(self, fields: _Fields, /) -> Reply[SentMessage]: ...
    @overload
    def message_query(
        self,
        *,
        key: str,
        src_user_id: _Id | None = ...,
        target_user_id: _Id | None = ...,
        read: Literal[0, 1, 2] | None = ...,
    ) -> Reply[list[MessageRow]]:
        """Read messages, oldest first, deleted ones never.

        In the order in which they were sent; ``createAt`` is in the store's time zone. Without ``read`` both read and
        unread ones come. Counts as one read.
        Fields: ``key``; may be left out: ``src_user_id``, ``target_user_id``, ``read`` (1 read; 2 or 0 unread).
        Returns rows ``{objectId, key, src_user_id, target_user_id, read, deleted, createAt, value}``.
        Clause S-2.
        """

    @overload
    def message_query(self, fields: _Fields, /) -> Reply[list[MessageRow]]: ...
    @overload
    def message_modify_read(self, *, objectId: _Id, new_read_value: Literal[0, 1] | bool) -> Reply[Empty]:
        """Mark a message read (1) or unread (0); an unknown id has no effect.

        A message that was set back to unread comes again at the next subscription, not under the present one.
        Fields: ``objectId``, ``new_read_value``.
        Returns ``(0, {}, None)``; counts as one write.
        Clause S-3.
        """

    @overload
    def message_modify_read(self, fields: _Fields, /) -> Reply[Empty]: ...
    @overload
    def message_delete(self, *, objectId: _Id) -> Reply[Empty]:
        """Delete a message; an unknown id has no effect.

        It is not delivered any more, and no query returns it.
        Fields: ``objectId``.
        Returns ``(0, {}, None)``; counts as one write.
        Clause S-3.
        """

    @overload
    def message_delete(self, fields: _Fields, /) -> Reply[Empty]: ...

    # --- channels ---

    def subscribe_channel(
        self, player: _Id, key: str, callbacks: _OnMessage | Mapping[str, _OnMessage]
    ) -> bool:
        """Receive messages to ``player`` under ``key``: unread ones first, then each new one.

        A message that was not marked read comes again at the next subscription. A second subscription of the same
        channel returns False, and the first callback stays. ``player`` None is refused.
        ``callbacks`` is ``{"ok": fn}`` or ``fn``; it gets
        ``{src_user_id, target_user_id, key, read, value, message_id}``. A coroutine function is awaited, one message
        after the other, in a room that is used through ``score.aio``; elsewhere it raises ``CloudTypeError`` (S-9).
        Returns False if this room has the channel already.
        Clause S-4.
        """

    def unsubscribe_channel(self, player: _Id, key: str) -> bool:
        """End the subscription; returns whether there was one.

        Messages that wait are not delivered any more. ``room.player_leave`` ends all of a player's subscriptions,
        ``room.close`` all of the room.
        Clause S-5.
        """

    def subscribe_message(
        self, channel_name: str, callbacks: _OnPublished | Mapping[str, _OnPublished]
    ) -> bool:
        """Receive what is published on the channel, as ``{"message": value}``.

        Nothing that was published earlier is delivered. ``subscribe_channel(5, "k")`` and ``subscribe_message("5_k")``
        are the same registration.
        ``callbacks`` is ``{"ok": fn}`` or ``fn``. Returns False if this room has the channel already.
        Clause S-6.
        """

    def unsubscribe_message(self, channel_name: str) -> bool:
        """End the subscription; returns whether there was one.

        It also ends a ``subscribe_channel`` of the same channel.
        Clause S-6.
        """

    def publish_message(self, channel_name: str, value: object) -> None:
        """Send ``value`` (storable) to everybody who is subscribed now, in any room or process.

        The publisher gets it too, if subscribed. It cannot be queried later, and does not count in any quota.
        At most 32 MiB, as ``test_cloud_value`` measures it: more raises, code 1405 (Q-3).
        Clause S-6.
        """

    # --- names ---

    @overload
    def name_search(self, *, key: str, name_prefix: str) -> Reply[list[NameRow]]:
        r"""Read the names that begin with a prefix; shorter ones first.

        ``%``, ``_`` and ``\`` are ordinary characters. Names of equal length come by code point; the number of rows is
        not limited.
        Fields: ``key``, ``name_prefix`` (str).
        Returns rows ``{key, name, value}``.
        Clause N-2.
        """

    @overload
    def name_search(self, fields: _Fields, /) -> Reply[list[NameRow]]: ...

    # --- worlds ---

    @overload
    def world_data_get(self, *, user_id: _Id, key: str, world_id: _Int) -> Reply[list[WorldDataRow]]:
        """Read a world's data: ``(0, [{user_id, key, value}] or [], None)``.

        ``[]`` if nothing was set under this user, key and world.
        Fields: ``user_id``, ``key``, ``world_id`` (int).
        Clause W-2.
        """

    @overload
    def world_data_get(self, fields: _Fields, /) -> Reply[list[WorldDataRow]]: ...
    @overload
    def world_list_query(self, *, user_id: _Id, key: str, world_id: _Int) -> Reply[list[WorldListRow]]:
        """Read a world list, the item that changed last first, at most 1000 rows.

        As ``list_query``, with ``world_id``; lists and world lists do not see each other's uuids.
        Fields: ``user_id``, ``key``, ``world_id`` (int).
        Returns rows ``{uuid, user_id, key, world_id, value, updatedAt}``; ``updatedAt`` is the creation time, ISO 8601
        in UTC.
        Clause W-1.
        """

    @overload
    def world_list_query(self, fields: _Fields, /) -> Reply[list[WorldListRow]]: ...
    @overload
    def world_list_query_by_uuid(self, *, uuid: _Id) -> Reply[list[WorldListRow]]:
        """Read one world list item: ``(0, [row] or [], None)``.

        ``[]`` if no item of a world list has this uuid.
        Fields: ``uuid``.
        Clause W-1.
        """

    @overload
    def world_list_query_by_uuid(self, fields: _Fields, /) -> Reply[list[WorldListRow]]: ...

    # --- counters with a limit, players ---

    @overload
    def withlimit_query(self, *, user_id: _Id, key: str) -> Reply[LimitRow]:
        """Read a counter; after its window's end it is 0.

        After the end of the window it stores 0 and answers 0. ``{}`` if there is no counter. ``week_start`` is shown
        with ``refresh_week``.
        Fields: ``user_id``, ``key``.
        Returns ``{user_id, key, value, limit, refresh_xxx?, week_start?}``, or ``{}``.
        Clause T-4.
        """

    @overload
    def withlimit_query(self, fields: _Fields, /) -> Reply[LimitRow]: ...
    @overload
    def is_old_player(self, *, user_id: _Id) -> Reply[bool]:
        """Tell whether the user has joined a room of another game: ``(0, True or False, None)``.

        A user has played a game when ``room.player_join`` said so. All games of one store count as games of one author.
        Fields: ``user_id``.
        Clause O-1.
        """

    @overload
    def is_old_player(self, fields: _Fields, /) -> Reply[bool]: ...

@disjoint_base
class Committer:
    """One atomic commit in the making: ``score.get_commit()``.

    Each operation takes one mapping, as in the lobby, or the same fields as keywords. Operations are queued in the
    order of the calls. A malformed one raises; then further operations raise too, and ``commit()`` answers its code and
    writes nothing (C-3). A committer is used once (C-5). ``with score.get_commit() as c:`` commits when the block ends,
    raises ``CommitError`` on failure, and writes nothing if the block raises (C-8).
    """

    def __new__(cls, score: Score) -> Self: ...
    def commit(self) -> Reply[CommitDetail]:
        """Apply all operations or none: ``(0, {}, None)`` once durable.

        All operations take effect together or none does. With ``durability="full"`` the commit survives a crash of the
        process and a power cut once this returns.
        On failure ``data`` is ``{"op": index from 0, "name": verb}``. Raises ``CommitError`` when used twice,
        ``StoreError`` when the disk fails.
        Clauses C-1, C-2, C-6.
        """

    # --- general storage ---

    @overload
    def set(
        self,
        *,
        user_id: _Id,
        key: str,
        i_value: _Number,
        s_value: str | None = ...,
        value: _Table | None = ...,
    ) -> None:
        """Queue: write those of ``i_value``, ``s_value`` and ``value`` that are given; the others stay.

        At least one of the three is needed; a field cannot be cleared again. Ints are kept exactly; other text than a
        number raises.
        Fields: ``user_id``, ``key``, and at least one of ``i_value`` (int, float or numeric str; rounded by floor(x +
        0.5)), ``s_value`` (str), ``value`` (dict or list).
        Clauses K-1, K-2, V-4.
        """

    @overload
    def set(
        self,
        *,
        user_id: _Id,
        key: str,
        i_value: _Number | None = ...,
        s_value: str,
        value: _Table | None = ...,
    ) -> None: ...
    @overload
    def set(
        self,
        *,
        user_id: _Id,
        key: str,
        i_value: _Number | None = ...,
        s_value: str | None = ...,
        value: _Table,
    ) -> None: ...
    @overload
    def set(self, fields: _Fields, /) -> None: ...
    @overload
    def add(self, *, user_id: _Id, key: str, i_value: _Number, value: None = ...) -> None:
        """Queue: add to ``i_value``; a missing row counts as 0. Fails with ``OUT_OF_RANGE``.

        A row without ``i_value`` counts as 0, other fields stay, and the result may be below zero. Beyond int64 the
        commit fails with ``OUT_OF_RANGE``. The amount is rounded as by ``set``.
        Fields: ``user_id``, ``key``, and the amount as ``i_value`` or ``value``.
        Clauses K-3, G-8.
        """

    @overload
    def add(self, *, user_id: _Id, key: str, i_value: None = ..., value: _Number) -> None: ...
    @overload
    def add(self, fields: _Fields, /) -> None: ...
    @overload
    def addi(self, *, user_id: _Id, key: str, i_value: _Number, value: None = ...) -> None:
        """Queue: the same as ``add``.

        Both names are the lobby's.
        Clause K-3.
        """

    @overload
    def addi(self, *, user_id: _Id, key: str, i_value: None = ..., value: _Number) -> None: ...
    @overload
    def addi(self, fields: _Fields, /) -> None: ...

    # --- money ---

    @overload
    def money_add(self, *, user_id: _Id, key: str, value: _Int) -> None:
        """Queue: add ``value`` (an int, may be negative) to a balance; it may go below 0.

        ``2.0`` counts as 2; text, fractions and bools are refused.
        Fields: ``user_id``, ``key``, ``value``.
        Fails with ``OUT_OF_RANGE``.
        Clause M-2.
        """

    @overload
    def money_add(self, fields: _Fields, /) -> None: ...
    @overload
    def money_cost(self, *, user_id: _Id, key: str, value: _Int) -> None:
        """Queue: take ``value`` (an int > 0) from a balance. Fails with ``NOT_ENOUGH_MONEY``.

        The exact balance may be spent. If it does not suffice, the whole commit fails.
        Fields: ``user_id``, ``key``, ``value``.
        Clause M-3.
        """

    @overload
    def money_cost(self, fields: _Fields, /) -> None: ...

    # --- lists ---

    @overload
    def list_add(self, *, user_id: _Id, key: str, value: _Table) -> int:
        """Queue a new list item; returns its uuid (int64 > 0, never handed out twice) at once.

        The same commit may use the uuid, for example in other values.
        Fields: ``user_id``, ``key``, ``value`` (dict or list).
        Clause L-1.
        """

    @overload
    def list_add(self, fields: _Fields, /) -> int: ...
    @overload
    def list_modify(self, *, uuid: _Id, value: _Table) -> int:
        """Queue: replace the value of a list item; returns its uuid. An unknown uuid has no effect.

        An unknown uuid, one of a world list, and one of another game have no effect and are not errors.
        Fields: ``uuid`` (int or numeric str), ``value`` (dict or list).
        Clause L-2.
        """

    @overload
    def list_modify(self, fields: _Fields, /) -> int: ...
    @overload
    def list_delete(self, *, uuid: _Id) -> None:
        """Queue: delete a list item; an unknown uuid has no effect.

        A uuid of a world list, or of another game, has no effect either.
        Fields: ``uuid`` (int or numeric str).
        Clause L-2.
        """

    @overload
    def list_delete(self, fields: _Fields, /) -> None: ...

    # --- names ---

    @overload
    def name_new(self, *, key: str, name: str, value: str) -> None:
        """Queue: claim ``name`` (1 to 180 characters) under ``key``. Fails with ``NAME_TAKEN``.

        A name can be taken once under its key. If it is taken already, the whole commit fails, even if the same commit
        took it.
        Fields: ``key``, ``name`` (1 to 180 characters), ``value`` (str).
        Clause N-1.
        """

    @overload
    def name_new(self, fields: _Fields, /) -> None: ...

    # --- worlds ---

    @overload
    def world_data_set(self, *, user_id: _Id, key: str, world_id: _Int, value: _Table | None = ...) -> None:
        """Queue: set a world's data; without ``value`` nothing changes.

        Without ``value`` no row is made either.
        Fields: ``user_id``, ``key``, ``world_id`` (int), ``value`` (dict or list).
        Clause W-2.
        """

    @overload
    def world_data_set(self, fields: _Fields, /) -> None: ...
    @overload
    def world_list_add(self, *, user_id: _Id, key: str, world_id: _Int, value: _Table) -> int:
        """Queue a new world list item; returns its uuid at once.

        As ``list_add``, with ``world_id``: the uuid is an int64 above 0 and is never handed out twice.
        Fields: ``user_id``, ``key``, ``world_id`` (int), ``value`` (dict or list).
        Clauses W-1, L-1.
        """

    @overload
    def world_list_add(self, fields: _Fields, /) -> int: ...
    @overload
    def world_list_modify(self, *, uuid: _Id, value: _Table) -> int:
        """Queue: replace the value of a world list item; returns its uuid.

        An unknown uuid has no effect, and neither has one of a plain list.
        Fields: ``uuid``, ``value`` (dict or list).
        Clauses W-1, L-2.
        """

    @overload
    def world_list_modify(self, fields: _Fields, /) -> int: ...
    @overload
    def world_list_delete(self, *, uuid: _Id) -> None:
        """Queue: delete a world list item.

        An unknown uuid has no effect.
        Fields: ``uuid``.
        Clause W-1.
        """

    @overload
    def world_list_delete(self, fields: _Fields, /) -> None: ...

    # --- counters with a limit ---

    @overload
    def withlimit_add(
        self,
        *,
        user_id: _Id,
        key: str,
        value: _Int,
        limit: _Int,
        refresh_hour: _Int | None = ...,
        refresh_day: _Int | None = ...,
        refresh_week: _Int | None = ...,
        refresh_month: _Int | None = ...,
        refresh_year: _Int | None = ...,
        week_start: Weekday | None = ...,
    ) -> None:
        """Queue: add to a counter that stays within 0 to ``limit``. Fails with ``LIMIT_EXCEEDED``.

        The whole commit fails if the result is below 0 or above ``limit``. The counter begins at 0 again when its
        window has ended (n units after the start of the unit of the last add, in the store's time zone), and when the
        refresh differs from the stored one.
        Fields: ``user_id``, ``key``, ``value`` (int), ``limit`` (int), at most one ``refresh_…`` (int >= 1), and with
        ``refresh_week`` also ``week_start`` ("monday", the default, to "sunday").
        Clauses T-1 to T-3.
        """

    @overload
    def withlimit_add(self, fields: _Fields, /) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        exception: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Commit when the block ends; raise ``CommitError`` if that fails. An exception discards everything (C-8)."""

    def _discard(self) -> None: ...
    def _used(self) -> bool: ...
    def _enqueue(self, number: int) -> Reply[CommitDetail] | None: ...

@final
class Operator:
    """Corrections by the people who run a service: ``store.operator``.

    Each call is one commit and returns its ``Reply``: ``(0, {}, None)`` once durable. No quota counts it, no fault of
    the test kit reaches it, and it works on the store's game. What is not there needs no correction: that is a success.
    A malformed argument raises ``CloudValueError``; a store that is opened for reading only raises ``StoreError``.
    Clause P-1.
    """

    def set_balance(self, user_id: _Id, key: str, value: _Int) -> Reply[CommitDetail]:
        """Set a balance: what is missing is added, or taken, as ``money_add`` does it.

        ``value``: an int; the balance may be below 0. Fails with ``OUT_OF_RANGE`` if the difference is outside int64.
        Clause P-2.
        """

    def set_progress(
        self, player_id: _Id, node_id: str, progress: _Int, extra: str | None = None
    ) -> Reply[CommitDetail]:
        """Set a player's progress on a node, up to its total; without ``extra`` the stored one stays.

        ``progress``: an int of at least 0; what is beyond the total is the total. With the total the node is complete;
        ``completed_at`` stays what it was, or is now. Below the total it is open, with ``completed_at`` 0, and a later
        set completes it once more. A room that saw the data before meets code 5. Fails with ``BAD_VALUE`` if the node
        is not defined.
        Clause P-3.
        """

    def reset_limit(self, user_id: _Id, key: str) -> Reply[CommitDetail]:
        """Set a counter with a limit to 0; its limit and its window stay.

        Clause P-4.
        """

    def release_name(self, key: str, name: str) -> Reply[CommitDetail]:
        """Make a name free again: ``name_new`` can take it.

        Clause P-4.
        """

    def delete(self, table: str, **key: Any) -> Reply[CommitDetail]:
        """Delete one row: ``delete("list", uuid=5)``. The fields are the columns of the table that name the row.

        - ``general``, ``money``, ``with_limit``, ``storage``: ``user_id``, ``key``
        - ``world_data``: ``user_id``, ``key``, ``world_id``
        - ``list``, ``world_list``: ``uuid``; ``message``: ``object_id``; ``order``: ``order_id``. The columns that name
          the owner may be given too: then a row that differs is not there.
        - ``name``: ``key``, ``name``; ``achievement``: ``player_id``, ``node_id``; ``node``: ``node_id``

        A message is gone for ``store.tables`` too, unlike one that ``message_delete`` marked. A stored value loses its
        place on a board. A node that is the parent of another one fails with ``BAD_VALUE``.
        Clause P-5.
        """

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
        """Define a node, or change it. ``total``: the progress that completes it, int >= 1 (default 1).

        Nodes are kept in the store, for each game; a set on an unknown node fails.
        Clause A-1.
        """

    def load_csv(self, path: str | PathLike[str]) -> int:
        """Define the nodes of a NodeSetting.csv (GBK); returns how many.

        GBK, or UTF-8 with a byte order mark; the columns in any order. A file that cannot be read raises the
        ``OSError``.
        Raises ``CloudValueError`` that lists every malformed line by number; then nothing is loaded. A custom node
        stays what its file says.
        Clause A-1.
        """

    def load_nodes(self, path: str | PathLike[str]) -> int:
        """Define the custom nodes of a ``customAchievements`` folder; returns how many.

        The fields are those of the lobby's documents. A folder that cannot be read raises the ``OSError``.
        ``path``: the folder, or the behavior pack around it; each ``*.json`` in it is one node, UTF-8, with ``//`` and
        ``/* */`` comments if you like. A node that is there already is replaced; none is removed.
        Raises ``CloudValueError`` that lists every defect of every file with its field; then nothing is loaded. What is
        odd but harmless goes to the log ``cloudvars``.
        Clause A-9.
        """

    def _nodes(self, most: int) -> tuple[list[list[tuple[str, Any]]], int]: ...
    def _repr_html_(self) -> str: ...

@final
class Achievement:
    """The achievement component of one room: ``room.achievement``."""

    def LobbyGetAchievementStorage(
        self, callback: Callable[[AchievementData | None], object], playerId: _Id
    ) -> None:
        """Fetch a player's data for all nodes; the callback gets a dict, or None.

        One entry for each node that the player has data for, sorted by node; None if the request failed.
        ``{"code": 0, "message", "details", "entity": [{achievement_id, completed_at, extra, max_progress, progress,
        version}, ...]}``; ``completed_at`` in seconds since 1970, 0 = not complete.
        Clause A-2.
        """

    def LobbySetAchievementStorage(
        self,
        callback: _OnAchievement,
        playerId: _Id,
        nodeId: str,
        delta: _Int,
        getExtraData: Callable[[], str] | None = None,
    ) -> None:
        """Add ``delta`` (int > 0) to a player's progress; the callback gets a dict, or None.

        Progress stops at the total; on a complete node the callback gets None. Without a getter the set cannot
        conflict. An exception of a callback is logged, and raised by the next ``tick()``, call without a Reply, or
        ``close()``.
        ``{"code", "message", "details", "entity": {completed_at, extra, progress, version}}``: the data before.
        With ``getExtraData`` (no arguments, returns str) another room's set in between is a conflict: the callback gets
        code 5 and the latest data, and answers True to send again, with the extra of another call of the getter.
        A custom node with ``auto_sent_cloud`` is refused: the callback gets None (A-9).
        Clauses A-3 to A-8.
        """

    def AddNodeProgress(
        self,
        playerId: _Id,
        nodeId: str,
        delta: _Int,
        callback: _OnAchievement | None = None,
        getExtra: Callable[[], str] | None = None,
    ) -> bool:
        """Add ``delta`` (int > 0) to a player's progress on a custom node.

        Returns whether it was counted or sent; False for an unknown node (or one that no file defines), a complete one,
        one that waits for its parent (``depend_parent``), and a cloud node without ``callback``; the log says why.
        A node with ``is_cloud`` and ``auto_sent_cloud`` is sent: ``callback`` gets None or the dict of
        ``LobbySetAchievementStorage``, and answers code 5 as there; ``getExtra`` (no arguments, returns str) brings the
        extra. Any other node counts in this room, until it is closed, and calls neither.
        Clause A-9.
        """

    def SetNodeFinish(
        self,
        playerId: _Id,
        nodeId: str,
        callback: _OnAchievement | None = None,
        getExtra: Callable[[], str] | None = None,
    ) -> bool:
        """Complete a custom node for a player: ``AddNodeProgress`` by what is missing.

        On a complete node it does nothing: False in the room, callback None from the cloud.
        Clause A-9.
        """

    def GetNodeDetailInfo(self, playerId: _Id, nodeId: str) -> CustomNode | None:
        """Return what a custom node's file says, and the player's ``progress``; None for an unknown node.

        Only the fields that the file has. ``progress`` of a cloud node is what this room knows of it: from the cloud,
        when the player's data was last read, and from its own sets.
        Clause A-9.
        """

    def GetChildrenNode(self, nodeId: str) -> list[str] | None:
        """Return the ids of the nodes right below, in node order; [] for a leaf, None for an unknown node.

        Clause A-9.
        """

    def _on_complete(self, completed: Callable[[int, dict[str, Any]], object] | None) -> None: ...
    def _load_cloud(self, playerId: _Id) -> None: ...
    def _nodes(self) -> dict[str, dict[str, Any]]: ...
    def _auto(self, playerId: _Id, nodeId: str, delta: _Int) -> bool: ...
    def _forbid(self, forbidden: bool) -> None: ...
    def _progress(self, playerId: _Id, nodeId: str) -> int: ...

@final
class Faults:
    """Failures on purpose, for tests: ``store.faults``.

    A failed call has passed its argument checks and counts in the quota. The same seed and calls give the same
    ``trace``.
    ``op``: the public name of a call (``"commit"``, ``"get"``, ``"LobbySetAchievementStorage"`` ...) or of a
    committer's verb (``"money_cost"``: commits that hold one); None: every call that has a Reply or a callback.
    ``user_id``, ``key``: what the call names (a player and a node, for achievements); ``room``: who calls, by name.
    Of the calls that match, the fault hits ``times``, from the ``nth`` on; ``times=None``: all from there on.

    Every method returns a ``Fault``; as a context manager it takes itself away. A code is the final one: the store
    does not retry it.
    Clauses F-1 to F-4.
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
        ``applied``: the call takes effect, and still fails. Calls without a Reply (publish, subscribe) raise
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
        """Make calls slow: a ``ManualClock`` moves on by ``seconds``; with any other clock the call sleeps.

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

        The version really rises and the data is really there; it counts among the 50 sets of the second.
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
    def trace(self) -> list[Injected]:
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
    """A clock that moves only when ``advance`` or ``set`` moves it. ``start``: as for ``set``."""

    def __new__(cls, start: datetime | str | None = None) -> Self: ...
    def now(self) -> datetime:
        """Return the clock's time: an aware datetime."""

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
class Table:
    """Rows to look at: one of ``store.tables``, or what ``store.sql`` answered.

    Nothing is read before it is asked for, and each read is one consistent snapshot that costs no quota. Every
    method that narrows returns a new table. ``polars.DataFrame(table)``, ``DuckDB`` and whatever else takes an Arrow
    stream take it as it is.
    """

    @property
    def name(self) -> str:
        """What the table is called: ``"money"``; ``"sql"`` for what a query answered."""

    @property
    def columns(self) -> dict[str, _ColumnType]:
        """The columns, in order: name to type, one of "int64", "float64", "string", "json", "bool", "timestamp".

        Timestamps are in UTC, in milliseconds; "json" is text in Arrow, CSV and views, and Python objects in rows.
        """

    def where(self, columns: Mapping[str, Any] | None = None, /, **equal: Any) -> Table:
        """Return the rows whose columns have these values: a value, or a list of values of which one must fit.

        ``columns``: the same as a dict, for names such as ``{"stats.level": 3}``.
        ``None`` fits a cell that holds nothing, and so do NaN, ``NaT`` and ``NA``; numbers, texts and arrays of numpy
        and pandas are what they stand for. ``game``: another game's name, a list of names, or ``None`` for every game
        (the default is the store's). ``since`` and ``until``: changed last at or after the first moment and before the
        second; aware datetimes or ISO text.
        Raises ``CloudValueError`` for a column that the table does not have, and for a value that it cannot hold.
        """

    def sort(self, *columns: str | Sequence[str]) -> Table:
        """Return the rows in the order of these columns; ``"-value"`` puts the largest first.

        Cells that hold nothing come last. Rows that are equal stay in their order, which is at first that of their
        users, keys and ids.
        """

    def limit(self, n: _Int, offset: _Int = 0) -> Table:
        """Return at most ``n`` rows, after leaving out the first ``offset``."""

    def fields(
        self, paths: Mapping[str, _ColumnType | type] | None = None, /, **more: _ColumnType | type
    ) -> Table:
        """Return the rows with more columns, taken out of the JSON ``value``: path to type.

        A path has dots between names: ``{"class": str, "stats.level": int}``; a number is an int key, or the place of a
        list's item. ``"$.key"`` is the path of ``"key"`` where the table has a column of that name. A type is
        ``int, float, str, bool, dict`` (JSON), ``datetime`` (ISO text), or a name as in ``columns``. A cell whose path
        is not there, or whose value has another type, holds nothing.
        """

    def pivot(self, column: str) -> Table:
        """Return a table with one row for each user and one column for each key, which holds the cells of ``column``.

        For tables in which a user has one row of a key: ``general``, ``money``, ``world_data`` (a row for each user and
        world), ``with_limit``, ``achievement``, ``storage``. With rows of several games the first column is the game.
        """

    def count(self) -> int:
        """Return the number of rows; the engine counts them where it can."""

    def describe(self) -> Table:
        """Return a table that describes each column in a row.

        How many cells hold something, how many are different, and for numbers how they are spread.
        ``std`` is that of a sample; ``p25``, ``p50`` and ``p75`` are interpolated, as pandas does.
        """

    def rows(self) -> list[dict[str, Any]]:
        """Return all rows: a list of dicts, column to Python value.

        Timestamps are aware datetimes in UTC, JSON values are as the calls answer them.
        """

    def to_arrow(self) -> Any:
        """Return the rows as a ``pyarrow.Table``. Needs pyarrow."""

    def to_pandas(self) -> Any:
        """Return the rows as a ``pandas.DataFrame``. Needs pandas; columns with empty cells are nullable."""

    def to_polars(self) -> Any:
        """Return the rows as a ``polars.DataFrame``. Needs polars."""

    def to_csv(
        self, path: str | PathLike[str], progress: Callable[[int, int], object] | bool | None = None
    ) -> None:
        """Write the rows into a CSV file, as a whole or not at all.

        The first line has the names. A cell that holds nothing is empty, times are ISO text in UTC, JSON is text.
        ``progress(done, total)``: called with the number of written rows and that of all rows; the last call,
        ``(total, total)``, comes when the file is there. An exception that it raises before that ends the work, and
        changes no file. ``progress=True`` shows a bar.
        Raises ``StoreError`` if the file cannot be written.
        Clause R-8.
        """

    def to_parquet(
        self, path: str | PathLike[str], progress: Callable[[int, int], object] | bool | None = None
    ) -> None:
        """Write the rows into a Parquet file, as a whole or not at all. Needs pyarrow or polars.

        ``progress``: as of ``to_csv``; polars, which writes all rows at once, makes the last call only.
        Clause R-8.
        """

    def chart(self, x: str | None = None, y: str | None = None) -> Any:
        """Return an Altair chart of the rows. Needs Altair.

        ``x`` and ``y`` are columns. With one of them, numbers are shown as a histogram, anything else as counts.
        Without any, the first column that has numbers is taken. A chart has at most 5,000 rows.
        """

    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    def __iter__(self) -> _TableRows: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def _repr_html_(self) -> str: ...

@final
class _TableRows:
    """The rows of a table, one after the other; all are of one snapshot."""

    def __iter__(self) -> Self: ...
    def __next__(self) -> dict[str, Any]: ...

@final
class StorageSettings:
    """The lobby storage of a store's game: ``store.storage``."""

    def sort_keys(self, *keys: str) -> None:
        """Sort these keys from now on: their values are int64, ``LobbyGetStorageBySort`` reads them.

        What was stored before is sorted too. A set of another value under such a key fails (callback None).
        Clause H-3.
        """

@final
class Storage:
    """The lobby storage as one room reaches it: ``room.storage``. A callback gets a dict, or None if it failed."""

    def LobbyGetStorage(
        self, callback: Callable[[StorageAnswer | None], object], uid: _Id, keys: _Array
    ) -> None:
        """Fetch the values of ``keys`` of a user (0: everybody's).

        In the order of ``keys``, each once.
        ``{"entity": {"data": [{"key", "value"}, ...]}}``; a key that was never set is absent.
        Clause H-2.
        """

    def LobbyGetStorageBySort(
        self,
        callback: Callable[[BoardAnswer | None], object],
        key: str,
        ascend: bool,
        offset: _Int,
        length: _Int,
    ) -> None:
        """Fetch places of a sorted key: at most 50, from ``offset`` (from 0) on.

        A board has 200 users at each end; those with equal values are sorted by uid. The callback gets None for a key
        that is not sorted.
        ``{"entity": {"data": [{"uid", "nickname", "value"}, ...]}}``, up to two minutes old; uid 0 is not in it.
        Clause H-3.
        """

    def LobbySetStorageAndUserItem(
        self,
        callback: Callable[[StorageSetAnswer | None], object],
        uid: _Id,
        orderId: _Id | None = None,
        entitiesGetter: Callable[[], list[StorageEntry] | list[dict[str, Any]]] | None = None,
    ) -> None:
        """Store what ``entitiesGetter`` returns and ship an order: all of it or nothing.

        A key has 1 to 64 characters, the JSON of a value at most 1024*1024. Each key has a version; all must be those
        that this room has seen last. An order that is unknown, or another user's, gives None. A game has 50 sets a
        second; more wait.
        The getter takes no arguments and returns ``[{"key": str, "value": JSON}, ...]``. The callback gets
        ``{"code", "message", "entity": {"data": [{"key", "value"}, ...]}}`` with the latest values of these keys.
        Code 2: another room set one of them; it is sent again after the callback, with the getter called again.
        Code 5: the order was shipped before; nothing was stored.
        Clauses H-4 to H-7.
        """

    def QueryLobbyUserItem(self, callback: Callable[[OrderAnswer | None], object], uid: _Id) -> None:
        """Fetch a user's orders that are not shipped, oldest first.

        Orders that were shipped are left out.
        ``{"entity": {"orders": [{"order_id", "timestamp", "cmd", "product_count"}, ...]}}``;
        ``timestamp`` in seconds since 1970.
        Clause H-6.
        """

    def place_order(self, uid: _Id, cmd: str, product_count: _Int | None = None) -> int:
        """Place an order, as a purchase does; returns its id, whatever callbacks raise (A-8).

        The id is an int64 above 0. It fires no event; ``game.place_order`` of a hosted mod does.
        ``product_count``: 1 if left out.
        Clause H-6.
        """

    def set_nickname(self, uid: _Id, name: str) -> None:
        """Name a user on the boards; without a name it is the uid as text.

        Clause H-3.
        """

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
class _Bulk:
    def read(self) -> bool: ...
    def store(self) -> None: ...
    def tell(self) -> None: ...
    def report(self) -> BulkReport: ...
    def explain(self, raised: BaseException) -> None: ...

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
