//! The notes of live messages: how they are stored, read and deleted.

use super::failure::Tried;
use super::rows::{Damage, number, shown, text, text_or_null};
use crate::clock::real_us;
use crate::error::Reason;
use crate::interrupt;
use crate::row::Note;
use rusqlite::{Connection, OptionalExtension, Row as Found, Statement};

const NOTE: &str = "INSERT INTO note (at, game, channel, id, value) VALUES (?1, ?2, ?3, ?4, ?5)";

/// If the time of a note is later than this from now, the clock that gave the time was wrong.
const CLOCKS_APART_MS: i64 = 60_000;

pub(super) const NOTES: &str =
    "SELECT cursor, game, channel, id, value FROM note WHERE cursor > ?1 ORDER BY cursor";

/// The newest cursor that was ever given, even if its note was purged.
pub(super) const NEWEST_NOTE: &str = "SELECT seq FROM sqlite_sequence WHERE name = 'note'";

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

/// Stops at the first note that is young enough, because notes are in the order in which they were written. A note with
/// a date in the future comes from a clock that was set back since: it stops nothing, and counts as written now.
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
