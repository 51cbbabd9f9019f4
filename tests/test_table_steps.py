"""where, sort and limit in any order, against the plain model."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from table_model import COLUMNS, IDENTITY, NAMES, agree

PLAIN = {
    name: [column for column, kind in columns.items() if kind != "json"] for name, columns in COLUMNS.items()
}


@st.composite
def wheres(draw, rows, name):
    """Values that are there, alone and in lists, and some that are not."""
    equal = {}
    columns = [column for column in PLAIN[name] if column != "game"]
    for column in draw(st.lists(st.sampled_from(columns), max_size=2, unique=True)):
        values = [row[column] for row in rows if row[column] is not None]
        kind = COLUMNS[name][column]
        absent = {"int64": 12345, "string": "nowhere", "bool": True}.get(kind)
        one = st.sampled_from(values + [absent] * (absent is not None) or [None])
        equal[column] = draw(one | st.lists(one, max_size=3))
    if name != "player" and rows:
        when = st.sampled_from([row["updated"] for row in rows])
        near = st.builds(
            lambda when, ms: when + timedelta(milliseconds=ms), when, st.sampled_from([-1, 0, 1])
        )
        text = near.map(lambda when: when.isoformat(timespec="milliseconds"))
        for bound in draw(st.sampled_from([[], [], ["since"], ["until"], ["since", "until"]])):
            equal[bound] = draw(near | text)
    return "where", (), equal


@st.composite
def sorts(draw, name, alone):
    """The first sort may leave ties, which stay in the table's own order."""
    columns = draw(st.lists(st.sampled_from(PLAIN[name]), min_size=1, max_size=2, unique=True))
    if not alone:
        columns += [one for one in IDENTITY[name] if one not in columns]
    signs = [draw(st.sampled_from(["", "-"])) for _ in columns]
    return "sort", tuple(sign + column for sign, column in zip(signs, columns, strict=True)), {}


@st.composite
def limits(draw):
    return "limit", (draw(st.integers(0, 12)),), draw(st.sampled_from([{}, {}, {"offset": 1}, {"offset": 7}]))


@st.composite
def chains(draw, world, names=NAMES):
    name = draw(st.sampled_from(names))
    rows = world.rows(name)
    chain = [
        ("where", (), {"game": draw(st.sampled_from(["default", "another", None, ["another", "default"]]))})
    ]
    for step in draw(st.lists(st.sampled_from(["where", "sort", "limit"]), max_size=4)):
        sorted_before = any(one[0] == "sort" for one in chain)
        make = {
            "where": wheres(rows, name),
            "sort": sorts(name, not sorted_before),
            "limit": limits(),
        }
        chain.append(draw(make[step]))
    return name, chain


@given(data=st.data())
def test_any_chain_of_where_sort_and_limit_answers_as_one_step_after_another(world, data):
    #
    name, chain = data.draw(chains(world))
    table, model = world.store.tables[name], world.model(name)
    for step, arguments, fields in chain:
        table = getattr(table, step)(*arguments, **fields)
        model = getattr(model, step)(*arguments, **fields)
    agree(table.rows(), model.rows)
    assert (len(table), table.count()) == (model.count(), model.count())
    assert table.columns == COLUMNS[name]
    assert table.to_arrow().num_rows == model.count()


def test_where_takes_a_value_or_a_list_of_values(world):
    general, model = world.store.tables["general"], world.model("general")
    for equal in (
        {"key": "hero"},
        {"key": ["hero", "hp"], "user_id": 7},
        {"user_id": (7, 8)},
        {"user_id": []},
        {"user_id": 2**63 - 1},
        {"key": "𐍈\uffff"},
        {"s_value": ""},
        {"s_value": "\"<b>\n,'字"},
    ):
        lists = {name: list(one) if isinstance(one, tuple) else one for name, one in equal.items()}
        agree(general.where(**equal).rows(), model.where(**lists).rows)


def test_a_user_id_is_an_int_or_a_string_that_is_an_integer(world):
    # G-2
    money = world.store.tables["money"]
    assert money.where(user_id="7").rows() == money.where(user_id=7).rows() != []


def test_where_none_finds_what_has_no_value(world):
    achievement, model = world.store.tables["achievement"], world.model("achievement")
    agree(achievement.where(completed_at=None).rows(), model.where(completed_at=None).rows)
    general, model = world.store.tables["general"], world.model("general")
    agree(general.where(i_value=[None, -3]).rows(), model.where(i_value=[None, -3]).rows)


def test_strings_are_compared_by_code_point_and_case(store, room):
    # G-7
    keys = ["a", "A", "a ", "ä", "\uffff", "𐍈", "ß", "ss", "é", "e\u0301"]
    with room.score.get_commit() as c:
        for key in keys:
            c.money_add(user_id=1, key=key, value=1)
    money = store.tables["money"]
    assert [row["key"] for row in money] == sorted(keys)
    assert [row["key"] for row in money.sort("-key")] == sorted(keys, reverse=True)
    for key in keys:
        assert [row["key"] for row in money.where(key=key)] == [key]


def test_nulls_sort_last_both_ways(world):
    general = world.store.tables["general"]
    for column in ("i_value", "-i_value"):
        values = [row["i_value"] for row in general.sort(column)]
        there = [value for value in values if value is not None]
        assert there == sorted(there, reverse=column.startswith("-"))
        assert values == there + [None] * (len(values) - len(there))
        assert None in values


def test_since_is_inclusive_and_until_exclusive(world):
    money, model = world.store.tables["money"], world.model("money")
    updated = sorted(row["updated"] for row in model.rows)
    first, last = updated[0], updated[-1]
    assert len(money.where(since=first)) == len(updated)
    assert len(money.where(until=last)) == len(updated) - 1
    assert money.where(until=first).rows() == []
    assert len(money.where(since=last)) == 1
    for text in (last.isoformat(), last.isoformat().replace("+00:00", "Z"), last.astimezone().isoformat()):
        assert len(money.where(since=text)) == 1, text


def test_rich_is_a_chain_of_where_sort_and_limit(world):
    rich = world.store.tables["money"].where(key="gold").sort("-value").limit(3)
    agree(rich.rows(), world.model("money").where(key="gold").sort("-value").limit(3).rows)


def test_sort_and_where_after_a_limit_see_the_limited_rows(world):
    money, model = world.store.tables["money"], world.model("money")
    agree(money.limit(4).sort("-value").rows(), model.limit(4).sort("-value").rows)
    agree(money.limit(4).where(key="gold").rows(), model.limit(4).where(key="gold").rows)
    agree(money.limit(4, offset=2).limit(9, offset=1).rows(), model.limit(4, 2).limit(9, 1).rows)
