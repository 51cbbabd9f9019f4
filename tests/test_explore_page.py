"""The page in a real browser: its main ways, in both languages, on a file and on a server."""

import json
import os
import re
from pathlib import Path

import cloudvars
import pytest
from browser.chromium import Profile, started
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[1]
ACCESSIBLE = (Path(__file__).parent / "browser" / "accessible.js").read_text(encoding="utf-8")
PICTURES = os.environ.get("CLOUDVARS_PICTURES")
"""Where pictures are kept; without it none are made."""
KEPT = """
page-player-en-light-1280 page-player-zh-dark-375 page-tables-zh-dark-1280 page-tables-en-light-1280
page-economy-en-light-1280 page-achievements-en-light-1280 page-sql-en-dark-1280 page-overview-zh-light-1280 page-review
""".split()
"""The pictures of the documentation."""
VIEWS = [
    "player",
    "player/55555555",
    "tables/general",
    "achievements",
    "economy",
    "messages",
    "sql",
    "overview",
]
BIG = 9007199254740993
expect.set_options(timeout=20_000)  # machines are busy

pytestmark = pytest.mark.filterwarnings("default::ResourceWarning")  # Playwright's own, at its end


@pytest.fixture(scope="module")
def browser():
    with started() as browser:
        yield browser


@pytest.fixture(scope="module", params=["file", "mariadb"])
def store(request, tmp_path_factory):
    """A store with some players."""
    if request.param == "mariadb":
        target = request.getfixturevalue("mariadb").new_database()
    else:
        target = str(tmp_path_factory.mktemp("page") / "save.db")
    with cloudvars.open(target) as store:
        fill(store)
        yield store


def fill(store):
    """Forty players: money, heroes, bags, mail, achievements."""
    for node, total, title in (
        ("first_zombie", 1, "First zombie"),
        ("cow_herder", 6, "牧牛人"),
        ("night_watch", 30, ""),
    ):
        store.achievements.define(node, total=total, title=title)
    names = ["Ann", "Bo", "小明", "Dora"]
    with store.room("lobby", limits=False) as room:
        for nth in range(40):
            user = 55555555 + nth * 7
            with room.score.get_commit() as c:
                c.money_add(user_id=user, key="gold", value=50 + ((nth + 5) ** 3 * 37) % 9000)
                if nth % 3 != 1:
                    c.money_add(user_id=user, key="gems", value=nth)
                hero = {
                    "class": ["archer", "mage"][nth % 2],
                    "stats": {"level": (nth * 7 + 12) % 60, "speed": 1.0},
                    "pets": [{"name": "cat"}],
                }
                c.set(user_id=user, key="hero", value=hero, i_value=nth)
                c.set(user_id=user, key="points", i_value=BIG + nth)
                for item in ("bow", "lamp", "map")[: 1 + nth % 3]:
                    c.list_add(user_id=user, key="bag", value={"name": item, "level": nth})
                c.withlimit_add(user_id=user, key="daily_chest", value=(nth + 2) % 4, limit=5, refresh_day=1)
                c.world_data_set(user_id=user, key="home", world_id=1, value={"x": nth, "z": -nth})
                c.name_new(key="nickname", name=f"{names[nth % 4]}{nth or ''}", value=str(user))
            room.score.message_send(
                src_user_id=0, key="mail", target_user_id=user, value={"title": "欢迎", "gold": nth}
            )
            store.operator.set_progress(user, "first_zombie", (nth + 1) % 2)
            store.operator.set_progress(user, "cow_herder", (nth + 4) % 7, json.dumps({"by": "lobby"}))


class Visit:
    """The page, seen by a profile of the browser."""

    def __init__(self, browser, page, **options):
        self.profile = Profile(browser, **options)
        self.tab = self.profile.tab
        self.base = f"http://127.0.0.1:{page.port}"
        self.tab.goto(page.url)
        expect(self.tab.locator("#top nav")).to_be_visible()

    def go(self, path):
        self.tab.evaluate("path => { location.hash = path; }", f"#/{path}")
        expect(self.tab.locator("#main .loading")).to_have_count(0)
        expect(self.tab.locator("#main > :nth-child(2)")).to_be_attached()

    def picture(self, name):
        if PICTURES and name in KEPT:
            self.tab.wait_for_timeout(300)
            self.tab.screenshot(path=Path(ROOT / PICTURES) / f"{name}.png")


@pytest.fixture
def visit(browser, store):
    """Opens the page in a fresh profile."""
    made = []

    def visit(write=True, lang=None, **options):
        page = cloudvars.explore(store, write=write, lang=lang)
        made.append(page)
        one = Visit(
            browser, page, **{"locale": "en-US", "viewport": {"width": 1280, "height": 800}, **options}
        )
        made.append(one.profile)
        return one

    yield visit
    for one in reversed(made):
        one.close()


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_every_view_is_accessible(visit, locale, scheme, width):
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
    seen = visit(lang="zh")
    expect(seen.tab.locator("html")).to_have_attribute("lang", "zh-CN")
    seen.tab.get_by_role("button", name="English").click()
    expect(seen.tab.locator("html")).to_have_attribute("lang", "en")
    expect(seen.tab.get_by_role("link", name="Economy")).to_be_visible()
    seen.tab.reload()
    expect(seen.tab.get_by_role("link", name="Economy")).to_be_visible()


def test_the_theme_is_switched_and_kept(visit):
    seen = visit(color_scheme="light")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    before = seen.tab.evaluate(ground)
    seen.tab.get_by_role("button", name="Dark or light").click()
    dark = seen.tab.evaluate(ground)
    seen.tab.reload()
    expect(seen.tab.locator("#top nav")).to_be_visible()
    assert dark != before and seen.tab.evaluate(ground) == dark


def test_nothing_is_stored_before_it_was_reviewed(visit, store):
    user = 55555555 + 7
    score = store.room("reader", limits=False).score
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


def test_a_value_is_edited_as_json(visit, store):
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
    (row,) = store.room("reader").score.get(user_id=user, key="hero").data
    assert row["value"]["stats"] == {"level": BIG, "speed": 1.0} and isinstance(
        row["value"]["stats"]["speed"], float
    )
    assert row["i_value"] == 2


def test_mail_progress_and_counters(visit, store):
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
    seen = visit(write=False)
    seen.go("player/55555555")
    expect(seen.tab.locator(".card.money")).to_be_visible()
    expect(
        seen.tab.get_by_role("button", name=re.compile("Grant|Edit|Spend|Delete|Send|Reset|Set"))
    ).to_have_count(0)


def test_a_table_is_filtered_from_the_keyboard(visit):
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


def test_changes_appear_by_themselves(visit, store):
    seen = visit()
    tab = seen.tab
    seen.go("messages")
    expect(tab.locator(".live")).to_have_class(re.compile(r"\bon\b"))
    with store.room("other") as room:
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
    store.operator.delete("money", user_id=55555555, key="silver").unwrap()


def test_achievements_economy_and_overview(visit):
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
    seen = visit()
    second = Profile(browser)
    second.refusals = {401, 403}
    answer = second.tab.goto(seen.base)
    assert answer.status == 403 and second.tab.locator("#top").count() == 0
    second.close()
