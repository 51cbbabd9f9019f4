//! Writes a store's rows into another file: page by page from another file, row by row from anywhere else.

use super::failure::{Failure, Tried, reason, word};
use super::order::Stamps;
use super::preparation::make_schema;
use super::rows;
use crate::backend::Told;
use crate::error::{Error, Result};
use crate::fork::{inside, is_wanted};
use crate::interrupt;
use crate::row::{Key, Row};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// The number of pages between two reports of progress: 4 MiB.
const PAGES_AT_ONCE: i32 = 1024;
const PAUSE: Duration = Duration::from_millis(5);
/// After this many forks the next fork waits for the end of the copy.
const TRIES_MAX: usize = 8;

/// Nobody else uses the file yet, and it is flushed as a whole at the end.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.query_row("PRAGMA journal_mode = OFF", (), |_| Ok(()))?;
    connection.execute_batch("PRAGMA synchronous = OFF")?;
    Ok(connection)
}

/// An error of the target file, not of the store.
fn failed(error: &rusqlite::Error) -> Error {
    word(error).error(format!("the backup cannot be written: {}", reason(error)))
}

/// Runs `copy` inside the fork gate, so that no child gets a connection that is in use. The argument of `copy` says
/// whether it must stop when somebody wants to fork: then it returns `false`, and is called again afterwards.
pub(super) fn beside_forks(mut copy: impl FnMut(bool) -> Result<bool>) -> Result<()> {
    for tried in 0.. {
        let _inside = inside();
        if copy(tried < TRIES_MAX)? {
            break;
        }
    }
    Ok(())
}

/// Copies what a connection sees at this moment. Its read transaction keeps that view, and makes nobody wait. Returns
/// false if it stopped because somebody wants to fork.
pub(super) fn pages(source: &Connection, path: &Path, told: Told<'_>, yields: bool) -> Tried<bool> {
    let begin = || {
        let _inside = inside();
        source.execute_batch("BEGIN")?;
        rows::count(source)
    };
    let copied = begin().and_then(|total| {
        told(0, total)?;
        let mut target = at(path, connect)?;
        let is_whole = copy(source, &mut target, &mut |done, pages| {
            told(share(total, done, pages), total).map(|()| !(yields && is_wanted()))
        })?;
        let _inside = inside();
        target.close().map_err(|(_, error)| failed(&error))?;
        Ok(is_whole)
    });
    let _inside = inside();
    if !source.is_autocommit() {
        source.execute_batch("ROLLBACK")?;
    }
    copied
}

/// A connection to the file, which is emptied.
fn at(path: &Path, connect: impl FnOnce(&Path) -> rusqlite::Result<Connection>) -> Result<Connection> {
    std::fs::File::create(path).map_err(|error| crate::whole::failed(path, &error))?;
    let _inside = inside();
    connect(path).map_err(|error| failed(&error))
}

/// The part of the rows that corresponds to the pages that are done.
fn share(total: i64, done: i32, pages: i32) -> i64 {
    let part = i128::from(total) * i128::from(done) / i128::from(pages.max(1));
    i64::try_from(part).unwrap_or(total)
}

fn copy(
    source: &Connection,
    target: &mut Connection,
    goes_on: &mut dyn FnMut(i32, i32) -> Result<bool>,
) -> Tried<bool> {
    let backup = Backup::new(source, target)?;
    loop {
        let gate = inside();
        let step = backup.step(PAGES_AT_ONCE).map_err(|error| failed(&error))?;
        let progress = backup.progress();
        drop(gate);
        match step {
            StepResult::Done => return Ok(true),
            StepResult::Busy | StepResult::Locked => std::thread::sleep(PAUSE),
            _ => {}
        }
        interrupt::check()?;
        if !goes_on(progress.pagecount - progress.remaining, progress.pagecount)? {
            return Ok(false);
        }
    }
}

/// Copies a store in memory to another one, all at once: writers wait until that is done.
pub(super) fn twin(source: &Connection) -> Tried<Connection> {
    let mut twin = Connection::open_in_memory()?;
    copy(source, &mut twin, &mut |_, _| Ok(true))?;
    Ok(twin)
}

/// A file that is being written row by row.
pub(crate) struct Made {
    connection: Connection,
    stamps: Stamps,
}

#[cfg_attr(not(feature = "mysql"), expect(dead_code, reason = "backups of servers are made of rows"))]
impl Made {
    /// Begins the file, and replaces what was there.
    pub(crate) fn at(path: &Path) -> Result<Self> {
        let connection = at(path, |path| {
            let mut connection = connect(path)?;
            make_schema(&mut connection)?;
            connection.execute_batch("BEGIN")?;
            Ok(connection)
        })?;
        let _inside = inside();
        let mut stamps = Stamps::default();
        stamps.read(&connection)?;
        Ok(Self { connection, stamps })
    }

    /// Adds rows without a change.
    pub(crate) fn put(&mut self, batch: Vec<(Key, Row)>) -> Result<()> {
        let mut batch: Vec<(Key, Option<Row>)> =
            batch.into_iter().map(|(key, row)| (key, Some(row))).collect();
        let _inside = inside();
        let put = self
            .stamps
            .cover(&self.connection, &batch)
            .and_then(|()| rows::store(&self.connection, &mut batch));
        put.map_err(|failure| match failure {
            Failure::Sql(error) => failed(&error),
            other => other.into(),
        })
    }

    /// Ends the file, when all rows were added.
    pub(crate) fn finish(self) -> Result<()> {
        let _inside = inside();
        self.connection.execute_batch("COMMIT").map_err(|error| failed(&error))?;
        self.connection.close().map_err(|(_, error)| failed(&error))
    }
}
