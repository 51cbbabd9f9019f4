"""Mail: it arrives although nobody listens yet, and comes again until it is marked read."""

from typing import Any

import cloudvars

ANN, BOB = 1001, 1002


def main() -> None:
    """Send while Bob is away; let him read it in another room."""
    with cloudvars.open() as store:
        post = store.room("post office").score
        sent = post.message_send(src_user_id=ANN, key="mail", target_user_id=BOB, value={"gold": 5}).unwrap()
        print("sent", sent)

        home = store.room("Bob's home")
        inbox: list[dict[str, Any]] = []
        home.score.subscribe_channel(BOB, "mail", {"ok": inbox.append})
        print("Bob comes online and gets", inbox)
        assert [mail["message_id"] for mail in inbox] == [sent["objectId"]]

        post.message_send(src_user_id=ANN, key="mail", target_user_id=BOB, value="are you there?").unwrap()
        home.tick()
        assert inbox[1]["value"] == "are you there?"

        for mail in inbox:
            home.score.message_modify_read(objectId=mail["message_id"], new_read_value=1)
        home.player_leave(BOB)
        again: list[dict[str, Any]] = []
        home.score.subscribe_channel(BOB, "mail", {"ok": again.append})
        print("after reading, a new subscription gets", again)
        assert again == []


if __name__ == "__main__":
    main()
