"""Short ways to use the score of a room."""


def commit(score, *ops):
    """Queues (name, fields) pairs in one committer and commits them."""
    committer = score.get_commit()
    for name, fields in ops:
        getattr(committer, name)(**fields)
    return committer.commit()


def add(amount, user_id=1):
    """An operation that adds to a user's gold."""
    return ("money_add", {"user_id": user_id, "key": "gold", "value": amount})


def gold(score, user_id=1):
    """A user's gold."""
    return sum(row["value"] for row in score.money_get(user_id=user_id, key="gold").unwrap())


def everything(user_id, key, number):
    """One operation of every kind on the same user and key."""
    place = {"user_id": user_id, "key": key}
    return [
        ("set", {**place, "i_value": number}),
        ("money_add", {**place, "value": number}),
        ("list_add", {**place, "value": [number]}),
        ("withlimit_add", {**place, "value": number, "limit": 1000}),
        ("world_data_set", {**place, "value": [number], "world_id": 7}),
        ("world_list_add", {**place, "value": [number], "world_id": 7}),
        ("name_new", {"key": key, "name": str(user_id), "value": str(number)}),
    ]


def numbers(score, user_id, key):
    """What every kind holds for the same user and key."""
    place = {"user_id": user_id, "key": key}
    return [
        [row["i_value"] for row in score.get(place).data],
        [row["value"] for row in score.money_get(place).data],
        [row["value"][0] for row in score.list_query(place).data],
        [row["value"] for row in [score.withlimit_query(place).data] if row],
        [row["value"][0] for row in score.world_data_get(**place, world_id=7).data],
        [row["value"][0] for row in score.world_list_query(**place, world_id=7).data],
        [int(row["value"]) for row in score.name_search(key=key, name_prefix=str(user_id)).data],
        [row["value"] for row in score.message_query(key=key, target_user_id=user_id).data],
    ]
