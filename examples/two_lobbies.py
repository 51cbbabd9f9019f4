"""Two lobbies fight over one achievement: three cows and three sheep, and the cloud has the last word.

Both lobbies keep to themselves what a player kills and upload it later, so each could overwrite what the other stored.
The version that every set carries prevents it: who is late gets code 5 with the latest data, and its callback decides.
"""

import json
import logging
import sys
import tempfile
from pathlib import Path

import cloudvars
from cloudvars.types import AchievementAnswer, AchievementData

STEVE = 10001
NODE = "barn_dance"
GOAL = {"cows": 3, "sheep": 3}
TOTAL = sum(GOAL.values())


def say(who: str, what: str) -> None:
    print(f"  {who:>7} | {what}")


def shown(extra: str) -> str:
    kills = json.loads(extra or "{}")
    return ", ".join(f"{kills.get(animal, 0)} {animal}" for animal in GOAL)


class Lobby:
    """A mod in one room: the kills it knows of, and their upload."""

    def __init__(self, store: cloudvars.Store, name: str) -> None:
        self.name = name
        self.achievement = store.room(name).achievement
        self.kills = dict.fromkeys(GOAL, 0)
        self.codes: list[int | None] = []
        self.getter_calls = 0

    def join(self) -> None:
        """Steve comes in: ask the cloud what it knows of him."""

        def loaded(data: AchievementData | None) -> None:
            assert data is not None
            extra = next((one["extra"] for one in data["entity"] if one["achievement_id"] == NODE), "")
            self.kills.update(json.loads(extra or "{}"))
            say(self.name, f"Steve joins. The cloud knows: {shown(extra) if extra else 'nothing yet'}")

        self.achievement.LobbyGetAchievementStorage(loaded, STEVE)

    def extra(self) -> str:
        """Give what is stored beside the progress; called when the set is sent, and again for each retry."""
        self.getter_calls += 1
        text = json.dumps(self.kills)
        say(self.name, f"  getExtra is called: {shown(text)}")
        return text

    def upload(self, animal: str, count: int) -> None:
        """Send what was killed here; it is in the extra already."""

        def answered(data: AchievementAnswer | None) -> bool:
            self.codes.append(data["code"] if data else None)
            if data is None:
                say(self.name, "  callback gets None: refused, the log says why")
                return False
            cloud = data["entity"]
            told = f"{cloud['progress']}/{TOTAL}, version {cloud['version']}, {shown(cloud['extra'])}"
            if data["code"] == 0:
                say(self.name, f"  callback gets code 0, stored.         Before: {told}")
                return False
            say(self.name, f"  callback gets code 5, nothing stored. Latest: {told}")
            self.kills = json.loads(cloud["extra"])
            if self.kills[animal] + count > GOAL[animal]:
                say(self.name, f"  callback answers False: no more {animal} are needed")
                return False
            self.kills[animal] += count
            say(self.name, "  callback answers True: mine still count, send again")
            return True

        say(self.name, f"uploads +{count} ({animal})")
        self.achievement.LobbySetAchievementStorage(answered, STEVE, NODE, count, self.extra)


def play(path: Path, clock: cloudvars.ManualClock) -> None:
    """One evening in two lobbies; each opens the file for itself, as two servers would."""
    with cloudvars.open(path, clock=clock) as first, cloudvars.open(path, clock=clock) as second:
        first.achievements.define(NODE, total=TOTAL, title="Barn dance")
        a, b = Lobby(first, "lobby A"), Lobby(second, "lobby B")

        print("\nAct 1. Lobby A is slow.\n")
        a.join()
        a.kills["cows"] += 1
        say("lobby A", "one cow goes down; A will upload it later")
        b.join()
        b.kills["cows"] += 3
        say("lobby B", "three cows go down")
        b.upload("cows", 3)
        a.upload("cows", 1)
        say("", "Lobby A's cow does not count. Officially, she fainted.")
        assert (b.codes, a.codes, a.getter_calls) == ([0], [5], 1)

        print("\nAct 2. Both hunt sheep.\n")
        clock.advance(minutes=20)
        a.kills["sheep"] += 1
        a.upload("sheep", 1)
        b.kills["sheep"] += 2
        b.upload("sheep", 2)
        assert (a.codes, b.codes, b.getter_calls) == ([5, 0], [0, 5, 0], 3)

        print("\nAct 3. One sheep too many.\n")
        a.kills["sheep"] += 1
        a.upload("sheep", 1)
        say("lobby A", "tries once more, to be sure")
        a.upload("sheep", 1)
        say("", "The fourth sheep gets up, takes a bow and walks home.")
        assert a.codes == [5, 0, 5, None]


def epilogue(path: Path) -> None:
    """Read what the file holds when everybody went home."""
    print("\nEpilogue. Everybody went home. The file is opened again:\n")
    found: list[AchievementData | None] = []
    with cloudvars.open(path) as store:
        store.room("morning").achievement.LobbyGetAchievementStorage(found.append, STEVE)
    assert found[0] is not None
    [entry] = found[0]["entity"]
    for field in ("achievement_id", "progress", "max_progress", "extra", "version", "completed_at"):
        say("file", f"{field:14} {entry[field]}")
    assert (entry["progress"], entry["max_progress"], entry["version"]) == (6, 6, 3)
    assert json.loads(entry["extra"]) == GOAL
    assert entry["completed_at"] == 1783426800  # 20:20 that evening
    print("\nSix kills, six points: nothing lost, nothing counted twice. The barn dance is on!")


def main() -> None:
    logging.basicConfig(stream=sys.stdout, format=f"  {'log':>7} |   %(message)s")
    print("Two lobbies, one achievement: three cows and three sheep, no more.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cloud.db"
        play(path, cloudvars.ManualClock("2026-07-07T20:00:00+08:00"))
        epilogue(path)


if __name__ == "__main__":
    main()
