"""Stores with something of every kind, and what they answer."""


def fill(store):
    """Every kind, in two games."""
    store.achievements.define("hunt", total=10, title="猎人")
    for game in (None, "another"):
        room = store.room(game=game)
        score = room.score
        with score.get_commit() as c:
            c.set(
                user_id=7,
                key="hero",
                value={5: "five", "#5": 1.0, "z": [1, None, True]},
                i_value=-3,
                s_value='"\n',
            )
            c.money_add(user_id=-1, key="gold", value=2**62)
            bow = c.list_add(user_id=7, key="bag", value={"name": "bow"})
            c.list_add(user_id=7, key="bag", value={"name": "arrow"})
            c.list_modify(uuid=bow, value={"name": "long bow"})
            c.world_data_set(user_id=7, key="w", world_id=3, value={})
            c.world_list_add(user_id=7, key="w", world_id=-3, value=[])
            c.withlimit_add(user_id=7, key="daily", value=2, limit=3, refresh_week=2, week_start="sunday")
            c.name_new(key="cl\x01a\x02n", name="wo\x01lves", value="v")
        sent = score.message_send(src_user_id=1, key="mail", target_user_id=7, value="hi")
        score.message_send(src_user_id=2, key="mail", target_user_id=7, value=None, read=1)
        score.message_modify_read(objectId=sent.data["objectId"], new_read_value=1)
        room.achievement.LobbySetAchievementStorage(print, 7, "hunt", 4, lambda: "extra")
        room.player_join(7)
        storage = room.storage
        order = storage.place_order(7, "give bow", 2)
        storage.place_order(7, "give arrow")
        big = {"#5": 2**70, "z": [1, 1.5, None], "": "字"}
        storage.LobbySetStorageAndUserItem(
            print, 7, order, lambda: [{"key": "wins", "value": 3}, {"key": "big", "value": big}]
        )
        storage.LobbySetStorageAndUserItem(print, 0, None, lambda: [{"key": "all", "value": "text"}])
        storage.LobbySetStorageAndUserItem(print, 8, None, lambda: [{"key": "wins", "value": 5}])
        storage.set_nickname(8, "Björn")
    store.storage.sort_keys("wins", "empty")
    store.room().storage.LobbyGetStorageBySort(print, "wins", False, 0, 50)
    return store


def told(store):
    """What every call of a store answers."""
    answers = []
    for game in (None, "another"):
        room = store.room(game=game, limits=False)
        score = room.score
        answers += [
            score.get(user_id=7, key="hero"),
            score.money_get(user_id=-1, key="gold"),
            score.list_query(user_id=7, key="bag"),
            score.world_data_get(user_id=7, key="w", world_id=3),
            score.world_list_query(user_id=7, key="w", world_id=-3),
            score.withlimit_query(user_id=7, key="daily"),
            score.name_search(key="cl\x01a\x02n", name_prefix=""),
            score.message_query(key="mail"),
            score.is_old_player(user_id=7),
        ]
        room.achievement.LobbyGetAchievementStorage(answers.append, 7)
        room.storage.LobbyGetStorage(answers.append, 7, ["wins", "big", "all"])
        room.storage.LobbyGetStorage(answers.append, 0, ["all"])
        room.storage.LobbyGetStorageBySort(answers.append, "wins", True, 0, 50)
        room.storage.QueryLobbyUserItem(answers.append, 7)
    return answers
