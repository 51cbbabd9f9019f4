"""Anna plays in two rooms at once: whatever the order, every kill that counts is stored, once."""

import json
import shutil
from pathlib import Path

import pytest
from cloudvars import modsdk, testing

ANNA = 7
PACK = Path(__file__).parent / "behavior_pack"


@pytest.fixture
def planted(tmp_path):
    """Write the same mod with a bug: its callback takes code 5, nothing stored, for a success."""
    pack = shutil.copytree(PACK, tmp_path / "planted")
    watch = pack / "nightWatchScripts" / "watch.py"
    source = watch.read_text("utf-8")
    check = 'elif data["code"] == 5:'
    assert source.count(check) == 1
    watch.write_text(source.replace(check, "elif False:"), "utf-8")
    return pack


def lobby(pack, *kinds):
    """Play a room in which Anna kills these. At each yield the other room may come in between."""

    def play(room):
        with modsdk.host(room, mod=pack) as game:
            game.join(ANNA)
            game.tick()
            yield
            for kind in kinds:
                game.kill(game.spawn(f"minecraft:{kind}"), ANNA)
            game.leave(ANNA)
            yield
            game.tick(2)

    return play


def holds(**expected):
    """Return the invariant: so many of each kind are in the cloud at the end."""

    def invariant(store):
        answers = []
        store.room("judge").achievement.LobbyGetAchievementStorage(answers.append, ANNA)
        [row] = [row for row in answers[0]["entity"] if row["achievement_id"] == "nightWatch"]
        counts = {kind.removeprefix("minecraft:"): n for kind, n in json.loads(row["extra"]).items()}
        assert counts == expected, f"stored: {counts}"
        assert row["progress"] == sum(expected.values()), f"progress {row['progress']}, counts {counts}"

    return invariant


def play(pack, first, second, **expected):
    a, b = lobby(pack, *first), lobby(pack, *second)
    return testing.interleave(a, b, invariant=holds(**expected), delivery="tick")


def test_different_kinds():
    assert play(PACK, ["zombie", "zombie"], ["skeleton"], zombie=2, skeleton=1) == 20


def test_three_zombies_are_enough():
    assert play(PACK, ["zombie"], ["zombie"] * 3, zombie=3) == 20


def test_some_still_count():
    assert play(PACK, ["zombie", "creeper"], ["zombie"] * 3, zombie=3, creeper=1) == 20


def test_the_planted_bug_is_found(planted):
    with pytest.raises(testing.InterleavingError) as caught:
        play(planted, ["zombie", "zombie"], ["skeleton"], zombie=2, skeleton=1)
    print(caught.value)
    assert len(caught.value.order) == 6
    assert 0 < caught.value.failing < caught.value.tried == 20
