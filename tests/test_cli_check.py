"""``cloudvars check``: a store that somebody else has written to."""

import cloudvars
import pytest
from commands import fill

WRITE = """if True:
    import sqlite3, sys
    with sqlite3.connect(sys.argv[1]) as db:
        for statement in sys.argv[2:]:
            db.execute(statement)
"""

WRONG = {
    "a version": ("UPDATE cloud SET ver = 0 WHERE kind = 2 AND owner = 3", 1, "its version is 0"),
    "a balance": (
        "UPDATE cloud SET i_value = NULL WHERE kind = 2 AND owner = 3",
        1,
        "its balance is not a number",
    ),
    "a value": ("UPDATE cloud SET value = '{' WHERE kind = 1", 5, "its value is not JSON"),
    "no value": ("UPDATE cloud SET value = NULL WHERE kind = 3 AND owner = 1", 1, "it has no value"),
    "an id": (
        "UPDATE cloud SET id = 9223372036854770000 WHERE kind = 3 AND owner = 1",
        1,
        "was not handed out",
    ),
    "a negative id": ("UPDATE cloud SET id = -4 WHERE kind = 3 AND owner = 1", 1, "its id is not 1 or more"),
    "a time": (
        "UPDATE cloud SET updated = 9223372036854775807 WHERE kind = 2 AND owner = 3",
        1,
        "which is no time",
    ),
    "a refresh": ("UPDATE cloud SET s_value = 'fortnight 1' WHERE kind = 6 AND owner = 3", 1, "fortnight"),
    "a key": ("UPDATE cloud SET key = '' WHERE kind = 2 AND owner = 3", 1, "its key"),
    "a game": ("UPDATE cloud SET game = 77 WHERE kind = 2 AND owner = 3", 1, "no game has this number"),
    "two games of a number": ("UPDATE cloud SET i_value = 1 WHERE kind = 13", 1, "has the same number"),
    "a game's number": (
        "UPDATE cloud SET i_value = 1 WHERE kind = 14 AND key = 'games'",
        1,
        "will be given again",
    ),
    "a stamp": ("UPDATE cloud SET seq = 9223372036854775807 WHERE kind = 2", 1, "order stamp"),
    "a view": ("DROP VIEW money", 1, "the view 'money' is missing"),
    "a trigger": ("CREATE TRIGGER t AFTER INSERT ON cloud BEGIN SELECT 1; END", 1, "trigger 't'"),
}


def test_a_sound_store(filled, answer, command):
    assert answer("check", filled) == {"ok": True, "problems": []}
    assert command("check", filled) == (0, "nothing is wrong\n", "")


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_found(path, answer, run_python, what):
    fill(path)
    statement, count, why = WRONG[what]
    run_python("-c", WRITE, path, statement)
    told = answer("check", path, code=1)
    assert told["ok"] is False
    assert len([problem for problem in told["problems"] if why in problem]) == count


def test_a_problem_says_where_it_is_and_what_to_do(path, command, run_python):
    fill(path)
    run_python("-c", WRITE, path, "UPDATE cloud SET ver = 0 WHERE kind = 2 AND owner = 3")
    code, out, err = command("check", path)
    assert (code, err) == (1, "")
    where = "Money of game 'default', user 3, world 0, key 'gold', id 0: its version is 0, not 1 or more"
    assert out.startswith(f"{where}; restore a backup, or export the store as JSON")
    assert len(out.splitlines()) == 1


def test_many_problems_are_counted(path, answer, run_python):
    with cloudvars.open(path) as store, store.room(limits=False).score.get_commit() as c:
        for user in range(300):
            c.money_add(user_id=user, key="gold", value=1)
    run_python("-c", WRITE, path, "UPDATE cloud SET ver = 0 WHERE kind = 2")
    problems = answer("check", path, code=1)["problems"]
    assert (len(problems), problems[-1]) == (201, "and 100 more")


def test_a_damaged_file(path, answer):
    with cloudvars.open(path) as store, store.room(limits=False).score.get_commit() as c:
        for user in range(2000):
            c.money_add(user_id=user, key="gold", value=1)
    with open(path, "r+b") as file:
        file.seek(4096 * 12)
        file.write(b"\xff" * 4096 * 3)
    told = answer("check", path, code=1)
    assert told["ok"] is False
    assert any("damaged" in problem or "malformed" in problem for problem in told["problems"])


def test_a_file_of_another_program_is_a_problem(tmp_path, answer, command):
    (tmp_path / "notes.txt").write_text("hello")
    told = answer("check", tmp_path / "notes.txt", code=1)
    assert [("is not a cloudvars store" in problem) for problem in told["problems"]] == [True]
    assert command("check", tmp_path / "none.db")[0] == 2
