"""Tables in a notebook, as a browser shows them: readable in the light and in the dark, by keyboard and by reader."""

import html
import json
from pathlib import Path

import cloudvars
import pytest
from browser.chromium import Profile
from visits import ACCESSIBLE, PICTURES

ROOT = Path(__file__).resolve().parents[1]
THEMES = {"light": ("#ffffff", "#1f2328"), "dark": ("#111418", "#e6e6e6")}
CELL = """<!doctype html><html lang="en"><title>A notebook</title>
<body style="margin:0;background:{ground};color:{ink};font:14px/1.45 system-ui,sans-serif">
<main style="padding:12px 18px;width:max-content"><h1 style="font:600 13px ui-monospace,monospace;margin:0 0 6px">
{code}</h1>{shown}</main></body></html>"""

pytestmark = pytest.mark.filterwarnings("default::ResourceWarning")  # Playwright's own, at its end


@pytest.fixture(scope="module")
def store():
    """Some players with heroes, money, nodes."""
    clock = cloudvars.ManualClock("2026-04-01T12:00:00+08:00")
    with cloudvars.open(clock=clock) as store, store.room("lobby-1", limits=False) as room:
        store.achievements.define("dragon", total=13, title="The dragon")
        for user in range(40):
            clock.advance(minutes=7)
            hero = {"class": ["archer", "mage", "knight"][user % 3], "stats": {"level": user * 7 % 60 + 1}}
            with room.score.get_commit() as c:
                c.set(user_id=10_000_000 + user * 7, key="hero", value=hero)
                c.money_add(user_id=10_000_000 + user * 7, key="gold", value=(user * 37) ** 2 % 9001)
                c.list_add(user_id=10_000_000 + user * 7, key="bag", value={"name": "bow", "nth": user})
        with room.score.get_commit() as c:
            c.set(
                user_id=10_000_000,
                key="</style><script>document.title = 'broken'</script>",
                s_value="x" * 500,
            )
        store.operator.set_progress(10_000_000, "dragon", 13)
        yield store


HEROES = 'store.tables["general"].where(key="hero").fields({"class": str, "stats.level": int}).sort("-stats.level")'
SHOWN = {
    "table": (HEROES, lambda store: eval(HEROES, {"store": store})),
    "hostile": ("", lambda store: store.tables["general"]),
    "tables": ("store.tables", lambda store: store.tables),
    "player": ("store.player(10_000_000)", lambda store: store.player(10_000_000)),
    "store": ("store", lambda store: store),
    "room": ("room", lambda store: store.room("lobby-1")),
    "nodes": ("store.achievements", lambda store: store.achievements),
    "reply": (
        "score.money_get(…)",
        lambda store: store.room().score.money_get(user_id=10_000_007, key="gold"),
    ),
}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", SHOWN)
def test_what_a_cell_shows(browser, store, name, theme):
    code, make = SHOWN[name]
    ground, ink = THEMES[theme]
    page = CELL.format(ground=ground, ink=ink, code=html.escape(code) or "…", shown=make(store)._repr_html_())
    profile = Profile(browser, color_scheme=theme, viewport={"width": 1280, "height": 720})
    tab = profile.tab
    tab.set_content(page)
    assert tab.title() == "A notebook"
    assert tab.evaluate(ACCESSIBLE) == []
    assert tab.evaluate("document.querySelectorAll('script').length") == 0
    for details in tab.query_selector_all("details"):
        details.evaluate("one => { one.open = true }")
    assert tab.evaluate(ACCESSIBLE) == []
    if name == "table":
        first = json.loads(tab.locator("pre").first.text_content())
        assert first["stats"]["level"] == max(user * 7 % 60 + 1 for user in range(40))
        for details in tab.query_selector_all("details")[1:]:
            details.evaluate("one => { one.open = false }")
        if PICTURES:
            tab.locator("main").screenshot(path=ROOT / PICTURES / f"table-{theme}.png")
    profile.close()
