//! How a commit of this store finds the rows in memory, and carries them along.

use super::{Cache, Kept, Moment};
use crate::backend::sqlite::head::{Head, Index};
use crate::backend::sqlite::version::data_version;
use crate::row::{Key, Row};
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// The rows in memory as a write transaction finds them when it has the lock to write: until its end the state stays.
#[derive(Clone, Copy)]
pub(in crate::backend::sqlite) struct Held<'c> {
    cache: &'c Cache,
    /// `None`: a store in memory, or it cannot be read.
    index: Option<Index>,
    head: Option<Head>,
}

/// A commit of this store; it is over when this is dropped.
pub(in crate::backend::sqlite) struct Commit<'c> {
    before: Held<'c>,
    /// Whether the rows in memory were at the state before it.
    stands: bool,
    /// `PRAGMA data_version` before it, where the log was empty.
    version: Option<i64>,
}

impl Cache {
    /// As a write transaction finds it. `index`: the header of the log's index, which it read.
    pub(in crate::backend::sqlite) fn held(&self, index: Option<Index>) -> Held<'_> {
        let head = match &self.sight {
            Some(sight) => index.and_then(|index| sight.head_of(&index)),
            None => Some(Head::default()),
        };
        Held { cache: self, index, head }
    }
}

impl<'c> Held<'c> {
    /// As [`Cache::look`].
    pub(in crate::backend::sqlite) fn look(&self) -> Option<(&'c Cache, Moment)> {
        let (moment, stands) = self.cache.at(|| self.head)?;
        Some((self.cache, self.cache.agreed(moment, stands)?))
    }

    /// The transaction, on this connection, begins its last step.
    pub(in crate::backend::sqlite) fn commit(self, connection: &Connection) -> Commit<'c> {
        let is_empty = self.index.is_some_and(|index| index.pages() == 0);
        let version = if is_empty { data_version(connection).ok() } else { None };
        let _alone = self.cache.alone();
        self.cache.commits.store(true, Ordering::Relaxed);
        Commit { before: self, stands: self.head == Some(self.cache.known()), version }
    }
}

impl Commit<'_> {
    /// The commit is stored, and left the log with this many pages: carries the rows along, if the header that was
    /// read after it is its own.
    pub(in crate::backend::sqlite) fn carry(
        self,
        connection: &Connection,
        changed: &[(Key, Option<Row>)],
        after: Option<Index>,
        pages: u32,
    ) {
        let (cache, after) = (self.before.cache, self.before.cache.held(after));
        if !self.stands || !self.is_own(connection, after.index, pages) {
            return;
        }
        let Some(head) = after.head else { return };
        let _alone = cache.alone();
        let epoch = cache.epoch.load(Ordering::Relaxed);
        cache.turns(|| {
            for (key, row) in changed {
                cache.runs.forget(key);
                // Items and messages are rarely looked up by their whole key.
                if key.id == 0 {
                    let row = row.as_ref().map(|row| Arc::new((key.clone(), row.clone())));
                    cache.rows.insert(key.clone(), Kept { epoch, row });
                } else {
                    cache.rows.remove(key);
                }
            }
            cache.set(&head);
        });
    }

    /// Whether the header is the one that this commit wrote. The count of commits alone would not tell: it begins anew
    /// when somebody recovers the index of a process that died while it wrote the header. Where the number of pages does
    /// not tell either, the number of the data does: it stays only if `SQLite` still finds the header that this
    /// connection wrote, after the header was read.
    fn is_own(&self, connection: &Connection, after: Option<Index>, pages: u32) -> bool {
        if self.before.cache.sight.is_none() {
            return true;
        }
        let Some((before, after)) = self.before.index.zip(after) else { return false };
        let same_version = || self.version.is_some() && data_version(connection).ok() == self.version;
        after.is_of_commit(&before, pages).unwrap_or_else(same_version)
    }
}

impl Drop for Commit<'_> {
    fn drop(&mut self) {
        self.before.cache.commits.store(false, Ordering::Release);
    }
}
