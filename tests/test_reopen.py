"""`store.reopen()`: everything goes on, unless the file is gone."""

import os
from pathlib import Path

import cloudvars
import pytest


def test_a_healthy_store_reopens(target):
    # Rooms, ids and subscriptions stay.
    with cloudvars.open(target) as store, store.room() as room:
        told = []
        room.score.subscribe_channel(1, "mail", told.append)
        for number in range(3):
            assert room.score.message_send(src_user_id=2, key="mail", target_user_id=1, value=number).ok
            store.reopen()
            c = room.score.get_commit()
            c.list_add(user_id=1, key="bag", value=[number])
            assert c.commit().ok
        assert [one["value"] for one in told] == [0, 1, 2]
        assert len({item["uuid"] for item in room.score.list_query(user_id=1, key="bag").unwrap()}) == 3
    with pytest.raises(cloudvars.StoreError, match="closed"):
        store.reopen()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_store_whose_file_is_gone_does_not_reopen(path, replaced):
    with cloudvars.open(path) as store:
        room = store.room()
        os.rename(path, path + ".away")
        if replaced:
            Path(path).write_bytes(Path(path + ".away").read_bytes())
        for _ in range(2):
            with pytest.raises(cloudvars.StoreError, match="was replaced" if replaced else "was deleted"):
                store.reopen()
        c = room.score.get_commit()
        c.money_add(user_id=1, key="gold", value=1)
        with pytest.raises(cloudvars.StoreError):
            c.commit()
        os.replace(path + ".away", path)
        store.reopen()
        c = room.score.get_commit()
        c.money_add(user_id=1, key="gold", value=1)
        assert c.commit().ok
