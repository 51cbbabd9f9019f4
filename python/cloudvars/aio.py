"""asyncio: the names of ``score``, awaitable.

Commits of all tasks go to one serving thread of the store, which makes many of them durable in one write and answers
in batches. A read of rows that are in memory is answered on the loop; other reads run on a few shared threads. Waiting
never blocks the event loop, and a cancelled wait leaves its commit whole: it happens, or it does not.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Self

from ._awaited import AwaitedCalls
from ._loop import Deliveries, helping
from ._native import Committer
from ._threads import run, server
from .errors import CloudTypeError, StoreError
from .reply import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ._bulk import BulkReport
    from ._native import Room, Score, _Rows, _Verb
    from .types import CommitDetail

__all__ = ["AsyncCommitter", "AsyncScore"]

AT_ONCE_IN_A_TURN = 64
"""So many answers come from memory before other tasks run: awaiting one of them lets no other task run."""
ITEMS_AT_ONCE = 64
"""An array with more items is read elsewhere, because that takes long."""


def _raised(answer: Any) -> Any:
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _are_short(args: tuple[Any, ...], fields: Mapping[str, Any]) -> bool:
    """Whether to read these fields takes almost no time, and runs no code of anybody's."""
    if args:
        if fields or len(args) > 1 or type(args[0]) is not dict:
            return False
        fields = args[0]
    for value in fields.values():
        kind = type(value)
        if kind is int or kind is str:
            continue
        if (kind is not list and kind is not tuple) or len(value) > ITEMS_AT_ONCE:
            return False
    return True


def _all(answers: list[Any]) -> list[Reply[CommitDetail]]:
    """Return the Replies, or raise the first exception with them (as ``score.commit_many``)."""
    for answer in answers:
        if isinstance(answer, StoreError):
            answer.replies = [
                Reply(-1, None, str(one)) if isinstance(one, StoreError) else one for one in answers
            ]
            raise answer
    return answers


class AsyncCommitter(Committer):
    """A committer whose ``commit`` is awaited; its operations are queued as in :class:`Committer` (C-1 to C-8).

    Operations are queued in the order of the calls, without waiting; ``await commit()`` makes all of them take
    effect, or none.
    """

    __slots__ = ("_score",)
    _score: AsyncScore

    async def commit(self) -> Reply[CommitDetail]:  # type: ignore[override]  # the point of the class
        """Apply all operations or none; ``(0, {}, None)`` once durable. Clauses C-2, C-6."""
        score = self._score
        score._deliveries.claim()
        if score._room._is_watched():
            # The plain commit, on another thread, has faults and the record of calls.
            watched: Reply[CommitDetail] = await score._elsewhere(partial(Committer.commit, self))
            return watched
        refused, future = score._server.enqueue(self._enqueue)
        answer = refused if refused is not None else (await future)[0]
        score._wake()
        reply: Reply[CommitDetail] = _raised(answer)
        return reply

    def __enter__(self) -> Self:
        message = "this committer is awaited: async with score.aio.get_commit() as c"
        raise CloudTypeError(message)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, exception: object, value: object, traceback: object) -> None:
        if exception is not None:
            self._discard()
        elif not self._used():
            reply = await self.commit()
            if not reply.ok:
                reply.unwrap()


class AsyncScore(AwaitedCalls):
    """The calls of ``score``, awaitable, on the running event loop; callbacks are delivered there (D-1).

    Callbacks run on the loop, one after the other, without ``tick()``. A coroutine function as a callback is awaited
    too: the room's next callback runs when it is done (S-9).
    """

    def __init__(self, score: Score, room: Room) -> None:
        self._score = score
        self._room = room
        self._server = server(room.store)
        self._at_once = score._at_once()
        self._answered = 0
        self._deliveries = Deliveries(room)
        self._deliveries.wake()

    def __repr__(self) -> str:
        return f"<cloudvars.AsyncScore of {self._room!r}>"

    # --- delivery on the loop: the room calls these ---

    def _wake(self) -> bool:
        return self._deliveries.wake()

    def _wake_elsewhere(self) -> bool:
        return self._deliveries.wake_elsewhere()

    def _has_loop(self) -> bool:
        return self._deliveries.has_loop()

    def _close_on_loop(self) -> bool:
        return self._deliveries.close_on_loop()

    # --- calls ---

    async def _call(self, name: str, /, *args: object, **fields: object) -> Any:
        return await self._elsewhere(partial(getattr(self._score, name), *args, **fields))

    def _recall(self, name: str, args: tuple[object, ...], fields: dict[str, object]) -> Any:
        if self._at_once is None or not _are_short(args, fields):
            return None
        self._deliveries.claim()
        try:
            return getattr(self._at_once, name)(*args, **fields)
        except BlockingIOError:
            return None  # it did nothing, and counted nothing

    def _holds_up(self) -> bool:
        self._answered += 1
        if self._answered < AT_ONCE_IN_A_TURN:
            return False
        self._answered = 0
        return True

    async def _elsewhere(self, call: Callable[[], Any]) -> Any:
        """Call it on another thread, which sees the same time as this one. No callback runs there (S-8)."""
        self._deliveries.claim()
        store = self._room.store
        call = partial(helping, partial(store._at, store._moment(), call))
        answer = await run(store, call)
        self._wake()
        return answer

    def get_commit(self) -> AsyncCommitter:
        """Return a committer to queue operations on; ``await`` its ``commit()``.

        Nobody sees any of the operations before the awaited ``commit()`` has code 0. Clause C-1.
        """
        committer = AsyncCommitter(self._score)
        committer._score = self
        return committer

    async def commit_many(self, committers: Iterable[Committer]) -> list[Reply[CommitDetail]]:
        """Commit independent commits, made durable together; each is all or nothing and counts as one write.

        All are checked before any is sent, as in ``score.commit_many``. A cancelled wait leaves each of them whole.
        """
        self._deliveries.claim()
        if self._room._is_watched():
            watched: list[Reply[CommitDetail]] = await self._call("commit_many", list(committers))
            return watched
        answers: list[Any] = []

        def put(number: int) -> list[Any] | None:
            answers[:] = self._score._enqueue_many(number, committers)
            return None if None in answers else answers

        refused, future = self._server.enqueue(put)
        if refused is None:
            sent = iter(await future)
            answers = [next(sent) if answer is None else answer for answer in answers]
        self._wake()
        return _all(answers)

    async def bulk(
        self,
        verb: _Verb,
        rows: _Rows,
        *,
        chunk: int = 1000,
        atomic: bool = False,
        progress: Callable[[int, int | None], object] | bool | None = None,
    ) -> BulkReport:
        """Make one operation of each row, as ``score.bulk`` does; each chunk is stored without blocking the loop.

        The rows are read, and ``progress`` is called, on the loop. A wait that is cancelled ends it: the chunk that is
        being stored is stored all the same, and no other one. Clauses B-1 to B-4.
        """
        self._deliveries.claim()
        work = self._score._bulk(verb, rows, chunk=chunk, atomic=atomic, progress=progress)
        try:
            while work.read():
                await self._elsewhere(work.store)
                work.tell()
        except Exception as error:
            work.explain(error)
            raise
        return work.report()
