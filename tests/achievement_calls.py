"""Short ways to use the achievements of a room."""


def achieved(room, player=5):
    """What the cloud holds for a player, by node."""
    answers = []
    assert room.achievement.LobbyGetAchievementStorage(answers.append, player) is None
    if not answers:
        room.tick()
    [answer] = answers
    assert {key: answer[key] for key in answer if key != "entity"} == {
        "code": 0,
        "message": "正常返回",
        "details": "",
    }
    return {entry["achievement_id"]: entry for entry in answer["entity"]}


def achieve(room, delta=1, extra=None, node="kill", player=5, again=None):
    """Adds to the progress: the answers that the callback got; it returns `again`."""
    answers = []

    def callback(data):
        answers.append(data)
        return again

    arguments = () if extra is None else (lambda: extra,)
    assert room.achievement.LobbySetAchievementStorage(callback, player, node, delta, *arguments) is None
    if not answers:
        room.tick()
    return answers


def answer_codes(answers):
    return [answer and answer["code"] for answer in answers]
