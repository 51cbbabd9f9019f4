//! Rows in one `SQLite` file that many threads and processes share, or in memory.
//!
//! Commits reach the disk before they are answered, unless the store was opened with less durability. Processes take
//! turns to write. Readers never wait for writers. A write that failed is undone, and the next one tries again. After a
//! commit that could not be flushed, the next write comes only when the disk is found to hold all that was
//! acknowledged.

pub(crate) mod backup;
mod cache;
mod chain;
mod connection;
mod examine;
mod failure;
mod file;
mod guard;
mod head;
mod identity;
mod index_file;
mod inherit;
mod items;
mod location;
mod lock_file;
mod lookup;
mod mark;
mod notes;
mod ofd;
mod opened;
mod order;
mod path;
mod preparation;
mod query;
mod read_only;
mod readers;
mod relatives;
mod rows;
mod schema;
mod select;
mod sums;
mod turn;
mod version;
mod view;
mod wal;
mod write_failure;
mod write_lock;
mod writer;

use super::sql::Named;
use super::{Backend, Changes, Durability, Loaded, Snapshot, Told, Touch, Unknown, found};
use crate::error::{Error, Reason, Result};
use crate::fork::{Process, inside};
use crate::lock::locked;
use crate::query::{Statement, Visit};
use crate::row::{Found, Key, Sought};
use cache::Cache;
use failure::Failure;
use opened::{Beside, Open, PULSE_CACHE_KIB};
use readers::Readers;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use turn::Turn;
use writer::{Changed, Writer};

/// A target that is not a server's URL: it says where the rows are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SqliteTarget {
    /// In this process: the rows are gone when the store is closed.
    Memory,
    /// In this file, which is created if it does not exist.
    File(PathBuf),
}

impl Durability {
    /// Sets whether each commit is flushed. Two things are always flushed, because a store that uses the same file with
    /// "full" relies on them: the copying of the log into the file, and the head of a log that restarts. So "OFF" is
    /// never set.
    fn set(self, connection: &Connection) -> rusqlite::Result<()> {
        connection.execute_batch(match self {
            Self::Full => "PRAGMA synchronous = FULL",
            Self::Normal | Self::Off => "PRAGMA synchronous = NORMAL",
        })
    }
}

/// An open store.
#[derive(Debug)]
pub struct Sqlite {
    /// Connections must not be used, nor closed, by a forked child.
    process: Process,
    /// `Some` until dropped.
    open: Option<Arc<Open>>,
}

fn closed() -> Error {
    Reason::Closed.error("the store is closed")
}

/// A call that waits for a turn, or for a lock of the file, gives up after this time.
const PATIENCE: Duration = Duration::from_secs(5);
const FRAME_BYTES: u64 = 4096 + 24; // of a page in the log, with its header

/// Whether this is the file of a store that this process has open.
pub(crate) fn is_open(metadata: &std::fs::Metadata) -> bool {
    file::is_open(metadata)
}

/// Opens or creates a store. It waits for its turn only if there is something to write, and outside the fork gate.
pub fn open(target: &SqliteTarget, durability: Durability, cache: u64) -> Result<Sqlite> {
    let SqliteTarget::File(path) = target else {
        let _inside = inside();
        return Ok(Sqlite::new(Writer::in_memory()?, None, Cache::new(cache, None)));
    };
    let gate = inside();
    disinherit_before(path)?;
    let store = Arc::new(file::StoreFile::new(path)?);
    read_only::let_go(path)?;
    let turn = Turn::new(&store)?;
    let is_ready = store.is_ready()?;
    drop(gate);
    let held = if is_ready { None } else { Some(turn.take()?) };
    let _inside = inside();
    if held.is_some() {
        store.prepare()?;
    }
    drop(held);
    let guarded = Mutex::new(Some(store.hold()?));
    let writer = Writer::on(&store, durability)?;
    store.hold_log()?;
    let pulse = Mutex::new(Some(store.connection(Durability::Normal, PULSE_CACHE_KIB)?));
    let readers = Readers::new(&store);
    let cache = store.guard().sight().and_then(|sight| Cache::new(cache, Some(sight)));
    Ok(Sqlite::new(writer, Some(Beside { turn, readers, pulse, hold: guarded, store }), cache))
}

/// Opens an existing store to read it.
pub(crate) fn open_read_only(path: &Path) -> Result<read_only::ReadOnly> {
    read_only::ReadOnly::open(path)
}

/// Like [`disinherit`], for a child that C code forked without any hook, before a file is opened. Fails if a thread of
/// the parent was using this very file when the parent forked.
fn disinherit_before(path: &Path) -> Result<()> {
    read_only::disinherit();
    inherit::disinherit(path)
}

/// Called in a forked child: closes everything that belongs to its parent.
pub(crate) fn disinherit() {
    inherit::release();
    read_only::disinherit();
}

impl Sqlite {
    /// Call this only inside the fork gate, and without leaving it since the connections were made.
    fn new(writer: Writer, file: Option<Beside>, cache: Option<Cache>) -> Self {
        let commits = AtomicI64::new(0);
        let open = Arc::new(Open { writer: Mutex::new(Some(writer)), file, cache, commits });
        if let Some(file) = &open.file {
            inherit::remember(&file.store, &open);
        }
        Self { process: Process::current(), open: Some(open) }
    }

    fn here(&self) -> Result<&Open> {
        self.process.check_same()?;
        self.open.as_deref().ok_or_else(closed)
    }

    fn cache(&self) -> Result<&Cache, Unknown> {
        let open = self.open.as_ref().filter(|_| self.process.is_current());
        open.and_then(|open| open.cache.as_ref()).ok_or(Unknown)
    }
}

impl Backend for Sqlite {
    fn check(&self) -> Result<()> {
        self.here().map(drop)
    }

    fn read(&self, read: &mut dyn FnMut(&mut dyn Snapshot) -> Result<()>) -> Result<()> {
        self.here()?.viewing(read)
    }

    fn run(
        &self,
        statement: &Statement,
        tables: &[Named<'_>],
        head: &mut dyn FnMut(Vec<String>) -> Result<()>,
        visit: Visit<'_>,
    ) -> Result<()> {
        self.here()?.reading(|connection, _| query::run(connection, statement, tables, head, visit))
    }

    fn get_all(&self, keys: &[Key]) -> Result<Vec<Option<Found>>> {
        let open = self.here()?;
        let fetch = |keys: &[Key]| Ok(found(keys, open.fetch(keys)?));
        let Some((cache, moment)) = open.cache.as_ref().and_then(|cache| Some((cache, cache.look()?))) else {
            return fetch(keys);
        };
        let mut known = cache.get_all(&moment, keys);
        if known.missing.is_empty() && cache.holds(&moment) {
            return Ok(known.rows);
        }
        let (fetched, is_of_moment) = open.fetch_at(cache, &moment, &known.missing)?;
        let fetched = found(&known.missing, fetched);
        if !is_of_moment {
            // Rows of two moments: none of them is used.
            return if known.missing.len() == keys.len() { Ok(fetched) } else { fetch(keys) };
        }
        cache.keep(&moment, &known.missing, &fetched);
        known.fill(fetched);
        Ok(known.rows)
    }

    fn recall(&self, key: &Sought<'_>) -> Result<Option<Found>, Unknown> {
        self.cache()?.recall(key)
    }

    fn recall_all(&self, keys: &[Sought<'_>]) -> Result<Vec<Option<Found>>, Unknown> {
        self.cache()?.recall_all(keys)
    }

    fn recall_view(&self, read: &mut dyn FnMut(&mut dyn Snapshot) -> Result<()>) -> Result<()> {
        self.cache()?.recall_view(read)
    }

    fn write(&self, touch: &Touch, apply: &mut dyn FnMut(Loaded) -> Result<Changes>) -> Result<usize> {
        let open = self.here()?;
        open.writing(|writer| writer.write(touch, open.cache.as_ref(), apply))?;
        Ok(0)
    }

    fn reads_latest(&self) -> bool {
        true
    }

    fn is_shared(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.file.is_some())
    }

    fn pulse(&self) -> Result<i64> {
        let open = self.here()?;
        let Some(file) = &open.file else { return Ok(open.commits.load(Ordering::Acquire)) };
        let _inside = inside();
        let pulse = locked(&file.pulse);
        Ok(version::data_version(pulse.as_ref().ok_or_else(closed)?).map_err(Failure::Sql)?)
    }

    fn sweep(&self, before_ms: i64) -> Result<()> {
        let open = self.here()?;
        open.writing(|writer| {
            writer.transact(false, open.cache.as_ref(), &mut |connection, _, _| {
                Ok((notes::purge_notes(connection, before_ms)? > 0).then(Changed::new))
            })
        })
    }

    fn backup(&self, path: &Path, told: Told<'_>) -> Result<()> {
        let open = self.here()?;
        let Some(file) = &open.file else {
            // In memory the writers use this connection, too.
            let gate = inside();
            let twin = backup::twin(&locked(&open.writer).as_ref().ok_or_else(closed)?.connection)?;
            drop(gate);
            return backup::beside_forks(|yields| Ok(backup::pages(&twin, path, told, yields)?));
        };
        backup::beside_forks(|yields| {
            Ok(file.readers.with(|connection| backup::pages(connection, path, told, yields))?)
        })
    }

    fn reopen(&self) -> Result<()> {
        self.here()?.reopen()
    }

    fn identity(&self) -> String {
        let file = self.open.as_ref().and_then(|open| open.file.as_ref());
        file.map_or_else(|| format!("memory {self:p}"), |file| file.store.identity())
    }

    fn close(&self) -> Result<()> {
        self.here()?.close()
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        if !self.process.is_same() {
            // Closing here would release the locks that the parent relies on.
            std::mem::forget(self.open.take());
        } else if let Some(open) = self.open.take() {
            let _inside = inside();
            inherit::forget(&open);
            let _ = open.close();
            drop(open);
        }
    }
}
