"""Stores that are read while another process writes. The fixture is there for every test."""

import pytest


def gold(store, user=1):
    rows = store.room(limits=False).score.money_get(user_id=user, key="gold").unwrap()
    return rows[0]["value"] if rows else None


def pay(score, amount=1):
    c = score.get_commit()
    c.money_add(user_id=1, key="gold", value=amount)
    assert c.commit().ok


WRITER = """if True:
    import sys
    import cloudvars
    store = cloudvars.open(sys.argv[1])
    score = store.room(limits=False).score
    for line in sys.stdin:
        if line == "close\\n":
            store.close()
        elif line == "open\\n":
            store = cloudvars.open(sys.argv[1])
            score = store.room(limits=False).score
        else:
            c = score.get_commit()
            for user in range(1, 51):
                c.money_add(user_id=user, key="gold", value=int(line))
            assert c.commit().ok
            score.message_send(src_user_id=2, key="mail", target_user_id=1, value=int(line))
        print("done", flush=True)
"""


@pytest.fixture
def writer(start_python):
    """Another process that writes: `tell(path)` starts one, what it gives tells it what to do."""

    def start(path):
        child = start_python("-c", WRITER, path)

        def tell(what):
            child.stdin.write(f"{what}\n")
            assert child.stdout.readline() == "done\n"

        return tell, child

    return start
