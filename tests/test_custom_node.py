"""Custom achievement nodes: their files, and progress that the room or the cloud keeps."""

import gc
import json
import logging
import threading
import weakref

import cloudvars
import pytest
from cloudvars import CloudValueError
from model import achieve, achieved, answer_codes

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
def folder(tmp_path):
    """Writes node files into a behavior pack's folder: the folder's path. A str is a file's text."""

    def folder(*nodes, **files):
        path = tmp_path / "pack" / "customAchievements"
        path.mkdir(parents=True, exist_ok=True)
        for node in nodes:
            (path / f"{node['node_ID']}.json").write_text(json.dumps(node), "utf-8")
        for name, text in files.items():
            content = text if isinstance(text, str) else json.dumps(text)
            (path / f"{name}.json").write_text(content, "utf-8")
        return path

    return folder


@pytest.fixture
def load(store, folder):
    def load(*nodes, **files):
        return store.achievements.load_nodes(folder(*nodes, **files))

    return load


@pytest.fixture
def tree(load):
    """A root that the room counts, and children of each kind."""
    assert (
        load(
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


# --- files ---


def test_a_folder_or_the_pack_around_it(store, room, folder):
    # A-9, A-1
    path = folder(ROOT, child("b"), child("a"))
    (path / "notes.txt").write_text("no node")
    assert store.achievements.load_nodes(path) == 3
    assert store.achievements.load_nodes(str(path.parent)) == 3
    assert list(room.achievement._nodes()) == ["a", "b", "root"]
    assert room.achievement._nodes()["root"] == ROOT


def test_an_empty_folder_has_no_nodes_and_a_missing_one_is_an_error(store, room, folder, tmp_path):
    # A-9
    assert store.achievements.load_nodes(folder()) == 0
    assert room.achievement._nodes() == {}
    with pytest.raises(OSError, match="nowhere"):
        store.achievements.load_nodes(tmp_path / "nowhere")


def test_comments_and_the_official_misspelling(load, room, caplog):
    # A-9
    text = json.dumps(ROOT, indent=1).replace('"node_description"', '/* // */ "node_descriptrion"')
    text = "\ufeff// a cow\n" + text.replace("kill 3 cows", "kill // 3 /* cows */")
    with caplog.at_level(logging.WARNING, logger="cloudvars"):
        assert load(root=text) == 1
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
    "unknown": ({"titel": "x"}, "titel"),
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
    "more": (
        {"reward": [{"function_name": "f", "name_space": "a:b", "data": {}, "when": 1}]},
        "reward[0].when",
    ),
}


def broken(name, fields):
    merged = {**ROOT, "node_ID": name, **fields}
    return {key: value for key, value in merged.items() if value is not None}


@pytest.mark.parametrize("name", BROKEN)
def test_a_defect_is_reported_with_file_and_field(load, room, name):
    # A-9, G-4
    fields, field = BROKEN[name]
    with pytest.raises(CloudValueError) as caught:
        load(ROOT, **{name: broken(name, fields)})
    assert f"\n  {name}.json: {field}: " in caught.value.message
    assert caught.value.code == cloudvars.codes.BAD_VALUE
    assert room.achievement._nodes() == {}


def test_all_defects_of_all_files_are_in_one_error(load, room):
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
        load(ROOT, **files)
    message = caught.value.message
    for name, (_, field) in BROKEN.items():
        assert f"\n  {name}.json: {field}: " in message
    assert "\n  syntax.json: trailing comma at line 1 column" in message
    assert "\n  comment.json: line 1: " in message
    assert "\n  list.json: a list; " in message
    assert "\n  twice.json: the key 'node_ID' comes twice" in message
    assert "\n  copy.json: title: 1; " in message
    assert "\n  root.json: node_ID: 'root' is the node of copy.json already" in message
    assert room.achievement._nodes() == {}


def test_parents_that_go_in_a_circle_are_reported_once(load):
    # A-9
    with pytest.raises(CloudValueError) as caught:
        load(child("a", "b"), child("b", "c"), child("c", "a"), child("d", "a"))
    assert caught.value.message.count("circle") == 1
    assert "'a' → 'b' → 'c' → 'a'" in caught.value.message


def test_a_parent_may_be_of_a_folder_that_was_loaded_before(store, tmp_path, folder, room):
    # A-9
    assert store.achievements.load_nodes(folder(ROOT)) == 1
    other = tmp_path / "other"
    other.mkdir()
    (other / "leaf.json").write_text(json.dumps(child("leaf")))
    assert store.achievements.load_nodes(other) == 1
    assert room.achievement.GetChildrenNode("root") == ["leaf"]
    (other / "root.json").write_text(json.dumps(child("root", "leaf")))
    (other / "leaf.json").unlink()
    with pytest.raises(CloudValueError, match="circle"):
        store.achievements.load_nodes(other)


def test_what_is_odd_but_harmless_is_a_warning(load, caplog):
    # A-9
    goal = {"goal_type": "default_get", "item_dict": {"newItemName": "a", "userdata": {}}}
    with caplog.at_level(logging.WARNING, logger="cloudvars"):
        load(
            {**ROOT, "depend_parent": True, "goal_details": goal},
            {**child("leaf"), "window_background": "textures/w"},
        )
    told = " ".join(record.getMessage() for record in caplog.records)
    for field in ("depend_parent", "userdata", "window_background"):
        assert field in told


def test_definitions_are_in_the_store_of_the_game(open_store, reopen, folder):
    # A-9
    store = open_store(game="a")
    assert store.achievements.load_nodes(folder(ROOT)) == 1
    assert open_store(game="a").room().achievement.GetChildrenNode("root") == []
    assert store.room(game="b").achievement.GetChildrenNode("root") is None
    assert reopen(store, game="a").room().achievement._nodes() == {"root": ROOT}


def test_a_file_wins_over_a_table_in_either_order(store, room, folder, tmp_path, caplog):
    # A-9, A-1
    table = tmp_path / "NodeSetting.csv"
    table.write_bytes(b"NodeId,PrePic,FinPic,Title,Description,Total,Rank\nroot,,,t,d,9,1\n")
    path = folder({**ROOT, "is_cloud": True})
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


# --- reading ---


def test_detail_info_has_the_fields_of_the_file_and_progress(load, room):
    # A-9
    data = {"EXP": 20, "#5": [1, 2.0, None]}
    node = {**ROOT, "reward": [{"function_name": "f", "name_space": "a:b", "data": data}]}
    load(node)
    info = room.achievement.GetNodeDetailInfo(playerId=str(PLAYER), nodeId="root")
    assert info == {**node, "progress": 0}
    assert list(info) == [*node, "progress"]
    assert room.achievement.AddNodeProgress(PLAYER, "root", 2) is True
    assert progress(room, "root") == 2 == room.achievement._progress(PLAYER, "root")
    assert progress(room, "root", player=6) == 0
    assert room.achievement.GetNodeDetailInfo(PLAYER, "nobody") is None
    assert room.achievement._progress(PLAYER, "nobody") == 0


def test_children_are_those_right_below_in_node_order(tree, room, store):
    # A-9
    comp = room.achievement
    assert comp.GetChildrenNode("root") == ["after", "cloud", "own"]
    assert comp.GetChildrenNode(nodeId="after") == ["leaf"]
    assert comp.GetChildrenNode("leaf") == []
    store.achievements.define("table", total=2)
    assert comp.GetChildrenNode("table") is None
    assert comp.GetNodeDetailInfo(PLAYER, "table") is None
    assert "table" not in comp._nodes()


def test_detail_info_can_be_forbidden(tree, room):
    # A-9
    room.achievement._forbid(True)
    with pytest.raises(RuntimeError, match="ClientLoadAddonsFinishServerEvent"):
        room.achievement.GetNodeDetailInfo(PLAYER, "root")
    room.achievement._forbid(False)
    assert progress(room, "root") == 0


# --- nodes that the room counts ---


def test_a_local_node_counts_in_the_room_and_completes_once(tree, room, completed):
    # A-9
    comp = room.achievement
    assert comp.AddNodeProgress(PLAYER, "root", 2) is True
    assert completed == []
    assert comp.AddNodeProgress(str(PLAYER), "root", delta=5, callback=None, getExtra=None) is True
    assert completed == [(PLAYER, "root")]
    assert comp.AddNodeProgress(PLAYER, "root", 1) is False
    assert comp.SetNodeFinish(PLAYER, "root", callback=None) is False
    assert progress(room, "root") == 3
    assert comp.SetNodeFinish(-4294967295, "root") is True
    assert completed == [(PLAYER, "root"), (-4294967295, "root")]
    assert achieved(room) == {}


def test_a_local_node_calls_neither_callback_nor_getter(tree, room):
    # A-9
    called = []
    assert room.achievement.SetNodeFinish(PLAYER, "root", called.append, lambda: called.append(1)) is True
    assert called == []


def test_local_progress_is_of_a_room_and_lives_as_long(tree, make_room):
    # A-9
    first, second = make_room(), make_room()
    assert first.achievement.AddNodeProgress(PLAYER, "root", 2)
    first.player_leave(PLAYER)
    assert progress(first, "root") == 2
    assert progress(second, "root") == 0


@pytest.mark.parametrize("delta", [0, -1, 1.5, "x", True, None], ids=repr)
def test_a_delta_is_a_positive_int(tree, room, delta):
    # A-9, A-3
    with pytest.raises(CloudValueError, match="delta"):
        room.achievement.AddNodeProgress(PLAYER, "root", delta)
    assert progress(room, "root") == 0


@pytest.mark.parametrize("call", ["AddNodeProgress", "SetNodeFinish", "GetNodeDetailInfo"])
def test_what_is_no_player_is_refused(tree, room, call):
    # A-9, G-2
    arguments = (1,) if call == "AddNodeProgress" else ()
    with pytest.raises(CloudValueError, match="playerId"):
        getattr(room.achievement, call)("steve", "root", *arguments)


def test_what_is_no_function_is_refused(tree, room):
    # A-9, G-4
    with pytest.raises(CloudValueError, match="callback"):
        room.achievement.AddNodeProgress(PLAYER, "cloud", 1, 5)
    with pytest.raises(CloudValueError, match="getExtra"):
        room.achievement.SetNodeFinish(PLAYER, "cloud", print, "x")
    with pytest.raises(CloudValueError, match="fn"):
        room.achievement._on_complete(5)


def test_an_unknown_node_is_refused_and_the_log_says_so(tree, room, store, caplog):
    # A-9
    store.achievements.define("table", total=2)
    with caplog.at_level(logging.WARNING, logger="cloudvars"):
        for node in ("nobody", "table"):
            assert room.achievement.AddNodeProgress(PLAYER, node, 1, print) is False
            assert room.achievement.SetNodeFinish(PLAYER, node, print) is False
            assert room.achievement._auto(PLAYER, node, 1) is False
            assert any(node in record.getMessage() for record in caplog.records)


def test_a_dependent_node_waits_for_its_parent(tree, room, completed):
    # A-9
    comp = room.achievement
    assert comp.AddNodeProgress(PLAYER, "after", 3) is False
    assert comp.SetNodeFinish(PLAYER, "after") is False
    assert comp.AddNodeProgress(PLAYER, "leaf", 1) is True
    assert progress(room, "after") == 0
    assert comp.SetNodeFinish(6, "root") is True
    assert comp.AddNodeProgress(PLAYER, "after", 3) is False
    assert comp.SetNodeFinish(PLAYER, "root") is True
    assert comp.AddNodeProgress(PLAYER, "after", 3) is True
    assert completed == [(6, "root"), (PLAYER, "root"), (PLAYER, "after")]


def test_a_goal_that_was_edited_is_met_at_the_crossing(load, room, completed):
    # A-9
    comp = room.achievement
    load({**ROOT, "goal_number": 10})
    assert comp.AddNodeProgress(PLAYER, "root", 5)
    load({**ROOT, "goal_number": 3})
    assert comp.AddNodeProgress(PLAYER, "root", 1) is False
    assert completed == []
    assert comp.AddNodeProgress(6, "root", 3)
    load({**ROOT, "goal_number": 10})
    assert comp.AddNodeProgress(6, "root", 7)
    assert completed == [(6, "root"), (6, "root")]


# --- nodes that are sent by themselves ---


def test_a_cloud_node_is_sent_and_answers_the_callback(tree, room, completed):
    # A-9, A-3
    [first] = send(room, 3, "x")
    assert first == {
        "code": 0,
        "message": "正常返回",
        "details": "",
        "entity": {"completed_at": 0, "extra": "", "progress": 0, "version": 0},
    }
    assert progress(room, "cloud") == 3
    assert completed == []
    assert answer_codes(send(room, 7, "y")) == [0]
    assert completed == [(PLAYER, "cloud")]
    assert achieved(room)["cloud"]["progress"] == 4
    assert send(room, 1) == [None]
    assert completed == [(PLAYER, "cloud")]


@pytest.mark.parametrize("call", ["AddNodeProgress", "SetNodeFinish"])
def test_without_callback_a_cloud_node_is_not_sent(tree, room, caplog, call):
    # A-9
    arguments = (1,) if call == "AddNodeProgress" else ()
    with caplog.at_level(logging.WARNING, logger="cloudvars"):
        answer = getattr(room.achievement, call)(
            PLAYER, "cloud", *arguments, callback=None, getExtra=lambda: "x"
        )
    assert answer is False
    assert any("callback" in record.getMessage() for record in caplog.records)
    assert achieved(room) == {}
    assert progress(room, "cloud") == 0


def test_finish_sends_what_is_missing(tree, make_room, room, completed):
    # A-9
    other, answers = make_room(), []
    assert answer_codes(send(other, 1)) == [0]
    assert room.achievement.SetNodeFinish(PLAYER, "cloud", callback=answers.append, getExtra=None) is True
    assert answer_codes(answers) == [0]
    assert answers[0]["entity"]["progress"] == 1
    assert achieved(room)["cloud"]["progress"] == 4
    assert completed == [(PLAYER, "cloud")]
    assert room.achievement.SetNodeFinish(PLAYER, "cloud", answers.append) is True
    assert answers[1] is None
    assert completed == [(PLAYER, "cloud")]


@pytest.mark.parametrize("delivery", ["inline", "tick"])
def test_a_stale_room_conflicts_and_true_sends_again(tree, make_room, delivery):
    # A-9, A-5, A-6
    room, other = make_room(delivery=delivery), make_room()
    completed = []
    room.achievement._on_complete(lambda player, node: completed.append(len(answers)))
    assert answer_codes(send(other, 2, "theirs")) == [0]
    answers, extras = [], []

    def callback(data):
        answers.append(data)
        return data["code"] == 5

    def getter():
        extras.append(answers[-1]["entity"]["extra"] + "+mine" if answers else "stale")
        return extras[-1]

    assert room.achievement.AddNodeProgress(PLAYER, "cloud", 2, callback=callback, getExtra=getter) is True
    assert answer_codes(answers) == ([5, 0] if delivery == "inline" else [])
    room.tick()
    assert answer_codes(answers) == [5, 0]
    assert answers[0]["message"] == "操作冲突"
    assert extras == ["stale", "theirs+mine"]
    assert completed == [2]
    assert achieved(other)["cloud"]["extra"] == "theirs+mine"


def test_anything_but_true_drops(tree, make_room):
    # A-9, A-6
    room, other = make_room(), make_room()
    send(other, 2, "theirs")
    assert answer_codes(send(room, 2, "mine", again="yes")) == [5]
    assert achieved(other)["cloud"]["progress"] == 2
    assert progress(room, "cloud") == 2


def test_a_getter_that_returns_no_str_is_named(tree, room):
    # A-9, A-8
    with pytest.raises(CloudValueError, match="AddNodeProgress: getExtra returned int"):
        room.achievement.AddNodeProgress(PLAYER, "cloud", 1, print, lambda: 5)
    assert achieved(room) == {}


def test_lobby_set_is_refused_where_the_node_sends_itself(tree, room, caplog):
    # A-9
    with caplog.at_level(logging.WARNING, logger="cloudvars"):
        assert achieve(room, 1, node="cloud") == [None]
        assert achieve(room, 1, "x", node="cloud") == [None]
    assert any("auto_sent_cloud" in record.getMessage() for record in caplog.records)
    assert achieved(room) == {}


def test_the_crossing_is_told_in_the_room_that_made_it(tree, make_room):
    # A-9
    told = []
    rooms = [make_room(str(number)) for number in range(4)]
    for room in rooms:
        room.achievement._on_complete(lambda player, node, room=room: told.append(room.name))
    for room in rooms:
        assert answer_codes(send(room, 1)) == [0]
    assert told == ["3"]
    for room in rooms:
        room.achievement._load_cloud(PLAYER)
        room.tick()
    assert told == ["3"]


def test_a_raised_goal_opens_a_cloud_node_again(load, room, completed, clock):
    # A-9, A-4
    load({**ROOT, "is_cloud": True, "goal_number": 2})
    assert answer_codes(send(room, 2, node="root")) == [0]
    first = achieved(room)["root"]["completed_at"]
    load({**ROOT, "is_cloud": True, "goal_number": 5})
    clock.advance(seconds=10)
    assert answer_codes(send(room, 1, node="root")) == [0]
    assert completed == [(PLAYER, "root")]
    assert answer_codes(send(room, 2, node="root")) == [0]
    assert completed == [(PLAYER, "root")] * 2
    assert send(room, 1, node="root") == [None]
    assert achieved(room)["root"]["completed_at"] == first


def test_a_child_may_wait_for_a_parent_in_the_cloud(tree, make_room):
    # A-9
    room, other = make_room(), make_room()
    assert room.achievement.SetNodeFinish(PLAYER, "later") is False
    assert answer_codes(send(other, 4)) == [0]
    room.achievement._load_cloud(PLAYER)
    assert room.achievement.SetNodeFinish(PLAYER, "later") is True


def test_cloud_progress_is_read_at_each_entry(tree, make_room):
    # A-9
    room, other = make_room(), make_room()
    assert progress(room, "cloud") == 0
    assert answer_codes(send(other, 2)) == [0]
    assert progress(room, "cloud") == 0
    room.player_leave(PLAYER)
    assert progress(room, "cloud") == 2
    assert answer_codes(send(other, 1)) == [0]
    room.achievement._load_cloud(str(PLAYER))
    assert progress(room, "cloud") == 3


@pytest.mark.parametrize(("loaded", "code"), [(True, 0), (False, 5)])
def test_loading_obtains_the_version_and_looking_does_not(tree, make_room, loaded, code):
    # A-9, A-5
    room, other = make_room(), make_room()
    send(other, 1, "theirs")
    assert progress(room, "cloud") == 1
    if loaded:
        room.achievement._load_cloud(PLAYER)
    assert answer_codes(send(room, 1, "mine")) == [code]


# --- nodes that the mod sends ---


def test_a_node_with_auto_sent_cloud_false_counts_and_the_mod_sends(tree, room, completed, make_room):
    # A-9
    assert room.achievement.AddNodeProgress(PLAYER, "own", 3) is True
    assert achieved(room) == {}
    assert progress(room, "own") == 3
    assert answer_codes(achieve(room, 3, "x", node="own")) == [0]
    assert progress(room, "own") == 3
    assert room.achievement.AddNodeProgress(PLAYER, "own", 2, print, lambda: "never called") is True
    assert completed == [(PLAYER, "own")]
    assert answer_codes(achieve(room, 2, "y", node="own")) == [0]
    assert completed == [(PLAYER, "own")]
    assert room.achievement.SetNodeFinish(PLAYER, "own") is False
    other = make_room()
    assert progress(other, "own") == 5
    assert other.achievement.SetNodeFinish(PLAYER, "own") is False


def test_a_mod_that_only_sends_completes_the_node_too(tree, room, completed):
    # A-9
    assert answer_codes(achieve(room, 4, node="own")) == [0]
    assert progress(room, "own") == 4
    assert answer_codes(achieve(room, 4, node="own")) == [0]
    assert completed == [(PLAYER, "own")]


# --- the engine's own counting ---


def test_the_engine_sends_without_callback(tree, room, completed):
    # A-9
    comp = room.achievement
    send(room, 1, "kept")
    assert comp._auto(PLAYER, "cloud", 1) is True
    assert comp._auto(PLAYER, "root", 1) is True
    assert comp._auto(PLAYER, "own", 1) is True
    assert [progress(room, node) for node in ("cloud", "root", "own")] == [2, 1, 1]
    held = achieved(room)
    assert set(held) == {"cloud"}
    assert (held["cloud"]["extra"], held["cloud"]["version"]) == ("kept", 2)
    assert comp._auto(PLAYER, "later", 1) is False
    assert comp._auto(PLAYER, "cloud", 9) is True
    assert completed == [(PLAYER, "cloud")]
    assert comp._auto(PLAYER, "cloud", 1) is False


# --- delivery ---


def test_in_tick_mode_completions_are_told_by_tick(tree, make_room):
    # A-9, D-1
    room, told = make_room(delivery="tick"), []

    def completed(player, node):
        told.append(node["node_ID"])
        if node["node_ID"] == "root":
            assert room.achievement.SetNodeFinish(player, "after") is True

    room.achievement._on_complete(completed)
    assert room.achievement.SetNodeFinish(PLAYER, "root") is True
    assert room.achievement.SetNodeFinish(PLAYER, "cloud", lambda data: told.append("callback")) is True
    assert told == []
    assert room.tick() == 3
    assert told == ["root", "callback", "cloud"]
    assert room.tick() == 1
    assert told == ["root", "callback", "cloud", "after"]
    assert room.tick() == 0


def test_completions_are_never_nested(tree, room):
    # A-9, D-1
    depth, told = [], []

    def completed(player, node):
        assert depth == []
        depth.append(1)
        told.append(node["node_ID"])
        if node["node_ID"] == "root":
            room.achievement.SetNodeFinish(player, "after")
        depth.pop()

    room.achievement._on_complete(completed)
    room.achievement.SetNodeFinish(PLAYER, "root")
    assert told == ["root", "after"]


def test_an_exception_of_the_host_is_raised_and_logged(tree, room, caplog):
    # A-9, A-8
    def completed(player, node):
        raise LookupError(node["node_ID"])

    room.achievement._on_complete(completed)
    with caplog.at_level(logging.ERROR, logger="cloudvars"), pytest.raises(LookupError, match="root"):
        room.achievement.SetNodeFinish(PLAYER, "root")
    assert any(record.exc_info for record in caplog.records)
    room.achievement._on_complete(None)
    assert room.achievement.SetNodeFinish(6, "root") is True


def test_a_room_that_its_own_hook_holds_is_let_go(load, store):
    # A-9
    load(ROOT)
    room = store.room()

    def completed(player, node, room=room):
        assert room

    room.achievement._on_complete(completed)
    held = weakref.ref(completed)
    del room, completed
    gc.collect()
    assert held() is None


def test_a_closed_room_refuses(tree, make_room):
    # A-9
    room = make_room()
    room.achievement._on_complete(print)
    room.close()
    comp = room.achievement
    for call in (
        lambda: comp.AddNodeProgress(PLAYER, "root", 1),
        lambda: comp.SetNodeFinish(PLAYER, "cloud", print),
        lambda: comp.GetNodeDetailInfo(PLAYER, "root"),
        lambda: comp.GetChildrenNode("root"),
        lambda: comp._load_cloud(PLAYER),
    ):
        with pytest.raises(cloudvars.StoreError):
            call()


@pytest.mark.parametrize("node", ["root", "cloud"])
def test_many_threads_lose_nothing_and_complete_once(load, make_room, node):
    # A-9, C-7
    load({**ROOT, "goal_number": 48}, child("cloud", is_cloud=True, goal_number=48))
    room, told = make_room(), []
    room.achievement._on_complete(lambda player, info: told.append(info["node_ID"]))
    start = threading.Barrier(8)

    def work():
        start.wait()
        for _ in range(6):
            assert room.achievement.AddNodeProgress(PLAYER, node, 1, lambda data: None)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    room.tick()
    assert progress(room, node) == 48
    assert told == [node]


CHILD = """
import sys, cloudvars
room = cloudvars.open(sys.argv[1]).room()
told, answers = [], []
room.achievement._on_complete(lambda player, node: told.append(node["node_ID"]))
for _ in range(4):
    room.achievement.AddNodeProgress(5, "cloud", 1, answers.append)
print(room.achievement.GetNodeDetailInfo(5, "cloud")["progress"], told, [a and a["code"] for a in answers])
"""


def test_another_process_knows_the_nodes(open_store, address, folder, run_python):
    # A-9
    store = open_store(clock=cloudvars.SystemClock())
    store.achievements.load_nodes(folder(ROOT, child("cloud", is_cloud=True)))
    assert run_python("-c", CHILD, address) == "3 ['cloud'] [0, 0, 0, None]\n"
    assert progress(store.room(), "cloud") == 3
