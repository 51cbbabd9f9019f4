"""Programs of Python 2, hosted, print what Python 2.7.18 printed: ``tests/fixtures/python2``."""

import pytest
import python2_answers as kept
from stores import one_store

PROGRAMS = kept.answers("programs")
DRAWN = kept.answers("drawn")
NAMES = [(topic, name) for topic in kept.topics("programs") for name in kept.programs(topic)]


@pytest.fixture
def printed(run_mod, capsys):
    """Runs a program as a module of a mod; answers what it printed, with the name of what it raised."""

    def printed(source):
        raised = ""
        try:
            run_mod(source, helper=kept.HELPER)
        except Exception as error:
            raised = f"! {type(error).__name__}\n"
        return capsys.readouterr().out + raised

    return printed


def test_there_are_enough():
    assert len(NAMES) >= 300
    assert sorted(DRAWN) == kept.topics("drawn")
    assert {len(digests.split()) for digests in DRAWN.values()} == {200}


@one_store
@pytest.mark.parametrize(("topic", "name"), NAMES, ids=[f"{topic}-{name}" for topic, name in NAMES])
def test_programs(printed, topic, name):
    # E-6
    assert printed(kept.programs(topic)[name]) == PROGRAMS[topic][name]


@one_store
@pytest.mark.parametrize("topic", kept.topics("drawn"))
def test_drawn_cases(printed, topic):
    # E-6
    found, right = printed(kept.drawn(topic)).split(), DRAWN[topic].split()
    wrong = [number for number, pair in enumerate(zip(found, right, strict=True)) if pair[0] != pair[1]]
    assert wrong == [], "hundreds of cases that differ: make.py shows the cases one by one"
