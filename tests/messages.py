"""Messages to a user: sent, and collected. The fixture is there for every test."""

import pytest


def send(score, value, target=5, key="k", **more):
    fields = {"src_user_id": 9, "key": key, "target_user_id": target, "value": value, **more}
    return score.message_send(fields).unwrap()["objectId"]


@pytest.fixture
def inbox():
    return []
