"""Mappings of fields that do something while a call reads them."""

from collections.abc import Mapping


class Fields(Mapping):
    """Fields of a call; `act` runs when one of them is read."""

    def __init__(self, fields, act):
        self.fields, self.act = fields, act

    def __getitem__(self, name):
        self.act()
        return self.fields[name]

    def __iter__(self):
        return iter(self.fields)

    def __len__(self):
        return len(self.fields)
