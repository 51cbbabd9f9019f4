"""Custom nodes in a room: what their calls tell, what counts in the room, when completions are told."""

import gc
import logging
import threading
import weakref

import cloudvars
import pytest
from achievement_calls import achieved
from cloudvars import CloudValueError
from nodes import PLAYER, ROOT, child, progress, send
from stores import one_store


def test_detail_info_has_the_fields_of_the_file_and_progress(load_nodes, room):
    #
    data = {"EXP": 20, "#5": [1, 2.0, None]}
    node = {**ROOT, "reward": [{"function_name": "f", "name_space": "a:b", "data": data}]}
    load_nodes(node)
    info = room.achievement.GetNodeDetailInfo(playerId=str(PLAYER), nodeId="root")
    assert info == {**node, "progress": 0}
    assert list(info) == [*node, "progress"]
    assert room.achievement.AddNodeProgress(PLAYER, "root", 2) is True
    assert progress(room, "root") == 2 == room.achievement._progress(PLAYER, "root")
    assert progress(room, "root", player=6) == 0
    assert room.achievement.GetNodeDetailInfo(PLAYER, "nobody") is None
    assert room.achievement._progress(PLAYER, "nobody") == 0


def test_children_are_those_right_below_in_node_order(node_tree, room, store):
    #
    comp = room.achievement
    assert comp.GetChildrenNode("root") == ["after", "cloud", "own"]
    assert comp.GetChildrenNode(nodeId="after") == ["leaf"]
    assert comp.GetChildrenNode("leaf") == []
    store.achievements.define("table", total=2)
    assert comp.GetChildrenNode("table") is None
    assert comp.GetNodeDetailInfo(PLAYER, "table") is None
    assert "table" not in comp._nodes()


def test_detail_info_can_be_forbidden(node_tree, room):
    #
    room.achievement._forbid(True)
    with pytest.raises(RuntimeError, match="ClientLoadAddonsFinishServerEvent"):
        room.achievement.GetNodeDetailInfo(PLAYER, "root")
    room.achievement._forbid(False)
    assert progress(room, "root") == 0


def test_a_local_node_counts_in_the_room_and_completes_once(node_tree, room, completed):
    #
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


def test_a_local_node_calls_neither_callback_nor_getter(node_tree, room):
    #
    called = []
    assert room.achievement.SetNodeFinish(PLAYER, "root", called.append, lambda: called.append(1)) is True
    assert called == []


def test_local_progress_is_of_a_room_and_lives_as_long(node_tree, make_room):
    #
    first, second = make_room(), make_room()
    assert first.achievement.AddNodeProgress(PLAYER, "root", 2)
    first.player_leave(PLAYER)
    assert progress(first, "root") == 2
    assert progress(second, "root") == 0


@one_store
@pytest.mark.parametrize("delta", [0, -1, 1.5, "x", True, None], ids=repr)
def test_a_delta_is_a_positive_int(node_tree, room, delta):
    #
    with pytest.raises(CloudValueError, match="delta"):
        room.achievement.AddNodeProgress(PLAYER, "root", delta)
    assert progress(room, "root") == 0


@one_store
@pytest.mark.parametrize("call", ["AddNodeProgress", "SetNodeFinish", "GetNodeDetailInfo"])
def test_what_is_no_player_is_refused(node_tree, room, call):
    # A-9, G-2
    arguments = (1,) if call == "AddNodeProgress" else ()
    with pytest.raises(CloudValueError, match="playerId"):
        getattr(room.achievement, call)("steve", "root", *arguments)


@one_store
def test_what_is_no_function_is_refused(node_tree, room):
    # A-9, G-4
    with pytest.raises(CloudValueError, match="callback"):
        room.achievement.AddNodeProgress(PLAYER, "cloud", 1, 5)
    with pytest.raises(CloudValueError, match="getExtra"):
        room.achievement.SetNodeFinish(PLAYER, "cloud", print, "x")
    with pytest.raises(CloudValueError, match="fn"):
        room.achievement._on_complete(5)


def test_an_unknown_node_is_refused_and_the_log_says_so(node_tree, room, store, caplog):
    #
    store.achievements.define("table", total=2)
    with caplog.at_level(logging.WARNING, logger="cloudvars"):
        for node in ("nobody", "table"):
            assert room.achievement.AddNodeProgress(PLAYER, node, 1, print) is False
            assert room.achievement.SetNodeFinish(PLAYER, node, print) is False
            assert room.achievement._auto(PLAYER, node, 1) is False
            assert any(node in record.getMessage() for record in caplog.records)


def test_a_dependent_node_waits_for_its_parent(node_tree, room, completed):
    #
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


def test_a_goal_that_was_edited_is_met_at_the_crossing(load_nodes, room, completed):
    #
    comp = room.achievement
    load_nodes({**ROOT, "goal_number": 10})
    assert comp.AddNodeProgress(PLAYER, "root", 5)
    load_nodes({**ROOT, "goal_number": 3})
    assert comp.AddNodeProgress(PLAYER, "root", 1) is False
    assert completed == []
    assert comp.AddNodeProgress(6, "root", 3)
    load_nodes({**ROOT, "goal_number": 10})
    assert comp.AddNodeProgress(6, "root", 7)
    assert completed == [(6, "root"), (6, "root")]


def test_the_engine_sends_without_callback(node_tree, room, completed):
    #
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


def test_in_tick_mode_completions_are_told_by_tick(node_tree, make_room):
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


def test_completions_are_never_nested(node_tree, room):
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


def test_an_exception_of_the_host_is_raised_and_logged(node_tree, room, caplog):
    #
    def completed(player, node):
        raise LookupError(node["node_ID"])

    room.achievement._on_complete(completed)
    with caplog.at_level(logging.ERROR, logger="cloudvars"), pytest.raises(LookupError, match="root"):
        room.achievement.SetNodeFinish(PLAYER, "root")
    assert any(record.exc_info for record in caplog.records)
    room.achievement._on_complete(None)
    assert room.achievement.SetNodeFinish(6, "root") is True


def test_a_room_that_its_own_hook_holds_is_let_go(load_nodes, store):
    load_nodes(ROOT)
    room = store.room()

    def completed(player, node, room=room):
        assert room

    room.achievement._on_complete(completed)
    held = weakref.ref(completed)
    del room, completed
    gc.collect()
    assert held() is None


def test_a_closed_room_refuses(node_tree, make_room):
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
def test_many_threads_lose_nothing_and_complete_once(load_nodes, make_room, node):
    # A-9, C-7
    load_nodes({**ROOT, "goal_number": 48}, child("cloud", is_cloud=True, goal_number=48))
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


def test_another_process_knows_the_nodes(open_store, address, node_folder, run_python):
    #
    store = open_store(clock=cloudvars.SystemClock())
    store.achievements.load_nodes(node_folder(ROOT, child("cloud", is_cloud=True)))
    assert run_python("-c", CHILD, address) == "3 ['cloud'] [0, 0, 0, None]\n"
    assert progress(store.room(), "cloud") == 3
