//! What a writer has only if it writes to a file: its log, and what shows that other code overwrote it.

use crate::backend::sqlite::failure::Tried;
use crate::backend::sqlite::file::StoreFile;
use crate::backend::sqlite::mark::Mark;
use crate::backend::sqlite::rows;
use crate::backend::sqlite::version::Watch;
use crate::backend::sqlite::wal::Wal;
use crate::error::{Reason, Unable};
use crate::row::{Key, Row};
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

/// The parts of a writer that only a file needs.
#[derive(Debug)]
pub(super) struct FilePart {
    pub(super) store: Arc<StoreFile>,
    pub(super) wal: Wal,
    pub(super) watch: Watch,
    /// How many pages the log had after the last commit of the connection.
    pub(super) pages: Arc<AtomicU32>,
    /// Where in the log the last commit of this store is.
    pub(super) mark: Option<Mark>,
    /// A row of that commit.
    pub(super) witness: Option<Witness>,
}

/// A row as a commit left it: later it shows whether the commit is still there.
#[derive(Debug)]
pub(super) struct Witness {
    key: Key,
    ver: i64,
    created: i64,
}

pub(super) const OVERWRITTEN: &str = "another copy of SQLite in this process wrote to the file at the same time as this store, and \
                           the last commits that were acknowledged may be lost";

pub(super) fn overwritten() -> Unable {
    Reason::Damaged.unable(OVERWRITTEN)
}

impl FilePart {
    /// Whether our last commit was overwritten: only another copy of `SQLite` in this process does that.
    pub(super) fn is_overwritten(&self) -> bool {
        let guard = self.store.guard();
        self.mark.is_some_and(|mark| {
            !guard.has(&mark) || guard.newest().is_some_and(|newest| mark.is_behind(&newest))
        })
    }

    /// Whether our last commit was lost because the log restarted without being copied into the file: only another
    /// copy of `SQLite` in this process does that.
    pub(super) fn is_undone(&self, connection: &Connection) -> Tried<bool> {
        let Some(Witness { key, ver, created }) = &self.witness else { return Ok(false) };
        let found = rows::Point::new(connection)?.get(key)?;
        // Others may have deleted the row, and made another one under its key since: that one is younger.
        Ok(found.is_some_and(|row| row.ver < *ver && row.created <= *created))
    }
}

/// A row that a commit changed, rather than one that it created.
pub(super) fn witness(changed: &[(Key, Option<Row>)]) -> Option<Witness> {
    let rows = changed.iter().filter_map(|(key, row)| Some((key, row.as_ref()?)));
    let (key, row) = rows.max_by_key(|(_, row)| row.ver)?;
    Some(Witness { key: key.clone(), ver: row.ver, created: row.created })
}
