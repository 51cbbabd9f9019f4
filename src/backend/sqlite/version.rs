//! The version of a file: how it is read, checked again after somebody else wrote, and brought up to ours.

use super::failure::{Failure, Tried};
use super::order::Stamps;
use super::path::{beside, create, flush_names, shown};
use super::schema;
use crate::backend::format::{Format, VERSION, undescribed};
use crate::error::{Error, Reason, Result, Unable};
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;

/// This stays the same until the format or the schema changes: `user_version`, and the schema's own counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cookie(i64, i64);

fn pragma(connection: &Connection, sql: &str) -> rusqlite::Result<i64> {
    connection.prepare_cached(sql)?.query_row((), |row| row.get(0))
}

/// A number that changes when anybody but this connection has committed.
pub(super) fn data_version(connection: &Connection) -> rusqlite::Result<i64> {
    pragma(connection, "PRAGMA data_version")
}

impl Cookie {
    pub(super) fn of(connection: &Connection) -> rusqlite::Result<Self> {
        let version = pragma(connection, "PRAGMA user_version")?;
        Ok(Self(version, pragma(connection, "PRAGMA schema_version")?))
    }
}

/// Reads the format of the file. `shown`: the file in quotes.
pub(super) fn format(connection: &Connection, shown: &str) -> Tried<Format> {
    let version = pragma(connection, "PRAGMA user_version")?;
    if version == Format::FIRST.version {
        return Ok(Format::FIRST);
    }
    let said = connection.prepare_cached("SELECT version, least_reader, least_writer FROM format").and_then(
        |mut statement| {
            statement.query_row((), |row| {
                Ok(Format { version: row.get(0)?, least_reader: row.get(1)?, least_writer: row.get(2)? })
            })
        },
    );
    match said {
        Ok(format) if format.version == version => Ok(format),
        Err(error) if error.sqlite_error_code().is_some_and(|code| code != ErrorCode::Unknown) => {
            Err(error.into())
        }
        _ => Err(undescribed(shown, version).into()),
    }
}

/// Refuses a file that this code must not write to as it is now, or that somebody has manipulated.
pub(super) fn check_write(connection: &Connection, shown: &str) -> Tried<Format> {
    let format = format(connection, shown)?;
    format.check_write(shown)?;
    check_schema(connection, shown, format)?;
    Ok(format)
}

/// The same, for reading.
pub(super) fn check_read(connection: &Connection, shown: &str) -> Tried<Format> {
    let format = format(connection, shown)?;
    format.check_read(shown)?;
    check_schema(connection, shown, format)?;
    Ok(format)
}

fn check_schema(connection: &Connection, shown: &str, format: Format) -> Tried<()> {
    match schema::oddity(connection, format.version)? {
        None => Ok(()),
        Some(oddity) => Err(Reason::Foreign
            .error(format!("{shown} is not used as it is, and was left untouched: {oddity}"))
            .into()),
    }
}

/// What a writer knows about the file. After somebody else's write, each transaction checks it again.
#[derive(Debug, Default)]
pub(super) struct Watch {
    data: Option<i64>,
    cookie: Option<Cookie>,
}

impl Watch {
    /// For a file that was just found to be one that may be written to.
    pub(super) const fn new(checked: Option<Cookie>) -> Self {
        Self { data: None, cookie: checked }
    }

    /// Refuses a file that was changed so that it must not be written to any more. Call it inside a write transaction.
    /// Returns whether anybody else has written since the last call.
    pub(super) fn look(&mut self, connection: &Connection, path: &Path, stamps: &mut Stamps) -> Tried<bool> {
        let data = Some(data_version(connection)?);
        if data == self.data {
            return Ok(false);
        }
        let (cookie, shown) = (Some(Cookie::of(connection)?), shown(path));
        if cookie == self.cookie {
            // The format's least writer may change although both numbers stay the same.
            format(connection, &shown)?.check_write(&shown)?;
        } else {
            check_write(connection, &shown)?;
            self.cookie = cookie;
        }
        stamps.read(connection)?;
        self.data = data;
        Ok(true)
    }
}

/// Whether a file is in the state in which [`bring_up`] leaves it.
pub(super) fn is_current(path: &Path, connection: &Connection) -> Tried<bool> {
    let version = pragma(connection, "PRAGMA user_version")?;
    if version != VERSION {
        return Ok(version > VERSION);
    }
    let is_left = |suffix: String| beside(path, &suffix).exists();
    let left = (1..VERSION).any(|older| leftovers(older).into_iter().any(is_left));
    Ok(!left && schema::missing_views(connection)?.is_empty())
}

/// The files that a migration from this version may leave beside the file.
fn leftovers(from: i64) -> [String; 2] {
    [format!("-version{from}"), format!("-version{from}-new")]
}

/// Brings a checked file up to what this code makes. Call it only when it is this store's turn.
pub(super) fn bring_up(path: &Path, connection: &mut Connection, from: i64) -> Result<()> {
    if from < VERSION {
        migrate(path, connection, from)?;
    }
    if from <= VERSION {
        schema::add_missing_views(connection)?;
        (1..VERSION).for_each(|older| forget(path, older));
    }
    Ok(())
}

/// Brings a file of an older version up to ours, step by step, in one transaction. A copy of the old file stays beside
/// it until that is done.
fn migrate(path: &Path, connection: &mut Connection, from: i64) -> Result<()> {
    let stays = |why: &Unable| {
        let shown = shown(path);
        why.reason
            .error(format!("{shown} stays at format version {from}, bringing it to {VERSION} failed: {why}"))
    };
    let fails = |error: &std::io::Error| stays(&Reason::of_io(error).unable(error.to_string()));
    let said = |failure: Failure| stays(&Error::from(failure).into_unable());
    let kept = beside(path, &format!("-version{from}"));
    let new = beside(path, &format!("-version{from}-new"));
    remove(&new).and_then(|()| create(&new)).map_err(|error| fails(&error))?;
    let copied = connection.execute("VACUUM INTO ?1", [new.to_string_lossy()]).map_err(Failure::from);
    if let Err(failure) = copied {
        let _ = remove(&new);
        return Err(said(failure));
    }
    File::open(&new)
        .and_then(|copy| copy.sync_all())
        .and_then(|()| fs::rename(&new, &kept))
        .map_err(|error| fails(&error))?;
    flush_names(path)?;
    steps(connection, from).map_err(said)?;
    forget(path, from);
    Ok(())
}

fn steps(connection: &mut Connection, from: i64) -> Tried<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    schema::step_up(&transaction, from)?;
    Ok(transaction.commit()?)
}

/// Deletes what a migration from these versions left, because the migration is done.
fn forget(path: &Path, from: i64) {
    for suffix in leftovers(from) {
        // A file that cannot be deleted does no harm: the next open tries again.
        let _ = remove(&beside(path, &suffix));
    }
}

fn remove(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
