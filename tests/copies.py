"""Stores to be copied, for tests: full ones, large ones, half copied ones. The fixture is there for every test."""

import cloudvars
import pytest
from contents import fill

BOTH_WAYS = [("file", "file"), ("file", "mariadb"), ("mariadb", "file"), ("mariadb", "mariadb")]


@pytest.fixture
def new_address(request, tmp_path):
    """Makes the address of a new store."""
    names = iter(range(99))

    def new_address(kind="file"):
        if kind == "mariadb":
            return request.getfixturevalue("mariadb").new_database()
        return str(tmp_path / f"store-{next(names)}")

    return new_address


def fill_all(store):
    """What dumps show, and all else that a store may hold: storage, orders, boards, deleted and swept rows."""
    fill(store)
    room = store.room(limits=False)
    score, storage = room.score, room.storage
    store.storage.sort_keys("kills")
    room.player_join(7)
    storage.LobbySetStorageAndUserItem(
        lambda answer: None,
        7,
        None,
        lambda: [{"key": "kills", "value": 5}, {"key": "bag", "value": {"猫": [1]}}],
    )
    storage.place_order(7, "sword", 2)
    storage.set_nickname(7, "名")
    storage.LobbyGetStorageBySort(lambda answer: None, "kills", False, 0, 10)
    c = score.get_commit()
    gone = [c.list_add(user_id=8, key="bag", value=[number]) for number in range(4)]
    c.set(user_id=-(2**63), key="\U0010ffff", s_value="a\0b", value=["\0"], i_value=2**63 - 1)
    c.set(user_id=2**63 - 1, key="é", s_value="")
    assert c.commit().ok
    c = score.get_commit()
    for uuid in gone[1:]:
        c.list_delete(uuid=uuid)
    assert c.commit().ok
    sent = score.message_send(src_user_id=1, key="mail", target_user_id=9, value=["x"])
    score.message_delete(objectId=sent.data["objectId"])
    score.publish_message("news", "now or never")


def filled(url, clock):
    with cloudvars.open(url, clock=clock) as store:
        fill_all(store)
        return store.dump()


def many(url, rows=3000):
    """Fills a store with rows of some users."""
    with cloudvars.open(url, durability="off" if "://" not in url else "full") as store:
        score = store.room(limits=False).score
        for first in range(0, rows, 1000):
            c = score.get_commit()
            for number in range(first, min(first + 1000, rows)):
                c.set(user_id=number % 7, key=f"k{number}", value=["v" * (number % 50)], i_value=number)
            assert c.commit().ok
        return store.dump()


def stop_after(calls):
    """A progress function that stops the copy at its n-th call."""

    def progress(done, total):
        nonlocal calls
        calls -= 1
        if calls == 0:
            raise KeyboardInterrupt

    return progress


def half_copied(a, b, rows=25_000):
    """Copies some of a new store's rows."""
    dump = many(a, rows)
    with pytest.raises(KeyboardInterrupt):
        cloudvars.copy(a, b, progress=stop_after(2))
    return dump
