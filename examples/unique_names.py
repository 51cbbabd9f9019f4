"""Names that exist once: claim one, lose the race for one, and search by how they begin."""

import cloudvars


def claim(score: cloudvars.Score, player: int, name: str) -> bool:
    """Take the name and note it with the player, both or neither."""
    c = score.get_commit()
    c.name_new(key="heroes", name=name, value=str(player))
    c.set(user_id=player, key="hero", s_value=name)
    reply = c.commit()
    print(
        f"  player {player} wants {name!r}: {'taken by ' + owner(score, name) if not reply.ok else 'welcome'}"
    )
    assert reply.error_code in (cloudvars.codes.OK, cloudvars.codes.NAME_TAKEN)
    return reply.ok


def owner(score: cloudvars.Score, name: str) -> str:
    first = score.name_search(key="heroes", name_prefix=name).unwrap()[0]  # the shortest match comes first
    assert first["name"] == name
    return f"player {first['value']}"


def main() -> None:
    with cloudvars.open() as store:
        score = store.room("registry").score
        assert claim(score, 1, "大水哥")
        assert not claim(score, 2, "大水哥")
        assert claim(score, 2, "大水哥666")
        assert claim(score, 3, "天神大水哥")
        assert claim(score, 4, "100%_real")
        assert score.get(user_id=2, key="hero").unwrap()[0]["s_value"] == "大水哥666"

        found = [row["name"] for row in score.name_search(key="heroes", name_prefix="大水哥").unwrap()]
        print(f"  names that begin with '大水哥': {found}")
        assert found == ["大水哥", "大水哥666"]
        assert score.name_search(key="heroes", name_prefix="100%").unwrap()[0]["value"] == "4"
        assert score.name_search(key="heroes", name_prefix="%").unwrap() == []
        assert score.name_search(key="monsters", name_prefix="").unwrap() == []  # each key has its own names


if __name__ == "__main__":
    main()
