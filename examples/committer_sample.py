"""One committer, many kinds of cloud variable: everything is written, or nothing."""

import cloudvars

PLAYER = 55555555
WORLD = 777


def fill(score: cloudvars.Score, cost: int) -> cloudvars.Reply:
    """Queue eight operations of four kinds and commit them."""
    c = score.get_commit()
    c.set({"user_id": PLAYER, "key": "apple", "i_value": 5})
    c.addi({"user_id": PLAYER, "key": "apple", "value": 2})
    c.set({"user_id": PLAYER, "key": "apple", "value": {"color": "red", "price": 100}})
    c.set({"user_id": PLAYER, "key": "hp", "value": {"魔障": 10}, "i_value": 100})
    c.addi({"user_id": PLAYER, "key": "hp", "value": 1000})
    c.money_cost({"user_id": PLAYER, "key": "星辰之力", "value": cost})
    c.world_list_add({"user_id": PLAYER, "key": "砖", "value": {"a": 1}, "world_id": WORLD})
    c.world_data_set({"user_id": PLAYER, "key": "种子", "value": {"b": 1}, "world_id": WORLD})
    return c.commit()


def main() -> None:
    with cloudvars.open() as store:
        score = store.room("lobby-1").score
        with score.get_commit() as c:
            c.money_add(user_id=str(PLAYER), key="星辰之力", value=3)

        error_code, data, err_msg = fill(score, cost=4)
        print("cost 4 of 3:", error_code, data, err_msg)
        assert error_code == cloudvars.codes.NOT_ENOUGH_MONEY
        assert data == {"op": 5, "name": "money_cost"}
        assert score.get(user_id=PLAYER, key=["apple", "hp"]).data == []

        reply = fill(score, cost=2)
        print("cost 2 of 3:", *reply)
        assert reply == (0, {}, None)

        rows = score.get(user_id=PLAYER, key=["apple", "hp"]).unwrap()
        for row in rows:
            print("  general   ", row)
        assert [row["i_value"] for row in rows] == [7, 1100]
        assert rows[0]["value"] == {"color": "red", "price": 100}

        [money] = score.money_get(user_id=PLAYER, key="星辰之力").unwrap()
        print("  money     ", money)
        assert money["value"] == 1

        [brick] = score.world_list_query(user_id=PLAYER, key="砖", world_id=WORLD).unwrap()
        print("  world list", brick)
        assert brick["value"] == {"a": 1}

        [seed] = score.world_data_get(user_id=PLAYER, key="种子", world_id=WORLD).unwrap()
        print("  world data", seed)
        assert seed["value"] == {"b": 1}


if __name__ == "__main__":
    main()
