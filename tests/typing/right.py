"""What users write, and a type checker accepts."""

import asyncio
from typing import Literal, assert_type

import cloudvars
from cloudvars import Reply, StoreError
from cloudvars.errors import Reason
from cloudvars.types import (
    AchievementAnswer,
    AchievementData,
    Budget,
    ChannelMessage,
    CommitDetail,
    CustomNode,
    GeneralRow,
    Injected,
    LimitRow,
    MoneyRow,
    OrderAnswer,
    Published,
    StorageSetAnswer,
)

store = cloudvars.open()
room = store.room("lobby-1")
score = room.score


def reads() -> None:
    rows = score.get(user_id=[5, "6"], key=["apple", "hp"]).unwrap()
    assert_type(rows, list[GeneralRow])
    for row in rows:
        assert_type(row["user_id"], int)
        assert_type(row.get("i_value"), int | None)
    code, balances, message = score.money_get({"user_id": 5, "key": "gold"})
    assert_type(code, int)
    assert_type(message, str | None)
    for balance in balances:
        print(balance["value"] + 1)
    assert_type(score.list_query(user_id=5, key="bag").unwrap()[0]["updatedAt"], str)
    assert_type(score.list_query(user_id=5, key="bag", timetype="stamp").unwrap()[0]["updatedAt"], int)
    assert_type(score.withlimit_query(user_id=5, key="day").unwrap(), LimitRow)
    assert_type(score.is_old_player(user_id=5).unwrap(), bool)
    assert_type(score.test_cloud_value(value=[1, "two"]).unwrap(), int)
    assert_type(score.message_query(key="mail", read=2).unwrap()[0]["read"], Literal[0, 1])
    if reply := score.message_send(src_user_id=1, key="mail", target_user_id="2", value="hello", read=None):
        print(reply.unwrap()["objectId"])
    sent = score.message_send({"src_user_id": 1, "key": "mail", "target_user_id": 2, "value": [1]})
    assert_type(sent.unwrap()["objectId"], int)


def writes(fields: dict[str, object]) -> Reply[CommitDetail]:
    c = score.get_commit()
    c.set(fields)
    c.set(user_id=5, key="apple", i_value="5")
    c.set(user_id=5, key="hero", s_value="archer", value={"class": "archer"})
    c.add(user_id=5, key="apple", value=1.5)
    c.addi(user_id=5, key="apple", i_value=2)
    c.money_add(user_id="5", key="gold", value=50)
    c.money_cost({"user_id": 5, "key": "gold", "value": 80})
    uuid = c.list_add(user_id=5, key="bag", value={"name": "bow"})
    c.list_modify(uuid=uuid, value=[1])
    c.withlimit_add(user_id=5, key="day", value=1, limit=3, refresh_week=1, week_start="monday")
    c.world_data_set(user_id=5, key="map", world_id=7)
    reply = c.commit()
    if not reply and reply.data:
        print(reply.data.get("op"), reply.err_msg)
    return reply


def rows_of(user: int) -> list[MoneyRow]:
    with score.get_commit() as c:
        c.money_add(user_id=user, key="gold", value=1)
    return score.money_get(user_id=user, key="gold").unwrap()


def unnamed(reply: Reply) -> bool:
    return bool(reply)


def heard(message: ChannelMessage) -> None:
    print(message["message_id"] + 1, message["value"]["text"], message["read"])


async def awaits(message: ChannelMessage) -> None:
    await asyncio.sleep(0)
    print(message["key"])


def published(message: Published) -> None:
    print(message["message"])


def live() -> None:
    score.subscribe_channel(5, "mail", heard)
    score.subscribe_channel("5", "mail", {"ok": heard})
    score.subscribe_message("news", {"ok": published})
    score.subscribe_message("news", print)
    score.subscribe_channel(5, "mail", lambda message: print(message["src_user_id"]))


def answered(data: AchievementAnswer | None) -> bool:
    return data is not None and data["code"] == 5 and data["entity"]["progress"] < 3


def loaded(data: AchievementData | None) -> None:
    for entry in data["entity"] if data else []:
        print(entry["achievement_id"], entry["max_progress"] - entry["progress"])


def stored(data: StorageSetAnswer | None) -> None:
    print(data and [entry["key"] for entry in data["entity"]["data"]])


def ordered(data: OrderAnswer | None) -> None:
    print(data and [order["cmd"] for order in data["entity"]["orders"]])


def requests() -> None:
    room.achievement.LobbySetAchievementStorage(answered, 7, "cows", 1, lambda: "{}")
    room.achievement.LobbyGetAchievementStorage(loaded, "7")
    cloudvars.LobbySetAchievementStorage(answered, 7, "cows", 1)
    node = room.achievement.GetNodeDetailInfo(7, "cows")
    assert_type(node, CustomNode | None)
    found: list[AchievementData | None] = []
    room.achievement.LobbyGetAchievementStorage(found.append, 7)
    room.storage.LobbySetStorageAndUserItem(stored, 7, None, lambda: [{"key": "coins", "value": 3}])
    room.storage.QueryLobbyUserItem(ordered, 7)


def failures() -> None:
    assert_type(room.budget(), Budget)
    assert_type(room.budget()["resets_in"], float)
    assert_type(store.faults.trace, list[Injected])
    try:
        cloudvars.open("save.db")
    except StoreError as error:
        why: Reason = error.reason
        print(why, error.reason == "full")


async def main() -> None:
    assert_type(await score.aio.get(user_id=5, key="apple"), Reply[list[GeneralRow]])
    if found := await score.aio.money_get({"user_id": 5, "key": "gold"}):
        print(found.unwrap()[0]["value"])
    await score.aio.subscribe_channel(5, "mail", {"ok": awaits})
    c = score.aio.get_commit()
    c.money_add(user_id=5, key="gold", value=1)
    assert_type(await c.commit(), Reply[CommitDetail])
    assert_type(await score.aio.commit_many([c]), list[Reply[CommitDetail]])
