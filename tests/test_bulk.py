"""`score.bulk`: one operation for each row, alone or all in one commit. Chunks: test_bulk_chunk.py."""

import itertools
import json

import cloudvars
import pytest
from bulks import pay
from cloudvars import CloudTypeError, CloudValueError, codes
from hypothesis import given
from hypothesis import strategies as st
from model import Model
from score_calls import commit, gold
from stores import one_store
from verbs import OPERATIONS

GOLD = {"user_id": 1, "key": "gold"}
AMOUNTS = st.integers(-3, 5)
ROWS = {
    "money_add": {
        "user_id": st.integers(1, 2),
        "key": st.just("gold"),
        "value": AMOUNTS | st.just(2**63 - 1),
    },
    "money_cost": {"user_id": st.integers(1, 2), "key": st.just("gold"), "value": st.integers(0, 3)},
    "withlimit_add": {
        **{"user_id": st.integers(1, 2), "key": st.just("gold"), "value": AMOUNTS},
        "limit": st.just(6),
    },
    "name_new": {"key": st.just("k"), "name": st.sampled_from("abc"), "value": st.just("v")},
}
BATCHES = st.sampled_from(sorted(ROWS)).flatmap(
    lambda verb: st.tuples(
        st.just(verb), st.lists(st.fixed_dictionaries(ROWS[verb]) | st.just({"user_id": "bad"}), max_size=12)
    )
)


@pytest.fixture(scope="module", params=["memory", "mariadb"])
def free_store(request):
    """A store for many examples in one test."""
    target = ":memory:" if request.param == "memory" else request.getfixturevalue("mariadb").new_database()
    with cloudvars.open(target) as store:
        yield store


NUMBERS = itertools.count()


@given(BATCHES, st.integers(1, 5), st.booleans())
def test_it_answers_and_stores_as_a_plain_model_does(free_store, batch, chunk, atomic):
    # B-1, B-4, C-2: chunks are not seen
    verb, rows = batch
    model, room = Model(), free_store.room(limits=False, game=f"game{next(NUMBERS)}")
    now = free_store.clock.now()

    def bad(row):
        return row["user_id"] == "bad" if "user_id" in row else False

    def malformed(row):
        return bad(row) or (verb == "money_cost" and row["value"] < 1)

    report = room.score.bulk(verb, rows, chunk=chunk, atomic=atomic)
    if atomic:
        wrong = [index for index, row in enumerate(rows) if malformed(row)]
        failed = None if wrong else model.apply([(verb, row) for row in rows], now)
        first = (10003, wrong[0]) if wrong else failed
        told = [(index, 10003 if index in wrong else first[0]) for index in range(len(rows))] if first else []
        assert all(reply.data["op"] in (first[1], index) for index, reply in report.failed)
    else:
        told = []
        for index, row in enumerate(rows):
            failed = (10003, 0) if malformed(row) else model.apply([(verb, row)], now)
            told += [(index, failed[0])] if failed else []
    assert [(index, reply.error_code) for index, reply in report.failed] == told
    assert report.done == len(rows) - len(told)
    assert report.uuids == []
    assert bool(report) == report.ok == (told == [])
    for user in (1, 2):
        place = {"user_id": user, "key": "gold"}
        assert room.score.money_get(place).unwrap() == model.money_get(user, "gold")
        assert room.score.withlimit_query(place).unwrap() == model.withlimit_query(user, "gold", now)
    assert room.score.name_search(key="k", name_prefix="").unwrap() == model.name_search("k", "")
    room.close()


@pytest.mark.parametrize("atomic", [False, True])
@pytest.mark.parametrize("verb", OPERATIONS)
def test_every_operation_can_be_made(bulk, make_room, verb, atomic):
    # B-1
    score = make_room(limits=False).score
    fields = OPERATIONS[verb].fields
    ready = {"money_cost": ("money_add", {**fields})} if verb == "money_cost" else {}
    assert commit(score, *ready.values()).ok
    report = bulk(score, verb, [fields], atomic=atomic)
    assert (report.done, report.failed) == (1, [])
    assert len(report.uuids) == verb.endswith("list_add")


@pytest.mark.parametrize("verb", ["list_add", "world_list_add"])
def test_the_uuids_are_those_of_the_rows(bulk, make_room, verb):
    # B-1, L-1
    score = make_room(limits=False).score
    world = {"world_id": 7} if verb == "world_list_add" else {}
    rows = [{**GOLD, **world, "value": value} for value in ([0], 5, [2], {"a": 3})]
    report = bulk(score, verb, iter(rows), chunk=2)
    assert (report.done, [index for index, _ in report.failed]) == (3, [1])
    items = {
        row["uuid"]: row["value"]
        for row in getattr(score, verb.replace("add", "query"))(**GOLD, **world).data
    }
    assert [uuid and items[uuid] for uuid in report.uuids] == [[0], None, [2], {"a": 3}]
    assert bulk(score, verb, rows, atomic=True).uuids == [None] * 4
    assert bulk(score, verb, rows[2:], atomic=True).uuids[1] in {
        row["uuid"] for row in getattr(score, verb.replace("add", "query"))(**GOLD, **world).data
    }


def test_each_failure_has_its_reason(bulk, make_room):
    # B-1, C-2
    score = make_room(limits=False).score
    rows = [
        {**GOLD, "value": 5},
        {**GOLD, "value": 6},
        {**GOLD, "value": 5},
        {**GOLD, "key": "k" * 181, "value": 1},
        7,
    ]
    assert commit(score, ("money_add", {**GOLD, "value": 10})).ok
    report = bulk(score, "money_cost", rows)
    assert report.done == 2
    assert [(index, reply.error_code) for index, reply in report.failed] == [
        (1, codes.NOT_ENOUGH_MONEY),
        (3, codes.TOO_LONG),
        (4, codes.BAD_VALUE),
    ]
    assert all(reply.data == {"op": 0, "name": "money_cost"} for _, reply in report.failed)
    assert "has 5 of 'gold'" in report.failed[0][1].err_msg
    assert report.failed[2][1].err_msg == "op 0 (money_cost): takes one mapping or keywords, not 7"
    assert gold(score) == 0


def test_an_atomic_one_is_one_commit(bulk, room):
    # B-4, C-4
    before = room.budget()["writes"]
    rows = [{**GOLD, "value": value} for value in range(1, 2001)]
    told = []
    report = bulk(
        room.score, "money_add", rows, atomic=True, chunk=7, progress=lambda *seen: told.append(seen)
    )
    assert report == (2000, [], [])
    assert told == [(2000, 2000)]
    assert before - room.budget()["writes"] == 1
    report = bulk(room.score, "money_add", [*rows[:3], {"user_id": "bad"}, {"bad": 1}, rows[0]], atomic=True)
    assert report.done == 0
    assert [(index, reply.data["op"]) for index, reply in report.failed] == [
        (0, 3),
        (1, 3),
        (2, 3),
        (3, 3),
        (4, 4),
        (5, 3),
    ]
    assert "unknown field" in report.failed[4][1].err_msg
    assert before - room.budget()["writes"] == 2
    assert gold(room.score) == 2001000


def test_callbacks_run_afterwards(room):
    # D-1
    got = []
    room.score.subscribe_channel(1, "mail", lambda message: got.append(message["value"]))
    with room.store.room("other") as other:
        other.score.message_send(src_user_id=2, key="mail", target_user_id=1, value="hi")
    assert room.score.bulk("money_add", pay(1)).ok
    assert got == ["hi"]


@one_store
@pytest.mark.parametrize(
    ("arguments", "options", "error", "told"),
    [
        (
            ("mony_add", []),
            {},
            CloudValueError,
            "verb: 'mony_add' (did you mean 'money_add'?); accepted are set, ",
        ),
        (("get", []), {}, CloudValueError, "verb: 'get'"),
        (("commit", []), {}, CloudValueError, "verb: 'commit'"),
        ((5, []), {}, CloudValueError, "verb: 5"),
        (("money_add", []), {"chunk": 0}, CloudValueError, "chunk: 0"),
        (("money_add", []), {"chunk": "many"}, CloudValueError, "chunk: 'many'"),
        (("money_add", []), {"atomic": 1}, CloudValueError, "atomic: 1"),
        (("money_add", []), {"progress": 5}, CloudValueError, "progress: 5"),
        (
            ("money_add", {"user_id": 1}),
            {},
            CloudTypeError,
            "rows: {'user_id': 1} (dict); mappings, a pandas",
        ),
        (("money_add", "text"), {}, CloudTypeError, "rows: 'text' (str)"),
        (("money_add", 5), {}, CloudTypeError, "rows: 5 (int)"),
        (("money_add", None), {}, CloudTypeError, "rows: None (NoneType)"),
    ],
)
def test_a_malformed_argument_raises(score, arguments, options, error, told):
    # B-1, B-2, G-4
    with pytest.raises(error) as caught:
        score.bulk(*arguments, **options)
    assert str(caught.value).startswith(told)
    assert score.money_get(GOLD).unwrap() == []


def test_a_report_is_written_down(score):
    # B-1: as a tuple, and as JSON
    report = score.bulk("money_add", [*pay(1), {"bad": 1}])
    done, failed, uuids = report
    assert (done, uuids) == (1, [])
    assert json.loads(json.dumps(report))[1][0][1][0] == 10003
    assert "BulkReport(done=1, failed=[(1, Reply(" in repr(report)
    assert not report
