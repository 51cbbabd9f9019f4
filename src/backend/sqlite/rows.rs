//! Rows in SQL: how one is found, read, stored and deleted.

use super::failure::{Failure, Tried};
use super::items;
use crate::clock::real_us;
use crate::error::Reason;
use crate::interrupt;
use crate::row::{Key, Kind, Note, Row};
use crate::sort::sort;
use rusqlite::types::ValueRef;
use rusqlite::{
    CachedStatement, Connection, ErrorCode, OptionalExtension, Row as Found, Statement, StatementStatus,
    params,
};
use std::sync::Arc;

const POINT: &str = "SELECT ver, i_value, s_value, value, aux, flags, created, updated, seq FROM cloud \
    WHERE game = ?1 AND owner = ?2 AND kind = ?3 AND world = ?4 AND key = ?5 AND id = ?6";

pub(super) const STRETCH: &str = "SELECT ver, i_value, s_value, value, aux, flags, created, updated, seq, key, id \
    FROM cloud WHERE game = ?1 AND owner = ?2 AND kind = ?3 AND world = ?4 AND key BETWEEN ?5 AND ?6 \
    ORDER BY key, id";

/// All columns of `cloud`; a row's content first, then its key. By this index: a plan without it would read everything.
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

/// Items of a list that is not in the index: see [`super::items`].
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

/// A new item of a list.
const APPEND: &str = insert!(items::nth!(), "");

/// The same for a row that is there, whose place in the indexes stays: it opens none of them.
const UPDATE: &str = "UPDATE cloud SET ver = ?7, i_value = ?8, s_value = ?9, value = ?10, aux = ?11, created = ?13, \
    updated = ?14 WHERE game = ?1 AND owner = ?2 AND kind = ?3 AND world = ?4 AND key = ?5 AND id = ?6 \
    AND flags = ?12 AND seq = ?15 AND nth = 0";

const DELETE: &str =
    "DELETE FROM cloud WHERE game = ?1 AND owner = ?2 AND kind = ?3 AND world = ?4 AND key = ?5 AND id = ?6";

const NOTE: &str = "INSERT INTO note (at, game, channel, id, value) VALUES (?1, ?2, ?3, ?4, ?5)";
/// A note that is dated later than this from now was dated by a clock that went wrong.
const CLOCKS_APART_MS: i64 = 60_000;

pub(super) const NOTES: &str =
    "SELECT cursor, game, channel, id, value FROM note WHERE cursor > ?1 ORDER BY cursor";

/// The newest cursor ever given, also when that note was purged.
pub(super) const NEWEST_NOTE: &str = "SELECT seq FROM sqlite_sequence WHERE name = 'note'";

/// A statement that is prepared when it is needed first.
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

/// Whether the schema was found to be another than the one that the statement was prepared for. Said once.
pub(super) fn moved(statement: &Statement<'_>) -> bool {
    statement.reset_status(StatementStatus::RePrepare) != 0
}

/// The column that holds a value which cloudvars never writes.
pub(super) struct Damage(&'static str);

impl Damage {
    pub(super) fn of(self, key: &Key) -> Failure {
        let Key { game, owner, kind, world, key, id } = key;
        let row = format!("game {game}, user {owner}, {kind:?}, world {world}, key '{key}', id {id}");
        Reason::Damaged.error(format!("the store is damaged: the row ({row}) holds a bad {}", self.0)).into()
    }
}

fn number(found: &Found<'_>, index: usize, column: &'static str) -> Result<i64, Damage> {
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

fn text_or_null(found: &Found<'_>, index: usize, column: &'static str) -> Result<Option<Arc<str>>, Damage> {
    match found.get_ref(index) {
        Ok(ValueRef::Null) => Ok(None),
        _ => text(found, index, column).map(|text| Some(text.into())),
    }
}

/// The first nine columns of every select above.
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

/// A whole row of [`FIND`], [`MESSAGES`] or a scan.
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

fn shown(value: ValueRef<'_>) -> String {
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

/// Stores changed rows in key order. Deletions come first: an id may move from one row to another.
pub(super) fn store(connection: &Connection, rows: &mut Vec<(Key, Option<Row>)>) -> Tried<()> {
    sort(rows, |(one, _), (other, _)| one.cmp(other))?;
    if rows.iter().any(|(_, row)| row.is_none()) {
        let mut delete = connection.prepare_cached(DELETE)?;
        for (key, _) in rows.iter().filter(|(_, row)| row.is_none()) {
            interrupt::row()?;
            delete.execute((key.game, key.owner, key.kind.number(), key.world, &*key.key, key.id))?;
        }
    }
    let [mut update, mut append, mut upsert] = [UPDATE, APPEND, UPSERT].map(|sql| Lazy::new(connection, sql));
    for (key, row) in rows.iter() {
        interrupt::row()?;
        let Some(row) = row else { continue };
        if is_plain(row) && put(update.get()?, key, row)? == 1 {
            continue;
        }
        if items::is_new(connection, key, row)? {
            match put(append.get()?, key, row) {
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
        put(upsert.get()?, key, row)?;
    }
    Ok(())
}

/// Most rows have neither order nor flags.
const fn is_plain(row: &Row) -> bool {
    row.ver > 1 && row.seq == 0 && row.flags == 0
}

/// Runs one of the statements above; how many rows it changed.
fn put(statement: &mut Statement<'_>, key: &Key, row: &Row) -> rusqlite::Result<usize> {
    statement.execute(params![
        key.game,
        key.owner,
        key.kind.number(),
        key.world,
        &*key.key,
        key.id,
        row.ver,
        row.i_value,
        row.s_value.as_deref(),
        row.value.as_deref(),
        row.aux,
        row.flags,
        row.created,
        row.updated,
        row.seq,
    ])
}

pub(super) fn add_notes(connection: &Connection, notes: &[Note]) -> Tried<()> {
    if notes.is_empty() {
        return Ok(());
    }
    let at_ms = real_us().div_euclid(1000);
    for note in notes {
        interrupt::row()?;
        let value = note.value.as_deref();
        connection.prepare_cached(NOTE)?.execute((at_ms, note.game, &*note.channel, note.id, value))?;
    }
    Ok(())
}

pub(super) fn notes(statement: &mut Statement<'_>, cursor: i64) -> Tried<Vec<(i64, Note)>> {
    let mut rows = statement.query((cursor,))?;
    let mut notes = Vec::new();
    while let Some(found) = rows.next()? {
        notes.push(note(found).map_err(|Damage(column)| {
            let cursor = found.get_ref(0).map(shown).unwrap_or_default();
            Reason::Damaged.error(format!("the store is damaged: note {cursor} holds a bad {column}"))
        })?);
    }
    Ok(notes)
}

fn note(found: &Found<'_>) -> Result<(i64, Note), Damage> {
    let note = Note {
        game: number(found, 1, "game")?,
        channel: text(found, 2, "channel")?.into(),
        id: number(found, 3, "id")?,
        value: text_or_null(found, 4, "value")?,
    };
    Ok((number(found, 0, "cursor")?, note))
}

pub(super) fn newest_note(statement: &mut Statement<'_>) -> Tried<i64> {
    let mut rows = statement.query(())?;
    Ok(rows.next()?.map_or(Ok(0), |found| found.get(0))?)
}

pub(super) fn count(connection: &Connection) -> Tried<i64> {
    Ok(connection.prepare_cached("SELECT count(*) FROM cloud")?.query_row((), |row| row.get(0))?)
}

/// Stops at the first note that is young enough: notes lie in the order in which they were written. One that is dated in
/// the future, by a clock that was set back since, holds up nothing, and counts as written now.
pub(super) fn purge_notes(connection: &Connection, before_ms: i64) -> Tried<usize> {
    let now_ms = real_us().div_euclid(1000);
    let late_ms = now_ms.max(before_ms).saturating_add(CLOCKS_APART_MS);
    let young = "SELECT cursor FROM note WHERE at BETWEEN ?1 AND ?2 ORDER BY cursor LIMIT 1";
    let mut young = connection.prepare_cached(young)?;
    let young: Option<i64> = young.query_row((before_ms, late_ms), |row| row.get(0)).optional()?;
    let end = young.unwrap_or(i64::MAX);
    let deleted = connection
        .prepare_cached("DELETE FROM note WHERE cursor < ?1 AND at < ?2")?
        .execute((end, before_ms))?;
    let dated = connection
        .prepare_cached("UPDATE note SET at = ?1 WHERE cursor < ?2 AND at > ?3")?
        .execute((now_ms, end, late_ms))?;
    Ok(deleted + dated)
}
