"""The files of custom nodes: what is accepted, and what is said of the rest."""

import json
import logging

import cloudvars
import pytest
from achievement_calls import achieved, answer_codes
from cloudvars import CloudValueError
from nodes import PLAYER, ROOT, child, send
from stores import one_store


def test_a_folder_or_the_pack_around_it(store, room, node_folder):
    # A-9, A-1
    path = node_folder(ROOT, child("b"), child("a"))
    (path / "notes.txt").write_text("no node")
    assert store.achievements.load_nodes(path) == 3
    assert store.achievements.load_nodes(str(path.parent)) == 3
    assert list(room.achievement._nodes()) == ["a", "b", "root"]
    assert room.achievement._nodes()["root"] == ROOT


def test_an_empty_folder_has_no_nodes_and_a_missing_one_is_an_error(store, room, node_folder, tmp_path):
    # A-9
    assert store.achievements.load_nodes(node_folder()) == 0
    assert room.achievement._nodes() == {}
    with pytest.raises(OSError, match="nowhere"):
        store.achievements.load_nodes(tmp_path / "nowhere")


def test_comments_and_the_official_misspelling(load_nodes, room, caplog):
    # A-9
    text = json.dumps(ROOT, indent=1).replace('"node_description"', '/* // */ "node_descriptrion"')
    text = "\ufeff// a cow\n" + text.replace("kill 3 cows", "kill // 3 /* cows */")
    with caplog.at_level(logging.WARNING, logger="cloudvars"):
        assert load_nodes(root=text) == 1
    [message] = [record.getMessage() for record in caplog.records]
    assert "root.json" in message
    assert "node_descriptrion" in message
    info = room.achievement.GetNodeDetailInfo(PLAYER, "root")
    assert info["node_descriptrion"] == "kill // 3 /* cows */"
    assert "node_description" not in info


BROKEN = {
    "missing": ({"title": None}, "title"),
    "no_icon": ({"finished_icon": None}, "finished_icon"),
    "no_goal": ({"goal_number": None}, "goal_number"),
    "no_id": ({"node_ID": None}, "node_ID"),
    "no_text": ({"node_description": None}, "node_description"),
    "no_window": ({"window_background": None}, "window_background"),
    "zero": ({"goal_number": 0}, "goal_number"),
    "text_goal": ({"goal_number": "3"}, "goal_number"),
    "true_goal": ({"goal_number": True}, "goal_number"),
    "half_goal": ({"goal_number": 2.5}, "goal_number"),
    "flag": ({"is_cloud": "yes"}, "is_cloud"),
    "number_title": ({"title": 57}, "title"),
    "empty_id": ({"node_ID": ""}, "node_ID"),
    "long_id": ({"node_ID": "x" * 181}, "node_ID"),
    "parent": ({"parent_node": "nobody"}, "parent_node"),
    "itself": ({"node_ID": "itself", "parent_node": "itself"}, "parent_node"),
    "goal": ({"goal_details": []}, "goal_details"),
    "goal_type": ({"goal_details": {"goal_type": "default_eat"}}, "goal_details.goal_type"),
    "no_type": ({"goal_details": {}}, "goal_details.goal_type"),
    "no_entity": ({"goal_details": {"goal_type": "default_kill"}}, "goal_details.entity_identifier"),
    "no_item": ({"goal_details": {"goal_type": "default_get"}}, "goal_details.item_dict"),
    "item": (
        {"goal_details": {"goal_type": "default_get", "item_dict": {"count": 2}}},
        "goal_details.item_dict.newItemName",
    ),
    "count": (
        {"goal_details": {"goal_type": "default_get", "item_dict": {"newItemName": "a", "count": 2}}},
        "goal_details.item_dict.count",
    ),
    "reward": ({"reward": {}}, "reward"),
    "reward_item": ({"reward": ["fun"]}, "reward[0]"),
    "function": ({"reward": [{"name_space": "a:b", "data": {}}]}, "reward[0].function_name"),
    "space": (
        {"reward": [{"function_name": "f", "name_space": "ab", "data": {}}]},
        "reward[0].name_space",
    ),
    "data": (
        {"reward": [{"function_name": "f", "name_space": "a:b", "data": 5}]},
        "reward[0].data",
    ),
}


def broken(name, fields):
    merged = {**ROOT, "node_ID": name, **fields}
    return {key: value for key, value in merged.items() if value is not None}


@one_store
def test_all_defects_of_all_files_are_in_one_error(load_nodes, room):
    # A-9, G-4
    files = {name: broken(name, fields) for name, (fields, _) in BROKEN.items()}
    files |= {
        "syntax": '{"node_ID": "syntax",}',
        "comment": "{} /* never closed",
        "list": "[]",
        "twice": '{"node_ID": "a", "node_ID": "b"}',
        "copy": {**ROOT, "title": 1},
    }
    with pytest.raises(CloudValueError) as caught:
        load_nodes(ROOT, **files)
    message = caught.value.message
    assert caught.value.code == cloudvars.codes.BAD_VALUE
    for name, (_, field) in BROKEN.items():
        assert f"\n  {name}.json: {field}: " in message
    assert "\n  syntax.json: trailing comma at line 1 column" in message
    assert "\n  comment.json: line 1: " in message
    assert "\n  list.json: a list; " in message
    assert "\n  twice.json: the key 'node_ID' comes twice" in message
    assert "\n  copy.json: title: 1; " in message
    assert "\n  root.json: node_ID: 'root' is the node of copy.json already" in message
    assert room.achievement._nodes() == {}


@one_store
def test_parents_that_go_in_a_circle_are_reported_once(load_nodes):
    # A-9
    with pytest.raises(CloudValueError) as caught:
        load_nodes(child("a", "b"), child("b", "c"), child("c", "a"), child("d", "a"))
    assert caught.value.message.count("circle") == 1
    assert "'a' → 'b' → 'c' → 'a'" in caught.value.message


def test_a_parent_may_be_of_a_folder_that_was_loaded_before(store, tmp_path, node_folder, room):
    # A-9
    assert store.achievements.load_nodes(node_folder(ROOT)) == 1
    other = tmp_path / "other"
    other.mkdir()
    (other / "leaf.json").write_text(json.dumps(child("leaf")))
    assert store.achievements.load_nodes(other) == 1
    assert room.achievement.GetChildrenNode("root") == ["leaf"]
    (other / "root.json").write_text(json.dumps(child("root", "leaf")))
    (other / "leaf.json").unlink()
    with pytest.raises(CloudValueError, match="circle"):
        store.achievements.load_nodes(other)


def test_what_is_odd_but_harmless_is_a_warning(load_nodes, caplog):
    # A-9
    goal = {"goal_type": "default_get", "item_dict": {"newItemName": "a", "userdata": {}}}
    with caplog.at_level(logging.WARNING, logger="cloudvars"):
        load_nodes(
            {**ROOT, "depend_parent": True, "goal_details": goal},
            {**child("leaf"), "window_background": "textures/w"},
        )
    told = " ".join(record.getMessage() for record in caplog.records)
    for field in ("depend_parent", "userdata", "window_background"):
        assert field in told


@one_store
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"type": "parent_node"}, "type"),
        ({"titel": "x"}, "titel"),
        (
            {"goal_details": {"goal_type": "default_kill", "entity_identifier": "a", "count": 3}},
            "goal_details.count",
        ),
        ({"reward": [{"function_name": "f", "name_space": "a:b", "data": {}, "when": 1}]}, "reward[0].when"),
    ],
)
def test_an_unknown_field_is_a_warning(load_nodes, room, caplog, fields, field):
    # A-9
    with caplog.at_level(logging.WARNING, logger="cloudvars"):
        assert load_nodes({**ROOT, **fields}) == 1
    [message] = [record.getMessage() for record in caplog.records]
    assert f".json: {field}: " in message
    assert room.achievement._nodes()["root"] == {**ROOT, **fields}


def test_definitions_are_in_the_store_of_the_game(open_store, reopen, node_folder):
    # A-9
    store = open_store(game="a")
    assert store.achievements.load_nodes(node_folder(ROOT)) == 1
    assert open_store(game="a").room().achievement.GetChildrenNode("root") == []
    assert store.room(game="b").achievement.GetChildrenNode("root") is None
    assert reopen(store, game="a").room().achievement._nodes() == {"root": ROOT}


def test_a_file_wins_over_a_table_in_either_order(store, room, node_folder, tmp_path, caplog):
    # A-9, A-1
    table = tmp_path / "NodeSetting.csv"
    table.write_bytes(b"NodeId,PrePic,FinPic,Title,Description,Total,Rank\nroot,,,t,d,9,1\n")
    path = node_folder({**ROOT, "is_cloud": True})
    for first, second in ((0, 1), (1, 0), (0, 1)):
        caplog.clear()
        for step in (first, second):
            with caplog.at_level(logging.WARNING, logger="cloudvars"):
                assert (
                    store.achievements.load_csv(table) if step else store.achievements.load_nodes(path)
                ) == 1
        assert any("goal_number is 3" in record.getMessage() for record in caplog.records)
        assert room.achievement._nodes()["root"]["title"] == "Farmer"
    answer_codes(send(room, node="root"))
    assert achieved(room)["root"]["max_progress"] == 3
    with pytest.raises(CloudValueError, match="node_id"):
        store.achievements.define("root", total=9)
