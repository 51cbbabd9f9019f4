"""Custom achievement nodes: a farm and its harvest, counted in the room, and a prize pumpkin that the cloud counts.

Two rooms water one player's pumpkin. The node sends itself, so AddNodeProgress brings the callback that code 5 asks and
the getter of the extra; whoever is late reads what the other stored and sends again.
"""

import json
import logging
import sys
import tempfile
from pathlib import Path

import cloudvars
from cloudvars.types import AchievementAnswer, AchievementData

ANNA = 10001

FARM = """
// The root: one page of achievements. Only the room counts it.
{
    "node_ID": "farm",
    "title": "Farmer",
    "unfinished_icon": "textures/ui/seeds",
    "finished_icon": "textures/ui/wheat",
    "goal_number": 2,
    "node_description": "Plough two fields",
    "window_background": "textures/ui/soil"
}
"""
PUMPKIN = """
{
    "node_ID": "pumpkin",
    "parent_node": "farm",
    "depend_parent": true,  // no pumpkin without a farm
    "title": "Prize pumpkin",
    "unfinished_icon": "textures/ui/pumpkin",
    "finished_icon": "textures/ui/lantern",
    "goal_number": 4,
    "node_description": "Water it four times",
    "reward": [{"function_name": "crown", "name_space": "farm:fair", "data": {"title": "pumpkin king"}}],
    "is_cloud": true  /* auto_sent_cloud is true unless said otherwise */
}
"""


class Garden:
    """A mod in one room: who watered the pumpkin, as this room knows it."""

    def __init__(self, store: cloudvars.Store, name: str) -> None:
        self.name = name
        self.achievement = store.room(name).achievement
        self.waterings: list[str] = []
        self.codes: list[int | None] = []

    def say(self, what: str) -> None:
        print(f"  {self.name:>5} | {what}")

    def plough(self, fields: int) -> None:
        assert self.achievement.AddNodeProgress(ANNA, "farm", fields) is True
        self.say(f"ploughs {fields}: {self.progress('farm')} of 2")

    def progress(self, node: str) -> int:
        info = self.achievement.GetNodeDetailInfo(ANNA, node)
        assert info is not None
        progress: int = info["progress"]
        return progress

    def water(self, times: int) -> bool:
        """Water the pumpkin; the progress is sent, and the callback hears what became of it."""
        mine = [self.name] * times
        self.waterings += mine

        def answered(data: AchievementAnswer | None) -> bool:
            self.codes.append(data["code"] if data else None)
            if data is None:
                self.say("  refused; the log says why")
                return False
            if data["code"] == 5:
                self.waterings = json.loads(data["entity"]["extra"]) + mine
                self.say(f"  code 5, somebody was faster: {data['entity']['extra']}; send again")
                return True
            self.say(f"  code 0, stored on top of {data['entity']['progress']}")
            return False

        self.say(f"waters {times} times")
        return self.achievement.AddNodeProgress(
            ANNA, "pumpkin", times, callback=answered, getExtra=lambda: json.dumps(self.waterings)
        )


def main() -> None:
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format=f"  {'log':>5} | %(message)s")
    with tempfile.TemporaryDirectory() as pack, cloudvars.open() as store:
        folder = Path(pack) / "customAchievements"
        folder.mkdir()
        (folder / "farm.json").write_text(FARM, "utf-8")
        (folder / "pumpkin.json").write_text(PUMPKIN, "utf-8")
        print(f"{store.achievements.load_nodes(pack)} nodes of a behavior pack.")

        east, west = Garden(store, "east"), Garden(store, "west")
        assert east.achievement.GetChildrenNode("farm") == ["pumpkin"]

        print("No farm, no pumpkin: it depends on its parent.")
        assert east.water(1) is False
        east.waterings.clear()
        for garden in (east, west):
            garden.plough(2)

        print("Both rooms water it, and neither overwrites the other:")
        assert east.water(1) is True
        assert west.water(2) is True
        assert (east.codes, west.codes) == ([0], [5, 0])
        assert east.water(1) is True
        assert east.codes == [0, 5, 0]
        assert east.waterings == ["east", "west", "west", "east"]

        found: list[AchievementData | None] = []
        west.achievement.LobbyGetAchievementStorage(found.append, ANNA)
        assert found[0] is not None
        [entry] = found[0]["entity"]
        assert (entry["progress"], json.loads(entry["extra"])) == (4, east.waterings)
        assert entry["completed_at"] != 0
        assert west.progress("pumpkin") == 4
        print("Four waterings, four points. The pumpkin has its own postcode now.")

        (folder / "pumpkin.json").write_text(PUMPKIN.replace('"goal_number": 4', '"goal_number": "four"'))
        (folder / "scarecrow.json").write_text('{"node_ID": "scarecrow", "parent_node": "field"}')
        try:
            store.achievements.load_nodes(pack)
        except cloudvars.CloudValueError as error:
            print("A broken pack is refused as a whole, with every defect:")
            print("\n".join(f"  {line.strip()}" for line in error.message.splitlines()[1:]))
            assert "pumpkin.json: goal_number: 'four'" in error.message
            assert "scarecrow.json: parent_node: 'field'" in error.message
        else:
            raise AssertionError("it was loaded")
        assert east.achievement.GetChildrenNode("scarecrow") is None


if __name__ == "__main__":
    main()
