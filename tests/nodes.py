"""Custom nodes for tests: their files, a tree of every kind, progress. The fixtures are there for every test."""

import json

import pytest

PLAYER = 5
ROOT = {
    "node_ID": "root",
    "title": "Farmer",
    "unfinished_icon": "textures/a",
    "finished_icon": "textures/b",
    "goal_number": 3,
    "node_description": "kill 3 cows",
    "window_background": "textures/w",
}


def child(node_id, parent="root", **fields):
    node = {**ROOT, "node_ID": node_id, "parent_node": parent, **fields}
    del node["window_background"]
    return node


@pytest.fixture
def node_folder(tmp_path):
    """Writes node files into a behavior pack's folder: the folder's path. A str is a file's text."""

    def node_folder(*nodes, **files):
        path = tmp_path / "pack" / "customAchievements"
        path.mkdir(parents=True, exist_ok=True)
        for node in nodes:
            (path / f"{node['node_ID']}.json").write_text(json.dumps(node), "utf-8")
        for name, text in files.items():
            content = text if isinstance(text, str) else json.dumps(text)
            (path / f"{name}.json").write_text(content, "utf-8")
        return path

    return node_folder


@pytest.fixture
def load_nodes(store, node_folder):
    def load_nodes(*nodes, **files):
        return store.achievements.load_nodes(node_folder(*nodes, **files))

    return load_nodes


@pytest.fixture
def node_tree(load_nodes):
    """A root that the room counts, and children of each kind."""
    assert (
        load_nodes(
            ROOT,
            child("cloud", is_cloud=True, goal_number=4),
            child("own", is_cloud=True, auto_sent_cloud=False, goal_number=5),
            child("leaf", "after"),
            child("after", depend_parent=True),
            child("later", "cloud", depend_parent=True, goal_number=1),
        )
        == 6
    )


@pytest.fixture
def completed(room):
    """What completes in the room: (player, node id)."""
    completed = []
    room.achievement._on_complete(lambda player, node: completed.append((player, node["node_ID"])))
    return completed


def send(room, delta=1, extra=None, node="cloud", player=PLAYER, again=None):
    """Adds to the progress: the answers that the callback got; it returns `again`."""
    answers = []

    def callback(data):
        answers.append(data)
        return again

    getter = None if extra is None else (lambda: extra)
    assert room.achievement.AddNodeProgress(player, node, delta, callback, getter) is True
    if not answers:
        room.tick()
    return answers


def progress(room, node, player=PLAYER):
    return room.achievement.GetNodeDetailInfo(player, node)["progress"]
