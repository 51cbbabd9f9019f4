"""Compares what a store holds with what its clients were told, and what its subscribers were given."""

import collections
import itertools
from dataclasses import dataclass, field

import cloudvars

from cluster.worker import BANK, LIMIT, MAILBOX, PLAYERS, SEATS, STORE_ERROR

UNKNOWN = int(cloudvars.codes.OUTCOME_UNKNOWN)
TORN_SHARE_MAX = 0.001  # an open question, said in docs/cluster.md; more of them fail
LOOKS_SHARE = 8  # every so many commits of a thread it looks


@dataclass
class Outcomes:
    """Ids of one kind of call by how they were answered, and what each was given besides."""

    acknowledged: dict = field(default_factory=dict)
    unknown: dict = field(default_factory=dict)
    refused: dict = field(default_factory=dict)

    def take(self, name, given, code):
        kind = {0: self.acknowledged, UNKNOWN: self.unknown}.get(code, self.refused)
        assert name not in kind, f"{name} was made twice"
        kind[name] = given

    def against(self, stored):
        """What was lost, doubled, or is there although it failed."""
        times = collections.Counter(stored)
        return (
            sorted(self.acknowledged.keys() - times.keys()),
            sorted(name for name, number in times.items() if number > 1),
            sorted(self.refused.keys() & times.keys()),
        )


class Answers:
    """What the clients were told."""

    def __init__(self, folder):
        self.folder = folder
        self.commits, self.mail, self.live = Outcomes(), Outcomes(), Outcomes()
        self.codes, self.times = collections.Counter(), []
        for moment, name, uuid, code in self.lines("commits"):
            self.commits.take(name, int(uuid), int(code))
            self.codes[int(code)] += 1
            if code == "0":
                self.times.append(float(moment))
        for name, message, code in self.lines("mail"):
            self.mail.take(name, int(message), int(code))
        for name, code in self.lines("live"):
            self.live.take(name, None, int(code))
        self.sets = [tuple(map(int, words)) for words in self.lines("sets")]
        self.odd = [" ".join(words) for words in self.lines("odd")]
        self.torn = [" ".join(words) for words in self.lines("torn")]
        self.seen = [list(lines(file)) for file in sorted(folder.glob("*.seen"))]

    def lines(self, kind):
        """The words of every line of a kind of files."""
        return itertools.chain.from_iterable(map(lines, sorted(self.folder.glob(f"*.{kind}"))))

    def gap_seconds(self):
        """The longest time without an acknowledged commit."""
        times = sorted(self.times)
        return max((later - earlier for earlier, later in itertools.pairwise(times)), default=0.0)

    def has_torn_too_often(self):
        """More reads of half a commit than those that are an open question?"""
        return len(self.torn) > max(1, self.codes.total() / LOOKS_SHARE * TORN_SHARE_MAX)

    def line(self, finding):
        """What happened, in one line."""
        errors = self.codes[STORE_ERROR]
        return (
            f"{len(self.commits.acknowledged)} acknowledged, {len(finding.lost)} lost, {len(finding.doubled)} doubled,"
            f" {len(self.commits.unknown)} unknown ({finding.unknown_stored} of them stored), {errors} errors;"
            f" {self.gap_seconds():.1f} s without commits; {len(self.mail.acknowledged)} messages,"
            f" {len(self.live.acknowledged)} live ones, {sum(code == 0 for *_, code in self.sets)} achievements;"
            f" {len(self.torn)} torn reads; codes {dict(sorted(self.codes.items()))}"
        )


def lines(file):
    return (line.split() for line in file.read_text("ascii").splitlines())


@dataclass
class Finding:
    """What one node holds, against the answers."""

    lost: list  # acknowledged, and not there
    doubled: list  # there more than once
    ghosts: list  # answered with an error, and there
    wrong: dict  # what else does not fit, by its name; empty when all is well
    unknown_stored: int

    def is_good(self):
        return not (self.lost or self.doubled or self.ghosts or self.wrong)


def audit(url, users, answers):
    """Reads a whole store through one node."""
    with cloudvars.open(url) as store:
        room = store.room(limits=False)
        lists = [room.score.list_query(user_id=user, key="log").unwrap() for user in range(users)]
        rows = [row for one in lists for row in one]
        wrong = {
            **sums(room.score, users, [row["value"] for row in rows]),
            "names": names(room.score, [row["value"] for row in rows]),
            "order": [pair for one in lists for pair in out_of_order(one)],
            "uuids": [
                row
                for row in rows
                if answers.commits.acknowledged.get(row["value"]["id"], row["uuid"]) != row["uuid"]
            ],
            "uuids twice": len(rows) - len({row["uuid"] for row in rows}),
            "messages": messages(room.score, answers),
            "achievements": achievements(room, answers),
            "odd": answers.odd,
            "torn": answers.torn if answers.has_torn_too_often() else [],
        }
    stored = [row["value"]["id"] for row in rows]
    return Finding(
        *answers.commits.against(stored),
        wrong={name: finding for name, finding in wrong.items() if finding},
        unknown_stored=len(answers.commits.unknown.keys() & set(stored)),
    )


def sums(score, users, entries):
    """Every number that commits add to, against the commits that are there: user -> (stored, due)."""
    due = {name: collections.Counter() for name in ("gold", "count", "bank", "limit", "own")}
    for entry in entries:
        due["gold"][entry["user"]] += entry["gold"]
        due["gold"][entry["payer"]] -= entry["cost"]
        due["count"][entry["user"]] += 1
        due["bank"][entry["from"]] -= entry["moved"]
        due["bank"][entry["to"]] += entry["moved"]
        due["limit"][entry["user"]] += entry["limited"]
        due["own"][entry["seat"]] = max(due["own"][entry["seat"]], entry["number"])
    everyone, seats = range(users), range(SEATS, SEATS + 100)
    gold = score.money_get(user_id=everyone, key="gold").unwrap()
    bank = score.money_get(user_id=BANK, key="bank").unwrap()
    general = score.get(user_id=[*everyone, *seats], key=["count", "own"]).unwrap()
    limits = [score.withlimit_query(user_id=user, key="limit").unwrap() for user in everyone]
    stored = {
        "gold": {row["user_id"]: row["value"] for row in gold},
        "bank": {row["user_id"]: row["value"] for row in bank},
        "limit": {row["user_id"]: row["value"] for row in limits if row},
        **{
            key: {row["user_id"]: row["i_value"] for row in general if row["key"] == key}
            for key in ("count", "own")
        },
    }
    wrong = {
        name: {
            user: (stored[name].get(user, 0), due[name][user])
            for user in stored[name].keys() | due[name].keys()
            if stored[name].get(user, 0) != due[name][user]
        }
        for name in due
    }
    return {**wrong, "over the limit": [row for row in limits if row and row["value"] > LIMIT]}


def names(score, entries):
    """Each name has one owner, who is there; nobody else got it."""
    found = score.name_search(key="names", name_prefix="").unwrap()
    owners = [(row["name"], row["value"]) for row in found]
    due = [(entry["name"], entry["id"]) for entry in entries if entry["name"]]
    return sorted(set(owners) ^ set(due)) + [
        name for name, times in collections.Counter(name for name, _ in due).items() if times > 1
    ]


def out_of_order(rows):
    """Neighbours in a list, newest first, of which one thread made the older one later."""
    newest = {}
    for row in rows:
        entry = row["value"]
        if entry["number"] >= newest.get(entry["worker"], entry["number"] + 1):
            yield entry["worker"], entry["number"]
        newest[entry["worker"]] = entry["number"]


def messages(score, answers):
    """Stored and live messages: each that was acknowledged came once to each subscriber, in the order of its sender."""
    wrong = []
    rows = score.message_query(key="mail", target_user_id=MAILBOX).unwrap()
    stored = [row["value"] for row in rows]
    wrong += [("stored", finding) for finding in answers.mail.against(stored) if finding]
    ids = {row["value"]: row["objectId"] for row in rows}
    wrong += [
        ("objectId", name)
        for name, message in answers.mail.acknowledged.items()
        if ids.get(name, message) != message
    ]
    for number, seen in enumerate(answers.seen):
        mail = [words[1] for words in seen if words[0] == "mail"]
        live = [words[1] for words in seen if words[0] == "live"]
        if sorted(mail) != sorted(stored):
            missing, extra = (
                collections.Counter(stored) - collections.Counter(mail),
                collections.Counter(mail) - collections.Counter(stored),
            )
            wrong.append((f"subscriber {number}", "missing", missing, "extra", extra))
        wrong += [(f"subscriber {number} live", finding) for finding in answers.live.against(live) if finding]
        wrong += [(f"subscriber {number} order", pair) for pair in unsorted(mail) + unsorted(live)]
    return wrong


def unsorted(seen):
    """Messages that came before an older one of the same sender."""
    last, wrong = {}, []
    for name in seen:
        sender, _, number = name.rpartition("-")
        if int(number) <= last.get(sender, 0):
            wrong.append(name)
        last[sender] = int(number)
    return wrong


def achievements(room, answers):
    """Each version of a player's data was stored by one set."""
    wrong = []
    for player in PLAYERS:
        before = [version for to, version, code in answers.sets if (to, code) == (player, 0)]
        failed = sum((to, code) == (player, STORE_ERROR) for to, _, code in answers.sets)
        got = []
        room.achievement.LobbyGetAchievementStorage(got.append, player)
        entity = got[0]["entity"][0] if got[0]["entity"] else {"version": 0, "progress": 0}
        version = entity["version"]
        twice = [one for one, times in collections.Counter(before).items() if times > 1]
        is_whole = len(before) <= version <= len(before) + failed and max(before, default=-1) < version
        if twice or not is_whole or entity["progress"] != version:
            wrong.append((player, entity, "twice", twice, "acknowledged", len(before), "failed", failed))
    return wrong


def checksums(node, database):
    """A checksum of every table of a database on one node."""
    tables = node.execute(
        "SELECT table_name FROM information_schema.tables"
        " WHERE table_schema = %s AND table_type = 'BASE TABLE' ORDER BY table_name",
        database,
    )
    return [node.execute(f"CHECKSUM TABLE `{database}`.`{table}`") for (table,) in tables]
