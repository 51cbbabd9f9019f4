"""``CreateAchievement``: the arguments of every version of the SDK."""

import pytest
from cloudvars import modsdk
from stores import one_store


@pytest.fixture
def comp(store, room):
    store.achievements.define("n", total=100)
    with modsdk.host(room) as game:
        api = game.import_module("mod.server.extraServerApi")
        yield api.GetEngineCompFactory().CreateAchievement(api.GetLevelId())


def stored(comp):
    seen = []
    comp.LobbyGetAchievementStorage(seen.append, "7")
    row = seen[0]["entity"][0]
    return row["progress"], row["extra"]


def get():
    return "text"


@pytest.mark.parametrize(
    ("arguments", "keywords", "expected"),
    [
        (("7", "n", 3), {}, (3, "")),
        ((7, "n", 3, None), {}, (3, "")),
        (("7", "n", 3, get), {}, (3, "text")),
        ((), {"playerId": "7", "nodeId": "n", "delta": 3, "getExtraData": get}, (3, "text")),
        ((), {"playerID": 7, "NodeID": "n", "Delta": 3, "GetExtraData": get}, (3, "text")),
        (("7",), {"nodeId": "n", "delta": 3, "getExtra": get}, (3, "text")),
        # 2.2.0.39013 had `extra` before the getter.
        (("7", "n", 3, "old"), {}, (3, "old")),
        (("7", "n", 3, "old", None), {}, (3, "old")),
        (("7", "n", 3, "old", get), {}, (3, "text")),
        (("7", "n", 3, None, get), {}, (3, "text")),
        ((), {"playerID": 7, "NodeID": "n", "Delta": 3, "extra": "old", "GetExtraData": None}, (3, "old")),
    ],
)
def test_set(comp, arguments, keywords, expected):
    #
    seen = []
    comp.LobbySetAchievementStorage(seen.append, *arguments, **keywords)
    assert seen[0]["code"] == 0
    assert stored(comp) == expected


def test_callback_by_keyword(comp):
    #
    seen = []
    comp.LobbySetAchievementStorage(delta=1, nodeId="n", playerId="7", callback=seen.append)
    comp.LobbyGetAchievementStorage(playerID=7, callback=seen.append)
    comp.LobbyGetAchievementStorage(callback=seen.append, playerId="7")
    assert [data["code"] for data in seen] == [0, 0, 0]


@one_store
@pytest.mark.parametrize(
    ("arguments", "keywords", "message"),
    [
        ((print, 7, "n"), {}, "LobbySetAchievementStorage.* is missing delta"),
        ((print, 7, "n", 1), {"Delta": 2}, "multiple values for argument 'Delta'"),
        ((print, 7, "n", 1), {"speed": 2}, "unexpected keyword argument 'speed'"),
        ((print, 7, "n", 1, "old", get, 9), {}, "takes 5 arguments .*but 6 were given"),
    ],
)
def test_wrong_arguments(comp, arguments, keywords, message):
    # G-4
    with pytest.raises(TypeError, match=message):
        comp.LobbySetAchievementStorage(*arguments, **keywords)
