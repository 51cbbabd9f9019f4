"""The night watch in one room."""

import json

ANNA = 7
NODE = "nightWatch"


def hunt(game, *kinds):
    for kind in kinds:
        game.kill(game.spawn(f"minecraft:{kind}"), ANNA)


def stored(room):
    """Return what the cloud holds, as another room sees it: progress and counts."""
    answers = []
    room.achievement.LobbyGetAchievementStorage(answers.append, ANNA)
    rows = {row["achievement_id"]: row for row in answers[0]["entity"]}
    if NODE not in rows:
        return None
    return rows[NODE]["progress"], json.loads(rows[NODE]["extra"])


def said(game):
    return [message.text for message in game.messages]


def test_an_upload_every_five_minutes(game, room, clock):
    game.join(ANNA)
    hunt(game, "zombie", "pig", "zombie")
    game.tick(30)
    assert stored(room) is None
    clock.advance(minutes=5)
    game.tick()
    assert stored(room) == (2, {"minecraft:zombie": 2})
    assert said(game) == ["Night watch: 33%"]
    clock.advance(minutes=5)
    game.tick()
    assert len(said(game)) == 1  # nothing new


def test_an_upload_on_leaving(game, room):
    game.join(ANNA)
    hunt(game, "creeper")
    game.leave(ANNA)
    game.tick()
    assert stored(room) == (1, {"minecraft:creeper": 1})


def test_a_fourth_zombie_does_not_count(game, room):
    game.join(ANNA)
    hunt(game, *["zombie"] * 4)
    game.leave(ANNA)
    game.tick()
    assert stored(room) == (3, {"minecraft:zombie": 3})


def test_the_whole_watch_is_rewarded(game, room):
    game.join(ANNA)
    hunt(game, "zombie", "skeleton", "zombie", "creeper", "zombie", "skeleton")
    game.leave(ANNA)
    game.tick()
    assert said(game) == ["Night watch: 100%"]
    assert stored(room)[0] == 6
    [lantern] = game.sent
    assert (lantern.player, lantern.event, lantern.data) == (str(ANNA), "Lantern", {"color": "gold"})


def test_the_engine_counts_the_first_zombie(game):
    game.join(ANNA)
    watch = game.systems["NightWatch", "WatchSystem"].cloud
    assert watch.GetNodeDetailInfo(str(ANNA), "firstZombie")["progress"] == 0
    hunt(game, "skeleton", "zombie", "zombie")
    assert watch.GetNodeDetailInfo(str(ANNA), "firstZombie")["progress"] == 1


def test_what_could_not_be_stored_is_sent_again(game, room, cloud, clock):
    game.join(ANNA)
    hunt(game, "zombie")
    cloud.faults.fail("LobbySetAchievementStorage")
    game.leave(ANNA)
    game.tick()
    assert stored(room) is None
    assert said(game) == ["The night watch could not be stored"]
    clock.advance(minutes=5)
    game.tick()
    assert stored(room) == (1, {"minecraft:zombie": 1})


def test_a_conflict_keeps_both_rooms_kills(game, room, cloud):
    game.join(ANNA)
    game.tick()
    hunt(game, "zombie", "skeleton")
    cloud.faults.conflict(ANNA, NODE, progress=2, extra='{"minecraft:zombie": 2}')
    game.leave(ANNA)
    game.tick()
    assert stored(room) == (4, {"minecraft:zombie": 3, "minecraft:skeleton": 1})


def test_a_conflict_drops_what_no_longer_counts(game, room, cloud):
    game.join(ANNA)
    game.tick()
    hunt(game, "zombie", "skeleton")
    cloud.faults.conflict(ANNA, NODE, progress=3, extra='{"minecraft:zombie": 3}')
    game.leave(ANNA)
    game.tick(2)  # the rest is another upload
    assert stored(room) == (4, {"minecraft:zombie": 3, "minecraft:skeleton": 1})


def test_broken_data_in_the_cloud(game, room, capsys):
    room.achievement.LobbySetAchievementStorage(print, ANNA, NODE, 1, lambda: "broken")
    capsys.readouterr()
    game.join(ANNA)
    game.tick()
    assert "no counts in 'broken'" in capsys.readouterr().out
