"""Find the lost update: two lobbies hunt cows for one player, in every order of their steps.

Three cows count, no more. Lobby A kills one, lobby B three; whatever the order, three must be stored at the end. The
first version of the mod does not look at code 5, the second one does.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from cloudvars import Room, Store, testing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cloudvars.types import AchievementAnswer, AchievementData

PLAYER, NODE, COWS_MAX = 7, "cows", 3


class Lobby:
    """One lobby's half of the mod: what it knows of the cloud, and what it has to upload."""

    def __init__(self, room: Room, *, careful: bool) -> None:
        self.cloud = room.achievement
        self.careful = careful
        self.stored = 0
        self.killed = 0

    def enter(self) -> None:
        self.cloud.LobbyGetAchievementStorage(self.entered, PLAYER)

    def entered(self, data: AchievementData | None) -> None:
        if data and data["entity"]:
            self.stored = json.loads(data["entity"][0]["extra"])["cows"]

    def upload(self) -> None:
        delta = min(self.killed, COWS_MAX - self.stored)
        if delta > 0:
            extra = json.dumps({"cows": self.stored + delta})
            self.cloud.LobbySetAchievementStorage(self.uploaded, PLAYER, NODE, delta, lambda: extra)

    def uploaded(self, data: AchievementAnswer | None) -> bool:
        if self.careful and data and data["code"] == 5:
            self.stored = json.loads(data["entity"]["extra"])["cows"]
            self.upload()  # with what is still missing: another delta, so another request
        return False


def lobby(cows: int, *, careful: bool) -> Callable[[Room], Iterator[None]]:
    """Return a player for ``interleave``: where it yields, the other lobby may come in between."""

    def play(room: Room) -> Iterator[None]:
        mod = Lobby(room, careful=careful)
        mod.enter()
        yield
        mod.killed = cows
        mod.upload()

    return play


def setup(store: Store) -> None:
    store.achievements.define(NODE, total=COWS_MAX)


def three_cows_are_stored(store: Store) -> None:
    answers: list[Any] = []
    store.room("judge").achievement.LobbyGetAchievementStorage(answers.append, PLAYER)
    [node] = answers[0]["entity"]
    cows = json.loads(node["extra"])["cows"]
    assert (node["progress"], cows) == (3, 3), f"progress {node['progress']}, {cows} cows"


def main() -> None:
    def play(*, careful: bool) -> int:
        a, b = lobby(1, careful=careful), lobby(3, careful=careful)
        return testing.interleave(a, b, setup=setup, invariant=three_cows_are_stored)

    try:
        play(careful=False)
    except testing.InterleavingError as error:
        print("The mod that forgets code 5:\n")
        print(error)
        assert (error.order, error.failing, error.tried) == ("BAAB", 2, 6)
    else:
        sys.exit("the lost update was not found")
    orders = play(careful=True)
    print(f"\nThe mod that handles it: three cows after each of {orders} orders.")
    assert orders == 6


if __name__ == "__main__":
    main()
