"""The committer, on all kinds at once: what the lobby's own sample does, and what it does when the money is short."""

import cloudvars

USER = 55555555


def commit(score: cloudvars.Score, cost: int) -> cloudvars.Reply:
    """Queue the operations of the sample, then commit."""
    c = score.get_commit()
    c.set({"user_id": USER, "key": "apple", "i_value": 5})
    c.addi(user_id=str(USER), key="apple", value=2)
    c.set(user_id=USER, key="apple", value={"color": "red", "price": 100})
    c.set(user_id=USER, key="hp", value={"魔障": 10}, i_value=100)
    c.addi(user_id=USER, key="hp", value=1000)
    c.money_cost(user_id=USER, key="星辰之力", value=cost)
    c.world_list_add(user_id=USER, key="砖", value={"a": 1}, world_id=777)
    c.world_data_set(user_id=USER, key="种子", value={"b": 1}, world_id=777)
    return c.commit()


def main() -> None:
    """Commit once with too high a cost, once with one that fits."""
    with cloudvars.open() as store:
        score = store.room("lobby-1").score
        with score.get_commit() as c:
            c.money_add(user_id=USER, key="星辰之力", value=3)

        error_code, data, err_msg = commit(score, cost=4)
        print("cost 4:", error_code, data, err_msg)
        assert error_code == cloudvars.codes.NOT_ENOUGH_MONEY
        assert data == {"op": 5, "name": "money_cost"}
        assert score.get(user_id=USER, key=["apple", "hp"]).data == []

        error_code, data, err_msg = commit(score, cost=2)
        print("cost 2:", error_code, data, err_msg)
        assert (error_code, data, err_msg) == (0, {}, None)
        for row in score.get(user_id=USER, key=["apple", "hp"]).unwrap():
            print("  ", row)
        assert score.get(user_id=USER, key="apple").data == [
            {"user_id": USER, "key": "apple", "i_value": 7, "value": {"color": "red", "price": 100}},
        ]
        assert score.money_get(user_id=USER, key="星辰之力").data[0]["value"] == 1


if __name__ == "__main__":
    main()
