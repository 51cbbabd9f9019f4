"""The notebook answers its ten questions: each answer is worked out here from the players as they were made up."""

import importlib.util
import json
import shutil
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from children import child_environment

FOLDER = Path(__file__).resolve().parents[1] / "examples" / "notebooks"
ANSWERS = """
import json
print(json.dumps({
    "richest": [(row["user_id"], row["value"]) for row in richest],
    "levels": [row["stats.level"] for row in levels],
    "completed": [(row["player_id"], row["completed_at"]) for row in completed],
    "stuck": {row["node_id"]: (row["started"], row["completed"], row["stuck"]) for row in stuck},
    "player": player.to_dict(),
    "bag": [row["name"] for row in bag],
    "currencies": [list(row.values()) for row in currencies],
    "gone": [row["user_id"] for row in gone],
    "unread": [row["target_user_id"] for row in unread],
    "today": [(row["user_id"], row["key"], row["value"]) for row in today],
    "used_up": len(used_up),
}, default=str))
"""


@pytest.fixture(scope="module")
def made_up():
    """The module that makes the players up."""
    spec = importlib.util.spec_from_file_location("made_up", FOLDER / "made_up.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["made_up"] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def players(made_up):
    return made_up.players()


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """What the cells of the notebook showed."""
    return execute(tmp_path_factory, "pass")


def execute(tmp_path_factory, first):
    """Runs the notebook in a folder with copies, so that nothing is left in the project."""
    folder = tmp_path_factory.mktemp("notebook")
    for name in ("explore.ipynb", "made_up.py"):
        shutil.copy(FOLDER / name, folder)
    places = dict.fromkeys(("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"), str(folder))
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("notebooks.py"), folder / "explore.ipynb", first, ANSWERS],
        env=child_environment(**places),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def answers(shown):
    """The answers to the ten questions."""
    [printed] = shown[-2]
    return json.loads(printed["text"])


def day_of(made_up, player):
    """The moment at which a player played last."""
    return (made_up.FIRST_DAY + timedelta(days=player.day, hours=12)).astimezone(UTC)


def test_the_notebook_is_stored_without_outputs():
    notebook = nbformat.read(FOLDER / "explore.ipynb", as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell["cell_type"] == "code"]
    assert len(code) >= 12
    assert [cell for cell in code if cell["outputs"] or cell["execution_count"]] == []


def test_every_cell_shows_what_it_promises_without_a_warning(shown):
    assert [output for cell in shown for output in cell if output["output_type"] in ("stream", "error")][
        :-1
    ] == []
    tables = [output["data"] for cell in shown for output in cell if "text/html" in output.get("data", {})]
    assert sum('class="cloudvars"' in table["text/html"] for table in tables) >= 11
    assert any("vega" in table["text/html"] for table in tables)


def test_the_notebook_runs_without_altair(tmp_path_factory):
    shown = execute(tmp_path_factory, "import sys; sys.modules['altair'] = None")
    texts = [output.get("data", {}).get("text/plain", "") for cell in shown for output in cell]
    assert any("pip install altair" in text for text in texts)


def test_the_richest(answers, players):
    richest = sorted(((p.user_id, p.gold) for p in players), key=lambda one: (-one[1], one[0]))[:100]
    assert answers["richest"] == [list(one) for one in richest]


def test_how_levels_are_spread(answers, players):
    assert Counter(answers["levels"]) == Counter(p.level for p in players)


def test_who_completed_which_node_and_when(answers, made_up, players):
    _, total = made_up.QUEST[-1]
    finished = {
        p.user_id: day_of(made_up, p)
        for p in players
        if len(p.quest) == len(made_up.QUEST) and p.quest[-1] == total
    }
    told = [(user_id, when) for user_id, when in answers["completed"] if when != "None"]
    assert {user_id: datetime.fromisoformat(when) for user_id, when in told if when} == finished
    times = [when for _, when in told if when]
    assert times == sorted(times, reverse=True)


def test_where_players_are_stuck(answers, made_up, players):
    for nth, (node, total) in enumerate(made_up.QUEST):
        started = [p.quest[nth] for p in players if len(p.quest) > nth]
        completed = started.count(total)
        assert answers["stuck"][node] == [len(started), completed, len(started) - completed]


def test_what_one_player_has(answers, made_up, players):
    has = answers["player"]
    [p] = [p for p in players if p.user_id == has["user_id"]]
    assert [row["value"] for row in has["general"]] == [{"class": p.hero, "stats": {"level": p.level}}]
    assert {row["key"]: row["value"] for row in has["money"]} == {"gold": p.gold, "gems": p.gems}
    assert [row["value"]["name"] for row in has["list"]] == p.bag == answers["bag"]
    assert {row["key"]: row["value"] for row in has["with_limit"]} == {"daily": p.daily, "weekly": p.weekly}
    assert [row["progress"] for row in has["achievements"]] == [
        progress for _, progress in sorted(zip([node for node, _ in made_up.QUEST], p.quest, strict=True))
    ]
    assert len(has["messages"]) == int(p.mail)
    assert has["storage"] == has["orders"] == has["world_data"] == has["world_list"] == []


def test_how_much_of_each_currency_there_is(answers, players):
    for key, players_, total, most in answers["currencies"]:
        held = [amount for p in players if (amount := getattr(p, key))]
        assert (players_, total, most) == (len(held), sum(held), max(held))


def test_who_was_not_seen_for_a_month(answers, made_up, players):
    gone = {p.user_id: p.day for p in players if p.day < made_up.DAYS - 30}
    assert set(answers["gone"]) == gone.keys()
    assert len(answers["gone"]) == len(gone)
    days = [gone[user_id] for user_id in answers["gone"]]
    assert days == sorted(days)


def test_unread_mail(answers, players):
    assert sorted(answers["unread"]) == sorted(p.user_id for p in players if p.mail)


def test_counters_that_run_out_today(answers, made_up, players):
    held = [(p.user_id, "daily", p.daily) for p in players if p.daily]
    assert sorted(map(tuple, answers["today"])) == sorted(held)
    assert answers["used_up"] == sum(value == made_up.DAILY for _, _, value in held)
