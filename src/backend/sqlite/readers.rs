//! Connections that only read: one for each thread that reads at the moment, kept for later reads.

use super::failure::Tried;
use super::file::StoreFile;
use super::query;
use crate::backend::Durability;
use crate::fork::inside;
use crate::lock::locked;
use rusqlite::Connection;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// If more than this many connections are needed, they are made, but not kept.
const KEPT_MAX: usize = 64;
const CACHE_KIB: u32 = 32 << 10;

#[derive(Debug)]
pub(super) struct Readers {
    /// `None` = closed.
    idle: Mutex<Option<Vec<Connection>>>,
    lent: AtomicUsize,
    /// This is dropped last: see [`StoreFile::no_longer_open`].
    store: Arc<StoreFile>,
}

/// Counts a connection as lent while it lives.
struct LentReader<'r>(&'r AtomicUsize);

impl Drop for LentReader<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Readers {
    pub(super) fn new(store: &Arc<StoreFile>) -> Self {
        Self { store: store.clone(), idle: Mutex::new(Some(Vec::new())), lent: AtomicUsize::new(0) }
    }

    /// Lends a connection to `read`. If `read` fails, the connection is not used again.
    pub(super) fn with<T>(&self, read: impl FnOnce(&mut Connection) -> Tried<T>) -> Tried<T> {
        self.lent.fetch_add(1, Ordering::Relaxed);
        let lent = LentReader(&self.lent);
        let gate = inside();
        let idle = match &mut *locked(&self.idle) {
            Some(idle) => idle.pop(),
            None => return Err(super::closed().into()),
        };
        let mut connection = idle.map_or_else(|| self.connect(), Ok)?;
        drop(gate);
        let answer = read(&mut connection);
        let _inside = inside();
        let connection = answer.is_ok().then_some(connection);
        if let Some(idle) = &mut *locked(&self.idle)
            && idle.len() < KEPT_MAX
        {
            idle.extend(connection);
        }
        drop(lent);
        answer
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
        (self.lent.load(Ordering::Relaxed) == 0).then(|| idle.take().unwrap_or_default())
    }

    /// Closes the idle connections.
    pub(super) fn renew(&self) {
        locked(&self.idle).iter_mut().for_each(Vec::clear);
    }

    pub(super) fn close(&self) {
        locked(&self.idle).take();
    }
}
