"""The calls of the lobby storage, as the tests of it make them."""

UID = 7


def get(room, *keys, uid=UID):
    """What the cloud holds, by key."""
    answers = []
    assert room.storage.LobbyGetStorage(answers.append, uid, list(keys)) is None
    if not answers:
        room.tick()
    [answer] = answers
    assert set(answer) == {"entity"}
    assert set(answer["entity"]) == {"data"}
    return {one["key"]: one["value"] for one in answer["entity"]["data"]}


def put(room, uid=UID, order=None, **values):
    """Sets these keys: the answers as (code, data); None for a failure."""
    answers = []
    getter = (lambda: [{"key": key, "value": value} for key, value in values.items()]) if values else None
    room.storage.LobbySetStorageAndUserItem(answers.append, uid, order, getter)
    if not answers:
        room.tick()
    return [
        answer and (answer["code"], {one["key"]: one["value"] for one in answer["entity"]["data"]})
        for answer in answers
    ]


def orders(room, uid=UID):
    answers = []
    room.storage.QueryLobbyUserItem(answers.append, uid)
    if not answers:
        room.tick()
    [answer] = answers
    assert set(answer) == {"entity"}
    return answer["entity"]["orders"]


def places(room, key, ascend=False, offset=0, length=50):
    answers = []
    room.storage.LobbyGetStorageBySort(answers.append, key, ascend, offset, length)
    [answer] = answers
    assert set(answer) == {"entity"}
    for one in answer["entity"]["data"]:
        assert set(one) == {"uid", "nickname", "value"}
    return [(one["uid"], one["value"]) for one in answer["entity"]["data"]]
