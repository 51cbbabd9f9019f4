"""Short ways to use counters with a limit."""

from datetime import timedelta

QUEST = {"user_id": 55555555, "key": "每日任务"}


TICK = timedelta(milliseconds=1)


def add(value, limit, place=QUEST, **refresh):
    return "withlimit_add", {**place, "value": value, "limit": limit, **refresh}


def query(score):
    reply = score.withlimit_query(QUEST)
    assert reply.ok
    return reply.data
