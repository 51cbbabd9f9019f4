"""The promises as plain functions and dicts: what a correct store answers."""

import copy
import math
from datetime import datetime, timedelta, timezone

INT64_MAX = 2**63 - 1
INT64_MIN = -(2**63)
SHANGHAI = timezone(timedelta(hours=8))
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
REFRESHES = ["refresh_hour", "refresh_day", "refresh_week", "refresh_month", "refresh_year"]


def same(left, right):
    """Equal in value, in type and in the order of keys; 1, 1.0 and True differ, and so do 0.0 and -0.0."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return len(left) == len(right) and all(
            same(k1, k2) and same(v1, v2)
            for (k1, v1), (k2, v2) in zip(left.items(), right.items(), strict=True)
        )
    if isinstance(left, list):
        return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, float):
        return left == right and math.copysign(1, left) == math.copysign(1, right)
    return left == right


def packed_length(value):
    """The MessagePack length with strings as bin."""
    if value is None or isinstance(value, bool):
        return 1
    if isinstance(value, int):
        if -32 <= value <= 127:
            return 1
        if -(2**7) <= value < 2**8:
            return 2
        if -(2**15) <= value < 2**16:
            return 3
        return 5 if -(2**31) <= value < 2**32 else 9
    if isinstance(value, float):
        return 9
    if isinstance(value, str):
        size = len(value.encode())
        return size + (2 if size < 2**8 else 3 if size < 2**16 else 5)
    header = 1 if len(value) < 16 else 3 if len(value) < 2**16 else 5
    if isinstance(value, dict):
        return header + sum(packed_length(k) + packed_length(v) for k, v in value.items())
    return header + sum(packed_length(item) for item in value)


def rounded(number):
    """Half up, as the engine rounds."""
    return number if isinstance(number, int) else math.floor(number + 0.5)


def expiry(anchor, zone, refresh, n, week_start="monday"):
    """When a counter that was last added to at `anchor` starts again from 0."""
    local = anchor.astimezone(zone)
    if refresh == "refresh_hour":
        return local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=n)
    day = datetime(local.year, local.month, local.day, tzinfo=zone)
    if refresh == "refresh_day":
        return day + timedelta(days=n)
    if refresh == "refresh_week":
        return day - timedelta(days=(day.weekday() - WEEKDAYS.index(week_start)) % 7) + timedelta(days=7 * n)
    if refresh == "refresh_month":
        months = day.year * 12 + day.month - 1 + n
        return datetime(months // 12, months % 12 + 1, 1, tzinfo=zone)
    return datetime(day.year + n, 1, 1, tzinfo=zone)


class Refused(Exception):
    """An operation that fails its commit."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Model:
    """What one game of a correct store holds. `apply` is a commit, the last methods are queries."""

    def __init__(self):
        self.general, self.money, self.names, self.limits, self.world = {}, {}, {}, {}, {}
        self.lists, self.world_lists = {}, {}
        self.changes = 0

    def apply(self, ops, now):
        """All operations or none: None, or (code, index) of the one that failed."""
        draft = copy.deepcopy(self)
        for index, (name, fields) in enumerate(ops):
            try:
                getattr(draft, name)(now=now, **fields)
            except Refused as refused:
                return refused.code, index
        self.__dict__ = draft.__dict__
        return None

    @staticmethod
    def _sum(old, amount):
        if not INT64_MIN <= old + amount <= INT64_MAX:
            raise Refused(1690)
        return old + amount

    def set(self, now, user_id, key, **fields):
        self.general.setdefault((user_id, key), {}).update(fields)

    def addi(self, now, user_id, key, value):
        row = self.general.get((user_id, key), {})
        self.set(now, user_id, key, i_value=self._sum(row.get("i_value", 0), value))

    def money_add(self, now, user_id, key, value):
        self.money[user_id, key] = self._sum(self.money.get((user_id, key), 0), value)

    def money_cost(self, now, user_id, key, value):
        if self.money.get((user_id, key), 0) < value:
            raise Refused(10001)
        self.money[user_id, key] -= value

    def name_new(self, now, key, name, value):
        if (key, name) in self.names:
            raise Refused(1062)
        self.names[key, name] = value

    def world_data_set(self, now, user_id, key, world_id, value):
        self.world[user_id, key, world_id] = value

    def _list_put(self, lists, uuid, **fields):
        self.changes += 1
        lists[uuid] = {**fields, "change": self.changes}

    def list_add(self, now, uuid, user_id, key, value, world_id=None):
        lists = self.lists if world_id is None else self.world_lists
        self._list_put(lists, uuid, place=(user_id, key, world_id), value=value, created=now)

    world_list_add = list_add

    def list_modify(self, now, uuid, value):
        if uuid in self.lists:
            self._list_put(self.lists, uuid, **{**self.lists[uuid], "value": value})

    def world_list_modify(self, now, uuid, value):
        if uuid in self.world_lists:
            self._list_put(self.world_lists, uuid, **{**self.world_lists[uuid], "value": value})

    def list_delete(self, now, uuid):
        self.lists.pop(uuid, None)

    def world_list_delete(self, now, uuid):
        self.world_lists.pop(uuid, None)

    def withlimit_add(self, now, user_id, key, value, limit, **refresh):
        if "refresh_week" in refresh:
            refresh.setdefault("week_start", "monday")
        row = self.limits.get((user_id, key))
        old = 0 if row is None or row["refresh"] != refresh or row["ends"] <= now else row["value"]
        if not 0 <= old + value <= limit:
            raise Refused(10002)
        self.limits[user_id, key] = {
            "value": old + value,
            "limit": limit,
            "refresh": refresh,
            "ends": self._ends(now, dict(refresh)),
        }

    def set_balance(self, now, user_id, key, value):
        balance = self.money.get((user_id, key), 0)
        # What is added is checked as any amount is.
        self.money[user_id, key] = self._sum(balance, self._sum(value, -balance))

    def reset_limit(self, now, user_id, key):
        if (user_id, key) in self.limits:
            self.limits[user_id, key]["value"] = 0

    def release_name(self, now, key, name):
        self.names.pop((key, name), None)

    def delete(self, now, table, **key):
        """One row of a table, if it is there."""
        if table in ("list", "world_list"):
            lists = self.lists if table == "list" else self.world_lists
            lists.pop(key["uuid"], None)
            return
        rows = {"general": self.general, "money": self.money, "with_limit": self.limits, "name": self.names}
        names = ("key", "name") if table == "name" else ("user_id", "key", "world_id")
        rows.get(table, self.world).pop(tuple(key[name] for name in names if name in key), None)

    @staticmethod
    def _ends(now, refresh):
        week_start = refresh.pop("week_start", "monday")
        if not refresh:
            return datetime.max.replace(tzinfo=SHANGHAI)
        [(unit, n)] = refresh.items()
        return expiry(now, SHANGHAI, unit, n, week_start)

    def get(self, user_id, key):
        row = self.general.get((user_id, key))
        return [] if row is None else [{"user_id": user_id, "key": key, **row}]

    def money_get(self, user_id, key):
        if (user_id, key) not in self.money:
            return []
        return [{"user_id": user_id, "key": key, "value": self.money[user_id, key]}]

    def name_search(self, key, prefix):
        found = [name for k, name in self.names if k == key and name.startswith(prefix)]
        return [
            {"key": key, "name": name, "value": self.names[key, name]}
            for name in sorted(found, key=lambda name: (len(name), name))
        ]

    def list_query(self, user_id, key, world_id=None):
        """Pairs (uuid, value), newest change first."""
        lists = self.lists if world_id is None else self.world_lists
        items = [
            (row["change"], uuid) for uuid, row in lists.items() if row["place"] == (user_id, key, world_id)
        ]
        return [(uuid, lists[uuid]["value"]) for _, uuid in sorted(items, reverse=True)]

    def withlimit_query(self, user_id, key, now):
        row = self.limits.get((user_id, key))
        if row is None:
            return {}
        value = 0 if row["ends"] <= now else row["value"]
        return {"user_id": user_id, "key": key, "value": value, "limit": row["limit"], **row["refresh"]}
