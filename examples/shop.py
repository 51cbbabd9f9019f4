"""A shop: the price and the item in one commit, so nobody pays for nothing, and nobody gets it for nothing."""

import tempfile
from pathlib import Path

import cloudvars

PLAYER = 7
PRICES = {"wooden sword": 10, "map": 25, "pony": 100}


def buy(score: cloudvars.Score, item: str) -> int | None:
    """Pay and put the item into the bag; its uuid, or None if the player is too poor."""
    c = score.get_commit()
    c.money_cost(user_id=PLAYER, key="coins", value=PRICES[item])
    uuid = c.list_add(user_id=PLAYER, key="bag", value={"item": item, "paid": PRICES[item]})
    c.addi(user_id=PLAYER, key="items bought", value=1)
    reply = c.commit()
    if reply.ok:
        print(f"  {item:13} {PRICES[item]:4} coins   sold, item {uuid}")
        return uuid
    assert reply.error_code == cloudvars.codes.NOT_ENOUGH_MONEY
    print(f"  {item:13} {PRICES[item]:4} coins   no sale: {reply.err_msg}")
    return None


def coins(score: cloudvars.Score) -> int:
    rows = score.money_get(user_id=PLAYER, key="coins").unwrap()
    return int(rows[0]["value"]) if rows else 0


def shopping(path: Path) -> list[int]:
    with cloudvars.open(path) as store, store.room("market") as room:
        score = room.score
        with score.get_commit() as c:
            c.money_add(user_id=PLAYER, key="coins", value=60)
        print(f"The shop is open. The player has {coins(score)} coins.\n")
        bought = [buy(score, item) for item in ("wooden sword", "pony", "map", "map")]
        print(f"\n{coins(score)} coins are left. The pony stays, looking hopeful.")
        assert coins(score) == 0
        assert [uuid is not None for uuid in bought] == [True, False, True, True]

        try:
            with score.get_commit() as c:
                c.addi(user_id=PLAYER, key="items bought", value=1)
                c.money_cost(user_id=PLAYER, key="coins", value=1)
        except cloudvars.CommitError as error:
            print(f"As an exception: {error!r}")
            assert (error.code, error.op, error.name) == (10001, 1, "money_cost")
        return [uuid for uuid in bought if uuid is not None]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.db"
        bought = shopping(path)
        print("\nThe shop closed; the file is opened again. The bag, newest first:\n")
        with cloudvars.open(path) as store:
            score = store.room("market").score
            bag = score.list_query(user_id=PLAYER, key="bag").unwrap()
            for row in bag:
                print(f"  {row['value']['item']:13} {row['value']['paid']:4} coins   item {row['uuid']}")
            assert [row["uuid"] for row in bag] == bought[::-1]
            [count] = score.get(user_id=PLAYER, key="items bought").unwrap()
            assert count["i_value"] == len(bag) == 3
            assert coins(score) == 0
    print("\nThree items paid, three items in the bag.")


if __name__ == "__main__":
    main()
