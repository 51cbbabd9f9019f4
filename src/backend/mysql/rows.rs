//! Rows in SQL: the statements, and how a row is read and written.

use super::address::RowAddress;
use super::failure::{Failure, Tried};
use super::format::FormatSaid;
use crate::error::Reason;
use crate::row::Row;
use mysql::Value;
use std::fmt::Write;
use std::sync::Arc;

/// All columns, in the order of [`Stored`].
macro_rules! columns {
    () => {
        "game, owner, kind, world, `key`, id, stamp, gone, \
         ver, i_value, s_value, value, aux, flags, created, updated, seq"
    };
}

/// A select of all columns; by this index, where `MariaDB` must not choose: over some hundred keys, choosing takes longer than
/// the rest, and may end with the whole table read and locked.
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
/// Through the index entries of messages.
pub(super) const MESSAGES: &str = "SELECT m.game, m.owner, m.kind, m.world, m.`key`, m.id, m.stamp, m.gone, \
    m.ver, m.i_value, m.s_value, m.value, m.aux, m.flags, m.created, m.updated, m.seq \
    FROM cloud i JOIN cloud m ON m.game = i.game AND m.owner = i.aux AND m.kind = 8 AND m.world = 0 \
    AND m.`key` = i.`key` AND m.id = i.id \
    WHERE i.game = ? AND i.owner = 0 AND i.kind = 0 AND i.world = 0 AND i.`key` = ? AND i.gone = 0 AND m.gone = 0 \
    ORDER BY i.id";
/// The next rows of the whole store, in key order. `OR` of prefixes: optimizers make ranges of it, and of a comparison
/// of whole keys they do not.
pub(super) const ALL: &str = select!(
    "((game = ? AND owner = ? AND kind = ? AND world = ? AND `key` = ? AND id > ?) \
     OR (game = ? AND owner = ? AND kind = ? AND world = ? AND `key` > ?) \
     OR (game = ? AND owner = ? AND kind = ? AND world > ?) \
     OR (game = ? AND owner = ? AND kind > ?) OR (game = ? AND owner > ?) OR game > ?) \
     AND kind <> 0 AND gone = 0 ORDER BY game, owner, kind, world, `key`, id LIMIT ?"
);
/// How many [`ALL`] are.
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
/// The same without that index: the rows of one list, or of one mailbox.
pub(super) const UNDER_KEY: &str =
    select!("PRIMARY", "game = ? AND owner = ? AND kind = ? AND world = ? AND `key` = ? AND gone = 0");
/// The largest order stamp that any writer stored.
pub(super) const STAMPED: &str =
    "SELECT MAX(seq) FROM cloud WHERE game = -1 AND owner = 0 AND kind = 0 AND world >= 0";
/// Keeps what slots said that are deleted.
pub(super) const KEEP_STAMPED: &str = "UPDATE cloud SET seq = ? \
    WHERE game = -1 AND owner = 0 AND kind = 0 AND world = 0 AND `key` = 'format' AND id = 0 AND seq < ?";
/// All writers' last commits and notes.
pub(super) const SLOTS: &str =
    "SELECT world, aux FROM cloud WHERE game = -1 AND owner = 0 AND kind = 0 AND world > 0";
pub(super) const PULSE: &str = "SELECT CAST(SUM(aux) AS SIGNED), COUNT(*) FROM cloud \
    WHERE game = -1 AND owner = 0 AND kind = 0 AND world > 0";
pub(super) const NOTES: &str =
    select!("game = -1 AND owner = ? AND kind = 0 AND world > ? AND world <= ? ORDER BY world");

/// Marks a row that is only guarded: a decision rested on it, its content stays.
pub(super) const GUARD_ONLY: i64 = -1;
/// A statement holds at most this many rows.
pub(super) const ROWS_MAX: usize = 1000;
/// A select asks for at most this many keys: beyond, some optimizers give up the index.
pub(super) const KEYS_MAX: usize = 512;
const COLUMNS: usize = 17;

/// A row with where it lies and what guards it.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) address: RowAddress,
    /// Raised by one with every write.
    pub(super) stamp: i64,
    pub(super) gone: bool,
    pub(super) row: Row,
}

/// So many, in one of few shapes: a statement that was prepared once serves again.
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
    /// Fails if somebody else has one locked.
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

/// Writes `count` rows at once, each only over the stamp before its own. A new row counts 1, a written one 2, one
/// whose stamp is another 0: a wrong sum tells that somebody came between.
///
/// `guarded`: the last row's stamp has two parameters before it, the format as it was checked; if it is another one now,
/// the stamp is NULL, and the statement fails ([`Failure::Moved`]). The derived table counts, so that nobody merges it
/// into the outer query: a statement must not read the table that it writes.
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

/// Puts the format as it was checked where a guarded [`upsert`] wants it, among the last row's parameters.
pub(super) fn guard(params: &mut Vec<Value>, format: &FormatSaid) {
    let at = params.len() - COLUMNS + 6;
    params.splice(at..at, [format.version.into(), text_or_null(format.who.as_ref())]);
}

pub(super) fn at(address: &RowAddress) -> [Value; 6] {
    [
        address.game.into(),
        address.owner.into(),
        address.kind.into(),
        address.world.into(),
        text(&address.key),
        address.id.into(),
    ]
}

/// The parameters of [`ALL`].
pub(super) fn after(address: &RowAddress, limit: usize) -> Vec<Value> {
    let columns = at(address);
    let mut params: Vec<Value> =
        (1..=columns.len()).rev().flat_map(|count| columns[..count].to_vec()).collect();
    params.push(limit.into());
    params
}

pub(super) fn text(text: &str) -> Value {
    Value::Bytes(text.as_bytes().to_vec())
}

fn text_or_null(given: Option<&Arc<str>>) -> Value {
    given.map_or(Value::NULL, |given| text(given))
}

impl Stored {
    /// Its columns, as parameters.
    pub(super) fn push(&self, params: &mut Vec<Value>) {
        params.reserve(COLUMNS);
        params.extend(at(&self.address));
        let Row { ver, i_value, s_value, value, aux, flags, created, updated, seq } = &self.row;
        params.extend([
            self.stamp.into(),
            i64::from(self.gone).into(),
            (*ver).into(),
            i_value.map_or(Value::NULL, Value::from),
            text_or_null(s_value.as_ref()),
            text_or_null(value.as_ref()),
            (*aux).into(),
            (*flags).into(),
            (*created).into(),
            (*updated).into(),
            (*seq).into(),
        ]);
    }

    /// About as many bytes as it takes on the wire.
    pub(super) fn len(&self) -> usize {
        let text = |text: &Option<Arc<str>>| text.as_ref().map_or(0, |text| text.len());
        8 * COLUMNS + self.address.key.len() + text(&self.row.s_value) + text(&self.row.value)
    }

    /// From a row of any select of all columns.
    pub(super) fn read(mut found: mysql::Row) -> Tried<Self> {
        let mut next = 0;
        let mut column = || {
            next += 1;
            found.take::<Value, _>(next - 1)
        };
        let mut read = || {
            let address = RowAddress {
                game: number(column())?,
                owner: number(column())?,
                kind: number(column())?,
                world: number(column())?,
                key: words(column())??,
                id: number(column())?,
            };
            let (stamp, gone) = (number(column())?, number(column())? != 0);
            let row = Row {
                ver: number(column())?,
                i_value: number_or_null(column())?,
                s_value: words(column())?,
                value: words(column())?,
                aux: number(column())?,
                flags: number(column())?,
                created: number(column())?,
                updated: number(column())?,
                seq: number(column())?,
            };
            Some(Self { address, stamp, gone, row })
        };
        read().ok_or_else(damaged)
    }
}

pub(super) fn damaged() -> Failure {
    Failure::Ours(
        Reason::Damaged
            .error("the store is damaged: a row of table cloud holds a value that cloudvars never writes"),
    )
}

pub(super) fn number(found: Option<Value>) -> Option<i64> {
    match found? {
        Value::Int(number) => Some(number),
        Value::UInt(number) => i64::try_from(number).ok(),
        _ => None,
    }
}

#[expect(clippy::option_option, reason = "what nobody stores, NULL, and a number")]
fn number_or_null(found: Option<Value>) -> Option<Option<i64>> {
    match found {
        Some(Value::NULL) => Some(None),
        other => number(other).map(Some),
    }
}

#[expect(clippy::option_option, reason = "what nobody stores, NULL, and a text")]
fn words(found: Option<Value>) -> Option<Option<Arc<str>>> {
    match found? {
        Value::NULL => Some(None),
        Value::Bytes(bytes) => String::from_utf8(bytes).ok().map(|text| Some(text.into())),
        _ => None,
    }
}
