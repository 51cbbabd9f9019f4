"""A mailbox: letters wait for a player who is away, and arrive at once for one who is there."""

from typing import Any

import cloudvars
from cloudvars.types import ChannelMessage

ALICE, BOB = 1001, 1002


def main() -> None:
    with cloudvars.open() as store:
        forest, castle = store.room("forest"), store.room("castle")

        print("Bob is away. Alice writes twice.")
        for text in ("The bridge is out.", "Bring a boat."):
            reply = forest.score.message_send(
                src_user_id=ALICE, key="mail", target_user_id=BOB, value={"text": text}
            )
            print(f"  sent, {reply.unwrap()}")

        letters: list[str] = []

        def on_letter(letter: ChannelMessage) -> None:
            text = letter["value"]["text"]
            letters.append(text)
            print(f"  from {letter['src_user_id']}: {text}")
            if text != "Bring a boat.":  # what is not marked as read comes again at the next subscription
                castle.score.message_modify_read(objectId=letter["message_id"], new_read_value=1).unwrap()

        print("Bob enters the castle and opens his mailbox:")
        assert castle.score.subscribe_channel(BOB, "mail", {"ok": on_letter})
        assert letters == ["The bridge is out.", "Bring a boat."]
        assert not castle.score.subscribe_channel(BOB, "mail", {"ok": on_letter})  # once for each room

        print("Alice writes while he is there; the castle delivers at its next tick:")
        forest.score.message_send(
            src_user_id=ALICE, key="mail", target_user_id=BOB, value={"text": "Too late, I swam."}
        ).unwrap()
        assert castle.tick() == 1
        assert letters[2:] == ["Too late, I swam."]

        print("Bob leaves and comes back. One letter was never marked as read:")
        castle.player_leave(BOB)
        letters.clear()
        assert castle.score.subscribe_channel(BOB, "mail", on_letter)
        assert letters == ["Bring a boat."]

        unread = castle.score.message_query(key="mail", target_user_id=BOB, read=2).unwrap()
        assert [row["value"]["text"] for row in unread] == ["Bring a boat."]
        print(f"Unread in the box: {len(unread)}. He has no boat.")

        heard: list[Any] = []
        forest.score.subscribe_message("town crier", {"ok": heard.append})
        castle.score.publish_message("town crier", {"news": "Dragon at noon"})
        forest.tick()
        assert heard == [{"message": {"news": "Dragon at noon"}}]
        print(f"For those who are online only, the town crier: {heard[0]['message']['news']}.")


if __name__ == "__main__":
    main()
