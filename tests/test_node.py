"""What the store knows of achievement nodes: definitions and NodeSetting.csv; the default room."""

import pytest
from achievement_calls import achieve, achieved, answer_codes
from cloudvars import CloudError, CloudValueError
from stores import one_store

HEADER = "NodeId,PrePic,FinPic,Title,Description,Total,Rank\r\n"


@pytest.fixture
def table(tmp_path):
    """Writes a NodeSetting.csv: its path."""

    def table(text, encoding="gbk"):
        path = tmp_path / "NodeSetting.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return table


def test_a_table_of_nodes(store, room, table):
    #
    rows = "Node1,textures/a.png,textures/b.png,击杀,击杀三头牛,3,1\r\n"
    rows += '节点2,,,标题,"说明,带逗号",,\r\nNode3,a,b,t,d,10,2\r\n'
    assert store.achievements.load_csv(table(HEADER + rows)) == 3
    assert store.achievements.load_csv(str(table(HEADER + rows))) == 3
    for node, total in (("Node1", 3), ("节点2", 1), ("Node3", 10)):
        assert answer_codes(achieve(room, 1, node=node)) == [0]
        assert achieved(room)[node]["max_progress"] == total
    assert achieve(room, 1, node="Node4") == [None]


def test_columns_in_another_order_are_never_misread(store, room, table):
    #
    try:
        store.achievements.load_csv(
            table("Total,NodeId,Title,Description,PrePic,FinPic,Rank\n7,Node1,t,d,,,\n")
        )
    except CloudValueError:
        assert achieve(room, 1, node="Node1") == [None]
    else:
        assert answer_codes(achieve(room, 1, node="Node1")) == [0]
        assert achieved(room)["Node1"]["max_progress"] == 7


def test_a_table_survives_reopening(open_store, reopen, table):
    #
    store = open_store()
    assert store.achievements.load_csv(table(HEADER + "Node1,,,t,d,3,1\n")) == 1
    assert answer_codes(achieve(reopen(store).room(), 1, node="Node1")) == [0]


def test_bad_lines_are_all_named_and_nothing_is_loaded(store, room, table):
    # A-1, G-4
    lines = ["Node1,,,t,d,3,1", "Node2,,,t,d,many,1", "Node3,,,t,d,3,1", ",,,t,d,3,1", "Node5,,,t,d,-1,1"]
    with pytest.raises(CloudValueError) as caught:
        store.achievements.load_csv(table(HEADER + "\r\n".join(lines) + "\r\n"))
    for number in (3, 5, 6):
        assert str(number) in caught.value.message
    assert "many" in caught.value.message
    for node in ("Node1", "Node3"):
        assert achieve(room, 1, node=node) == [None]


def test_what_is_no_table_is_refused(store, table, tmp_path):
    #
    for text in ("", "a,b,c\n1,2,3\n"):
        with pytest.raises(CloudValueError):
            store.achievements.load_csv(table(text))
    with pytest.raises((CloudError, OSError)):
        store.achievements.load_csv(tmp_path / "missing.csv")


def test_a_definition_may_be_given_again(store, room):
    #
    store.achievements.define("node", total=2, title="a", description="b", prepic="c", finpic="d", rank=3)
    assert answer_codes(achieve(room, 1, node="node")) == [0]
    store.achievements.define("node", total=5)
    assert achieved(room)["node"]["max_progress"] == 5
    assert answer_codes(achieve(room, 3, node="node")) == [0]
    assert achieved(room)["node"]["progress"] == 4


@one_store
@pytest.mark.parametrize("total", [0, -1, 1.5, "many", True, 2**63], ids=repr)
def test_a_total_is_a_positive_int(store, room, total):
    # A-1, G-4
    with pytest.raises(CloudValueError, match="total"):
        store.achievements.define("node", total=total)
    assert achieve(room, 1, node="node") == [None]


DEFAULT_ROOM = """
import cloudvars
answers = []
assert cloudvars.LobbySetAchievementStorage(answers.append, 5, "node", 2, lambda: "x") is None
assert cloudvars.LobbyGetAchievementStorage(answers.append, "5") is None
for answer in answers:
    entity = answer and answer["entity"]
    print(answer and answer["code"], [e["progress"] for e in entity] if isinstance(entity, list) else "set")
"""


def test_the_default_room(run_python, open_store, address):
    #
    assert run_python("-c", DEFAULT_ROOM, CLOUDVARS_URL=":memory:") == "None set\n0 []\n"
    store = open_store()
    store.achievements.define("node", total=6)
    store.close()
    assert run_python("-c", DEFAULT_ROOM, CLOUDVARS_URL=address) == "0 set\n0 [2]\n"
    assert achieved(open_store().room())["node"]["progress"] == 2
