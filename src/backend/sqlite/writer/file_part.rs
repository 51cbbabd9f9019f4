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

/// The parts of a writer that only a file needs.
#[derive(Debug)]
pub(super) struct FilePart {
    pub(super) store: Arc<StoreFile>,
    pub(super) wal: Wal,
    pub(super) watch: Watch,
    /// Where in the log the last commit of this store is.
    pub(super) mark: Option<Mark>,
    /// A row of that commit, and its `ver`.
    pub(super) witness: Option<(Key, i64)>,
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
        let Some((key, ver)) = &self.witness else { return Ok(false) };
        // A missing row may have been deleted by others.
        Ok(rows::Point::new(connection)?.get(key)?.is_some_and(|row| row.ver < *ver))
    }
}

/// A row that a commit changed, not one that it created: later it shows whether the commit is still there.
pub(super) fn witness(changed: &[(Key, Option<Row>)]) -> Option<(Key, i64)> {
    let rows = changed.iter().filter_map(|(key, row)| Some((key, row.as_ref()?.ver)));
    rows.max_by_key(|(_, ver)| *ver).map(|(key, ver)| (key.clone(), ver))
}
