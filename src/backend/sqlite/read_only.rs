//! A file that is only read: nothing is written anywhere, and no file is made, not even for a lock.
//!
//! If there is a log beside the file, `SQLite` reads both, through the index of the log (`-shm`) that a writer keeps
//! there or left there. If there is none, everything is in the file, and nobody writes: then the file is read as it is,
//! without locks, and an answer is thrown away if the file has changed in the meantime.

mod connection;
mod footing;
mod live;

use super::failure::{Failure, Tried, reason, word};
use super::file::StoreFile;
use super::{backup, notes, query, version, view};
use crate::backend::sql::Named;
use crate::backend::{Backend, Changes, Loaded, Snapshot, Told, Touch, read_only};
use crate::error::{Error, Reason, Result};
use crate::fork::{Process, inside};
use crate::interrupt;
use crate::lock::locked;
use crate::query::{Statement, Visit};
use footing::{Footing, Stamp};
pub(super) use live::{disinherit, let_go};
use rusqlite::{Connection, ErrorCode};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(5);
/// If the file changes during this many reads in a row, reading it fails.
const TRIES_MAX: usize = 400;
const KEPT_MAX: usize = 64;

#[derive(Debug)]
struct ReadOnlyInner {
    /// `None` = closed.
    idle: Mutex<Option<(Footing, Vec<Connection>)>>,
    pulse: Mutex<Option<Connection>>,
    /// The number of connections that are in use.
    lent: AtomicUsize,
    /// This is dropped last.
    store: StoreFile,
}

/// A store that is only read.
#[derive(Debug)]
pub(crate) struct ReadOnly {
    process: Process,
    inner: Option<Arc<ReadOnlyInner>>,
}

/// Counts a connection as lent while it lives.
struct Lent<'r>(&'r AtomicUsize);

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}

impl ReadOnly {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let _inside = inside();
        super::disinherit_before(path)?;
        let store = StoreFile::to_read(path)?;
        let (idle, pulse) = (Mutex::new(Some((Footing::Log, Vec::new()))), Mutex::default());
        let inner = Arc::new(ReadOnlyInner { idle, pulse, lent: AtomicUsize::new(0), store });
        live::remember(&inner);
        let opened = Self { process: Process::current(), inner: Some(inner) };
        // This reads something now, so that opening reports what is wrong.
        opened.reading(&mut |connection, _| {
            notes::newest_note(&mut *connection.prepare_cached(notes::NEWEST_NOTE)?)
        })?;
        Ok(opened)
    }

    fn here(&self) -> Result<&ReadOnlyInner> {
        self.process.check_same()?;
        self.inner.as_deref().ok_or_else(super::closed)
    }

    fn reading<T>(&self, read: &mut dyn FnMut(&mut Connection, &mut bool) -> Tried<T>) -> Result<T> {
        let _inside = inside();
        let inner = self.here()?;
        inner.with(&mut |connection| {
            let mut moved = false;
            let answer = read(connection, &mut moved).map_err(|failure| inner.store.explained(failure));
            if moved || answer.is_err() {
                version::check_read(connection, &inner.store.shown())?;
            }
            answer
        })
    }
}

impl ReadOnlyInner {
    /// Lends a connection that sees what is committed; tries again if the file was changed meanwhile.
    fn with<T>(&self, read: &mut dyn FnMut(&mut Connection) -> Tried<T>) -> Result<T> {
        let mut last = None;
        for _ in 0..TRIES_MAX {
            interrupt::check()?;
            let gate = inside();
            let footing = self.footing()?;
            self.lent.fetch_add(1, Ordering::AcqRel);
            let _lent = Lent(&self.lent);
            let lent = match self.take(footing)? {
                Some(connection) => Ok(connection),
                None => self.connect(footing),
            };
            drop(gate);
            let answer =
                lent.and_then(|mut connection| read(&mut connection).map(|answer| (answer, connection)));
            let _inside = inside();
            if self.footing()? != footing {
                // The result is not used, even if it is an error.
                continue;
            }
            match answer {
                Ok((answer, connection)) => {
                    self.put_back(footing, connection);
                    return Ok(answer);
                }
                Err(Failure::Sql(error)) if is_passing(&error) => last = Some(error),
                Err(failure) => return Err(failure.into()),
            }
            std::thread::sleep(PAUSE);
        }
        Err(self.unreadable(last.as_ref()))
    }

    fn take(&self, footing: Footing) -> Result<Option<Connection>> {
        let mut idle = locked(&self.idle);
        let (of, idle) = idle.as_mut().ok_or_else(super::closed)?;
        if *of != footing {
            idle.clear();
            *of = footing;
        }
        Ok(idle.pop())
    }

    fn put_back(&self, footing: Footing, connection: Connection) {
        if let Some((of, idle)) = &mut *locked(&self.idle)
            && *of == footing
            && idle.len() < KEPT_MAX
        {
            idle.push(connection);
        }
    }

    /// A number that changes when somebody has committed.
    fn pulse(&self) -> Result<i64> {
        let _inside = inside();
        let mut pulse = locked(&self.pulse);
        match self.footing()? {
            Footing::Still(Stamp { changed_ns, bytes }) => {
                *pulse = None;
                // The number is below 0, so that it is no pulse of the other kind.
                let mixed = changed_ns ^ i128::from(bytes).rotate_left(40);
                Ok(i64::try_from(mixed & i128::from(i64::MAX))
                    .unwrap_or(0)
                    .saturating_neg()
                    .saturating_sub(1))
            }
            Footing::Log => {
                if pulse.is_none() {
                    *pulse = Some(self.connect(Footing::Log).map_err(|failure| self.told(failure))?);
                }
                let version = pulse.as_ref().map_or(Ok(0), version::data_version);
                version.map_err(|error| self.told(error.into()))
            }
        }
    }

    fn told(&self, failure: Failure) -> Error {
        match failure {
            Failure::Sql(error) => self.unreadable(Some(&error)),
            other => other.into(),
        }
    }

    fn unreadable(&self, error: Option<&rusqlite::Error>) -> Error {
        let why = error.map_or_else(|| "it is changed all the time".to_owned(), reason);
        let word = match error.map_or(Reason::Permission, word) {
            // SQLite often reports "cannot be opened" when it would have to write.
            Reason::Disk => Reason::Permission,
            word => word,
        };
        word.error(format!(
            "{} cannot be read without writing beside it ({why}): a log or a journal lies there that somebody left who was \
             killed, or that belongs to another file. Open the store once without readonly, where it can be written",
            self.store.shown()
        ))
    }
}

/// Whether the error may be gone in a moment, when somebody has finished writing.
fn is_passing(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::ReadOnly | ErrorCode::CannotOpen
        )
    )
}

impl Backend for ReadOnly {
    fn check(&self) -> Result<()> {
        self.here().map(drop)
    }

    fn is_read_only(&self) -> bool {
        true
    }

    fn read(&self, read: &mut dyn FnMut(&mut dyn Snapshot) -> Result<()>) -> Result<()> {
        self.reading(&mut |connection, moved| {
            let mut view = view::View::new(connection);
            let answer = read(&mut view);
            *moved = view.moved();
            view.end()?;
            Ok(answer)
        })?
    }

    fn run(
        &self,
        statement: &Statement,
        tables: &[Named<'_>],
        head: &mut dyn FnMut(Vec<String>) -> Result<()>,
        visit: Visit<'_>,
    ) -> Result<()> {
        self.reading(&mut |connection, _| query::run(connection, statement, tables, head, visit))
    }

    fn write(&self, _: &Touch, _: &mut dyn FnMut(Loaded) -> Result<Changes>) -> Result<usize> {
        self.here()?;
        Err(read_only())
    }

    fn pulse(&self) -> Result<i64> {
        self.here()?.pulse()
    }

    fn sweep(&self, _: i64) -> Result<()> {
        self.here()?;
        Err(read_only())
    }

    fn identity(&self) -> String {
        self.inner.as_ref().map(|inner| inner.store.identity()).unwrap_or_default()
    }

    fn backup(&self, path: &Path, told: Told<'_>) -> Result<()> {
        let inner = self.here()?;
        backup::beside_forks(|yields| {
            inner.with(&mut |connection| backup::pages(connection, path, told, yields))
        })
    }

    fn reopen(&self) -> Result<()> {
        let inner = self.here()?;
        let _inside = inside();
        locked(&inner.pulse).take();
        locked(&inner.idle).iter_mut().for_each(|(_, idle)| idle.clear());
        inner.footing().map(drop)
    }

    fn close(&self) -> Result<()> {
        let inner = self.here()?;
        let _inside = inside();
        locked(&inner.pulse).take();
        locked(&inner.idle).take();
        Ok(())
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        if self.process.is_same() {
            let _ = self.close();
            live::forget(self.inner.as_ref());
        } else {
            std::mem::forget(self.inner.take());
        }
    }
}
