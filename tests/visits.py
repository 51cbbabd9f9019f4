"""Visits of the page in a real browser. The fixtures are there for every test."""

import json
import os
from pathlib import Path

import cloudvars
import pytest
from browser.chromium import Profile, started

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


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import expect

    expect.set_options(timeout=20_000)  # machines are busy
    with started() as browser:
        yield browser


@pytest.fixture(scope="module", params=["file", "mariadb"])
def players(request, tmp_path_factory):
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
        from playwright.sync_api import expect

        self.expect = expect
        self.profile = Profile(browser, **options)
        self.tab = self.profile.tab
        self.is_file = "mysql:" not in repr(page)
        self.base = f"http://127.0.0.1:{page.port}"
        self.tab.goto(page.url)
        self.expect(self.tab.locator("#top nav")).to_be_visible()

    def go(self, path):
        self.tab.evaluate("path => { location.hash = path; }", f"#/{path}")
        self.expect(self.tab.locator("#main .loading")).to_have_count(0)
        self.expect(self.tab.locator("#main > :nth-child(2)")).to_be_attached()

    def picture(self, name):
        if PICTURES and name in KEPT and self.is_file:
            self.tab.wait_for_timeout(300)
            self.tab.screenshot(path=Path(ROOT / PICTURES) / f"{name}.png")


@pytest.fixture
def visit(browser, players):
    """Opens the page in a fresh profile."""
    made = []

    def visit(write=True, lang=None, **options):
        page = cloudvars.explore(players, write=write, lang=lang)
        made.append(page)
        one = Visit(
            browser, page, **{"locale": "en-US", "viewport": {"width": 1280, "height": 800}, **options}
        )
        made.append(one.profile)
        return one

    yield visit
    for one in reversed(made):
        one.close()
