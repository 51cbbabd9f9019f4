//! The write-ahead log: how it is emptied in two steps, and how its file is made larger in advance.
//!
//! A thread copies most of the log into the main file while others write. The writer itself copies the pages that were
//! added meanwhile, between two transactions, so that the log restarts. A log file that need not grow is flushed in
//! half the time.

use super::FRAME_BYTES;
use super::chain;
use super::connection;
use super::failure::Tried;
use super::file::StoreFile;
use crate::error::{Error, Reason, Result};
use crate::fork::inside;
use crate::lock::locked;
use rusqlite::Connection;
use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

/// A log with this many pages has to be copied.
pub(super) const PAGES_DUE: i64 = 8000;
/// If readers keep the log from being emptied, that is tried again after this many more pages.
const PAGES_RETRY: i64 = 2000;
/// The log file grows in advance when it has room for fewer pages than this.
const PAGES_LEFT_MIN: i64 = 16;
/// The log file grows by its own size, within these bounds.
const GROWTH_BYTES: std::ops::RangeInclusive<u64> = (64 << 10)..=(256 << 10);
/// The file grows in advance up to this size: a log that is emptied in time is not larger.
const GROWN_BYTES_MAX: u64 = (PAGES_DUE as u64 + 1000) * FRAME_BYTES;

/// What the writer knows about the log.
#[derive(Debug)]
pub(super) struct Wal {
    bulk: Bulk,
    file: Option<File>,
    /// How many pages the log had after the last commit; not known at first.
    pages: i64,
    /// How many pages the log file has room for; 0 = it has to be asked.
    room: i64,
    pages_due: i64,
    grow: bool,
}

impl Wal {
    /// `flushed`: whether commits wait for the disk, so that growing in advance is useful.
    pub(super) fn new(store: &Arc<StoreFile>, flushed: bool) -> Self {
        let file = OpenOptions::new().write(true).open(store.beside("-wal")).ok().filter(|_| flushed);
        let bulk = Bulk { done: Arc::default(), at: Arc::default(), thread: None };
        Self { bulk, grow: file.is_some(), file, pages: i64::MAX, room: 0, pages_due: PAGES_DUE }
    }

    /// Called in a forked child: returns the checkpointer's connection, if there is one; `None` if it was in use.
    pub(super) fn inherited(&self) -> Option<Vec<Connection>> {
        Some(self.bulk.at.try_lock().ok()?.take().map(|(connection, _)| connection).into_iter().collect())
    }

    /// See [`super::writer::Writer::leave_alone`].
    pub(super) fn leave_alone(&self) {
        locked(&self.bulk.at).iter().for_each(|(connection, _)| connection::leave_alone(connection));
    }

    /// Called in a forked child: closes the log file. The thread and its channel belong to the parent.
    pub(super) fn disinherit(self) {
        std::mem::forget(self.bulk);
    }

    /// Appends zeros to the log file if it is nearly full. Call it only inside a write transaction that has written
    /// nothing: then nobody else appends. `SQLite` takes zeros for the end of the log.
    pub(super) fn grow(&mut self) {
        if let Some(file) = &mut self.file
            && std::mem::take(&mut self.grow)
            && let Ok(bytes) = file.seek(SeekFrom::End(0))
        {
            let pages = |bytes: u64| i64::try_from(bytes / FRAME_BYTES).unwrap_or(i64::MAX);
            self.room = pages(bytes);
            if bytes < GROWN_BYTES_MAX && self.room.saturating_sub(self.pages) < PAGES_LEFT_MIN {
                let more = bytes.clamp(*GROWTH_BYTES.start(), *GROWTH_BYTES.end());
                // A failure costs only speed; a full disk is reported by the commit itself.
                if usize::try_from(more).is_ok_and(|more| file.write_all(&vec![0; more]).is_ok()) {
                    self.room = pages(bytes + more);
                }
            }
        }
    }

    /// Empties the log when it is due; `pages`: how many it had after this store's commit. Call it only between
    /// transactions, during this store's turn.
    pub(super) fn tend(&mut self, store: &Arc<StoreFile>, connection: &Connection, pages: u32) -> Tried<()> {
        if self.bulk.done.swap(false, Ordering::AcqRel)
            && let Some((pages, copied)) = empty(store, connection)?
        {
            self.pages_due = if copied < pages { pages + PAGES_RETRY } else { PAGES_DUE };
        }
        if pages == 0 {
            // Nothing was written.
            return Ok(());
        }
        let pages = i64::from(pages);
        if pages < self.pages {
            // The log began again, and its file may have been cut.
            self.room = 0;
        }
        self.pages = pages;
        if pages < PAGES_DUE {
            self.pages_due = PAGES_DUE;
        }
        // The file's size is not asked for: with it come its times, after which the next flush takes longer.
        self.grow = self.room - pages < PAGES_LEFT_MIN;
        if pages >= self.pages_due {
            let (pages, copied) = checkpoint(connection, "NOOP")?;
            if copied < pages {
                self.pages_due = pages + PAGES_RETRY;
                self.bulk.start(store)?;
            }
        }
        Ok(())
    }
}

/// Copies the log into the main file as far as readers allow: (pages in the log, pages copied so far). `None`: another
/// process of cloudvars is doing it, so there is nothing to do.
pub(super) fn empty(store: &StoreFile, connection: &Connection) -> rusqlite::Result<Option<(i64, i64)>> {
    store.copying().map(|_copying| checkpoint(connection, "PASSIVE")).transpose()
}

/// How many frames the log has, up to the last commit.
pub(super) fn frames(connection: &Connection) -> rusqlite::Result<i64> {
    checkpoint(connection, "NOOP").map(|(frames, _)| frames)
}

/// Writes this many frames of the log again, unchanged, and flushes them. Call it only inside a write transaction that
/// has written nothing.
pub(super) fn renew(store: &StoreFile, frames: i64) -> Result<()> {
    let path = store.beside("-wal");
    chain::renew(&path, frames).map_err(|error| {
        Reason::of_io(&error).error(format!("'{}' cannot be written anew: {error}", path.display()))
    })
}

fn checkpoint(connection: &Connection, mode: &str) -> rusqlite::Result<(i64, i64)> {
    connection
        .prepare_cached(&format!("PRAGMA wal_checkpoint({mode})"))?
        .query_row((), |row| Ok((row.get(1)?, row.get(2)?)))
}

/// The connection is dropped before its file. `None`: the thread was not started yet, or has ended.
type At = Option<(Connection, Arc<StoreFile>)>;

/// The thread that copies most of the log, on its own connection. It starts when it is first needed, and ends when this
/// is dropped.
#[derive(Debug)]
struct Bulk {
    done: Arc<AtomicBool>,
    at: Arc<Mutex<At>>,
    thread: Option<SyncSender<()>>,
}

impl Bulk {
    fn start(&mut self, store: &Arc<StoreFile>) -> Result<()> {
        if self.thread.is_none() {
            let (sender, receiver) = sync_channel(1);
            let connection = store.connection(crate::backend::Durability::Normal, 2048)?;
            *locked(&self.at) = Some((connection, store.clone()));
            let (at, done) = (self.at.clone(), self.done.clone());
            let work = move || {
                while receiver.recv().is_ok() {
                    let _inside = inside();
                    // If this fails, nothing is lost: the log stays, and copying is tried again when the log has grown.
                    if let Some((connection, store)) = &*locked(&at)
                        && empty(store, connection).is_ok()
                    {
                        done.store(true, Ordering::Release);
                    }
                }
            };
            std::thread::Builder::new()
                .name("cloudvars-checkpoint".into())
                .spawn(work)
                .map_err(|error| Error::store(format!("cannot start a thread: {error}")))?;
            self.thread = Some(sender);
        }
        if let Some(sender) = &self.thread {
            // If the channel is full, the thread is at work already.
            let _ = sender.try_send(());
        }
        Ok(())
    }
}

impl Drop for Bulk {
    /// This does not wait for the thread, which may wait for the fork gate that we are inside of.
    fn drop(&mut self) {
        let at = locked(&self.at).take();
        drop(at);
    }
}
