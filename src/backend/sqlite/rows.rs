//! A row in SQL: how it is found by its key, read, stored and deleted.

use super::failure::{Failure, Tried};
use super::items;
use super::select::POINT;
use crate::error::Reason;
use crate::interrupt;
use crate::row::{Key, Kind, Row};
use crate::sort::sort;
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, ErrorCode, Row as Found, Statement, StatementStatus};
use std::sync::Arc;

macro_rules! insert {
    ($nth:expr, $rest:expr) => {
        concat!(
            "INSERT INTO cloud (game, owner, kind, world, key, id, \
             ver, i_value, s_value, value, aux, flags, created, updated, seq, nth) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ",
            $nth,
            ")",
            $rest
        )
    };
}

const UPSERT: &str = insert!(
    "0",
    " ON CONFLICT (game, owner, kind, world, key, id) DO UPDATE SET ver = excluded.ver, \
     i_value = excluded.i_value, s_value = excluded.s_value, value = excluded.value, aux = excluded.aux, \
     flags = excluded.flags, created = excluded.created, updated = excluded.updated, seq = excluded.seq"
);

/// Stores a new item of a list.
const APPEND: &str = insert!(items::nth!(), "");

/// Changes a row that exists and keeps its place in every index, so no index is opened.
const UPDATE: &str = "UPDATE cloud SET ver = ?7, i_value = ?8, s_value = ?9, value = ?10, aux = ?11, created = ?13, \
    updated = ?14 WHERE game = ?1 AND owner = ?2 AND kind = ?3 AND world = ?4 AND key = ?5 AND id = ?6 \
    AND flags = ?12 AND seq = ?15 AND nth = 0";

const DELETE: &str =
    "DELETE FROM cloud WHERE game = ?1 AND owner = ?2 AND kind = ?3 AND world = ?4 AND key = ?5 AND id = ?6";

/// A statement that is prepared when it is first needed.
pub(super) struct Lazy<'c> {
    connection: &'c Connection,
    sql: &'static str,
    statement: Option<CachedStatement<'c>>,
}

impl<'c> Lazy<'c> {
    pub(super) const fn new(connection: &'c Connection, sql: &'static str) -> Self {
        Self { connection, sql, statement: None }
    }

    /// The statement, if it was needed.
    pub(super) fn made(&self) -> Option<&Statement<'c>> {
        self.statement.as_deref()
    }

    pub(super) fn get(&mut self) -> rusqlite::Result<&mut CachedStatement<'c>> {
        match &mut self.statement {
            Some(statement) => Ok(statement),
            none => Ok(none.insert(self.connection.prepare_cached(self.sql)?)),
        }
    }
}

/// A prepared statement that finds one row by its key.
pub(super) struct Point<'c>(CachedStatement<'c>);

impl<'c> Point<'c> {
    pub(super) fn new(connection: &'c Connection) -> Tried<Self> {
        Ok(Self(connection.prepare_cached(POINT)?))
    }

    pub(super) fn get(&mut self, key: &Key) -> Tried<Option<Row>> {
        let at = (key.game, key.owner, key.kind.number(), key.world, &*key.key, key.id);
        let mut rows = self.0.query(at)?;
        let Some(found) = rows.next()? else { return Ok(None) };
        content(found).map(Some).map_err(|damage| damage.of(key))
    }

    /// See [`moved`].
    pub(super) fn moved(&self) -> bool {
        moved(&self.0)
    }
}

/// Whether the statement was prepared again because the schema had changed. This is reported only once.
pub(super) fn moved(statement: &Statement<'_>) -> bool {
    statement.reset_status(StatementStatus::RePrepare) != 0
}

/// The name of a column that holds a value which cloudvars never writes.
pub(super) struct Damage(pub(super) &'static str);

impl Damage {
    pub(super) fn of(self, key: &Key) -> Failure {
        let Key { game, owner, kind, world, key, id } = key;
        let row = format!("game {game}, user {owner}, {kind:?}, world {world}, key '{key}', id {id}");
        Reason::Damaged.error(format!("the store is damaged: the row ({row}) holds a bad {}", self.0)).into()
    }
}

pub(super) fn number(found: &Found<'_>, index: usize, column: &'static str) -> Result<i64, Damage> {
    match found.get_ref(index) {
        Ok(ValueRef::Integer(number)) => Ok(number),
        _ => Err(Damage(column)),
    }
}

fn number_or_null(found: &Found<'_>, index: usize, column: &'static str) -> Result<Option<i64>, Damage> {
    match found.get_ref(index) {
        Ok(ValueRef::Integer(number)) => Ok(Some(number)),
        Ok(ValueRef::Null) => Ok(None),
        _ => Err(Damage(column)),
    }
}

pub(super) fn text<'r>(found: &'r Found<'_>, index: usize, column: &'static str) -> Result<&'r str, Damage> {
    match found.get_ref(index) {
        Ok(ValueRef::Text(bytes)) => std::str::from_utf8(bytes).map_err(|_| Damage(column)),
        _ => Err(Damage(column)),
    }
}

pub(super) fn text_or_null(
    found: &Found<'_>,
    index: usize,
    column: &'static str,
) -> Result<Option<Arc<str>>, Damage> {
    match found.get_ref(index) {
        Ok(ValueRef::Null) => Ok(None),
        _ => text(found, index, column).map(|text| Some(text.into())),
    }
}

/// Reads the first nine columns of every select (`select.rs`).
pub(super) fn content(found: &Found<'_>) -> Result<Row, Damage> {
    Ok(Row {
        ver: number(found, 0, "ver")?,
        i_value: number_or_null(found, 1, "i_value")?,
        s_value: text_or_null(found, 2, "s_value")?,
        value: text_or_null(found, 3, "value")?,
        aux: number(found, 4, "aux")?,
        flags: number(found, 5, "flags")?,
        created: number(found, 6, "created")?,
        updated: number(found, 7, "updated")?,
        seq: number(found, 8, "seq")?,
    })
}

/// Reads a row of a select of all columns, with its key.
pub(super) fn entry(found: &Found<'_>) -> Tried<(Key, Row)> {
    let key = whole_key(found).map_err(|Damage(column)| {
        let shown: Vec<String> =
            (9..15).filter_map(|index| Some(shown(found.get_ref(index).ok()?))).collect();
        let row = shown.join(", ");
        Reason::Damaged.error(format!(
            "the store is damaged: the row (key, id, game, user, kind, world: {row}) holds a bad {column}"
        ))
    })?;
    let row = content(found).map_err(|damage| damage.of(&key))?;
    Ok((key, row))
}

pub(super) fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Text(bytes) => format!("'{}'", String::from_utf8_lossy(bytes)),
        _ => "?".into(),
    }
}

fn whole_key(found: &Found<'_>) -> Result<Key, Damage> {
    Ok(Key {
        key: text(found, 9, "key")?.into(),
        id: number(found, 10, "id")?,
        game: number(found, 11, "game")?,
        owner: number(found, 12, "owner")?,
        kind: Kind::from_number(number(found, 13, "kind")?).ok_or(Damage("kind"))?,
        world: number(found, 14, "world")?,
    })
}

/// Stores changed rows in key order. Deletions come first, because an id may move from one row to another.
pub(super) fn store(connection: &Connection, rows: &mut Vec<(Key, Option<Row>)>) -> Tried<()> {
    sort(rows, |(one, _), (other, _)| one.cmp(other))?;
    if rows.iter().any(|(_, row)| row.is_none()) {
        let mut delete = connection.prepare_cached(DELETE)?;
        for (key, _) in rows.iter().filter(|(_, row)| row.is_none()) {
            interrupt::row()?;
            delete.execute((key.game, key.owner, key.kind.number(), key.world, &*key.key, key.id))?;
        }
    }
    let [mut update, mut append, mut upsert] = [UPDATE, APPEND, UPSERT].map(|sql| Put::new(connection, sql));
    for (key, row) in rows.iter() {
        interrupt::row()?;
        let Some(row) = row else { continue };
        if is_plain(row) && update.put(key, row)? == 1 {
            continue;
        }
        if items::is_new(connection, key, row)? {
            match append.put(key, row) {
                // The list becomes a long one.
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                    items::lengthen(connection, key)?;
                }
                stored => {
                    stored?;
                    continue;
                }
            }
        }
        upsert.put(key, row)?;
    }
    Ok(())
}

/// Whether a row has neither an order stamp nor flags; most rows have neither.
const fn is_plain(row: &Row) -> bool {
    row.ver > 1 && row.seq == 0 && row.flags == 0
}

/// One of the statements that store a row. What the row before had too stays bound: rows come in key order, and those of
/// one user are alike.
struct Put<'c, 'r> {
    statement: Lazy<'c>,
    bound: Option<Stored<'r>>,
}

#[derive(Clone, Copy)]
struct Stored<'r> {
    key: &'r Key,
    row: &'r Row,
}

impl<'c, 'r> Put<'c, 'r> {
    const fn new(connection: &'c Connection, sql: &'static str) -> Self {
        Self { statement: Lazy::new(connection, sql), bound: None }
    }

    /// Returns how many rows were changed.
    fn put(&mut self, key: &'r Key, row: &'r Row) -> rusqlite::Result<usize> {
        let statement = self.statement.get()?;
        // After an error all is bound again.
        let (bound, new) = (self.bound.take(), Stored { key, row });
        macro_rules! bind {
            ($($index:literal: $of:ident.$field:ident, $as:expr;)*) => {$(
                if bound.is_none_or(|bound| bound.$of.$field != new.$of.$field) {
                    statement.raw_bind_parameter($index, $as(&new.$of.$field))?;
                }
            )*};
        }
        let number = |number: &i64| *number;
        let text = |text: &'r Option<Arc<str>>| text.as_deref();
        bind! {
            1: key.game, number;
            2: key.owner, number;
            3: key.kind, |kind: &Kind| kind.number();
            4: key.world, number;
            5: key.key, |key: &'r Arc<str>| &**key;
            6: key.id, number;
            7: row.ver, number;
            8: row.i_value, |number: &Option<i64>| *number;
            9: row.s_value, text;
            10: row.value, text;
            11: row.aux, number;
            12: row.flags, number;
            13: row.created, number;
            14: row.updated, number;
            15: row.seq, number;
        }
        let changed = statement.raw_execute()?;
        self.bound = Some(new);
        Ok(changed)
    }
}

pub(super) fn count(connection: &Connection) -> Tried<i64> {
    Ok(connection.prepare_cached("SELECT count(*) FROM cloud")?.query_row((), |row| row.get(0))?)
}
