"""asyncio: 64 tasks reach for the last 20 coins of the guild chest at once. 20 get one."""

import asyncio
import tempfile
from collections import Counter
from pathlib import Path

import cloudvars

GUILD = 500
COINS = 20
TASKS = 64


async def grab(score: cloudvars.Score, player: int) -> int:
    """Take a coin from the chest and put it into the player's pocket, in one commit."""
    c = score.aio.get_commit()
    c.money_cost(user_id=GUILD, key="chest", value=1)
    c.money_add(user_id=player, key="pocket", value=1)
    return int((await c.commit()).error_code)


async def heist(score: cloudvars.Score) -> None:
    async with score.aio.get_commit() as c:
        c.money_add(user_id=GUILD, key="chest", value=COINS)

    outcomes = Counter(await asyncio.gather(*(grab(score, player) for player in range(TASKS))))
    for code, count in sorted(outcomes.items()):
        print(f"  {count} tasks: {cloudvars.codes(code).name}")
    assert outcomes == {cloudvars.codes.OK: COINS, cloudvars.codes.NOT_ENOUGH_MONEY: TASKS - COINS}

    chest = (await score.aio.money_get(user_id=GUILD, key="chest")).unwrap()
    pockets = (await score.aio.money_get(user_id=list(range(TASKS)), key="pocket")).unwrap()
    print(f"  in the chest: {chest[0]['value']}, in pockets: {sum(row['value'] for row in pockets)}")
    assert [row["value"] for row in chest] == [0]
    assert len(pockets) == COINS
    assert {row["value"] for row in pockets} == {1}


def main() -> None:
    print(f"{TASKS} tasks, {COINS} coins.")
    with tempfile.TemporaryDirectory() as folder, cloudvars.open(Path(folder) / "guild.db") as store:
        asyncio.run(heist(store.room("guild hall").score))
    print("No coin was lost, and none was made.")


if __name__ == "__main__":
    main()
