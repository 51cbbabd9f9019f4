"""The engine's half of custom achievements: automatic progress, rewards, the completion event (E-5, A-9)."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from .engine import Engine

__all__ = ["Nodes"]


class Nodes:
    """Gives kills and items to ``room.achievement``, which calls back when a node is complete."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._achievement: Any = engine.room.achievement
        self._counted: dict[tuple[str, str], int] = {}
        """The most matching items that each player ever had; only more than that counts."""

    def attach(self, packs: Iterable["Path"]) -> None:
        """Load the packs' nodes, and be called when one is complete."""
        for pack in packs:
            folder = pack / "customAchievements"
            if folder.is_dir():
                self._engine.room.store.achievements.load_nodes(folder)
        self._achievement._on_complete(self._completed)

    def detach(self) -> None:
        """Be called no more."""
        self._achievement._on_complete(None)

    def forbid(self, *, forbidden: bool) -> None:
        """During the join events ``GetNodeDetailInfo`` may not be called."""
        self._achievement._forbid(forbidden)

    def load_cloud(self, uid: int) -> None:
        """Fetch a player's cloud progress."""
        self._achievement._load_cloud(uid)

    def killed(self, data: Mapping[str, Any]) -> None:
        """``MobDieEvent``: one more for the ``default_kill`` nodes of that species."""
        player, species = data.get("attacker"), self._engine.identifier(data.get("id"))
        if player not in self._engine.players or species is None:
            return
        for node_id, goal in self._goals("default_kill"):
            if goal.get("entity_identifier") == species:
                self._achievement._auto(self._engine.uid(player), node_id, 1)

    def carries(self, player: str, items: Iterable[Mapping[str, Any]]) -> None:
        """Count items for ``default_get`` nodes: those beyond the most that the player ever had."""
        items = list(items)
        for node_id, goal in self._goals("default_get"):
            wanted = goal.get("item_dict") or {}
            count = sum(int(item.get("count", 1)) for item in items if _matches(item, wanted))
            before = self._counted.get((player, node_id), 0)
            if count > before:
                self._counted[player, node_id] = count
                self._achievement._auto(self._engine.uid(player), node_id, count - before)

    def _goals(self, kind: str) -> list[tuple[str, dict[str, Any]]]:
        found = [
            (node_id, node.get("goal_details") or {}) for node_id, node in self._achievement._nodes().items()
        ]
        return [(node_id, goal) for node_id, goal in found if goal.get("goal_type") == kind]

    def _completed(self, uid: int, node: dict[str, Any]) -> None:
        """Give the rewards, then tell the mods."""
        player_id = self._engine.player(uid)
        for reward in node.get("reward") or ():
            try:
                self._reward(player_id, node, reward)
            except Exception as error:  # noqa: BLE001 - the engine goes on; the test gets it at the end
                self._engine.failures.failed(
                    f"the reward {reward.get('function_name')} of {node['node_ID']}", error
                )
        self._engine.fire(
            "AchievementCompleteEvent",
            {
                "playerId": player_id,
                "rootNodeId": self._root(node),
                "achievementId": node["node_ID"],
                "title": node.get("title", ""),
                "description": node.get("node_description", node.get("node_descriptrion", "")),
            },
        )

    def _reward(self, player: str, node: Mapping[str, Any], reward: Mapping[str, Any]) -> None:
        namespace, _, name = str(reward.get("name_space", "")).partition(":")
        system = self._engine.systems.get((namespace, name))
        if system is None:
            message = f"node {node['node_ID']}: the reward's name_space {namespace}:{name} is not a registered system"
            raise LookupError(message)
        getattr(system, str(reward.get("function_name")))({**(reward.get("data") or {}), "playID": player})

    def _root(self, node: Mapping[str, Any]) -> str:
        nodes, seen = self._achievement._nodes(), set()
        while node.get("parent_node") in nodes and node["node_ID"] not in seen:
            seen.add(node["node_ID"])
            node = nodes[node["parent_node"]]
        return str(node["node_ID"])


def _matches(item: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether an item has all that the node asks for; JSON writes tuples as lists."""
    return bool(wanted) and all(_plain(item.get(key, 0)) == _plain(value) for key, value in wanted.items())


def _plain(value: Any) -> Any:
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
