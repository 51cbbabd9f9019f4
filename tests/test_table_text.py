"""What a table shows as text and as HTML: bounded, escaped, and never an error."""

import html
import re
from html.parser import HTMLParser

import pytest
from stores import one_store

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>&amp;\''
VOID = {"br", "hr", "img", "input", "meta", "link", "col"}


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.seen, self.attributes = [], [], []

    def handle_starttag(self, tag, attributes):
        self.seen.append(tag)
        self.attributes += attributes
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def parsed(text):
    tags = Tags()
    tags.feed(text)
    tags.close()
    assert tags.open == []
    return tags


def safe(text):
    tags = parsed(text)
    assert not {"script", "img", "iframe", "object"} & set(tags.seen)
    assert not [name for name, _ in tags.attributes if name.startswith("on")]
    assert not [value for name, value in tags.attributes if name in ("src", "href") and value]
    return tags


def test_html_is_a_table_with_the_columns_and_the_first_rows(world, table_name):
    #
    text = world.store.tables[table_name]._repr_html_()
    tags = safe(text)
    assert "table" in tags.seen
    plain = html.unescape(re.sub(r"<[^>]*>", " ", text))
    for name in world.store.tables[table_name].columns:
        assert name in plain


def test_html_escapes_everything_that_is_stored(store, room):
    with room.score.get_commit() as c:
        c.set(user_id=1, key=HOSTILE, s_value=HOSTILE, value={HOSTILE: [HOSTILE]})
        c.name_new(key=HOSTILE, name=HOSTILE[::-1], value=HOSTILE)
    general = store.tables["general"]
    for table in (
        general,
        general.pivot("s_value"),
        store.tables["name"],
        general.fields({HOSTILE: str}),
        general.where(key=HOSTILE),
    ):
        safe(table._repr_html_())
    safe(store.sql("SELECT key, value FROM general")._repr_html_())
    if hasattr(store.player(1), "_repr_html_"):
        safe(store.player(1)._repr_html_())


def test_text_and_html_are_bounded(store, room):
    with room.score.get_commit() as c:
        for user in range(3000):
            c.set(user_id=user, key="k" * 180, s_value="s" * 3000, value=["v" * 3000])
    general = store.tables["general"]
    assert len(general._repr_html_()) < 64 * 1024
    assert len(repr(general)) < 16 * 1024
    assert len(general.pivot("i_value")._repr_html_()) < 64 * 1024
    shown = re.findall("<tr", general._repr_html_())
    assert 2 <= len(shown) <= 32


def test_a_pivot_of_a_thousand_keys_is_bounded(store, room):
    with room.score.get_commit() as c:
        for number in range(1000):
            c.money_add(user_id=1, key=f"key number {number}", value=number)
    wide = store.tables["money"].pivot("value")
    assert len(wide._repr_html_()) < 64 * 1024
    assert len(repr(wide)) < 16 * 1024


def test_text_shows_the_name_and_the_first_rows(world):
    text = repr(world.store.tables["money"].where(key="gold").sort("-value"))
    assert "money" in text
    assert str(2**63 - 1) in text.replace(",", "").replace("_", "")
    assert len(text.splitlines()) < 30
    text.encode("utf-8")


def test_neither_ever_raises(store, room, table_name):
    with room.score.get_commit() as c:
        c.set(user_id=1, key="\0\ud7ff\u2028", s_value="\0", value={"\0": "\x1b[31m"})
    for table in (store.tables[table_name], store.tables[table_name].limit(0)):
        safe(table._repr_html_())
        assert "\x1b" not in repr(table)
    table = store.tables[table_name]
    store.close()
    safe(table._repr_html_())
    assert table_name in repr(table)


@one_store
def test_text_of_a_closed_store_says_so(store):
    money = store.tables["money"]
    store.close()
    assert "closed" in money._repr_html_()
    assert "money" in repr(money)


def test_describe_says_something_of_each_column(world, table_name):
    table = world.store.tables[table_name]
    told = table.describe()
    text = str(told.rows() if hasattr(told, "rows") else told)
    for name in table.columns:
        assert name in text
    assert len(repr(told)) < 32 * 1024


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 12])
def test_text_has_at_most_ten_rows(store, room, count):
    if count:
        with room.score.get_commit() as c:
            for user in range(count):
                c.money_add(user_id=user, key="gold", value=1)
    text = repr(store.tables["money"])
    assert len(re.findall(r"\bgold\b", text)) == min(count, 10)
