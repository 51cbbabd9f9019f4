"""Two lobby rooms fight over one achievement: the conflict is visible, and nothing is lost.

The goal: kill 3 cows and 3 sheep, 6 in all. Ann kills a cow in room A, changes to room B, kills three cows there, and
B uploads first. When A uploads its cow, the cloud says code 5: the three cows are done, A's cow must not count.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import cloudvars

ANN = 55555555
NODE = "mixed_hunt"
WANTED = {"cows": 3, "sheep": 3}


class Lobby:
    """A mod's server script in one room: it counts kills locally and uploads them, as the lobby's document says."""

    def __init__(self, store: cloudvars.Store, name: str) -> None:
        self.name = name
        self.comp = store.room(name).achievement
        self.kills = {"cows": 0, "sheep": 0}
        self.comp.LobbyGetAchievementStorage(self.joined, ANN)

    def say(self, text: str) -> None:
        print(f"  {self.name:<7} {text}")

    def joined(self, data: dict[str, Any] | None) -> None:
        """Take over what the cloud holds."""
        assert data is not None, "the request failed"
        for node in data["entity"]:
            if node["achievement_id"] == NODE:
                self.kills = json.loads(node["extra"])
        self.say(f"Ann joins; the cloud knows {self.kills}")

    def kill(self, animal: str) -> None:
        """Count a kill, and upload it at once."""
        self.kills[animal] += 1
        self.upload(animal)

    def upload(self, animal: str) -> None:
        """Report one kill; on a conflict, decide with the cloud's data whether it still counts."""

        def callback(data: dict[str, Any] | None) -> bool:
            assert data is not None, "the request failed"
            if data["code"] == 0:
                self.say(f"uploaded a {animal}: code 0, stored {self.kills}")
                return False
            self.kills = json.loads(data["entity"]["extra"])
            again = self.kills[animal] < WANTED[animal]
            self.say(f"uploads a {animal}: code {data['code']} {data['message']}! the cloud has {self.kills}")
            self.say(
                f"... callback answers {again}: "
                + ("count it again" if again else f"enough {animal}s, drop it")
            )
            if again:
                self.kills[animal] += 1
            return again

        self.comp.LobbySetAchievementStorage(callback, ANN, NODE, 1, self.extra)

    def extra(self) -> str:
        """Return the getter's text: what is stored beside the progress."""
        return json.dumps(self.kills)


def play(path: Path) -> None:
    """Play the story of the document on one store."""
    with cloudvars.open(path) as store:
        store.achievements.define(NODE, total=6, title="Mixed hunt")
        print("Ann joins room A and kills a cow; A waits with the upload.")
        a = Lobby(store, "room A")
        a.kills["cows"] += 1
        print("She moves to room B and kills three cows.")
        b = Lobby(store, "room B")
        for _ in range(3):
            b.kill("cows")
        print("Room A closes and uploads its cow.")
        a.upload("cows")
        print("Two sheep in A, then one that B reports without knowing of them.")
        a.kill("sheep")
        a.kill("sheep")
        b.kill("sheep")


def read_back(path: Path) -> dict[str, Any]:
    """Open the file again and fetch what it holds."""
    seen: list[dict[str, Any] | None] = []
    with cloudvars.open(path) as store:
        store.room("tomorrow").achievement.LobbyGetAchievementStorage(seen.append, ANN)
    (data,) = seen
    assert data is not None
    (node,) = data["entity"]
    return dict(node)


def main() -> None:
    """Run the story, then check what the file holds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "lobby.db")
        play(path)
        node = read_back(path)
    print("Read back from the file, after reopening it:")
    print(f"  {node}")
    assert json.loads(node["extra"]) == WANTED
    assert node["progress"] == node["max_progress"] == 6
    assert node["completed_at"] > 0
    print("3 cows, 3 sheep, progress 6 of 6: nothing lost, nothing counted twice.")


if __name__ == "__main__":
    main()
