"""Unique names: whoever commits first has the name; the search is literal."""

import cloudvars


def claim(score: cloudvars.Score, name: str, user_id: int) -> bool:
    """Claim a name together with the welcome gift: no gift for a taken name."""
    c = score.get_commit()
    c.name_new(key="hero", name=name, value=str(user_id))
    c.money_add(user_id=user_id, key="gold", value=100)
    reply = c.commit()
    print(f"  {name:<8}", "ok" if reply.ok else reply.err_msg)
    return reply.ok


def main() -> None:
    """Claim, lose a race, search."""
    with cloudvars.open() as store:
        score = store.room("town").score
        assert claim(score, "大水哥", 1)
        assert not claim(score, "大水哥", 2)
        assert claim(score, "天神大水哥", 2)
        assert claim(score, "大水哥666", 3)
        found = [row["name"] for row in score.name_search(key="hero", name_prefix="大水哥").unwrap()]
        print("names that start with 大水哥:", found)
        assert found == ["大水哥", "大水哥666"]
        assert score.money_get(user_id=[1, 2, 3], key="gold").unwrap()[1]["value"] == 100


if __name__ == "__main__":
    main()
