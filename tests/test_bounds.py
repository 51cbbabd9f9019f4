"""Calls that ask for more than a machine holds, and numbers at the end of int64: an answer, never the end of the process."""

import json

import cloudvars
import pytest
from cloudvars import CloudError, CloudValueError, codes
from score_calls import commit

INT64_MAX = 2**63 - 1

TOO_MUCH = """if True:
    import resource, sys
    import cloudvars
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    limits = sys.argv[1] == "True"
    store = cloudvars.open()
    room = store.room(limits=limits)
    score = room.score
    many, keys = list(range(20_000)), [str(number) for number in range(20_000)]

    class Endless:
        "Says that it is short."
        def __len__(self): return 1
        def __getitem__(self, index): return str(index)
    long = "x" * (300 << 20)

    def commit_of(verb, **fields):
        c = score.get_commit()
        for _ in range(40):
            getattr(c, verb)(**fields)
        return c.commit()

    calls = {
        "get": lambda: score.get(user_id=many, key=keys),
        "money_get": lambda: score.money_get(user_id=many, key=keys),
        "list_query": lambda: score.list_query(user_id=many, key=keys, limit=1),
        "numbers": lambda: score.get(user_id=range(10**12), key="k"),
        "endless": lambda: score.money_get(user_id=Endless(), key="k"),
        "endless keys": lambda: score.get(user_id=1, key=Endless()),
        "prefix": lambda: score.name_search(key="k", name_prefix=long),
        "s_value": lambda: commit_of("set", user_id=1, key="k", s_value=long),
        "many texts": lambda: commit_of("set", user_id=1, key="k", s_value="x" * (100 << 20)),
        "name": lambda: commit_of("name_new", key="k", name="n", value=long),
        "storage keys": lambda: room.storage.LobbyGetStorage(print, 1, ["k"] * (1 << 23)),
    }
    for name, call in calls.items():
        try:
            answer = call()
            print(name, "answered", answer.error_code)
        except cloudvars.CloudError as error:
            print(name, type(error).__name__, error.code, len(error.message) < 300)
        c = score.get_commit()
        c.money_add(user_id=1, key="gold", value=1)
        assert c.commit().ok, name
    [row] = score.money_get(user_id=1, key="gold").data
    assert row["value"] == len(calls)
"""


@pytest.mark.parametrize("limits", [True, False])
def test_a_call_that_asks_for_too_much_is_refused(run_python, limits):
    # G-4, G-5, Q-2
    told = run_python("-c", TOO_MUCH, limits).splitlines()
    assert len(told) == 11
    assert all(line.endswith(f"CloudValueError {codes.TOO_LONG.value} True") for line in told), told


def test_a_large_product_is_read_in_parts(score, make_room):
    # G-5: the existing rows, user-major, each once
    room = make_room(limits=False)
    for user, key in ((3, "k9"), (1, "k900"), (3, "k0"), (1, "k5")):
        assert commit(room.score, ("money_add", {"user_id": user, "key": key, "value": user})).ok
    users, keys = [3, 1, 3, *range(10, 20)], [f"k{number}" for number in range(1000)]
    rows = room.score.money_get(user_id=users, key=keys).unwrap()
    assert [(row["user_id"], row["key"]) for row in rows] == [(3, "k0"), (3, "k9"), (1, "k5"), (1, "k900")]


def test_a_read_is_refused_as_soon_as_it_is_too_large():
    # of the first rows already, whatever comes after them
    room = cloudvars.open().room()
    other = room.store.room(limits=False).score
    for number in range(40):
        assert commit(other, ("set", {"user_id": number, "key": "k", "s_value": "x" * (1 << 20)})).ok
    users, keys = list(range(4000)), ["k", "l"]
    assert room.score.get(user_id=users, key=keys).error_code == codes.TOO_LONG
    assert len(other.get(user_id=users, key=keys).unwrap()) == 40
    assert len(room.score.get(user_id=users[:31], key=keys).unwrap()) == 31


def filled():
    """A dump with a row of every kind that is written again."""
    with cloudvars.open() as store:
        store.achievements.define("n", total=100)
        store.storage.sort_keys("z")
        room = store.room(limits=False)
        write(room)
        achieve(room)
        keep(room)
        room.storage.place_order(7, "sword")
        room.storage.set_nickname(7, "name")
        c = room.score.get_commit()
        c.list_add(user_id=1, key="bag", value={})
        c.world_list_add(user_id=1, key="bag", world_id=1, value={})
        c.name_new(key="k", name="n", value="v")
        assert c.commit().ok
        assert room.score.message_send(src_user_id=1, key="m", target_user_id=2, value=1).ok
        return store.dump()


def write(room):
    c = room.score.get_commit()
    c.add(user_id=1, key="k", value=1)
    c.money_add(user_id=1, key="gold", value=1)
    c.world_data_set(user_id=1, key="w", world_id=1, value={"a": 1})
    c.withlimit_add(user_id=1, key="d", value=1, limit=9, refresh_hour=1)
    return c.commit()


def achieve(room):
    told = []
    room.achievement.LobbySetAchievementStorage(told.append, 7, "n", 1, lambda: "x")
    return told


def keep(room):
    told = []
    room.storage.LobbySetStorageAndUserItem(told.append, 7, None, lambda: [{"key": "z", "value": 1}])
    return told


def use_all(room, dump):
    """Write to every row of the dump, and read it; what answers a code is fine."""
    score = room.score
    write(room)
    achieve(room)
    keep(room)
    score.withlimit_query(user_id=1, key="d")
    rows = dump["games"]["default"]
    c = score.get_commit()
    for row in rows["list"]:
        c.list_modify(uuid=row["uuid"], value={"a": 2})
    for row in rows["world_list"]:
        c.world_list_modify(uuid=row["uuid"], value={"a": 2})
    c.commit()
    for row in rows["message"]:
        score.message_modify_read(objectId=row["objectId"], new_read_value=1)
    room.storage.set_nickname(7, "another")
    room.storage.LobbySetStorageAndUserItem(print, 7, rows["order"][0]["order_id"], list)
    c = score.get_commit()
    c.list_add(user_id=1, key="bag", value={})
    c.commit()
    score.message_send(src_user_id=1, key="m", target_user_id=2, value=1)


def read_all(store):
    score = store.room(limits=False).score
    score.get(user_id=[1, 2], key=["k", "l"]).unwrap()
    score.money_get(user_id=1, key="gold").unwrap()
    score.list_query(user_id=1, key="bag", limit=5).unwrap()
    score.message_query(key="m").unwrap()
    score.name_search(key="k", name_prefix="").unwrap()
    store.fork().close()
    return store.dump()


LARGEST = [
    (section, field, number)
    for section, fields in {
        "general": ("version", "i_value", "updated"),
        "money": ("version", "value", "updated"),
        "list": ("version", "uuid", "created", "updated", "order"),
        "world_data": ("version", "world_id", "updated"),
        "world_list": ("version", "uuid", "created", "order"),
        "with_limit": ("version", "value", "limit", "updated"),
        "name": ("version", "created"),
        "message": ("version", "objectId", "created", "order"),
        "node": ("version", "total"),
        "achievement": ("version", "progress", "completed_at", "updated"),
        "storage": ("version", "updated"),
        "order": ("version", "order_id", "product_count", "created"),
        "nickname": ("version", "updated"),
    }.items()
    for field in fields
    for number in (INT64_MAX, INT64_MAX - 1, -(2**63))
]


@pytest.mark.parametrize(("section", "field", "number"), LARGEST)
def test_a_number_at_the_end_of_int64_ends_no_store(section, field, number):
    # G-8: load() refuses it, or the next write to the row answers; reads and other writes go on
    dump = filled()
    for row in dump["games"]["default"][section]:
        row[field] = number
    with cloudvars.open() as store:
        before = store.dump()
        try:
            store.load(dump)
        except CloudValueError as error:
            assert f"{section}[0].{field}" in error.message, error
            assert store.dump() == before
            return
        room = store.room(limits=False)
        try:
            use_all(room, dump)
        except CloudError as error:
            assert "internal" not in error.message
        read_all(store)
        assert commit(room.score, ("money_add", {"user_id": 99, "key": "gold", "value": 1})).ok


@pytest.mark.parametrize("number", [INT64_MAX, INT64_MAX - 1, -(2**63)])
def test_the_next_id_of_a_dump(number):
    # L-1
    dump = filled() | {"next_id": number}
    with cloudvars.open() as store:
        if number > 0:
            with pytest.raises(CloudValueError, match="next_id"):
                store.load(dump)
        else:
            store.load(dump)
            use_all(store.room(limits=False), dump)


def damaged(dump):
    """One dump for each row: this row cannot be read."""
    for section, rows in dump["games"]["default"].items():
        for index in range(len(rows)):
            copy = json.loads(json.dumps(dump))
            copy["games"]["default"][section][index]["version"] = "x"
            yield copy
            copy = json.loads(json.dumps(dump))
            copy["games"]["another"] = {section: copy["games"]["default"][section]}
            yield (
                copy
                if any("uuid" in row or "objectId" in row or "order_id" in row for row in rows)
                else {
                    **dump,
                    "joined": [{"user_id": 1, "game": ""}],
                }
            )


def test_a_refused_load_changes_nothing(target):
    # F-7: all of it, or nothing: the numbers of games too
    with cloudvars.open(target, game="mine") as store:
        before = store.dump()
        for dump in damaged(filled()):
            with pytest.raises(CloudValueError):
                store.load(dump)
            assert store.dump() == before
        store.load(filled())
        assert store.dump()["games"]["default"] == filled_again(store)["games"]["default"]


def filled_again(store):
    with cloudvars.open() as other:
        other.load(store.dump())
        return other.dump()


def test_a_store_with_games_of_its_own_takes_a_dump(target):
    # F-7
    with cloudvars.open(target, game="second") as store:
        store.room(game="third")
        store.room()
        dump = filled()
        store.load(dump)
        names = {"default", "second", "third"}
        assert set(store.dump()["games"]) == names
        with store.room(game="default", limits=False) as room:
            assert room.score.money_get(user_id=1, key="gold").unwrap()[0]["value"] == 1
            uuid = room.score.list_query(user_id=1, key="bag").unwrap()[0]["uuid"]
            c = room.score.get_commit()
            assert c.list_add(user_id=1, key="bag", value={}) > uuid
            assert c.commit().ok
