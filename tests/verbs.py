"""Every call of a score and of its committer, with fields that it accepts: the one table of them for the tests.

`test_verbs.py` fails where a call of the package, or a field of one, is missing here.
"""

from typing import Any, NamedTuple

from cloudvars import types

PLACE = {"user_id": 1, "key": "k"}
WORLD = {**PLACE, "world_id": 7}
REFRESH = ("refresh_hour", "refresh_day", "refresh_week", "refresh_month", "refresh_year", "week_start")


class Call(NamedTuple):
    """What a call takes, and what a read answers."""

    required: dict
    """Fields without which it is refused by their names."""
    chosen: dict = {}
    """Fields that it needs too, but others can be given in their place, or their absence has a meaning."""
    optional: tuple = ()
    """The names of the other fields that it accepts."""
    empty: Any = None
    """What a read of an empty store answers."""
    answer: Any = None
    """The type of what a read answers."""

    @property
    def fields(self):
        """Fields that are accepted."""
        return {**self.required, **self.chosen}

    @property
    def names(self):
        """The names of all fields that it accepts."""
        return (*self.fields, *self.optional)


def rows(required, row, optional=()):
    """A read that answers a list of rows."""
    return Call(required, optional=optional, empty=[], answer=list[row])


READS = {
    "get": rows(PLACE, types.GeneralRow),
    "money_get": rows(PLACE, types.MoneyRow),
    "list_query": rows(PLACE, types.ListRow, ("timetype", "limit")),
    "list_query_by_uuid": rows({"uuid": 1}, types.ListRow),
    "message_query": rows({"key": "k"}, types.MessageRow, ("src_user_id", "target_user_id", "read")),
    "name_search": rows({"key": "k", "name_prefix": "1"}, types.NameRow),
    "world_data_get": rows(WORLD, types.WorldDataRow),
    "world_list_query": rows(WORLD, types.WorldListRow),
    "world_list_query_by_uuid": rows({"uuid": 1}, types.WorldListRow),
    "withlimit_query": Call(PLACE, empty={}, answer=types.LimitRow),
    "is_old_player": Call({"user_id": 1}, empty=False, answer=bool),
}
# Each is stored at once, without a committer.
WRITES = {
    "message_send": Call(
        {"src_user_id": 1, "key": "k", "target_user_id": 2, "value": {"text": "hi"}},
        optional=("read", "deleted"),
    ),
    "message_modify_read": Call({"objectId": 5, "new_read_value": 1}),
    "message_delete": Call({"objectId": 5}),
}
# Each is queued in a committer.
OPERATIONS = {
    "set": Call(PLACE, {"i_value": 1}, ("s_value", "value")),
    "add": Call({**PLACE, "i_value": 1}, optional=("value",)),
    "addi": Call({**PLACE, "i_value": 1}, optional=("value",)),
    "money_add": Call({**PLACE, "value": 1}),
    "money_cost": Call({**PLACE, "value": 1}),
    "list_add": Call({**PLACE, "value": [1]}),
    "list_modify": Call({"uuid": 5, "value": [1]}),
    "list_delete": Call({"uuid": 5}),
    "name_new": Call({"key": "k", "name": "n", "value": "v"}),
    "world_data_set": Call(WORLD, {"value": [1]}),
    "world_list_add": Call({**WORLD, "value": [1]}),
    "world_list_modify": Call({"uuid": 5, "value": [1]}),
    "world_list_delete": Call({"uuid": 5}),
    "withlimit_add": Call({**PLACE, "value": 1, "limit": 3}, optional=REFRESH),
}
VERBS = {**READS, **WRITES, **OPERATIONS}
# Their arguments are no fields, and their answer is no `Reply`.
LIVE = {
    "subscribe_channel": (1, "k", print),
    "unsubscribe_channel": (1, "k"),
    "subscribe_message": ("live", print),
    "unsubscribe_message": ("live",),
    "publish_message": ("live", {}),
}
# What no call accepts in a field of this name, and what the error shows of it.
MALFORMED = {
    "user_id": {"abc": "abc", True: "True", 1.5: "1.5", None: "None", 2**63: str(2**63)},
    "src_user_id": {"xyz": "xyz", 1.5: "1.5"},
    "target_user_id": {"xyz": "xyz", 2**63: str(2**63)},
    "key": {57: "57", None: "None"},
    "world_id": {"abc": "abc", 1.5: "1.5"},
    "uuid": {"abc": "abc", -3: "-3"},
    "objectId": {"xyz": "xyz", 1.5: "1.5"},
    "read": {37: "37"},
    "deleted": {37: "37"},
    "new_read_value": {37: "37"},
    "name": {57: "57"},
    "name_prefix": {57: "57"},
    "limit": {"many": "many"},
    "i_value": {"many": "many"},
    "timetype": {37: "37"},
}


def call_verb(score, name, fields=None):
    """Makes this call: a read or a write answers its `Reply`, an operation is queued in a new committer."""
    owner = score.get_commit() if name in OPERATIONS else score
    return getattr(owner, name)(VERBS[name].fields if fields is None else fields)
