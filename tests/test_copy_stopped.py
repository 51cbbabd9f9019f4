"""Copies that are stopped or disturbed: they go on where they were, and mix nothing."""

import random
import time

import cloudvars
import pytest
from cloudvars import StoreError
from copies import BOTH_WAYS, half_copied, many

COPY = """if True:
    import cloudvars, sys
    print("begins", flush=True)
    cloudvars.copy(sys.argv[1], sys.argv[2])
"""


@pytest.mark.parametrize("target", ["file", "mariadb"])
def test_a_stopped_copy_goes_on(new_address, target):
    a, b = new_address(), new_address(target)
    dump = half_copied(a, b)
    for url in (b, b, str(b)):
        with pytest.raises(StoreError, match=r"is half copied from '.*' \(1\d{4} of 2\d{4} rows\)"):
            cloudvars.open(url)
    with pytest.raises(StoreError, match=r"source_url: .*is half copied"):
        cloudvars.copy(b, new_address())
    done = []
    cloudvars.copy(a, b, progress=lambda *call: done.append(call[0]))
    assert done[0] >= 10_000
    with cloudvars.open(b) as store:
        assert store.dump() == dump


@pytest.mark.parametrize("target", ["file", "mariadb"])
def test_a_source_that_changed_since_is_not_mixed(new_address, target):
    a, b = new_address(), new_address(target)
    half_copied(a, b)
    with cloudvars.open(a) as store, store.room().score.get_commit() as c:
        c.addi(user_id=0, key="k0", value=1)
    with pytest.raises(
        StoreError, match=r"target_url: it holds a part of .* as that was then.*Empty the target"
    ):
        cloudvars.copy(a, b)
    with pytest.raises(StoreError, match="half copied"):
        cloudvars.open(b)


@pytest.mark.parametrize("when", [1, 2, 3])
@pytest.mark.parametrize("source", ["file", "mariadb"])
def test_a_source_that_changes_meanwhile_is_noticed(new_address, source, when):
    # The change is before, behind and beside the place where the copy is.
    a, b = new_address(source), new_address()
    many(a, 25_000)
    with cloudvars.open(a) as store:
        calls = []

        def progress(done, total):
            calls.append(done)
            if len(calls) == when:
                with store.room().score.get_commit() as c:
                    c.addi(user_id=0, key="k0", value=1)
                    c.addi(user_id=6, key="k6", value=-1)

        with pytest.raises(
            StoreError, match=r"source_url: it was changed while it was copied: it held \d+ rows"
        ):
            cloudvars.copy(a, b, progress=progress)
    assert len(calls) >= when
    with pytest.raises(StoreError, match="half copied"):
        cloudvars.open(b)


@pytest.mark.parametrize("target", ["file", "mariadb"])
def test_whoever_writes_to_the_target_is_noticed(new_address, target):
    a, b = new_address(), new_address(target)
    many(a, 25_000)
    with cloudvars.open(b) as store:
        room = store.room()

        def progress(done, total):
            if done:
                with room.score.get_commit() as c:
                    c.addi(user_id=100, key="mine", value=1)

        with pytest.raises(
            StoreError, match="target_url: it does not hold what was copied, somebody else wrote"
        ):
            cloudvars.copy(a, b, progress=progress)


def test_two_copies_to_one_target(new_address):
    a, b = new_address(), new_address()
    many(a, 25_000)

    def progress(done, total):
        if done and done < total:
            cloudvars.copy(a, b)  # takes over, and ends well

    with pytest.raises(StoreError, match="target_url: another copy writes to it"):
        cloudvars.copy(a, b, progress=progress)
    with cloudvars.open(a) as one, cloudvars.open(b) as two:
        assert two.dump() == one.dump()


@pytest.mark.parametrize(("source", "target"), BOTH_WAYS[:3])
def test_a_killed_copy_goes_on_and_ends_right(new_address, start_python, source, target):
    a = new_address(source)
    dump = many(a, 20_000)
    begins = time.monotonic()
    copied = cloudvars.copy(a, new_address(target))
    seconds = time.monotonic() - begins
    chance, stopped = random.Random(source + target), set()
    while len(stopped) < 3:
        b, state = new_address(target), "nothing"
        while state != "whole":
            child = start_python("-c", COPY, a, b)
            assert child.stdout.readline() == "begins\n"
            time.sleep(chance.uniform(0, 1.5 * seconds))
            child.kill()
            child.wait()
            try:
                with cloudvars.open(b) as store:
                    found = store.dump()
                assert found == dump or found["games"] == {}
                state = "whole" if found == dump else "nothing"
            except StoreError as error:
                stopped.add(str(error).partition("half copied")[2])
        # the checksum of the way back
        assert cloudvars.copy(b, new_address()) == copied
