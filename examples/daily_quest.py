"""A quest that may be done three times a day, and a clock that tests can move."""

import cloudvars

PLAYER = 7
QUEST = {"user_id": PLAYER, "key": "feed the dragon"}


def feed(score: cloudvars.Score, limit: int = 3) -> bool:
    c = score.get_commit()
    c.withlimit_add({**QUEST, "value": 1, "limit": limit, "refresh_day": 1})
    reply = c.commit()
    assert reply.error_code in (cloudvars.codes.OK, cloudvars.codes.LIMIT_EXCEEDED)
    now = score.withlimit_query(QUEST).unwrap()
    outcome = "fed" if reply.ok else f"not hungry (code {reply.error_code})"
    print(f"    {outcome:28} {now['value']} of {now['limit']}")
    return reply.ok


def main() -> None:
    clock = cloudvars.ManualClock("2026-07-07T21:00:00+08:00")
    with cloudvars.open(clock=clock) as store:
        score = store.room("lair").score
        print(f"{clock.now():%A %H:%M}  four visits, three allowed")
        assert [feed(score) for _ in range(4)] == [True, True, True, False]

        print(f"{clock.now():%A %H:%M}  a privilege raises the limit by one, today's count stays")
        assert feed(score, limit=4)

        clock.advance(hours=3, minutes=1)
        print(f"{clock.now():%A %H:%M}  midnight has passed: a new day")
        assert score.withlimit_query(QUEST).unwrap()["value"] == 0
        assert feed(score)

        print(f"{clock.now():%A %H:%M}  a scroll undoes one; below zero nothing goes")
        for expected in (True, False):
            c = score.get_commit()
            c.withlimit_add({**QUEST, "value": -1, "limit": 3, "refresh_day": 1})
            assert c.commit().ok is expected
        print(f"    {score.withlimit_query(QUEST).unwrap()}")

        print(f"{clock.now():%A %H:%M}  the weekly feast: once a week, weeks begin on Sunday")
        feast = {"user_id": PLAYER, "key": "feast", "limit": 1, "refresh_week": 1, "week_start": "sunday"}
        for days in (0, 3, 1):
            clock.advance(days=days)
            c = score.get_commit()
            c.withlimit_add({**feast, "value": 1})
            print(f"    {clock.now():%A}: {'roast' if c.commit().ok else 'leftovers'}")
        assert score.withlimit_query(user_id=PLAYER, key="feast").unwrap() == {**feast, "value": 1}


if __name__ == "__main__":
    main()
