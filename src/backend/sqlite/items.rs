//! Which items of lists are in the index by last change: all items of a long list, none of a short one.
//!
//! A short list is read as a whole and sorted, so adding to it changes no page of the index: otherwise most commits
//! would write one page more. The column `nth` of an item in the index is 0. In a short list it counts the items up to
//! this one, in the order of their ids, so that the `nth` of the last one is the largest length that the list can have.
//! A list that had more than 128 items stays long until it is empty again.

use super::failure::Tried;
use crate::row::{Key, Kind, Row};
use rusqlite::Connection;

/// The value of `nth` for a new item, as an expression on the parameters of its key. It is a text, which the column
/// refuses, if the list has to become long: if it has too many items, or if the new item is not the last by its id, so
/// that the count in the last one would be too small.
macro_rules! nth {
    () => {
        "coalesce((SELECT CASE WHEN nth = 0 THEN 0 WHEN nth < 128 AND id < ?6 THEN nth + 1 ELSE 'long' END \
         FROM cloud WHERE game = ?1 AND owner = ?2 AND kind = ?3 AND world = ?4 AND key = ?5 ORDER BY id DESC LIMIT 1), 1)"
    };
}
pub(super) use nth;

/// Whether a row is an item that is not stored yet, so that [`nth!`] has to compute its `nth`.
pub(super) fn is_new(connection: &Connection, key: &Key, row: &Row) -> Tried<bool> {
    Ok(is_item(key) && (row.ver == 1 || !is_there(connection, key)?))
}

/// Puts a whole list into the index. Later new items of the list go into the index, too.
pub(super) fn lengthen(connection: &Connection, key: &Key) -> Tried<()> {
    const LENGTHEN: &str = "UPDATE cloud SET nth = 0 \
        WHERE game = ?1 AND owner = ?2 AND kind = ?3 AND world = ?4 AND key = ?5 AND nth <> 0";
    let list = (key.game, key.owner, key.kind.number(), key.world, &*key.key);
    connection.prepare_cached(LENGTHEN)?.execute(list)?;
    Ok(())
}

fn is_there(connection: &Connection, key: &Key) -> Tried<bool> {
    const THERE: &str = "SELECT 1 FROM cloud \
        WHERE game = ?1 AND owner = ?2 AND kind = ?3 AND world = ?4 AND key = ?5 AND id = ?6";
    let at = (key.game, key.owner, key.kind.number(), key.world, &*key.key, key.id);
    Ok(connection.prepare_cached(THERE)?.exists(at)?)
}

const fn is_item(key: &Key) -> bool {
    matches!(key.kind, Kind::List | Kind::WorldList)
}
