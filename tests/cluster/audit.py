"""Compares what a store holds with what its clients were told."""

import collections
from dataclasses import dataclass, field

import cloudvars

from cluster.worker import STORE_ERROR

UNKNOWN = int(cloudvars.codes.OUTCOME_UNKNOWN)


@dataclass
class Answers:
    """What the clients were told: ids of commits by how they were answered, and when commits were acknowledged."""

    acknowledged: set = field(default_factory=set)
    unknown: set = field(default_factory=set)
    refused: set = field(default_factory=set)
    errors: set = field(default_factory=set)
    codes: collections.Counter = field(default_factory=collections.Counter)
    times: list = field(default_factory=list)

    @classmethod
    def read(cls, folder):
        """Reads the files of all threads."""
        answers = cls()
        for file in folder.iterdir():
            for line in file.read_text("ascii").splitlines():
                answers.take(*line.split())
        return answers

    def take(self, moment, commit, code):
        self.codes[int(code)] += 1
        match int(code):
            case 0:
                self.acknowledged.add(commit)
                self.times.append(float(moment))
            case code if code == UNKNOWN:
                self.unknown.add(commit)
            case code if code == STORE_ERROR:
                self.errors.add(commit)
            case _:
                self.refused.add(commit)

    def gap_seconds(self):
        """The longest time without an acknowledged commit."""
        times = sorted(self.times)
        return max((later - earlier for earlier, later in zip(times, times[1:], strict=False)), default=0.0)

    def line(self, finding):
        """What happened, in one line."""
        return (
            f"{len(self.acknowledged)} acknowledged, {len(finding.lost)} lost, {len(finding.doubled)} doubled,"
            f" {len(self.unknown)} unknown ({len(finding.unknown_stored)} of them stored),"
            f" {len(self.errors)} errors; {self.gap_seconds():.1f} s without commits; codes {dict(self.codes)}"
        )


@dataclass
class Finding:
    """What one node holds, against the answers. All but `unknown_stored` must be empty."""

    lost: set  # acknowledged, and not there
    doubled: set  # there more than once
    ghosts: set  # answered with an error, and there
    unknown_stored: set
    wrong: dict  # users whose money or count is not the sum of their commits: (stored, sum)

    def is_good(self):
        return not (self.lost or self.doubled or self.ghosts or self.wrong)


def audit(url, users, answers):
    """Reads a whole store through one node."""
    with cloudvars.open(url) as store:
        score = store.room(limits=False).score
        entries = [
            row["value"]
            for user in range(users)
            for row in score.list_query(user_id=user, key="log").unwrap()
        ]
        everyone = list(range(users))
        gold = {
            row["user_id"]: row["value"] for row in score.money_get(user_id=everyone, key="gold").unwrap()
        }
        count = {row["user_id"]: row["i_value"] for row in score.get(user_id=everyone, key="count").unwrap()}
    times = collections.Counter(entry["id"] for entry in entries)
    sums, counts = collections.Counter(), collections.Counter()
    for entry in entries:
        sums[entry["user"]] += entry["gold"]
        sums[entry["payer"]] -= entry["cost"]
        counts[entry["user"]] += 1
    stored = {user: (gold.get(user, 0), count.get(user, 0)) for user in everyone}
    due = {user: (sums[user], counts[user]) for user in everyone}
    return Finding(
        lost=answers.acknowledged - set(times),
        doubled={commit for commit, number in times.items() if number > 1},
        ghosts=(answers.refused | answers.errors) & set(times),
        unknown_stored=answers.unknown & set(times),
        wrong={user: (stored[user], due[user]) for user in everyone if stored[user] != due[user]},
    )


def checksums(node, database):
    """A checksum of every table of a database on one node."""
    tables = node.execute(
        "SELECT table_name FROM information_schema.tables"
        " WHERE table_schema = %s AND table_type = 'BASE TABLE' ORDER BY table_name",
        database,
    )
    return [node.execute(f"CHECKSUM TABLE `{database}`.`{table}`") for (table,) in tables]
