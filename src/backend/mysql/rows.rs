//! The statements that read and write rows.

use super::address::RowAddress;
use super::format::FormatSaid;
use super::stored::{COLUMNS, at, text_or_null};
use mysql::Value;
use std::fmt::Write;

/// All columns, in the order of [`super::stored::Stored`].
macro_rules! columns {
    () => {
        "game, owner, kind, world, `key`, id, stamp, gone, \
         ver, i_value, s_value, value, aux, flags, created, updated, seq"
    };
}

/// A select of all columns, through this index, so that `MariaDB` does not choose one: over some hundred keys, choosing
/// takes longer than the rest, and may end with the whole table read and locked.
macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM cloud WHERE ", $rest)
    };
    ($index:literal, $rest:literal) => {
        concat!("SELECT ", columns!(), " FROM cloud FORCE INDEX (", $index, ") WHERE ", $rest)
    };
}

pub(super) const POINT: &str =
    select!("game = ? AND owner = ? AND kind = ? AND world = ? AND `key` = ? AND id = ?");
pub(super) const SCAN_FROM: &str = select!(
    "game = ? AND owner = ? AND kind = ? AND world = ? AND `key` >= ? AND gone = 0 \
     ORDER BY game, owner, kind, world, `key`, id"
);
pub(super) const SCAN_WITHIN: &str = select!(
    "game = ? AND owner = ? AND kind = ? AND world = ? AND `key` >= ? AND `key` <= ? AND gone = 0 \
     ORDER BY game, owner, kind, world, `key`, id"
);
/// Finds messages through their index entries.
pub(super) const MESSAGES: &str = "SELECT m.game, m.owner, m.kind, m.world, m.`key`, m.id, m.stamp, m.gone, \
    m.ver, m.i_value, m.s_value, m.value, m.aux, m.flags, m.created, m.updated, m.seq \
    FROM cloud i JOIN cloud m ON m.game = i.game AND m.owner = i.aux AND m.kind = 8 AND m.world = 0 \
    AND m.`key` = i.`key` AND m.id = i.id \
    WHERE i.game = ? AND i.owner = 0 AND i.kind = 0 AND i.world = 0 AND i.`key` = ? AND i.gone = 0 AND m.gone = 0 \
    ORDER BY i.id";
/// The next rows of the whole store, in key order. It is an `OR` of prefixes, because optimizers make ranges of that,
/// but not of a comparison of whole keys.
pub(super) const ALL: &str = select!(
    "((game = ? AND owner = ? AND kind = ? AND world = ? AND `key` = ? AND id > ?) \
     OR (game = ? AND owner = ? AND kind = ? AND world = ? AND `key` > ?) \
     OR (game = ? AND owner = ? AND kind = ? AND world > ?) \
     OR (game = ? AND owner = ? AND kind > ?) OR (game = ? AND owner > ?) OR game > ?) \
     AND kind <> 0 AND gone = 0 ORDER BY game, owner, kind, world, `key`, id LIMIT ?"
);
/// The number of rows that [`ALL`] finds.
pub(super) const COUNT: &str = "SELECT COUNT(*) FROM cloud WHERE kind <> 0 AND gone = 0";
/// Parameters: game, kind, world, key, owner, limit.
pub(super) const NEWEST_ITEMS: &str = select!(
    "cloud_order",
    "game = ? AND kind = ? AND world = ? AND `key` = ? AND flags = 0 AND owner = ? AND gone = 0 ORDER BY seq DESC LIMIT ?"
);
pub(super) const OLDEST_ITEMS: &str = select!(
    "cloud_order",
    "game = ? AND kind = ? AND world = ? AND `key` = ? AND flags = 0 AND owner = ? AND gone = 0 ORDER BY seq LIMIT ?"
);
pub(super) const UNREAD: &str = select!(
    "cloud_order",
    "game = ? AND kind = 8 AND world = 0 AND `key` = ? AND flags IN (0, 4) AND owner = ? AND gone = 0"
);
pub(super) const UNREAD_OF_ALL: &str = select!(
    "cloud_order",
    "game = ? AND kind = 8 AND world = 0 AND `key` = ? AND flags IN (0, 4) AND gone = 0"
);
/// The rows of one list, or of one mailbox, without that index.
pub(super) const UNDER_KEY: &str =
    select!("PRIMARY", "game = ? AND owner = ? AND kind = ? AND world = ? AND `key` = ? AND gone = 0");
/// The largest order stamp that any writer stored.
pub(super) const STAMPED: &str =
    "SELECT MAX(seq) FROM cloud WHERE game = -1 AND owner = 0 AND kind = 0 AND world >= 0";
/// Keeps the largest stamp of slots that are deleted.
pub(super) const KEEP_STAMPED: &str = "UPDATE cloud SET seq = ? \
    WHERE game = -1 AND owner = 0 AND kind = 0 AND world = 0 AND `key` = 'format' AND id = 0 AND seq < ?";
/// The number of the last note of every writer.
pub(super) const SLOTS: &str =
    "SELECT world, aux FROM cloud WHERE game = -1 AND owner = 0 AND kind = 0 AND world > 0";
pub(super) const PULSE: &str = "SELECT CAST(SUM(aux) AS SIGNED), COUNT(*) FROM cloud \
    WHERE game = -1 AND owner = 0 AND kind = 0 AND world > 0";
pub(super) const NOTES: &str =
    select!("game = -1 AND owner = ? AND kind = 0 AND world > ? AND world <= ? ORDER BY world");

/// Marks a row that is only guarded: a decision depends on it, but its content does not change.
pub(super) const GUARD_ONLY: i64 = -1;
/// A statement holds at most this many rows.
pub(super) const ROWS_MAX: usize = 1000;
/// A select asks for at most this many keys: with more, some optimizers do not use the index.
pub(super) const KEYS_MAX: usize = 512;
/// The next usual size for a count: with few sizes, a statement that was prepared once can be used again.
pub(super) fn padded(count: usize) -> usize {
    const SHAPES: [usize; 20] =
        [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, KEYS_MAX];
    SHAPES.into_iter().find(|&shape| shape >= count).unwrap_or_else(|| count.next_multiple_of(100))
}

fn repeated(text: &mut String, part: &str, count: usize) {
    for index in 0..count {
        text.push_str(if index == 0 { "" } else { ", " });
        text.push_str(part);
    }
}

/// What a select does to the rows that it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowLock {
    No,
    Wait,
    /// Locks the rows, and fails if somebody else has one locked.
    Now,
}

/// Finds rows by `count` keys.
pub(super) fn by_keys(count: usize, lock: RowLock) -> String {
    let mut sql = String::from(select!("PRIMARY", "(game, owner, kind, world, `key`, id) IN ("));
    repeated(&mut sql, "(?, ?, ?, ?, ?, ?)", count);
    sql.push(')');
    in_order(&mut sql, lock);
    sql
}

/// Finds rows by `count` ids.
pub(super) fn by_ids(count: usize, lock: RowLock) -> String {
    let mut sql = String::from(select!("cloud_id", "id IN ("));
    repeated(&mut sql, "?", count);
    sql.push_str(") AND kind <> 0");
    in_order(&mut sql, lock);
    sql
}

fn in_order(sql: &mut String, lock: RowLock) {
    sql.push_str(match lock {
        RowLock::No => return,
        RowLock::Wait => " ORDER BY game, owner, kind, world, `key`, id FOR UPDATE",
        RowLock::Now => " ORDER BY game, owner, kind, world, `key`, id FOR UPDATE NOWAIT",
    });
}

/// Writes `count` rows at once, each only over the row with the previous stamp. A new row counts 1, a written one 2,
/// one with another stamp 0: a wrong sum means that another transaction came in between.
///
/// `guarded`: the last row's stamp has two parameters before it: the format as it was checked. If the format is another
/// one now, the stamp is NULL, and the statement fails ([`super::failure::Failure::Moved`]). The derived table has a
/// `COUNT`, so that no optimizer merges it into the outer query: a statement must not read the table that it writes.
pub(super) fn upsert(count: usize, guarded: bool) -> String {
    let mut sql = String::from(concat!("INSERT INTO cloud (", columns!(), ") VALUES "));
    repeated(&mut sql, "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", count);
    if guarded {
        sql.truncate(sql.len() - "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)".len());
        sql.push_str(
            "IF((SELECT same FROM (SELECT COUNT(*) AS same FROM cloud WHERE game = -1 AND owner = 0 AND kind = 0 \
             AND world = 0 AND `key` = 'format' AND id = 0 AND i_value <=> ? AND value <=> ?) AS format) = 1, ?, NULL), \
             ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        );
    }
    sql.push_str(" ON DUPLICATE KEY UPDATE ");
    for column in ["gone", "i_value", "s_value", "value", "aux", "flags", "created", "updated", "seq", "ver"]
    {
        let _ = write!(
            sql,
            "{column} = IF(stamp = VALUES(stamp) - 1 AND VALUES(ver) >= 0, VALUES({column}), {column}), "
        );
    }
    sql.push_str("stamp = IF(stamp = VALUES(stamp) - 1, VALUES(stamp), stamp)"); // last: the others look at it
    sql
}

/// Puts the checked format where a guarded [`upsert`] expects it, among the last row's parameters.
pub(super) fn guard(params: &mut Vec<Value>, format: &FormatSaid) {
    let at = params.len() - COLUMNS + 6;
    params.splice(at..at, [format.version.into(), text_or_null(format.who.as_ref())]);
}

/// The parameters of [`ALL`].
pub(super) fn after(address: &RowAddress, limit: usize) -> Vec<Value> {
    let columns = at(address);
    let mut params: Vec<Value> =
        (1..=columns.len()).rev().flat_map(|count| columns[..count].to_vec()).collect();
    params.push(limit.into());
    params
}
