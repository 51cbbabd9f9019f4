"""Stores with caches, in two processes, against a plain model (C-9)."""

import shutil
from copy import deepcopy
from pathlib import Path

import cloudvars
from achievement_calls import achieve, achieved
from cache_peer import Peer
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)


class Machine(RuleBasedStateMachine):
    """Two processes and three stores, one of them almost without a cache, against a dict."""

    folder = None
    start = None

    @initialize()
    def open(self):
        """Opens all of them."""
        self.number = 0
        self.path = self.folder / f"{id(self)}.db"
        self.model = {}
        self.progress = {}
        self.items = {}
        self.saved = None
        self.open_here()
        self.peer = Peer(self.start, self.path, 64 << 20)
        self.peer.ask("get", {"call": "get", "user_id": 1, "key": "a"})

    def open_here(self):
        """Opens the stores of this process."""
        self.stores = [
            cloudvars.open(self.path, cache=size, durability="normal") for size in (64 << 20, 20_000)
        ]
        self.rooms = [store.room("room", limits=False) for store in self.stores]
        self.scores = [room.score for room in self.rooms]
        for node in self.nodes:
            self.stores[0].achievements.define(node, total=1000)

    def teardown(self):
        """Closes what is open."""
        if hasattr(self, "stores"):
            for store in self.stores:
                store.close()
            self.peer.child.kill()
            self.peer.child.wait()

    nodes = ("kill", "walk")
    users = st.integers(1, 3)
    keys = st.sampled_from(["a", "b"])
    changes = st.lists(st.tuples(users, keys, st.integers(-3, 3)), min_size=1, max_size=4)

    @rule(who=st.integers(0, 2), changes=changes)
    def commit(self, who, changes):
        """One of the three commits."""
        verbs = [["addi", {"user_id": user, "key": key, "value": more}] for user, key, more in changes]
        if who == 2:
            self.peer.ask("commit", verbs)
        else:
            with self.scores[who].get_commit() as c:
                for verb, fields in verbs:
                    getattr(c, verb)(**fields)
        for user, key, more in changes:
            self.model[user, key] = self.model.get((user, key), 0) + more

    @rule(who=st.integers(0, 2), player=users, node=st.sampled_from(nodes))
    def achieve(self, who, player, node):
        """A player comes on."""
        if who == 2:
            self.peer.ask("achieve", {"player": player, "node": node})
        else:
            achieve(self.rooms[who], player=player, node=node)
        self.progress[player, node] = self.progress.get((player, node), 0) + 1

    @rule(who=st.integers(0, 1), user=users)
    def add(self, who, user):
        """A list becomes longer."""
        with self.scores[who].get_commit() as c:
            uuid = c.list_add(user_id=user, key="bag", value=[who])
        self.items[user] = [uuid, *self.items.get(user, [])]

    @rule(user=users, by_peer=st.booleans())
    def drop(self, user, by_peer):
        """The newest item is deleted."""
        uuid = self.items[user].pop(0) if self.items.get(user) else 1
        if by_peer:
            self.peer.ask("commit", [["list_delete", {"uuid": uuid}]])
        else:
            with self.scores[0].get_commit() as c:
                c.list_delete(uuid=uuid)

    @rule(user=users, key=keys)
    def delete(self, user, key):
        """A row is deleted."""
        assert self.stores[0].operator.delete("general", user_id=user, key=key).ok
        self.model.pop((user, key), None)

    @rule(kind=st.sampled_from(["PASSIVE", "FULL", "RESTART", "TRUNCATE"]))
    def checkpoint(self, kind):
        """Another SQLite empties the log."""
        self.peer.ask("checkpoint", kind)

    @rule()
    def crash(self):
        """The other process ends without closing anything, and another one begins."""
        self.peer.die()
        self.peer = Peer(self.start, self.path, 64 << 20)

    @rule()
    def reopen(self):
        """The stores of this process are closed and opened again."""
        for store in self.stores:
            store.close()
        self.open_here()

    @rule()
    def save(self):
        """A copy is made while all are open."""
        self.number += 1
        model = deepcopy((self.model, self.progress, self.items))
        self.saved = (self.path.with_suffix(f".{self.number}.copy"), model)
        self.stores[0].backup(self.saved[0])

    @rule()
    def restore(self):
        """All close, and the copy takes the place of the file."""
        if self.saved is None:
            return
        for store in self.stores:
            store.close()
        self.peer.child.stdin.close()
        self.peer.child.wait()
        for name in ("", "-wal", "-shm"):
            Path(f"{self.path}{name}").unlink(missing_ok=True)
        shutil.copy(self.saved[0], self.path)
        self.model, self.progress, self.items = deepcopy(self.saved[1])
        self.open_here()
        self.peer = Peer(self.start, self.path, 64 << 20)

    @rule(user=users, key=keys, who=st.integers(0, 1))
    def get_one(self, user, key, who):
        """One row, by itself."""
        rows = self.scores[who].get(user_id=user, key=key).unwrap()
        assert {(row["user_id"], row["key"]): row["i_value"] for row in rows} == {
            at: value for at, value in self.model.items() if at == (user, key)
        }

    @invariant()
    def agree(self):
        """All see the same."""
        if not hasattr(self, "stores"):
            return
        ask = {"user_id": [1, 2, 3], "key": ["a", "b"]}
        answers = [score.get(**ask).unwrap() for score in self.scores]
        answers.append(self.peer.ask("get", {"call": "get", **ask}))
        for rows in answers:
            assert {(row["user_id"], row["key"]): row["i_value"] for row in rows} == self.model
        for user in (1, 2, 3):
            ways = [achieved(room, player=user) for room in self.rooms]
            ways.append(self.peer.ask("achieved", {"player": user}))
            for entries in ways:
                found = {(user, node): entry["progress"] for node, entry in entries.items()}
                assert found == {at: count for at, count in self.progress.items() if at[0] == user}
            ask = {"user_id": user, "key": "bag"}
            ways = [score.list_query(**ask).unwrap() for score in self.scores]
            ways.append(self.peer.ask("get", {"call": "list_query", **ask}))
            for rows in ways:
                assert [row["uuid"] for row in rows] == self.items.get(user, [])


def test_two_processes_against_a_model(tmp_path, start_python):
    """Commits, deletions, checkpoints, crashes, copies: every read agrees with the model."""
    machine = type("Bound", (Machine,), {"folder": tmp_path, "start": staticmethod(start_python)})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=12, stateful_step_count=25, deadline=None)
    )
