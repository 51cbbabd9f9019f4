"""One subscriber of the load: writes down every message, in the order in which it came.

Arguments: URL, file. It says "ready", and when its input ends it takes what is still to come.
"""

import sys
import threading
import time

import cloudvars

from cluster.worker import MAILBOX

TICK_SECONDS = 0.02
QUIET_SECONDS = 5.0


def main(url, path):
    ended = threading.Event()
    with cloudvars.open(url) as store, open(path, "w", encoding="ascii", buffering=1) as seen:
        room = store.room(limits=False)

        def mail(message):
            seen.write(f"mail {message['value']} {message['message_id']}\n")

        assert room.score.subscribe_channel(MAILBOX, "mail", mail)
        assert room.score.subscribe_message(
            "live", lambda message: seen.write(f"live {message['message']}\n")
        )
        print("ready", flush=True)
        threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
        quiet_since = time.monotonic()
        while not ended.is_set() or time.monotonic() < quiet_since + QUIET_SECONDS:
            try:
                if room.tick() or not ended.is_set():
                    quiet_since = time.monotonic()
            except cloudvars.StoreError:  # the cluster is down; what comes meanwhile comes later
                quiet_since = time.monotonic()
            time.sleep(TICK_SECONDS)


if __name__ == "__main__":
    main(*sys.argv[1:])
