"""What a correct Table answers: a plain model over a list of dicts, one step after another, as polars would.

Rows are in the table's own order (game, user, world, key, id). A row holds Python values: aware datetimes, decoded JSON.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from model import same

STAMPED = {"version": "int64", "created": "timestamp", "updated": "timestamp"}


def typed(text):
    """ "name:type name:type" as a dict; a name without a type is a string."""
    pairs = (word.partition(":") for word in text.split())
    return {name: kind or "string" for name, _, kind in pairs}


USER = "game user_id:int64 "
# As api.md lists them; the world's number stands where the row key has it, before the value.
COLUMNS = {
    "general": typed(USER + "key i_value:int64 s_value value:json") | STAMPED,
    "money": typed(USER + "key value:int64") | STAMPED,
    "list": typed(USER + "key uuid:int64 value:json") | STAMPED,
    "world_data": typed(USER + "key world_id:int64 value:json") | STAMPED,
    "world_list": typed(USER + "key world_id:int64 uuid:int64 value:json") | STAMPED,
    "with_limit": typed(USER + "key value:int64 limit:int64 refresh expires:timestamp") | STAMPED,
    "name": typed("game key name value") | STAMPED,
    "message": typed(
        "game object_id:int64 key src_user_id:int64 target_user_id:int64 read:bool deleted:bool value:json"
    )
    | STAMPED,
    "achievement": typed(
        "game player_id:int64 node_id progress:int64 total:int64 extra completed_at:timestamp"
    )
    | STAMPED,
    "node": typed("game node_id total:int64 title description rank:int64 custom:bool") | STAMPED,
    "storage": typed(USER + "key value:json") | STAMPED,
    "order": typed("game order_id:int64 user_id:int64 cmd product_count:int64 shipped:bool") | STAMPED,
}
# The kinds that have a user: `player` counts the rows of each of them.
COUNTED = {
    name: next(user for user in ("user_id", "target_user_id", "player_id") if user in columns)
    for name, columns in COLUMNS.items()
    if name not in ("name", "node")
}
COLUMNS = {
    "player": typed(USER + "first_change:timestamp last_change:timestamp") | dict.fromkeys(COUNTED, "int64"),
    **COLUMNS,
}
NAMES = list(COLUMNS)

# What makes a row the only one of its kind, in the order of the rows.
IDENTITY = {
    "player": ["game", "user_id"],
    "general": ["game", "user_id", "key"],
    "money": ["game", "user_id", "key"],
    "list": ["game", "user_id", "key", "uuid"],
    "world_data": ["game", "user_id", "world_id", "key"],
    "world_list": ["game", "user_id", "world_id", "key", "uuid"],
    "with_limit": ["game", "user_id", "key"],
    "name": ["game", "key", "name"],
    "message": ["game", "target_user_id", "key", "object_id"],
    "achievement": ["game", "player_id", "node_id"],
    "node": ["game", "node_id"],
    "storage": ["game", "user_id", "key"],
    "order": ["game", "user_id", "order_id"],
}


def moment(when):
    return datetime.fromisoformat(when) if isinstance(when, str) else when


def fits(value, kind):
    """The value as a column of this type holds it; None if it does not fit."""
    if kind is float and type(value) is int:
        return float(value)
    return value if type(value) is kind else None


def dig(value, path):
    for step in path.split("."):
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return value


@dataclass(frozen=True)
class TableModel:
    """A table as plain rows. Every step answers a new one."""

    all: list = field(repr=False)
    game: str | None = "default"

    @property
    def rows(self):
        return [row for row in self.all if self.game in (None, row.get("game"))]

    def _of(self, rows):
        return TableModel(rows, None)

    def where(self, since=None, until=None, **equal):
        narrowed = self
        if "game" in equal and not isinstance(equal["game"], list):
            narrowed = replace(self, game=equal.pop("game"))
        elif "game" in equal:
            narrowed = replace(self, game=None)
        wanted = {name: one if isinstance(one, list) else [one] for name, one in equal.items()}
        return self._of(
            [
                row
                for row in narrowed.rows
                if all(row[name] in values for name, values in wanted.items())
                and (since is None or row["updated"] >= moment(since))
                and (until is None or row["updated"] < moment(until))
            ]
        )

    def sort(self, *columns):
        rows = list(self.rows)
        for column in reversed(columns):
            name = column.removeprefix("-")
            there = [row for row in rows if row[name] is not None]
            there.sort(key=lambda row: row[name], reverse=column.startswith("-"))
            rows = there + [row for row in rows if row[name] is None]
        return self._of(rows)

    def limit(self, n, offset=0):
        return self._of(self.rows[offset : offset + n])

    def fields(self, types):
        return self._of(
            [
                {**row, **{path: fits(dig(row["value"], path), kind) for path, kind in types.items()}}
                for row in self.rows
            ]
        )

    def pivot(self, column, user="user_id"):
        keys = sorted({row["key"] for row in self.rows})
        wide = {}
        for row in self.rows:
            one = wide.setdefault((row["game"], row[user]), {user: row[user], **dict.fromkeys(keys)})
            one[row["key"]] = row[column]
        return self._of(list(wide.values()))

    def count(self):
        return len(self.rows)


def agree(found, expected):
    """The same rows in the same order, exactly: 1 is not 1.0, and the columns are in the same order too."""
    for at, (row, wanted) in enumerate(zip(found, expected, strict=False)):
        assert same(row, wanted), f"row {at}: {row} is not {wanted}"
    assert len(found) == len(expected)
