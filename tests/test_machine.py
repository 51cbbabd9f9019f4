"""Every operation in any order against plain dicts."""

import tempfile
import warnings

import cloudvars
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from model import INT64_MAX, WEEKDAYS, Model, rounded

USERS = st.integers(1, 3)
KEYS = st.sampled_from(["a", "A", "键"])
WORLDS = st.sampled_from([7, 8])
PLACE = {"user_id": USERS, "key": KEYS}
AMOUNTS = st.one_of(st.integers(-5, 10), st.just(INT64_MAX))
VALUES = st.one_of(
    st.lists(st.integers(0, 9) | st.text(max_size=2) | st.floats(-1, 1), max_size=3),
    st.dictionaries(st.integers(0, 3) | st.text(max_size=1), st.none() | st.booleans(), max_size=3),
)
I_VALUES = st.integers(-9, 9) | st.floats(-9, 9) | st.just(INT64_MAX)
NAMES = st.text("ab%", min_size=1, max_size=2)
REFRESH = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"refresh_hour": st.integers(1, 2)}),
    st.fixed_dictionaries({"refresh_day": st.integers(1, 2)}),
    st.fixed_dictionaries(
        {"refresh_week": st.just(1)}, optional={"week_start": st.sampled_from(WEEKDAYS[:2])}
    ),
    st.fixed_dictionaries({"refresh_month": st.just(1)}),
)
FIELDS = {
    "set": st.fixed_dictionaries(
        PLACE, optional={"i_value": I_VALUES, "s_value": st.text(max_size=2), "value": VALUES}
    ).filter(lambda fields: len(fields) > 2),
    "addi": st.fixed_dictionaries({**PLACE, "value": AMOUNTS}),
    "money_add": st.fixed_dictionaries({**PLACE, "value": AMOUNTS}),
    "money_cost": st.fixed_dictionaries({**PLACE, "value": st.integers(1, 6)}),
    "name_new": st.fixed_dictionaries({"key": KEYS, "name": NAMES, "value": st.text(max_size=2)}),
    "world_data_set": st.fixed_dictionaries({**PLACE, "world_id": WORLDS, "value": VALUES}),
    "list_add": st.fixed_dictionaries({**PLACE, "value": VALUES}),
    "world_list_add": st.fixed_dictionaries({**PLACE, "world_id": WORLDS, "value": VALUES}),
}
# a change of a list names its item by a number: the n-th uuid that was ever handed out
UUIDS = st.fixed_dictionaries({"uuid": st.integers(0, 30)})
CHANGES = st.fixed_dictionaries({"uuid": st.integers(0, 30), "value": VALUES})
FIELDS.update(
    {"list_modify": CHANGES, "world_list_modify": CHANGES, "list_delete": UUIDS, "world_list_delete": UUIDS}
)
LIMITED = st.builds(
    lambda fields, refresh: {**fields, **refresh},
    st.fixed_dictionaries({**PLACE, "value": st.integers(-2, 3), "limit": st.integers(1, 4)}),
    REFRESH,
)
FIELDS["withlimit_add"] = LIMITED
OPERATIONS = st.one_of([st.tuples(st.just(name), fields) for name, fields in FIELDS.items()])


class Machine(RuleBasedStateMachine):
    """Two rooms of one store, and the model of what they must answer."""

    target = ":memory:"

    @initialize()
    def begin(self):
        self.clock = cloudvars.ManualClock()
        self.model, self.uuids = Model(), [1]
        self.messages = {}
        self.open()

    def open(self):
        self.store = cloudvars.open(self.target, clock=self.clock, durability="off")
        self.scores = [self.store.room(limits=False).score for _ in range(2)]

    def teardown(self):
        if hasattr(self, "store"):
            self.check_everything()
            self.store.close()

    def queue(self, committer, name, fields):
        """Queues one operation: what the model is to apply."""
        if "uuid" in fields:
            fields = {**fields, "uuid": self.uuids[fields["uuid"] % len(self.uuids)]}
        answer = getattr(committer, name)(**fields)
        if name in ("list_add", "world_list_add"):
            assert answer not in self.uuids
            self.uuids.append(answer)
            fields = {**fields, "uuid": answer}
        if "i_value" in fields:
            fields = {**fields, "i_value": rounded(fields["i_value"])}
        return name, fields

    @rule(ops=st.lists(OPERATIONS, max_size=6), room=st.integers(0, 1), block=st.booleans())
    def commit(self, ops, room, block):
        # C-1, C-2, C-4, C-8
        committer = self.scores[room].get_commit()
        queued = [self.queue(committer, name, fields) for name, fields in ops]
        expected = self.model.apply(queued, self.clock.now())
        if not block:
            reply = committer.commit()
            if expected is None:
                assert reply == (0, {}, None)
            else:
                assert (reply.error_code, reply.data["op"]) == expected
                assert reply.data["name"] in (ops[expected[1]][0], "add")
            return
        try:
            with committer:
                pass
            outcome = None
        except cloudvars.CommitError as error:
            outcome = error.code, error.op
        assert outcome == expected

    @rule(op=OPERATIONS)
    def drop(self, op):
        # C-1
        committer = self.scores[0].get_commit()
        self.queue(committer, *op)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            del committer

    @rule(hours=st.integers(0, 50), minutes=st.integers(0, 59))
    def wait(self, hours, minutes):
        # T-3
        self.clock.advance(hours=hours, minutes=minutes)

    @rule(user=USERS, key=KEYS, room=st.integers(0, 1))
    def limits(self, user, key, room):
        # T-4
        reply = self.scores[room].withlimit_query(user_id=user, key=key)
        assert reply == (0, self.model.withlimit_query(user, key, self.clock.now()), None)

    @rule(key=KEYS, prefix=NAMES, room=st.integers(0, 1))
    def names(self, key, prefix, room):
        # N-2
        reply = self.scores[room].name_search(key=key, name_prefix=prefix)
        assert reply.data == self.model.name_search(key, prefix)

    @rule(user=USERS, key=KEYS, value=VALUES, read=st.integers(0, 1), room=st.integers(0, 1))
    def send(self, user, key, value, read, room):
        # S-1
        fields = {"src_user_id": 1, "key": key, "target_user_id": user, "value": value, "read": read}
        object_id = self.scores[room].message_send(fields).unwrap()["objectId"]
        assert object_id not in self.messages
        self.messages[object_id] = fields

    @precondition(lambda self: self.messages)
    @rule(data=st.data(), read=st.integers(0, 1), delete=st.booleans(), room=st.integers(0, 1))
    def mark(self, data, read, delete, room):
        # S-3
        object_id = data.draw(st.sampled_from(sorted(self.messages)))
        if delete:
            assert self.scores[room].message_delete(objectId=object_id) == (0, {}, None)
            del self.messages[object_id]
        else:
            assert self.scores[room].message_modify_read(objectId=object_id, new_read_value=read) == (
                0,
                {},
                None,
            )
            self.messages[object_id]["read"] = read

    @invariant()
    def money(self):
        # M-1, M-3
        if hasattr(self, "store"):
            rows = self.scores[0].money_get(user_id=[1, 2, 3], key=["a", "A", "键"]).data
            assert rows == [
                row for u in (1, 2, 3) for k in ("a", "A", "键") for row in self.model.money_get(u, k)
            ]

    def check_everything(self):
        # K-4, L-3, W-1, W-2, S-2, G-6
        for score in self.scores:
            for user in (1, 2, 3):
                for key in ("a", "A", "键"):
                    self.check_place(score, user, key)
            for key in ("a", "A", "键"):
                rows = score.message_query(key=key).data
                held = {i: fields for i, fields in self.messages.items() if fields["key"] == key}
                assert [row["objectId"] for row in rows] == list(held)
                for row in rows:
                    assert {field: row[field] for field in held[row["objectId"]]} == held[row["objectId"]]

    def check_place(self, score, user, key):
        place = {"user_id": user, "key": key}
        assert score.get(place).data == self.model.get(user, key)
        assert [(row["uuid"], row["value"]) for row in score.list_query(place).data] == self.model.list_query(
            user, key
        )
        for world in (7, 8):
            held = self.model.world.get((user, key, world))
            rows = score.world_data_get(**place, world_id=world).data
            assert rows == ([] if held is None else [{**place, "value": held}])
            rows = score.world_list_query(**place, world_id=world).data
            assert [(row["uuid"], row["value"]) for row in rows] == self.model.list_query(user, key, world)


class FileMachine(Machine):
    """The same with a file that is closed and opened again."""

    @initialize()
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        self.target = f"{self.folder.name}/save.db"
        super().begin()

    @rule()
    def reopen(self):
        # C-6, L-1
        self.store.close()
        self.open()

    def teardown(self):
        try:
            super().teardown()
        finally:
            if hasattr(self, "folder"):
                self.folder.cleanup()


class ServerMachine(Machine):
    """The same on a server that other connections use too."""

    @initialize()
    def begin(self):
        self.target = self.new_database()
        super().begin()

    @rule()
    def reopen(self):
        # C-6, L-1
        self.store.close()
        self.open()


# C-1, C-2, C-4, C-6, K-1, M-3, L-3, N-1, T-2, W-1
TestMachine = Machine.TestCase
TestMachine.settings = settings(stateful_step_count=30)
TestFileMachine = FileMachine.TestCase
TestFileMachine.settings = settings(stateful_step_count=30)


def test_server_machine(mariadb):
    # C-1, C-2, C-4, C-6, K-1, M-3, L-3, N-1, T-2, W-1
    machine = type("machine", (ServerMachine,), {"new_database": staticmethod(mariadb.new_database)})
    run_state_machine_as_test(machine, settings=settings(stateful_step_count=30))
