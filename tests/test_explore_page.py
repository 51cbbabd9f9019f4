"""The views of the page in a real browser, in both languages, on a file and on a server."""

import re
from pathlib import Path

import pytest
from browser.chromium import Profile
from playwright.sync_api import expect
from visits import ACCESSIBLE, BIG, VIEWS


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_every_view_is_accessible(visit, locale, scheme, width):
    #
    seen = visit(locale=locale, color_scheme=scheme, viewport={"width": width, "height": 800})
    for view in VIEWS:
        seen.go(view)
        if view == "sql":
            seen.tab.locator("button.main").click()
            expect(seen.tab.locator("table.grid")).to_be_visible()
        assert seen.tab.evaluate(ACCESSIBLE) == [], view
        assert seen.tab.evaluate("document.documentElement.scrollWidth") <= width, view
        words = seen.tab.locator("#top nav").inner_text()
        assert ("玩家" in words) == (locale == "zh-CN")
        language = "zh" if locale == "zh-CN" else "en"
        if view != "player":
            seen.picture(f"page-{view.split('/')[0]}-{language}-{scheme}-{width}")


def test_a_player_is_found_by_name(visit):
    #
    seen = visit()
    tab = seen.tab
    seen.go("overview")
    tab.keyboard.press("/")
    expect(tab.get_by_role("searchbox")).to_be_focused()
    tab.keyboard.type("小明")
    expect(tab.locator(".found a").first).to_be_visible()
    tab.keyboard.press("Enter")
    expect(tab.locator(".who h2")).to_have_text(re.compile("^小明"))
    expect(tab.locator(".card.money")).to_contain_text("gold")
    expect(tab.locator(".card.general")).to_contain_text(str(BIG + 2))
    expect(tab.locator(".card.general")).to_contain_text("1.0")


def test_the_language_is_switched_and_kept(visit):
    #
    seen = visit(lang="zh")
    expect(seen.tab.locator("html")).to_have_attribute("lang", "zh-CN")
    seen.tab.get_by_role("button", name="English").click()
    expect(seen.tab.locator("html")).to_have_attribute("lang", "en")
    expect(seen.tab.get_by_role("link", name="Economy")).to_be_visible()
    seen.tab.reload()
    expect(seen.tab.get_by_role("link", name="Economy")).to_be_visible()


def test_the_theme_is_switched_and_kept(visit):
    #
    seen = visit(color_scheme="light")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    before = seen.tab.evaluate(ground)
    seen.tab.get_by_role("button", name="Dark or light").click()
    dark = seen.tab.evaluate(ground)
    seen.tab.reload()
    expect(seen.tab.locator("#top nav")).to_be_visible()
    assert dark != before and seen.tab.evaluate(ground) == dark


def test_a_table_is_filtered_from_the_keyboard(visit):
    #
    seen = visit()
    tab = seen.tab
    seen.go("tables/money")
    expect(tab.locator(".toolbar")).to_contain_text("67 rows")
    tab.locator("#filter-key").focus()
    tab.keyboard.type("gems")
    tab.keyboard.press("Enter")
    expect(tab.locator(".toolbar")).to_contain_text("27 rows")
    expect(tab.locator("#filter-key")).to_be_focused()
    tab.get_by_role("link", name="value").click()
    tab.get_by_role("link", name="value").click()
    expect(tab.locator("tbody tr").first).to_contain_text("39")
    expect(tab.locator("th[aria-sort]")).to_have_attribute("aria-sort", "descending")
    tab.locator("#filter-key").focus()
    tab.keyboard.press("Escape")
    expect(tab.locator(".toolbar")).to_contain_text("67 rows")
    with tab.expect_download() as download:
        tab.get_by_role("link", name="Download as csv").click()
    assert len(Path(download.value.path()).read_text().splitlines()) == 68


def test_pages_and_fields_of_a_table(visit):
    #
    seen = visit()
    tab = seen.tab
    seen.go("tables/general?limit=50")
    expect(tab.locator("tbody tr")).to_have_count(50)
    tab.get_by_role("link", name="Next page").click()
    expect(tab.locator("tbody tr")).to_have_count(30)
    seen.go("tables/general?where.key=hero")
    tab.get_by_text("JSON fields").click()
    tab.get_by_role("link", name="stats.level int").click()
    expect(tab.locator("thead")).to_contain_text("stats.level")
    tab.locator("thead").get_by_role("link", name="stats.level").click()
    expect(tab.locator("th[aria-sort]")).to_contain_text("stats.level")
    expect(tab.locator(".chips")).to_contain_text("stats.level")


def test_a_statement_is_run_charted_and_linked(visit):
    #
    seen = visit()
    tab = seen.tab
    seen.go("sql")
    tab.locator("#sql").fill("SELECT key, count(*) AS holders FROM money GROUP BY key ORDER BY key")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator(".bars")).to_contain_text("gems")
    expect(tab.locator("table.grid tbody tr")).to_have_count(2)
    link = tab.url
    seen.profile.refusals = {400, 503}
    tab.locator("#sql").fill("DELETE FROM money")
    tab.get_by_role("button", name="Run").click()
    expect(tab.locator(".problem")).to_be_visible()
    tab.goto(link)
    expect(tab.locator("table.grid tbody tr")).to_have_count(2)


def test_achievements_economy_and_overview(visit):
    #
    seen = visit()
    tab = seen.tab
    seen.go("achievements/first_zombie")
    expect(tab.locator(".bars")).to_contain_text("40")
    expect(tab.locator(".standing svg")).to_have_attribute("aria-label", re.compile("Completions by day"))
    seen.go("economy/gold")
    expect(tab.locator(".rank li")).to_have_count(10)
    tab.get_by_role("link", name="Show the rows").click()
    expect(tab.locator("th[aria-sort]")).to_have_attribute("aria-sort", "descending")
    seen.go("overview")
    expect(tab.locator(".facts")).to_contain_text("40")


def test_a_second_profile_sees_nothing(visit, browser):
    #
    seen = visit()
    second = Profile(browser)
    second.refusals = {401, 403}
    answer = second.tab.goto(seen.base)
    assert answer.status == 403 and second.tab.locator("#top").count() == 0
    second.close()
