"""What the page deletes, in a real browser: each row after it was shown, and nothing by a mis-click."""

import json

import pytest
from playwright.sync_api import expect
from visits import ACCESSIBLE

KEYS = ["purse", "null", '"null"', "a b"]
"""Also those that mean something else in a filter."""


@pytest.fixture
def owner(players, request):
    """A user of this test's own, who has one row of each kind for each key."""
    user = 1000 + sum(map(ord, request.node.name))
    with players.room("owner", limits=False) as room:
        with room.score.get_commit() as c:
            for key in KEYS:
                c.money_add(user_id=user, key=key, value=7)
                c.set(user_id=user, key=key, i_value=8)
                c.withlimit_add(user_id=user, key=key, value=3, limit=5)
                c.world_data_set(user_id=user, key=key, world_id=2, value={"x": 9})
            c.name_new(key="nick", name=f"null{user}", value=str(user))
        room.score.message_send(
            src_user_id=1, key="mail", target_user_id=user, value={"title": "bye"}
        ).unwrap()
    return user


def left(players, user):
    found = players.player(user)
    parts = ("money", "general", "with_limit", "world_data")
    return {part: sorted(row["key"] for row in getattr(found, part)) for part in parts}


@pytest.mark.parametrize(
    ("card", "was"),
    [("money", "{key}: 7"), ("general", "8"), ("with_limit", "{key}: 3 / 5"), ("world_data", "9")],
)
def test_a_row_is_deleted_after_it_was_shown(visit, players, owner, card, was):
    # X-2, P-5
    seen = visit()
    tab = seen.tab
    seen.go(f"player/{owner}")
    whole = left(players, owner)
    for at, key in enumerate(KEYS):
        tab.locator(f".card.{card}").get_by_role("button", name=f"Delete: {key}", exact=True).click()
        expect(tab.locator(".compare .old")).to_contain_text(was.format(key=key))
        expect(tab.locator(".compare .new")).to_contain_text("(nothing)")
        if at == 0:
            assert tab.evaluate(ACCESSIBLE) == []
            tab.keyboard.press("Enter")  # the focus is on "Back"
            expect(tab.locator("dialog")).to_have_count(0)
            assert left(players, owner) == whole
            tab.locator(f".card.{card}").get_by_role("button", name=f"Delete: {key}", exact=True).click()
        tab.get_by_role("button", name="Save").click()
        expect(tab.locator("dialog")).to_have_count(0)
        rest = KEYS[at + 1 :]
        assert left(players, owner) == whole | {card: sorted(rest)}
        assert len(players.tables[card].where(user_id=owner)) == len(rest)


def test_a_name_is_released_and_a_message_deleted(visit, players, owner):
    # X-2, P-4, P-5
    seen = visit()
    tab = seen.tab
    seen.go(f"player/{owner}")
    name = f"null{owner}"
    tab.get_by_role("button", name=f"Release: {name}").click()
    expect(tab.locator(".compare .old")).to_contain_text(f"nick: {name} → {owner}")
    tab.keyboard.press("Escape")
    assert len(players.tables["name"].where(name=name)) == 1
    tab.get_by_role("button", name=f"Release: {name}").click()
    tab.get_by_role("button", name="Save").click()
    expect(tab.locator(".who")).not_to_contain_text(name)
    assert len(players.tables["name"].where(name=name)) == 0
    tab.locator(".card.message").get_by_role("button", name="Delete: mail").click()
    expect(tab.locator(".compare .old")).to_contain_text("bye")
    tab.get_by_role("button", name="Save").click()
    expect(tab.locator(".card.message")).not_to_contain_text("bye")
    assert players.player(owner).messages == []


def test_what_is_gone_meanwhile_is_said(visit, players, owner):
    #
    seen = visit()
    tab = seen.tab
    seen.go(f"player/{owner}")
    button = tab.locator(".card.money").get_by_role("button", name="Delete: purse")
    expect(button).to_be_visible()
    tab.route("**/api/tables/money?*", lambda route: route.fulfill(body=json.dumps({"rows": []})))
    button.click()
    expect(tab.locator(".note.bad")).to_contain_text("not there any more")
    assert left(players, owner)["money"] == sorted(KEYS)


def test_empty_cells_are_found_from_the_keyboard(visit, players, owner):
    #
    seen = visit()
    tab = seen.tab
    seen.go("tables/general")
    tab.keyboard.press("/")
    for column, text in (("user_id", str(owner)), ("value", "null"), ("key", '"null"')):
        tab.locator(f"#filter-{column}").focus()
        tab.keyboard.type(text)
        tab.keyboard.press("Enter")
        expect(tab.locator(f"#filter-{column}")).to_be_focused()
        expect(tab.locator(".chips")).to_contain_text(f"{column} = {text}")
    expect(tab.locator("tbody tr")).to_have_count(1)
    expect(tab.locator("tbody tr")).to_contain_text("null")
    seen.go("tables/achievement?where.node_id=cow_herder")
    tab.locator("#filter-completed_at").focus()
    tab.keyboard.type("null")
    tab.keyboard.press("Enter")
    expect(tab.locator(".chips")).to_contain_text("completed_at = null")
    open_ = players.tables["achievement"].where(node_id="cow_herder", completed_at=None)
    expect(tab.locator(".toolbar")).to_contain_text(f"{len(open_)} rows")
    assert len(open_) > 0
