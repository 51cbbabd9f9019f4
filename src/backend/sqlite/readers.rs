//! Connections that only read: one for each thread that reads at the moment, kept for later reads.
//!
//! A read transaction may stay open while the file is in the state that it sees: the next read in that state then takes
//! no locks. It holds back whoever empties the log, so it stays only while nobody is held back: see [`idle`].

mod idle;

use super::failure::Tried;
use super::file::StoreFile;
use super::head::Head;
use super::query;
use crate::backend::Durability;
use crate::fork::inside;
use crate::lock::locked;
use idle::{Idle, Reader};
use rusqlite::Connection;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

const CACHE_KIB: u32 = 32 << 10;

#[derive(Debug)]
pub(super) struct Readers {
    idle: Arc<Mutex<Idle>>,
    lent: AtomicUsize,
    /// This is dropped last: see [`StoreFile::no_longer_open`].
    store: Arc<StoreFile>,
}

/// Of the transaction of a connection that reads one state of the file: before the read, and after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stay {
    /// It must not stay open.
    No,
    /// None is open; the read may begin one and leave it open, if it finds the file in that state.
    May,
    /// It is open, and sees that state.
    Is,
}

/// Counts a connection as lent while it lives.
struct LentReader<'r>(&'r AtomicUsize);

impl Drop for LentReader<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// While this lives, no transaction stays open.
pub(super) struct WayMade<'r>(&'r Readers);

impl Drop for WayMade<'_> {
    fn drop(&mut self) {
        locked(&self.0.idle).commits -= 1;
    }
}

impl Readers {
    /// Call it when the log's index is open.
    pub(super) fn new(store: &Arc<StoreFile>) -> Self {
        let idle = Arc::new(Mutex::new(Idle::new(store.guard().index_file())));
        Self { idle, lent: AtomicUsize::new(0), store: store.clone() }
    }

    /// Lends a connection outside any transaction to `read`. If `read` fails, the connection is not used again.
    pub(super) fn with<T>(&self, read: impl FnOnce(&mut Connection) -> Tried<T>) -> Tried<T> {
        self.lend(None, |connection, _| Ok((read(connection)?, Stay::No)))
    }

    /// Lends a connection to read what the file holds in this state. `read` also says what became of the transaction.
    pub(super) fn at<T>(
        &self,
        head: &Head,
        read: impl FnOnce(&mut Connection, Stay) -> Tried<(T, Stay)>,
    ) -> Tried<T> {
        self.lend(Some(head), read)
    }

    fn lend<T>(
        &self,
        head: Option<&Head>,
        read: impl FnOnce(&mut Connection, Stay) -> Tried<(T, Stay)>,
    ) -> Tried<T> {
        self.lent.fetch_add(1, Ordering::Relaxed);
        let lent = LentReader(&self.lent);
        let gate = inside();
        let (idle, stay) = locked(&self.idle).take(head)?;
        let mut reader = match idle {
            Some(reader) => reader,
            None => Reader::new(self.connect()?),
        };
        if stay != Stay::Is {
            reader.end()?;
        }
        drop(gate);
        let answer = read(&mut reader.connection, stay);
        let _inside = inside();
        let answer = match answer {
            Ok((answer, after)) => {
                reader.held = head.copied().filter(|_| after == Stay::Is);
                idle::put_back(&self.idle, reader)?;
                Ok(answer)
            }
            Err(failure) => Err(failure),
        };
        drop(lent);
        answer
    }

    /// Ends the transactions that stay open, and lets none stay while the answer lives: for whoever writes.
    pub(super) fn make_way(&self) -> WayMade<'_> {
        let mut idle = locked(&self.idle);
        idle.commits += 1;
        idle.end_all();
        WayMade(self)
    }

    fn connect(&self) -> Tried<Connection> {
        let mut connection = self.store.connection(Durability::Normal, CACHE_KIB)?;
        query::watch(&mut connection).map_err(|error| self.store.failed(&error))?;
        connection.execute_batch("PRAGMA query_only = ON").map_err(|error| self.store.failed(&error))?;
        self.store.check_read(&connection)?;
        Ok(connection)
    }

    /// Called in a forked child: returns all connections, or `None` if one was lent at the fork.
    pub(super) fn inherited(&self) -> Option<Vec<Connection>> {
        let mut idle = self.idle.try_lock().ok()?;
        if self.lent.load(Ordering::Relaxed) != 0 {
            return None;
        }
        let readers = idle.readers.take().unwrap_or_default();
        Some(readers.into_iter().map(|reader| reader.connection).collect())
    }

    /// Closes the idle connections.
    pub(super) fn renew(&self) {
        locked(&self.idle).readers.iter_mut().for_each(Vec::clear);
    }

    pub(super) fn close(&self) {
        locked(&self.idle).readers.take();
    }
}
