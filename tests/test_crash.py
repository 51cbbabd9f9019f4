"""Processes that die at any moment lose nothing that was acknowledged."""

import random
import time

import pytest

ROUNDS = 110
WRITER = """if True:
    import cloudvars, sys
    score = cloudvars.open(sys.argv[1]).room(limits=False).score
    user = int(sys.argv[2])
    while True:
        c = score.get_commit()
        c.money_add(user_id=user, key="gold", value=1)
        c.addi(user_id=user, key="gold", value=1)
        c.addi(user_id=0, key="sum", value=1)
        assert c.commit() == (0, {}, None)
        print("stored", flush=True)
"""


@pytest.fixture
def address(path):
    """These are about files."""
    return path


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_processes_lose_no_acknowledged_commit(run_python, root, path, seed):
    # C-6
    program = root / "tests" / "fixtures" / "crash.py"
    commits = int(run_python("-W", "ignore::DeprecationWarning", program, path, ROUNDS, seed))
    assert commits >= ROUNDS * 9 // 10


def test_a_killed_process_does_not_hold_up_another(open_store, start_python, path):
    # C-6, C-7
    chance = random.Random(3)
    survivor = start_python("-c", WRITER, path, 1)
    acknowledged = 0
    for _ in range(8):
        victim = start_python("-c", WRITER, path, 2)
        assert victim.stdout.readline() == "stored\n"
        time.sleep(chance.uniform(0.005, 0.03))
        victim.kill()
        acknowledged += 1 + victim.stdout.read().count("stored\n")
        victim.wait()
    survivor.kill()
    lines = survivor.stdout.read().count("stored\n")
    survivor.wait()
    score = open_store().room().score
    stored = [score.money_get(user_id=user, key="gold").data[0]["value"] for user in (1, 2)]
    assert stored == [row["i_value"] for row in score.get(user_id=[1, 2], key="gold").data]
    assert score.get(user_id=0, key="sum").data[0]["i_value"] == sum(stored)
    assert lines <= stored[0] <= lines + 1
    assert acknowledged <= stored[1] <= acknowledged + 8
    c = score.get_commit()
    c.money_cost(user_id=1, key="gold", value=stored[0])
    assert c.commit().ok


def test_messages_and_achievements_survive_a_kill(open_store, start_python, path):
    # C-6, S-1
    code = """if True:
        import cloudvars, sys
        store = cloudvars.open(sys.argv[1])
        store.achievements.define("node", total=10)
        room, answers = store.room(), []
        room.score.message_send(src_user_id=1, key="k", target_user_id=5, value="last words").unwrap()
        room.achievement.LobbySetAchievementStorage(answers.append, 5, "node", 3, lambda: "extra")
        assert answers[0]["code"] == 0
        room.player_join(5)
        print("stored", flush=True)
        sys.stdin.readline()
    """
    child = start_python("-c", code, path)
    assert child.stdout.readline() == "stored\n"
    child.kill()
    child.wait()
    store, answers = open_store(), []
    score = store.room().score
    assert [row["value"] for row in score.message_query(key="k").data] == ["last words"]
    store.room().achievement.LobbyGetAchievementStorage(answers.append, 5)
    [entry] = answers[0]["entity"]
    assert (entry["progress"], entry["extra"]) == (3, "extra")
    assert store.room(game="other").score.is_old_player(user_id=5).data is True
