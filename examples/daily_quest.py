"""A daily quest, three times a day; and a weekly one. The clock is ours, so no test waits for midnight."""

import cloudvars

EVE = 7


def quest(score: cloudvars.Score) -> bool:
    """Count one quest and pay for it, in one commit: no reward without a count."""
    c = score.get_commit()
    c.withlimit_add(user_id=EVE, key="daily", value=1, limit=3, refresh_day=1)
    c.money_add(user_id=EVE, key="gold", value=10)
    return c.commit().ok


def main() -> None:
    """Play through two days."""
    clock = cloudvars.ManualClock("2026-02-28T22:00:00+08:00")
    with cloudvars.open(clock=clock) as store:
        score = store.room("village").score
        first = [quest(score) for _ in range(5)]
        print(clock.now(), "five tries:", first)
        assert first == [True, True, True, False, False]

        clock.advance(hours=2)
        print(clock.now(), score.withlimit_query(user_id=EVE, key="daily").data)
        assert score.withlimit_query(user_id=EVE, key="daily").data["value"] == 0
        assert quest(score)

        gold = score.money_get(user_id=EVE, key="gold").unwrap()[0]["value"]
        print("paid for four quests:", gold)
        assert gold == 40


if __name__ == "__main__":
    main()
