"""What users get wrong: every line that ends with `# wrong` is an error, and no other line is."""

import cloudvars
from cloudvars import StoreError
from cloudvars.types import AchievementAnswer, MoneyRow, Published

store = cloudvars.open()
room = store.room("lobby-1", delivery="sometimes")  # wrong
score = room.score


def reads() -> None:
    score.get(user_id=5)  # wrong
    score.get(user_id=5, kei="apple")  # wrong
    score.get([5], ["apple"])  # wrong
    score.money_get({"user_id": 5}, key="gold")  # wrong
    score.money_get(user_id=5, key="gold").unwrap()[0]["amount"]  # wrong
    score.message_query(key="mail", read=3)  # wrong
    score.list_query(user_id=5, key="bag", timetype="seconds")  # wrong
    text: str = score.is_old_player(user_id=5).unwrap()  # wrong
    print(text)


def writes() -> None:
    c = score.get_commit()
    c.money_add(user_id=7)  # wrong
    c.money_add(user_id=7, key="gold", value="1")  # wrong
    c.set(user_id=7, key="hero")  # wrong
    c.set(user_id=7, key="hero", value="archer")  # wrong
    c.add(user_id=7, key="hero", i_value=1, value=1)  # wrong
    c.list_add(user_id=7, key="bag")  # wrong
    c.withlimit_add(user_id=7, key="day", value=1)  # wrong
    c.withlimit_add(user_id=7, key="day", value=1, limit=3, refresh_week=1, week_start="mon")  # wrong
    c.commit().unwrap()["operation"]  # wrong


def heard(message: Published) -> None:
    print(message["text"])  # wrong


def answered(data: AchievementAnswer | None) -> bool:
    return data["code"] == 5  # wrong


def calls() -> None:
    score.subscribe_channel(5, "mail", heard)  # wrong
    score.subscribe_message("news", 5)  # wrong
    room.achievement.LobbyGetAchievementStorage(answered, 7)  # wrong
    room.achievement.LobbySetAchievementStorage(answered, 7, "cows", "1")  # wrong
    print(room.budget()["left"])  # wrong
    row: MoneyRow = {"user_id": 5, "key": "gold"}  # wrong
    print(row)


def failures(error: StoreError) -> None:
    print(error.why)  # wrong


async def main() -> None:
    await score.aio.get(user_id=5)  # wrong
    (await score.aio.money_get(user_id=5, key="gold")).unwrap()[0]["amount"]  # wrong
    await score.aio.get_commit().commit().unwrap()  # wrong
