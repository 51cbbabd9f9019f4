"""What a table does not accept, and what it says: the field, the value and what is accepted."""

from datetime import datetime

import pytest
from cloudvars import CloudError
from stores import one_store

pytestmark = one_store
REFUSED = (CloudError, TypeError)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda t: t.where(kye="gold"), ["kye", "key"]),
        (lambda t: t.where(user_id="abc"), ["user_id", "abc"]),
        (lambda t: t.where(user_id=1.5), ["user_id", "1.5"]),
        (lambda t: t.where(user_id=2**63), ["user_id", str(2**63)]),
        (lambda t: t.where(user_id=[1, "x"]), ["user_id", "x"]),
        (lambda t: t.where(key=5), ["key", "5"]),
        (lambda t: t.where(key={"a": 1}), ["key"]),
        (lambda t: t.where(value=True), ["value", "True"]),
        (lambda t: t.where(game=5), ["game", "5"]),
        (lambda t: t.where(created="yesterday"), ["created", "yesterday"]),
        (lambda t: t.where(since="yesterday"), ["since", "yesterday"]),
        (lambda t: t.where(since=datetime(2026, 1, 1)), ["since", "aware"]),
        (lambda t: t.where(until="2026-01-01T00:00:00"), ["until", "2026"]),
        (lambda t: t.where(until=5), ["until", "5"]),
        (lambda t: t.sort("kye"), ["kye", "key"]),
        (lambda t: t.sort("--key"), ["--key"]),
        (lambda t: t.sort(5), ["5"]),
        (lambda t: t.sort(""), ["sort"]),
        (lambda t: t.limit(-1), ["-1"]),
        (lambda t: t.limit(1.5), ["1.5"]),
        (lambda t: t.limit(1, offset=-2), ["offset", "-2"]),
        (lambda t: t.limit("ten"), ["ten"]),
        (lambda t: t.pivot("kye"), ["kye"]),
        (lambda t: t.chart(x="kye"), ["kye"]),
    ],
    ids=range(24),
)
def test_errors_name_the_field_the_value_and_what_is_accepted(store, call, said):
    # R-2, G-4
    with pytest.raises(REFUSED) as caught:
        call(store.tables["money"]).rows()
    if "altair" in str(caught.value).lower():
        pytest.skip("Altair is not installed")
    for word in said:
        assert word in str(caught.value), str(caught.value)


@pytest.mark.parametrize(
    "call",
    [lambda t: t.where(kye=1), lambda t: t.sort("kye"), lambda t: t.limit(-1), lambda t: t.where(since="x")],
)
def test_what_is_malformed_is_refused_at_the_call(store, call):
    # G-4: "Malformed arguments raise at the call"
    with pytest.raises(REFUSED):
        call(store.tables["money"])


@pytest.mark.parametrize("name", ["name", "node", "player"])
def test_since_and_until_work_where_there_is_an_updated_column(store, name):
    table = store.tables[name]
    # The users' table has it as last_change.
    if "updated" in table.columns or name == "player":
        assert table.where(since="2026-01-01T00:00:00Z", until="2027-01-01T00:00:00Z").rows() == []
    else:
        with pytest.raises(REFUSED, match="since|updated"):
            table.where(since="2026-01-01T00:00:00Z").rows()


@pytest.mark.parametrize("user", ["abc", 1.5, True, None, 2**63, [1]])
def test_a_player_has_a_user_id(store, user):
    # G-2
    with pytest.raises(REFUSED) as caught:
        store.player(user)
    assert "user_id" in str(caught.value)


def test_tables_and_what_they_give_are_read_only(store):
    with pytest.raises(TypeError):
        store.tables["money"] = 5
    with pytest.raises(AttributeError):
        store.tables["money"].name = "x"
    columns = store.tables["money"].columns
    try:
        columns["new"] = "int64"
    except TypeError:
        pass
    assert "new" not in store.tables["money"].columns


@pytest.mark.parametrize("path", ["", "nowhere/at/all.csv"])
def test_a_path_that_cannot_be_written_is_an_error_and_leaves_nothing(store, tmp_path, path):
    for write in (store.tables["money"].to_csv, store.tables["money"].to_parquet):
        with pytest.raises((CloudError, OSError)):
            write(tmp_path / path)
    assert list(tmp_path.iterdir()) == []


def test_more_than_equality_is_pointed_to_sql(store):
    #
    with pytest.raises(REFUSED, match="store.sql"):
        store.tables["money"].where(value__gt=5)
