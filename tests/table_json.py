"""Cloud values as JSON text, where int keys are written `"#5"`."""

import json

from table_model import COLUMNS


def escaped(value):
    """As the file writes it: int keys are "#5", and another # goes before one that is there."""
    if isinstance(value, list):
        return [escaped(one) for one in value]
    if isinstance(value, dict):
        return {
            f"#{key}" if isinstance(key, int) or key.startswith("#") else key: escaped(one)
            for key, one in value.items()
        }
    return value


def as_text(name, rows):
    """Rows as Arrow, CSV and the views have them, decoded as plain JSON. The storage writes plain JSON."""
    columns = [column for column, kind in COLUMNS[name].items() if kind == "json"]
    write = (lambda value: value) if name == "storage" else escaped
    return [row | {one: row[one] if row[one] is None else write(row[one]) for one in columns} for row in rows]


def from_text(name, rows):
    columns = [column for column, kind in COLUMNS[name].items() if kind == "json"]
    return [
        row | {one: row[one] if row[one] is None else json.loads(row[one]) for one in columns} for row in rows
    ]
