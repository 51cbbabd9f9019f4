"""Coroutines: generators that the engine resumes tick by tick."""

import pytest


@pytest.fixture
def steps(empty_game):
    """Makes a generator function that notes the tick of each of its steps."""
    ticks = [0]

    def steps(*said):
        noted = []

        def run():
            for one in said:
                noted.append(ticks[0])
                yield one
            noted.append(ticks[0])

        return run, noted

    def go(n):
        for _ in range(n):
            ticks[0] += 1
            empty_game.tick()

    steps.go = go
    return steps


def test_a_step_a_tick(server_api, steps):
    # E-11
    run, noted = steps(None, 0, "x")
    ended = []
    made = server_api.StartCoroutine(run, lambda: ended.append(True))
    assert (noted, next(iter([made])) is made) == ([], True)  # the first step is at the next tick
    steps.go(3)
    assert (noted, ended) == ([1, 2, 3], [])
    steps.go(3)
    assert (noted, ended) == ([1, 2, 3, 4], [True])


def test_waiting(server_api, steps):
    # E-11
    seconds, noted = steps(1, 0.5)
    server_api.StartCoroutine(seconds())  # a generator is as good as a function
    frames, others = steps(-3, -1)
    server_api.StartCoroutine(frames)
    steps.go(60)
    assert noted == [1, 31, 46]
    assert others == [1, 4, 5]


def test_stopping_and_going_on(server_api, steps):
    # E-11
    run, noted = steps(None, None, None, None)
    made = server_api.StartCoroutine(run)
    steps.go(2)
    assert (server_api.StopCoroutine(made), server_api.StopCoroutine(made)) == (True, False)
    steps.go(5)
    assert noted == [1, 2]
    assert server_api.StartCoroutine(made) is made
    steps.go(2)
    assert noted == [1, 2, 8, 9]
    assert (server_api.StartCoroutine(5), server_api.StartCoroutine(lambda: 5)) == (None, None)
    assert server_api.StopCoroutine(5) is False


def test_a_coroutine_that_raises_comes_out_of_the_tick(empty_game, server_api):
    # E-2, E-11
    ticks = []

    def bad():
        yield
        raise KeyError("coroutine")

    def good():
        while True:
            ticks.append(1)
            yield

    def bad_callback():
        raise ValueError("callback")

    server_api.StartCoroutine(bad)
    server_api.StartCoroutine(good)
    empty_game.tick()
    with pytest.raises(KeyError, match="coroutine"):
        empty_game.tick()
    empty_game.tick()
    assert len(ticks) == 3
    server_api.StartCoroutine((one for one in ()), bad_callback)
    with pytest.raises(ValueError, match="callback"):
        empty_game.tick()


def test_a_coroutine_stops_itself_and_others(empty_game, server_api):
    # E-11
    ran = []
    made = {}

    def first():
        ran.append("first")
        server_api.StopCoroutine(made["second"])
        server_api.StopCoroutine(made["first"])
        yield
        ran.append("never")

    def second():
        ran.append("second")
        yield

    made["first"] = server_api.StartCoroutine(first)
    made["second"] = server_api.StartCoroutine(second)
    empty_game.tick(3)
    assert ran == ["first"]
