"""Commands that a mod gives, and what it tells players above the item bar."""

import cloudvars
import pytest


def test_commands_are_recorded(empty_game, factory, overheard):
    # E-11
    comp = factory.CreateCommand("-1")
    outputs = overheard("OnCommandOutputServerEvent")
    assert comp.SetCommand("/say hi") is False  # nobody is here to give it
    empty_game.join(7)
    cow = empty_game.spawn("minecraft:cow")
    assert comp.SetCommand("/say hi") is True
    assert comp.SetCommand("title @s title x", "7", True) is True
    assert comp.SetCommand("kill @s", entityId=cow) is True
    assert comp.SetCommand("kill @s", "9") is False
    assert empty_game.commands == [
        ("/say hi", None, False),
        ("/say hi", None, True),
        ("title @s title x", "7", True),
        ("kill @s", cow, True),
        ("kill @s", "9", False),
    ]
    assert (empty_game.commands[2].text, empty_game.commands[2].entity) == ("title @s title x", "7")
    assert outputs == [("OnCommandOutputServerEvent", {"command": "title", "message": ""})]


def test_the_test_answers_commands(empty_game, factory, overheard):
    # E-11
    empty_game.join(7)
    outputs = overheard("OnCommandOutputServerEvent")
    asked = []

    def answer(command, entity):
        asked.append((command, entity))
        return {"fail": False, "speak": "spoken"}.get(command.strip("/"))

    empty_game.on_command(answer)
    comp = factory.CreateCommand("-1")
    assert [comp.SetCommand(text, "7", True) for text in ("fail", "/speak", "else")] == [False, True, True]
    assert comp.SetCommand("else", "9") is False  # nobody gives it: the test is not asked
    assert asked == [("fail", "7"), ("/speak", "7"), ("else", "7")]
    assert [(told["command"], told["message"]) for _, told in outputs] == [("speak", "spoken"), ("else", "")]
    empty_game.on_command(None)
    assert comp.SetCommand("fail", "7") is True
    with pytest.raises(cloudvars.CloudValueError, match="^answer: 5; a function"):
        empty_game.on_command(5)


def test_an_answer_that_raises_comes_out(empty_game, factory):
    # E-11
    empty_game.join(7)

    def answer(command, entity):
        raise KeyError(command)

    empty_game.on_command(answer)
    with pytest.raises(KeyError, match="say"):
        factory.CreateCommand("-1").SetCommand("say hi", "7")


@pytest.mark.parametrize("wrong", [None, "", "/", 5])
def test_what_is_no_command(empty_game, factory, wrong):
    # E-11
    empty_game.join(7)
    assert factory.CreateCommand("-1").SetCommand(wrong) is False
    assert empty_game.commands == []


def test_permissions(factory):
    # E-11
    comp = factory.CreateCommand("-1")
    assert (comp.GetCommandPermissionLevel(), comp.GetDefaultPlayerPermissionLevel()) == (1, 1)
    assert (comp.SetCommandPermissionLevel(4), comp.SetCommandPermissionLevel(opLevel=9)) == (True, False)
    assert (comp.SetDefaultPlayerPermissionLevel(2), comp.GetCommandPermissionLevel()) == (True, 4)


def test_notices(empty_game, factory):
    # E-11
    empty_game.join(7)
    empty_game.join(8)
    comp = factory.CreateGame("-1")
    assert comp.SetOneTipMessage("7", "tip") is True
    assert comp.SetTipMessage("all") is True
    assert comp.SetOnePopupNotice("8", "popup", "sub") is True
    assert comp.SetPopupNotice(message="m", subtitle="s") is True
    assert comp.SetOneTipMessage("9", "nobody") is False
    assert empty_game.notices == [
        ("7", "tip", "tip", ""),
        ("7", "tip", "all", ""),
        ("8", "tip", "all", ""),
        ("8", "popup", "popup", "sub"),
        ("7", "popup", "m", "s"),
        ("8", "popup", "m", "s"),
    ]
    assert comp.SetNotifyMsg("news", "\xa7c") is True
    assert empty_game.messages == [("7", "news", "\xa7c", None), ("8", "news", "\xa7c", None)]
