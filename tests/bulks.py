"""Bulks as the tests make them. The fixture is there for every test."""

import asyncio

import pytest


def pay(number, user_id=1):
    return [{"user_id": user_id, "key": "gold", "value": 1} for _ in range(number)]


@pytest.fixture(params=["plain", "awaited"])
def bulk(request):
    """Calls `bulk` of a score, one way or the other."""

    def bulk(score, *arguments, **options):
        if request.param == "plain":
            return score.bulk(*arguments, **options)

        async def main():
            return await asyncio.wait_for(score.aio.bulk(*arguments, **options), 60)

        return asyncio.run(main())

    return bulk
