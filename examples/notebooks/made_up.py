"""Made-up players of a game: the same ones each time, so that what a notebook finds can be checked."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloudvars import ManualClock, Store

CHINA = timezone(timedelta(hours=8))
FIRST_DAY = datetime(2026, 1, 1, tzinfo=CHINA)
DAYS = 90
TODAY = FIRST_DAY + timedelta(days=DAYS)
"""The day on which the players are looked at, at midnight plus 12 hours."""
CLASSES = ("archer", "knight", "mage", "thief")
ITEMS = ("apple", "bow", "cloak", "lamp", "map", "rope", "shield", "sword")
QUEST = (("village", 1), ("forest", 3), ("cave", 5), ("castle", 8), ("dragon", 13))
"""The story: nodes in the order in which players complete them, with their totals."""
DAILY, WEEKLY = 3, 10


@dataclass
class Player:
    """One player, as the game left them."""

    user_id: int
    day: int
    """The last day on which they played."""
    hero: str
    level: int
    gold: int
    gems: int
    bag: list[str]
    quest: list[int] = field(default_factory=list)
    """The progress on the nodes of QUEST, as far as they came."""
    mail: bool = False
    daily: int = 0
    weekly: int = 0


def players(count: int = 50_000, seed: int = 7) -> list[Player]:
    """Make them up. Most are poor, weak, and gone; so it is in games."""
    chance = random.Random(seed)  # noqa: S311 - the same players each time
    made = []
    for nth in range(count):
        level = min(60, 1 + int(chance.expovariate(1 / 9)))
        player = Player(
            user_id=10_000_000 + nth * 7,
            day=DAYS - min(DAYS, int(chance.expovariate(1 / 20))),
            hero=chance.choice(CLASSES),
            level=level,
            gold=int(chance.paretovariate(1.2) * 40 * level),
            gems=chance.randrange(20) if chance.random() < 0.3 else 0,
            bag=chance.choices(ITEMS, k=chance.randrange(4)),
        )
        if chance.random() < 0.25:
            for _, total in QUEST:
                player.quest.append(total if chance.random() < 0.7 else chance.randrange(1, total + 1))
                if player.quest[-1] < total:
                    break
        player.mail = chance.random() < 0.05
        if player.day == DAYS:
            player.daily = chance.randrange(DAILY + 1)
            player.weekly = chance.randrange(WEEKLY + 1)
        made.append(player)
    return made


def fill(store: Store, clock: ManualClock, made: list[Player]) -> None:
    """Let the players play: day by day, each on the last day of theirs."""
    for node, total in QUEST:
        store.achievements.define(node, total=total, title=f"The {node}")
    days: list[list[Player]] = [[] for _ in range(DAYS + 1)]
    for player in made:
        days[player.day].append(player)
    with store.room("made-up", limits=False) as room:
        score = room.score
        for day, present in enumerate(days):
            clock.set(FIRST_DAY + timedelta(days=day, hours=12))
            score.bulk(
                "set",
                (
                    {
                        "user_id": p.user_id,
                        "key": "hero",
                        "value": {"class": p.hero, "stats": {"level": p.level}},
                    }
                    for p in present
                ),
            )
            score.bulk("money_add", ({"user_id": p.user_id, "key": "gold", "value": p.gold} for p in present))
            score.bulk(
                "money_add",
                ({"user_id": p.user_id, "key": "gems", "value": p.gems} for p in present if p.gems),
            )
            score.bulk(
                "list_add",
                (
                    {"user_id": p.user_id, "key": "bag", "value": {"name": name, "nth": nth}}
                    for p in present
                    for nth, name in enumerate(p.bag)
                ),
            )
            for key, limit, refresh in (("daily", DAILY, "refresh_day"), ("weekly", WEEKLY, "refresh_week")):
                score.bulk(
                    "withlimit_add",
                    (
                        {
                            "user_id": p.user_id,
                            "key": key,
                            "value": getattr(p, key),
                            "limit": limit,
                            refresh: 1,
                        }
                        for p in present
                        if getattr(p, key)
                    ),
                )
            for p in present:
                for (node, _), progress in zip(QUEST, p.quest, strict=False):
                    store.operator.set_progress(p.user_id, node, progress)
                if p.mail:
                    score.message_send(
                        src_user_id=1, key="mail", target_user_id=p.user_id, value={"text": "hello"}
                    )
