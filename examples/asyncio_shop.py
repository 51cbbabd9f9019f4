"""Sixty-four asyncio tasks buy the last ten coins' worth: exactly ten win, and the loop never waits for the disk."""

import asyncio
import tempfile
from pathlib import Path

import cloudvars

TASKS, COINS = 64, 10


async def shop(store: cloudvars.Store) -> int:
    """Let all tasks buy at once; return how many could pay."""
    score = store.room("market", limits=False).score.aio
    c = score.get_commit()
    c.money_add(user_id=1, key="gold", value=COINS)
    (await c.commit()).unwrap()

    async def buy(number: int) -> bool:
        c = score.get_commit()
        c.money_cost(user_id=1, key="gold", value=1)
        c.list_add(user_id=1, key="bag", value={"bought by": number})
        return (await c.commit()).ok

    won = sum(await asyncio.gather(*(buy(number) for number in range(TASKS))))
    bag = (await score.list_query(user_id=1, key="bag")).unwrap()
    gold = (await score.money_get(user_id=1, key="gold")).unwrap()[0]["value"]
    print(f"{TASKS} tasks, {COINS} coins: {won} bought, {len(bag)} items, {gold} coins left")
    assert (won, len(bag), gold) == (COINS, COINS, 0)
    return won


def main() -> None:
    """Run the shop on a file."""
    with tempfile.TemporaryDirectory() as folder, cloudvars.open(Path(folder, "shop.db")) as store:
        asyncio.run(shop(store))


if __name__ == "__main__":
    main()
