"""A child of which nobody was told: C code made it by a call that runs no handler of forks."""

import ctypes
import sys

import pytest

CHILD = """if True:
    import ctypes, os, sys, cloudvars
    with cloudvars.open(sys.argv[1]) as store:
        score = store.room("room", limits=False).score
        def add():
            c = score.get_commit()
            c.money_add(user_id=1, key="gold", value=1)
            return c.commit()
        def gold():
            return score.money_get(user_id=1, key="gold").data[0]["value"]
        assert add().ok and gold() == gold() == 1  # it is in memory
        child = ctypes.PyDLL(None)._Fork()
        if child == 0:
            try:
                add()
            except cloudvars.StoreError as error:
                os._exit(0 if error.reason == "forked" else 2)
            os._exit(1)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert add().ok
        print(code, gold())
"""
has_fork = sys.platform != "win32" and hasattr(ctypes.CDLL(None), "_Fork")


@pytest.mark.skipif(not has_fork, reason="this system's C library has no _Fork (glibc has it from 2.34 on)")
def test_it_stores_nothing_through_what_its_parent_has_open(run_python, tmp_path):
    assert run_python("-c", CHILD, tmp_path / "save.db") == "0 2\n"
