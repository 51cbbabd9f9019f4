"""Many threads, one store."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from score_calls import commit

GOLD = {"user_id": 1, "key": "gold"}
THREADS = 8


def race(count, work):
    """Runs work(index) in that many threads that start together: the answers in order."""
    barrier = threading.Barrier(count)

    def run(index):
        barrier.wait()
        return work(index)

    with ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(run, index) for index in range(count)]]


@pytest.fixture(params=["a room each", "one room"])
def scores(request, make_room):
    """The room of each thread."""
    if request.param == "one room":
        return [make_room(limits=False).score] * THREADS
    return [make_room(limits=False).score for _ in range(THREADS)]


def add(value, place=GOLD):
    return "money_add", {**place, "value": value}


def cost(value, place=GOLD):
    return "money_cost", {**place, "value": value}


def balance(score, user=1):
    return score.money_get(user_id=user, key="gold").data[0]["value"]


def test_racing_for_the_last_coins(scores):
    # C-7, M-3
    assert commit(scores[0], add(100)).ok
    codes = race(THREADS, lambda i: [commit(scores[i], cost(1)).error_code for _ in range(25)])
    counted = [code for answers in codes for code in answers]
    assert sorted(counted) == [0] * 100 + [10001] * 100
    assert balance(scores[0]) == 0


def test_no_update_is_lost(scores):
    # C-7, K-3
    def work(index):
        for step in range(30):
            ops = [
                ("addi", {**GOLD, "value": 1}),
                add(step),
                ("addi", {"user_id": 2, "key": str(index), "value": 1}),
            ]
            random.Random(step * index).shuffle(ops)
            assert commit(scores[index], *ops).ok

    race(THREADS, work)
    assert scores[0].get(GOLD).data[0]["i_value"] == 30 * THREADS
    assert balance(scores[0]) == THREADS * sum(range(30))
    rows = scores[0].get(user_id=2, key=[str(index) for index in range(THREADS)]).data
    assert [row["i_value"] for row in rows] == [30] * THREADS


def test_transfers_keep_the_sum(scores):
    # C-7, C-2
    users = list(range(1, 6))
    for user in users:
        assert commit(scores[0], add(20, {"user_id": user, "key": "gold"})).ok
    seen = []

    def work(index):
        chance = random.Random(index)
        for _ in range(40):
            source, target = chance.sample(users, 2)
            amount = chance.randint(1, 15)
            ops = [
                add(amount, {"user_id": target, "key": "gold"}),
                cost(amount, {"user_id": source, "key": "gold"}),
            ]
            assert commit(scores[index], *ops).error_code in (0, 10001)
            balances = [row["value"] for row in scores[index].money_get(user_id=users, key="gold").data]
            assert min(balances) >= 0
            seen.append(sum(balances))

    race(THREADS, work)
    assert set(seen) == {100}


def test_a_commit_appears_at_once(scores):
    # C-1
    keys = ["a", "b", "c"]
    assert commit(scores[0], *[("set", {"user_id": 1, "key": key, "i_value": -1}) for key in keys]).ok
    done = threading.Event()

    def work(index):
        if index >= 2:
            while not done.is_set():
                rows = scores[index].get(user_id=1, key=keys).data
                assert len({row["i_value"] for row in rows}) == 1
            return
        for number in range(100):
            ops = [("set", {"user_id": 1, "key": key, "i_value": number}) for key in keys]
            assert commit(scores[index], *(ops if index else reversed(ops))).ok
        done.set()

    race(THREADS, work)


def test_one_of_many_gets_the_name(scores):
    # C-7, N-1
    for number in range(10):
        name = {"key": "role", "name": f"name{number}"}
        codes = race(
            THREADS, lambda i, n=name: commit(scores[i], ("name_new", {**n, "value": str(i)})).error_code
        )
        assert sorted(codes) == [0] + [1062] * (THREADS - 1)
        [row] = scores[0].name_search(key="role", name_prefix=f"name{number}").data
        assert row["value"] == str(codes.index(0))


def test_a_limit_holds_in_a_race(scores):
    # C-7, T-1
    fields = {"user_id": 1, "key": "quest", "value": 1, "limit": 20, "refresh_day": 1}
    codes = race(
        THREADS, lambda i: [commit(scores[i], ("withlimit_add", fields)).error_code for _ in range(5)]
    )
    counted = [code for answers in codes for code in answers]
    assert sorted(counted) == [0] * 20 + [10002] * 20
    assert scores[0].withlimit_query(user_id=1, key="quest").data["value"] == 20


def test_uuids_are_unique_over_threads(scores):
    # L-1
    def work(index):
        c = scores[index].get_commit()
        uuids = [c.list_add(**GOLD, value=[index]) for _ in range(200)]
        assert c.commit().ok
        return uuids

    uuids = [uuid for answers in race(THREADS, work) for uuid in answers]
    assert len(set(uuids)) == 200 * THREADS
    assert {row["uuid"] for row in scores[0].list_query(GOLD).data} == set(uuids)


def test_mixed_operations(scores):
    # C-7, G-1
    def work(index):
        score, place = scores[index], {"user_id": index, "key": "k"}
        for step in range(20):
            c = score.get_commit()
            uuid = c.list_add(**place, value=[step])
            c.world_list_add(user_id=9, key="shared", value=[index, step], world_id=7)
            c.world_data_set(user_id=9, key="shared", value=[uuid], world_id=7)
            c.set(**place, value={"best": uuid})
            c.addi(user_id=9, key="shared", value=1)
            c.name_new(key="n", name=f"{index}-{step}", value="")
            assert c.commit().ok
            assert score.list_query_by_uuid(uuid=uuid).data[0]["value"] == [step]
            assert score.get(place).data[0]["value"] == {"best": uuid}
            assert score.message_send(src_user_id=index, key="m", target_user_id=9, value=step).ok
            if step % 2:
                assert commit(score, ("list_delete", {"uuid": uuid})).ok
            assert len(score.list_query(**place, limit=1).data) == 1

    race(THREADS, work)
    score, total = scores[0], 20 * THREADS
    assert score.get(user_id=9, key="shared").data[0]["i_value"] == total
    assert len(score.world_list_query(user_id=9, key="shared", world_id=7).data) == total
    assert len(score.name_search(key="n", name_prefix=f"{THREADS - 1}-").data) == 20
    assert len(score.message_query(key="m").data) == total
    for index in range(THREADS):
        rows = score.list_query(user_id=index, key="k").data
        assert [row["value"] for row in rows] == [[step] for step in range(18, -1, -2)]
        sent = score.message_query(key="m", src_user_id=index).data
        assert [row["value"] for row in sent] == list(range(20))


def test_messages_of_many_threads_arrive_once(make_room, scores):
    # S-4, S-6, D-1
    reader, stored, live = make_room(limits=False), [], []
    assert reader.score.subscribe_channel(5, "k", stored.append)
    assert reader.score.subscribe_message("live", live.append)

    def work(index):
        for number in range(20):
            message = {"src_user_id": index, "key": "k", "target_user_id": 5, "value": [index, number]}
            assert scores[index].message_send(message).ok
            scores[index].publish_message("live", [index, number])

    helper = threading.Thread(target=race, args=(THREADS, work))
    helper.start()
    while helper.is_alive():
        reader.tick()
    helper.join()
    reader.tick()
    everything = sorted([index, number] for index in range(THREADS) for number in range(20))
    assert sorted(message["value"] for message in stored) == everything
    assert sorted(message["message"] for message in live) == everything
    for index in range(THREADS):
        for seen in ([m["value"] for m in stored], [m["message"] for m in live]):
            assert [number for thread, number in seen if thread == index] == list(range(20))


def test_a_shared_room_delivers_each_message_once(make_room):
    # S-4, D-1
    room, seen = make_room(limits=False), []
    assert room.score.subscribe_channel(5, "k", lambda message: seen.append(message["value"]))

    def work(index):
        for number in range(20):
            message = {"src_user_id": 1, "key": "k", "target_user_id": 5, "value": [index, number]}
            assert room.score.message_send(message).ok
            room.tick()

    race(THREADS, work)
    room.tick()
    assert sorted(seen) == sorted([index, number] for index in range(THREADS) for number in range(20))


def test_a_quota_holds_for_a_shared_room(make_room):
    #
    score = make_room().score
    codes = race(THREADS, lambda i: [score.get(GOLD).error_code for _ in range(50)])
    assert sorted(code for answers in codes for code in answers) == [-429] * 100 + [0] * 300


def test_a_committer_shared_by_threads_commits_once(make_room):
    # C-5
    score = make_room(limits=False).score
    for number in range(1, 11):
        c = score.get_commit()
        c.addi(**GOLD, value=1)

        def work(_, c=c):
            try:
                return c.commit().ok
            except Exception as error:
                return type(error).__name__

        answers = race(4, work)
        assert sorted(answers, key=str) == ["CommitError"] * 3 + [True]
        assert score.get(GOLD).data[0]["i_value"] == number


def test_achievements_of_many_threads(make_room, store):
    #
    store.achievements.define("node", total=10_000)
    rooms = [make_room() for _ in range(6)]

    def work(index):
        answers = []
        for _ in range(8):
            rooms[index].achievement.LobbySetAchievementStorage(answers.append, 5, "node", 1)
        return answers

    answers = [answer for answers in race(6, work) for answer in answers]
    assert [answer["code"] for answer in answers] == [0] * 48
    assert sorted(answer["entity"]["version"] for answer in answers) == list(range(48))
    assert sorted(answer["entity"]["progress"] for answer in answers) == list(range(48))
