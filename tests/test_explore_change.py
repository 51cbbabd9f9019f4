"""Changes in the page, in a real browser: made in it, and seen in it."""

import re

from playwright.sync_api import expect
from visits import ACCESSIBLE, BIG


def test_nothing_is_stored_before_it_was_reviewed(visit, players):
    #
    user = 55555555 + 7
    score = players.room("reader", limits=False).score
    gold = score.money_get(user_id=user, key="gold").data[0]["value"]
    seen = visit()
    tab = seen.tab
    seen.go(f"player/{user}")
    tab.get_by_role("button", name="Grant: gold").click()
    tab.get_by_label("Amount").fill("25")
    tab.keyboard.press("Enter")
    expect(tab.locator(".compare .old")).to_contain_text(f"gold: {gold}")
    expect(tab.locator(".compare .new")).to_contain_text(f"gold: {gold + 25}")
    assert tab.evaluate(ACCESSIBLE) == []
    seen.picture("page-review")
    tab.keyboard.press("Enter")  # the focus is on "Back": nothing is stored
    expect(tab.get_by_label("Amount")).to_have_value("25")
    tab.keyboard.press("Escape")
    expect(tab.locator("dialog")).to_have_count(0)
    assert score.money_get(user_id=user, key="gold").data[0]["value"] == gold
    tab.get_by_role("button", name="Grant: gold").click()
    tab.get_by_label("Amount").fill("25")
    tab.get_by_role("button", name="Review").click()
    tab.get_by_role("button", name="Save").click()
    expect(tab.locator(".note")).to_have_text("Saved")
    expect(tab.locator(".card.money")).to_contain_text(f"{gold + 25:,}")
    assert score.money_get(user_id=user, key="gold").data[0]["value"] == gold + 25


def test_the_reply_of_the_rules_is_shown(visit):
    #
    seen = visit()
    tab = seen.tab
    seen.go("player/55555555")
    tab.get_by_role("button", name="Spend: gold").click()
    tab.get_by_label("Amount").fill("999999999")
    tab.get_by_role("button", name="Review").click()
    tab.get_by_role("button", name="Save").click()
    expect(tab.locator("dialog .problem")).to_contain_text("10001")
    tab.get_by_role("button", name="Back").click()
    tab.get_by_label("Amount").fill("many")
    tab.get_by_role("button", name="Review").click()
    expect(tab.locator("dialog .problem")).to_contain_text("whole number")


def test_a_value_is_edited_as_json(visit, players):
    #
    user = 55555555 + 14
    seen = visit()
    tab = seen.tab
    seen.go(f"player/{user}")
    tab.get_by_role("button", name="Edit: hero").click()
    editor = tab.locator("dialog textarea")
    text = editor.input_value()
    assert '"speed": 1.0' in text
    editor.fill(text.replace('"archer"', '"knight"').replace('"level": 26', f'"level": {BIG}'))
    tab.get_by_role("button", name="Review").click()
    expect(tab.locator(".compare .old")).to_contain_text("archer")
    tab.get_by_role("button", name="Save").click()
    expect(tab.locator(".card.general")).to_contain_text("knight")
    (row,) = players.room("reader").score.get(user_id=user, key="hero").data
    assert row["value"]["stats"] == {"level": BIG, "speed": 1.0} and isinstance(
        row["value"]["stats"]["speed"], float
    )
    assert row["i_value"] == 2
    tab.get_by_role("button", name="Delete: points").click()
    expect(tab.locator(".compare .old")).to_contain_text(str(BIG + 2))
    tab.get_by_role("button", name="Save").click()
    expect(tab.locator(".card.general")).not_to_contain_text("points")


def test_mail_progress_and_counters(visit, players):
    #
    user = 55555555 + 21
    seen = visit()
    tab = seen.tab
    seen.go(f"player/{user}")
    tab.get_by_role("button", name="Set progress: night_watch").click()
    tab.get_by_role("button", name="Review").click()
    tab.get_by_role("button", name="Save").click()
    expect(tab.locator(".card.achievement")).to_contain_text("30 / 30")
    tab.get_by_role("button", name="Reset: daily_chest").click()
    expect(tab.locator(".compare .new")).to_contain_text("daily_chest: 0")
    tab.get_by_role("button", name="Save").click()
    expect(tab.locator(".card.with_limit")).to_contain_text("0 / 5")
    tab.get_by_role("button", name="Send mail").click()
    tab.locator("dialog textarea").fill('{"title": "from the page"}')
    tab.get_by_role("button", name="Review").click()
    tab.get_by_role("button", name="Save").click()
    expect(tab.locator(".card.message")).to_contain_text("from the page")


def test_a_page_that_reads_only_offers_no_change(visit):
    #
    seen = visit(write=False)
    seen.go("player/55555555")
    expect(seen.tab.locator(".card.money")).to_be_visible()
    expect(
        seen.tab.get_by_role("button", name=re.compile("Grant|Edit|Spend|Delete|Release|Send|Reset|Set"))
    ).to_have_count(0)


def test_changes_appear_by_themselves(visit, players):
    #
    seen = visit()
    tab = seen.tab
    seen.go("messages")
    expect(tab.locator(".live")).to_have_class(re.compile(r"\bon\b"))
    with players.room("other") as room:
        room.score.message_send(
            src_user_id=1, key="news", target_user_id=55555555, value={"title": "fresh"}
        ).unwrap()
        expect(tab.locator(".mail li").first).to_contain_text("fresh")
        seen.go("player/55555555")
        with room.score.get_commit() as c:
            c.money_add(user_id=55555555, key="silver", value=1)
        expect(tab.locator(".card.money")).to_contain_text("silver")
        with room.score.get_commit() as c:
            c.money_add(user_id=55555555, key="silver", value=4321)
        expect(tab.locator(".card.money")).to_contain_text("4,322")
    players.operator.delete("money", user_id=55555555, key="silver").unwrap()
