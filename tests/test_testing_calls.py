"""The calls that a store keeps for a test's report."""

import json

import cloudvars
import pytest
from achievement_calls import achieve
from cloudvars import testing
from score_calls import add, commit


def test_the_calls_are_kept(make_room, store):
    # F-8
    store._keep_calls(3)
    score = make_room("a").score
    assert commit(score, add(5, 7)).ok
    score.get(user_id=[7, 8], key="k")
    with pytest.raises(cloudvars.CloudValueError):
        (c := score.get_commit()).money_add(user_id=7, key="gold", value="x")
    c.commit()
    store.achievements.define("hunt")
    achieve(make_room("b"), extra="x", node="hunt", player=7)
    assert testing.shown(testing.calls(store)).splitlines() == [
        "a  get 7|8 'k'                         -> 0",
        f"a  commit                              -> 10003  {testing.calls(store)[1].told}",
        "b  LobbySetAchievementStorage 7 'hunt' -> 0  before: progress 0, version 0, extra ''",
    ]
    assert json.dumps(testing.calls(store))
