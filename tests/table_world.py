"""A small world with every kind of row, made by calls, and the rows that each table has of it.

The fixture `world` is there for every test; it is shared, so tests only read it.
"""

import json
from datetime import UTC, datetime

import cloudvars
import pytest
from model import SHANGHAI, expiry
from nodes import ROOT
from table_model import COLUMNS, COUNTED, IDENTITY, NAMES, TableModel

START = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
GAMES = ["default", "another"]  # in the order of their numbers, which is not that of their names
USERS = [-(2**63), -1, 7, 8, 55555555, 2**63 - 1]
EXTREMES = [2**63 - 1, -(2**63), 0, -5, 7, 7]
VALUE = {5: "five", "#5": 1.0, "class": "archer", "stats": {"level": 3, "name": "字"}, "z": [1, None, True]}


def in_own_order(name, rows):
    """The order of the row keys. Strings compare by code point; games by their numbers."""
    rank = {"game": GAMES.index}
    return sorted(rows, key=lambda row: [rank.get(one, lambda x: x)(row[one]) for one in IDENTITY[name]])


class World:
    """Makes calls, each at a moment of its own, and writes down what they leave."""

    def __init__(self, store, clock):
        self.store, self.clock = store, clock
        self.found = {name: {} for name in NAMES}
        self.rooms = {game: store.room(game=game, limits=False) for game in GAMES}

    def put(self, table, *identity, **changed):
        """A row is created or changed now."""
        now = self.clock.now().astimezone(UTC)
        row = self.found[table].get(identity)
        if row is None:
            row = dict.fromkeys(COLUMNS[table]) | dict(zip(IDENTITY[table], identity, strict=True))
            row |= {"version": 0, "created": now}
        self.found[table][identity] = {**row, **changed, "version": row["version"] + 1, "updated": now}

    def later(self):
        self.clock.advance(seconds=1.001)

    def commit(self, game, verb, **fields):
        self.later()
        with self.rooms[game].score.get_commit() as c:
            return getattr(c, verb)(**fields)

    # One method for each kind; the stores hold what the same names in `rows` say.

    def general(self, game, user, key, **fields):
        self.commit(game, "set", user_id=user, key=key, **fields)
        self.put("general", game, user, key, **fields)

    def money(self, game, user, key, value):
        balance = self.found["money"].get((game, user, key), {"value": 0})["value"]
        self.commit(game, "money_add", user_id=user, key=key, value=value)
        self.put("money", game, user, key, value=balance + value)

    def list(self, game, user, key, value):
        uuid = self.commit(game, "list_add", user_id=user, key=key, value=value)
        self.put("list", game, user, key, uuid, value=value)
        return uuid

    def modified(self, game, user, key, uuid, value):
        self.commit(game, "list_modify", uuid=uuid, value=value)
        self.put("list", game, user, key, uuid, value=value)

    def deleted(self, game, user, key, uuid):
        self.commit(game, "list_delete", uuid=uuid)
        del self.found["list"][game, user, key, uuid]

    def world_data(self, game, user, key, world, value):
        self.commit(game, "world_data_set", user_id=user, key=key, world_id=world, value=value)
        self.put("world_data", game, user, world, key, value=value)

    def world_list(self, game, user, key, world, value):
        uuid = self.commit(game, "world_list_add", user_id=user, key=key, world_id=world, value=value)
        self.put("world_list", game, user, world, key, uuid, value=value)

    def with_limit(self, game, user, key, value, limit, **refresh):
        """Each counter is added to once, so that its value is what was added."""
        self.commit(game, "withlimit_add", user_id=user, key=key, value=value, limit=limit, **refresh)
        numbers = [(unit, n) for unit, n in refresh.items() if unit != "week_start"]
        words, ends = None, None
        for unit, n in numbers:
            start = refresh.get("week_start", "monday")
            words = " ".join([unit.removeprefix("refresh_"), str(n), *[start] * (unit == "refresh_week")])
            ends = expiry(self.clock.now(), SHANGHAI, unit, n, start).astimezone(UTC)
        self.put("with_limit", game, user, key, value=value, limit=limit, refresh=words, expires=ends)

    def name(self, game, key, name, value):
        self.commit(game, "name_new", key=key, name=name, value=value)
        self.put("name", game, key, name, value=value)

    def message(self, game, source, key, target, value, read=0, deleted=0):
        self.later()
        sent = self.rooms[game].score.message_send(
            src_user_id=source, key=key, target_user_id=target, value=value, read=read, deleted=deleted
        )
        identity = (game, target, key, sent.unwrap()["objectId"])
        self.put(
            "message", *identity, src_user_id=source, read=bool(read), deleted=bool(deleted), value=value
        )
        return identity

    def read(self, identity):
        self.later()
        self.rooms[identity[0]].score.message_modify_read(objectId=identity[-1], new_read_value=1).unwrap()
        self.put("message", *identity, read=True)

    def message_deleted(self, identity):
        self.later()
        self.rooms[identity[0]].score.message_delete(objectId=identity[-1]).unwrap()
        self.put("message", *identity, deleted=True)

    def node(self, node, total, **about):
        """Of the store's game."""
        self.later()
        self.store.achievements.define(node, total=total, **about)
        texts = {"title": "", "description": "", "rank": 0} | about
        self.put("node", "default", node, total=total, custom=False, **texts)

    def custom_node(self, folder):
        self.later()
        (folder / "root.json").write_text(json.dumps({**ROOT, "is_cloud": True}), "utf-8")
        self.store.achievements.load_nodes(folder)
        about = {
            "title": ROOT["title"],
            "description": ROOT["node_description"],
            "total": ROOT["goal_number"],
        }
        self.put("node", "default", "root", custom=True, **about)

    def achievement(self, player, node, delta, extra=None):
        self.later()
        answers = []
        getter = [] if extra is None else [lambda: extra]
        self.rooms["default"].achievement.LobbySetAchievementStorage(
            answers.append, player, node, delta, *getter
        )
        assert [answer["code"] for answer in answers] == [0]
        total = self.found["node"]["default", node]["total"]
        old = self.found["achievement"].get(("default", player, node), {"progress": 0, "extra": None})
        progress = min(total, old["progress"] + delta)
        done = self.clock.now().astimezone(UTC).replace(microsecond=0) if progress == total else None
        extra = old["extra"] if extra is None else extra
        self.put(
            "achievement",
            "default",
            player,
            node,
            progress=progress,
            total=total,
            extra=extra,
            completed_at=done,
        )

    def storage(self, game, user, order=None, **values):
        self.later()
        answers = []
        entities = [{"key": key, "value": value} for key, value in values.items()]
        self.rooms[game].storage.LobbySetStorageAndUserItem(
            answers.append, user, order and order[-1], lambda: entities
        )
        assert [answer["code"] for answer in answers] == [0]
        for key, value in values.items():
            self.put("storage", game, user, key, value=value)
        if order:
            self.put("order", *order, shipped=True)

    def order(self, game, user, cmd, count):
        self.later()
        number = self.rooms[game].storage.place_order(user, cmd, count)
        self.put("order", game, user, number, cmd=cmd, product_count=count, shipped=False)
        return game, user, number

    def players(self):
        found = {}
        for table, user in COUNTED.items():
            for row in self.rows(table):
                empty = {"game": row["game"], "user_id": row[user], **dict.fromkeys(COUNTED, 0)}
                one = found.setdefault((row["game"], row[user]), empty)
                one[table] += 1
                one["first_change"] = min(one.get("first_change", row["created"]), row["created"])
                one["last_change"] = max(one.get("last_change", row["updated"]), row["updated"])
        return list(found.values())

    def rows(self, table):
        """What the table of all games holds now, in its own order."""
        rows = self.players() if table == "player" else list(self.found[table].values())
        if table == "with_limit":
            now = self.clock.now()
            rows = [{**row, "value": 0} if row["expires"] and row["expires"] <= now else row for row in rows]
        return in_own_order(table, [{name: row[name] for name in COLUMNS[table]} for row in rows])

    def model(self, table, game="default"):
        return TableModel(self.rows(table), game)


def fill(world, folder):
    """Every kind, several users, two games, and what is odd about each."""
    for game in GAMES:
        for user, extreme in zip(USERS, EXTREMES, strict=True):
            world.general(
                game, user, "hero", value=VALUE | {"stats": {"level": extreme % 5}}, i_value=extreme
            )
            world.money(game, user, "gold", extreme)
            world.list(game, user, "bag", {"name": "bow", "level": extreme % 3})
        world.general(game, 7, "empty", s_value="")
        world.general(game, 7, "hero", s_value="\"<b>\n,'字")
        world.general(game, 8, "𐍈\uffff", value=[{"deep": [[]]}, "é", -0.0, 2**63 - 1])
        world.general(game, 8, "hp", i_value=-3)
        world.money(game, 7, "gold", 5)
        world.money(game, 7, "gems", 1)
        world.money(game, 8, "gems", -1)
        bow = world.list(game, 7, "bag", [])
        world.list(game, 7, "chest", {5: {"#": None}})
        gone = world.list(game, 7, "bag", ["gone"])
        world.modified(game, 7, "bag", bow, {"name": "long bow"})
        world.deleted(game, 7, "bag", gone)
        for number in (3, -3, 0):
            world.world_data(game, 7, "w", number, {"n": number})
            world.world_list(game, 8, "w", number, [number])
        world.name(game, "clan", "wölves", "v")
        world.name(game, "clan", "wolves", "")
        world.name(game, "clans", "a", "x")
        mail = [world.message(game, 7, "mail", target, {"n": target}) for target in (8, 8, 7, -1)]
        world.read(mail[0])
        world.message_deleted(mail[1])
        world.message(game, 8, "mail", 7, "read when sent", read=1)
        order = world.order(game, 7, "give bow", 2)
        world.order(game, 8, "give <arrow>", 1)
        world.storage(game, 7, wins=3, big={"#5": 2**70, "z": [1, 1.5, None], "": "字"})
        world.storage(game, 7, order=order, wins=4)
        world.storage(game, 8, wins="none", nothing=None)
        world.with_limit(game, 7, "never", 3, 10)
        world.with_limit(game, 7, "ended", 3, 10, refresh_hour=1)
        world.with_limit(game, 8, "daily", 0, 1, refresh_day=1)
        world.with_limit(game, 8, "weekly", 2, 9, refresh_week=2, week_start="sunday")
        world.with_limit(game, 8, "monthly", 2**63 - 1, 2**63 - 1, refresh_month=1)
    world.node("hunt", 10, title="猎人", description="<i>hunt</i>", rank=2)
    world.node("fish", 1)
    world.custom_node(folder)
    world.node("hunt", 11, title="猎人", description="<i>hunt</i>", rank=2)
    world.achievement(7, "hunt", 4, "额外")
    world.achievement(7, "hunt", 2)
    world.achievement(8, "hunt", 99)
    world.achievement(8, "fish", 1, "")
    world.clock.advance(hours=2)
    for user in USERS[2:4]:
        world.general("default", user, "hp", i_value=user)


def new_world(target, folder):
    clock = cloudvars.ManualClock(START)
    store = cloudvars.open(target, clock=clock)
    folder.mkdir()
    world = World(store, clock)
    fill(world, folder)
    return world


@pytest.fixture(scope="session", params=["memory", "file", "mariadb"])
def world(request, tmp_path_factory):
    """The world on every kind of store."""
    folder = tmp_path_factory.mktemp("world")
    targets = {"memory": ":memory:", "file": str(folder / "save.db")}
    target = targets.get(request.param) or request.getfixturevalue("mariadb").new_database()
    world = new_world(target, folder / "customAchievements")
    world.target, world.folder = target, folder
    yield world
    world.store.close()


@pytest.fixture(params=NAMES)
def table_name(request):
    """Each of the tables."""
    return request.param
