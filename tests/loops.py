"""What tests of event loops share: waiting on a loop, and a callback that remembers."""

import asyncio
import threading

MAIL = {"src_user_id": 1, "key": "mail", "target_user_id": 2}


async def until(condition):
    """Lets the loop run until the condition holds; the test's timeout is the bound."""
    while not condition():
        await asyncio.sleep(0.005)


async def aio_commit(score, *ops):
    """Queues (name, fields) pairs in one awaited committer and commits them."""
    c = score.aio.get_commit()
    for name, fields in ops:
        getattr(c, name)(**fields)
    return await c.commit()


class Heard:
    """A callback that remembers what it got, and on which thread."""

    def __init__(self):
        self.values, self.threads = [], set()

    def __call__(self, message):
        self.threads.add(threading.get_ident())
        assert asyncio.get_running_loop() is not None
        self.values.append(message.get("message", message.get("value")))
