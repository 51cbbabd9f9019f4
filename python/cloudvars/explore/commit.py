"""``POST /api/commit``: operations, as one commit through the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cloudvars
from cloudvars.errors import CloudValueError

from .game import seen_by
from .jsonable import cell, read_value
from .params import check

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from cloudvars import Reply, Store

__all__ = ["VERBS", "commit"]

VERBS = frozenset(name for name in dir(cloudvars.Committer) if not name.startswith("_") and name != "commit")
"""What a committer has: any number of them are one commit."""
_ALONE = {"message_send", "message_modify_read", "message_delete"}
"""Calls of a score, each a commit of its own."""
_OPERATOR = {"set_balance", "set_progress", "reset_limit", "release_name", "delete"}
"""Calls of ``store.operator``, each a commit of its own."""


def commit(store: Store, operations: Any, params: QueryParams) -> dict[str, Any]:
    """Carry the operations out, and return the Reply.

    An operation is ``{"verb": "money_add", "user_id": 7, ...}``. The verb is one of a committer; or, alone in the list,
    a ``message_...`` call or one of ``store.operator``. ``results`` has what each verb returned, such as the uuid of
    ``list_add``.
    """
    check(params, {"game"})
    if not isinstance(operations, list) or not all(isinstance(one, dict) for one in operations):
        raise CloudValueError(
            'the body is a list of operations, such as [{"verb": "money_add", "user_id": 7, …}]'
        )
    calls = [_call(one) for one in operations]
    alone = [verb for verb, _ in calls if verb in _ALONE | _OPERATOR]
    if alone and len(calls) > 1:
        raise CloudValueError(f"{alone[0]} is a commit of its own: it must be alone in the list")
    seen = seen_by(store, params)
    if alone and alone[0] in _OPERATOR:
        return _answer(_operate(seen, *calls[0]), [])
    with seen.room("explore", limits=False) as room:
        if alone:
            return _answer(getattr(room.score, alone[0])(calls[0][1]), [])
        committer = room.score.get_commit()
        results = [getattr(committer, verb)(fields) for verb, fields in calls]
        return _answer(committer.commit(), results)


def _call(operation: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    fields = {name: read_value(value) for name, value in operation.items() if name != "verb"}
    verb = operation.get("verb")
    if verb not in VERBS | _ALONE | _OPERATOR:
        accepted = ", ".join(sorted(VERBS | _ALONE | _OPERATOR))
        raise CloudValueError(f"verb: {verb!r}; accepted are {accepted}")
    return str(verb), fields


def _operate(store: Store, verb: str, fields: dict[str, Any]) -> Reply[Any]:
    try:
        reply: Reply[Any] = getattr(store.operator, verb)(**fields)
    except TypeError as error:  # a field is missing or unknown
        raise CloudValueError(f"{verb}: {error}") from error
    return reply


def _answer(reply: Reply[Any], results: list[Any]) -> dict[str, Any]:
    return {
        "error_code": int(reply.error_code),
        "data": cell(reply.data),
        "err_msg": reply.err_msg,
        "results": results,
    }
