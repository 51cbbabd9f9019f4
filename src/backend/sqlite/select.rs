//! The statements that select rows: each names its columns in the order in which `rows.rs` reads them.

pub(super) const POINT: &str = "SELECT ver, i_value, s_value, value, aux, flags, created, updated, seq FROM cloud \
    WHERE game = ?1 AND owner = ?2 AND kind = ?3 AND world = ?4 AND key = ?5 AND id = ?6";

pub(super) const STRETCH: &str = "SELECT ver, i_value, s_value, value, aux, flags, created, updated, seq, key, id \
    FROM cloud WHERE game = ?1 AND owner = ?2 AND kind = ?3 AND world = ?4 AND key BETWEEN ?5 AND ?6 \
    ORDER BY key, id";

/// Selects all columns of `cloud`: a row's content first, then its key. It names the index, because a plan without it
/// would read everything.
macro_rules! select {
    ($index:literal, $rest:expr) => {
        concat!(
            "SELECT ver, i_value, s_value, value, aux, flags, created, updated, seq, \
             key, id, game, owner, kind, world FROM cloud INDEXED BY ",
            $index,
            " WHERE ",
            $rest
        )
    };
    ($rest:expr) => {
        concat!(
            "SELECT ver, i_value, s_value, value, aux, flags, created, updated, seq, \
             key, id, game, owner, kind, world FROM cloud WHERE ",
            $rest
        )
    };
}

pub(super) const FIND: &str = select!("id = ?1 AND id <> 0");
pub(super) const MESSAGES: &str = select!("kind = 8 AND game = ?1 AND key = ?2 ORDER BY id");
pub(super) const SCAN_FROM: &str =
    select!("game = ?1 AND owner = ?2 AND kind = ?3 AND world = ?4 AND key >= ?5 ORDER BY key, id");
pub(super) const SCAN_WITHIN: &str = select!(
    "game = ?1 AND owner = ?2 AND kind = ?3 AND world = ?4 AND key BETWEEN ?5 AND ?6 ORDER BY key, id"
);
pub(super) const ALL: &str = select!("TRUE ORDER BY game, owner, kind, world, key, id");
pub(super) const ALL_AFTER: &str = select!(
    "(game, owner, kind, world, key, id) > (?1, ?2, ?3, ?4, ?5, ?6) ORDER BY game, owner, kind, world, key, id"
);

macro_rules! items {
    ($order:literal) => {
        select!(
            "cloud_list",
            concat!(
                "kind IN (3, 5) AND nth = 0 AND game = ?1 AND key = ?2 AND owner = ?3 AND kind = ?4 AND world = ?5 ORDER BY seq ",
                $order,
                " LIMIT ?6"
            )
        )
    };
}

/// Selects the items of a list that is not in the index: see [`super::items`].
macro_rules! few_items {
    ($order:literal) => {
        select!(concat!(
            "game = ?1 AND key = ?2 AND owner = ?3 AND kind = ?4 AND world = ?5 ORDER BY seq ",
            $order,
            " LIMIT ?6"
        ))
    };
}

macro_rules! unread {
    ($rest:literal) => {
        select!("cloud_unread", concat!("kind = 8 AND flags & 3 = 0 AND game = ?1 AND key = ?2 ", $rest))
    };
}

pub(super) const NEWEST_ITEMS: &str = items!("DESC");
pub(super) const OLDEST_ITEMS: &str = items!("ASC");
pub(super) const NEWEST_OF_FEW: &str = few_items!("DESC");
pub(super) const OLDEST_OF_FEW: &str = few_items!("ASC");
pub(super) const NEWEST_UNREAD: &str = unread!("AND owner = ?3 ORDER BY seq DESC LIMIT ?4");
pub(super) const OLDEST_UNREAD: &str = unread!("AND owner = ?3 ORDER BY seq ASC LIMIT ?4");
pub(super) const NEWEST_UNREAD_OF_ALL: &str = unread!("ORDER BY owner DESC, seq DESC LIMIT ?3");
pub(super) const OLDEST_UNREAD_OF_ALL: &str = unread!("ORDER BY owner ASC, seq ASC LIMIT ?3");
