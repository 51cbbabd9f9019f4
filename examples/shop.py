"""A shop: the price and the item in one commit. Who cannot pay gets nothing, and pays nothing."""

import tempfile
from pathlib import Path

import cloudvars

BOB = 66666666
PRICE = 30


def buy(score: cloudvars.Score, user_id: int, item: str) -> cloudvars.Reply:
    """Take the price and put the item into the bag: both, or neither."""
    c = score.get_commit()
    c.list_add(user_id=user_id, key="bag", value={"name": item, "level": 1})
    c.money_cost(user_id=user_id, key="gold", value=PRICE)
    return c.commit()


def main() -> None:
    """Buy until the money is gone; then look into the reopened file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "shop.db")
        with cloudvars.open(path) as store:
            score = store.room("market").score
            with score.get_commit() as c:
                c.money_add(user_id=BOB, key="gold", value=70)
            print(f"Bob has 70 gold; everything costs {PRICE}.")
            for item in ("AK47", "M16", "Golden hat"):
                reply = buy(score, BOB, item)
                print(f"  buys {item:<11}", "ok" if reply.ok else f"code {reply.error_code}: {reply.err_msg}")
        with cloudvars.open(path) as store:
            score = store.room("market").score
            gold = score.money_get(user_id=BOB, key="gold").unwrap()[0]["value"]
            bag = [row["value"]["name"] for row in score.list_query(user_id=BOB, key="bag").unwrap()]
    print(f"Read back from the file: {gold} gold, bag {bag}")
    assert (gold, bag) == (10, ["M16", "AK47"])


if __name__ == "__main__":
    main()
