"""Tables of servers, which take few connections: streams that nobody reads to their end keep nobody out."""

import cloudvars
import pytest

# More than a stream reads ahead, and more streams than there are readers of a server.
ROWS, STREAMS = 13_000, 40


@pytest.mark.timeout(300)
def test_streams_that_stand_still_keep_nobody_out(url):
    with cloudvars.open(url) as store:
        score = store.room(limits=False).score
        with score.get_commit() as c:
            for user in range(ROWS):
                c.money_add(user_id=user, key="gold", value=user)
        streams = [iter(store.tables["money"]) for _ in range(STREAMS)]
        assert [next(stream)["user_id"] for stream in streams] == [0] * STREAMS
        assert score.money_get(user_id=5, key="gold").data[0]["value"] == 5
        assert store.sql("SELECT count(*) AS n FROM money").rows() == [{"n": ROWS}]
        with score.get_commit() as c:
            c.money_add(user_id=ROWS, key="gold", value=1)
        assert [sum(1 for _ in stream) for stream in streams] == [ROWS - 1] * STREAMS
        assert len(store.tables["money"]) == ROWS + 1
