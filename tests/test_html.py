"""What stores, rooms, Replies and nodes show in a notebook."""

import html
import re
from html.parser import HTMLParser

import cloudvars
import pytest
from stores import one_store

HOSTILE = '</style><script>alert("x")</script><img src=x onerror=alert(1)>'


class Tags(HTMLParser):
    """Which tags and attributes there are."""

    def __init__(self, text):
        super().__init__()
        self.seen, self.attributes = [], set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.seen.append(tag)
        self.attributes |= {name for name, _ in attributes}


def shown(thing):
    """The text that a person reads; it is checked that nothing else is there."""
    text = thing._repr_html_()
    tags = Tags(text)
    assert set(tags.seen) <= set(
        "div style table caption thead tbody tr th td span small br p strong code details summary pre".split()
    )
    assert tags.attributes <= {"class", "scope", "tabindex"}
    assert text.count("<style>") == text.count("</style>") == 1
    assert len(text) < 64 * 1024
    assert tags.seen.count("table") == tags.seen.count("caption")
    return html.unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", text))


def test_a_store_says_where_it_is(store):
    #
    text = shown(store)
    assert "default" in text
    assert "open" in text
    assert "with_limit" in text
    assert "farm" in shown(store.game("farm"))


@one_store
def test_a_closed_store_says_so(store):
    #
    room, nodes = store.room(), store.achievements
    store.close()
    assert "closed" in shown(store)
    assert "closed" in shown(room)
    assert "closed" in shown(nodes)
    assert "closed" in repr(store)


def test_a_store_that_only_reads_says_so(path):
    #
    cloudvars.open(path).close()
    with cloudvars.open(path, readonly=True) as store:
        assert "read-only" in shown(store)
        assert repr(store) == f"<cloudvars.Store '{path}', read-only>"
    assert repr(store) == f"<cloudvars.Store '{path}', closed>"


def test_a_url_shows_no_password(url):
    #
    with cloudvars.open(url) as store:
        assert "password" not in url or "password" not in shown(store)
        secret = re.match(r"mysql://[^:@/]*:([^@]*)@", url)
        assert secret is None or not secret[1] or f":{secret[1]}@" not in shown(store)


def test_a_room_shows_what_is_left_and_counts_nothing(room, score):
    #
    score.get(user_id=1, key="k")
    before = {**room.budget(), "resets_in": 0}
    text = shown(room)
    assert "299" in text
    assert "room-1" in text
    for thing in (room, room.store, room.store.achievements, room.store.tables, room.store.player(1)):
        shown(thing) if not hasattr(thing, "items") else thing._repr_html_()
    assert {**room.budget(), "resets_in": 0} == before


def test_a_reply_shows_its_rows(score):
    #
    with score.get_commit() as c:
        for user in range(30):
            c.set(user_id=user, key="hero", value={"class": "archer", "text": HOSTILE}, i_value=user)
    reply = score.get(user_id=list(range(30)), key="hero")
    text = shown(reply)
    assert "30 rows" in text
    assert "18 more" in text
    assert HOSTILE[:20] in text
    assert repr(reply).startswith("Reply(error_code=0, data=[")


def test_a_reply_of_a_failure_says_what_to_do(score):
    #
    c = score.get_commit()
    c.money_cost(user_id=7, key=HOSTILE, value=80)
    text = shown(c.commit())
    assert "10001" in text
    assert "NOT_ENOUGH_MONEY" in text
    assert "the cost is 80" in text
    assert cloudvars.codes.NOT_ENOUGH_MONEY.__doc__ in text


@pytest.mark.parametrize(
    "data", [None, {}, [], 7, "text", {"value": 3}, [1, 2], [{}], [{1: 2}], {"a": [HOSTILE] * 9999}]
)
def test_a_reply_of_anything_is_shown(data):
    #
    assert "Reply" in shown(cloudvars.Reply(0, data, None))
    assert "4711" in shown(cloudvars.Reply(4711, data, HOSTILE))


def test_nodes_are_shown(store):
    #
    assert "no nodes" in shown(store.achievements)
    for nth in range(20):
        store.achievements.define(f"node{nth:02}", total=nth + 1, title=HOSTILE, description="long" * 100)
    text = shown(store.achievements)
    assert "20 nodes" in text
    assert "node00" in text
    assert "8 more" in text


def test_values_with_markup_in_every_cell_stay_small(store, score):
    #
    with score.get_commit() as c:
        for user in range(40):
            for key in "abcdefghijklmnopq":
                c.set(user_id=user, key=key, s_value="<" * 5000, value={"<": "<" * 5000})
    assert len(store.tables["general"].pivot("s_value")._repr_html_()) < 128 * 1024
    assert len(store.tables["general"]._repr_html_()) < 64 * 1024
    assert len(store.player(1)._repr_html_()) < 64 * 1024


def test_a_text_that_turns_others_round_is_shown_without_that(store, score):
    #
    with score.get_commit() as c:
        c.set(user_id=1, key="k", s_value="a\u202eb" * 50, value={"\u202e": "\u200b\x00"})
    for thing in (store.tables["general"], store.player(1), score.get(user_id=1, key="k")):
        assert not {"\u202e", "\u200b", "\x00"} & set(thing._repr_html_())
