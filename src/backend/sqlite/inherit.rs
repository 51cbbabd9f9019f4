//! What a forked child inherits: connections that it must not use, but that `SQLite` takes for the child's own.
//!
//! Locks belong to the process that took them, but `SQLite` remembers them per file: a child that opened the file again
//! would believe that it holds its parent's locks. So the inherited connections are closed first, without any work on
//! the file. Closing releases only locks of the child, which has none. The fork gate makes sure that no connection is
//! in use; C code that forks without the gate may leave some that are in use.

use super::file::StoreFile;
use super::opened::Open;
use crate::error::{Reason, Result};
use crate::lock::locked;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::path::Path;
use std::sync::{Arc, Mutex, Weak};

/// An open store.
struct Live {
    /// The process that opened it.
    process: u32,
    store: Arc<StoreFile>,
    open: Weak<Open>,
}

/// Used only inside the fork gate.
static LIVE: Mutex<Vec<Live>> = Mutex::new(Vec::new());

pub(super) fn remember(store: &Arc<StoreFile>, open: &Arc<Open>) {
    let (process, store, open) = (std::process::id(), store.clone(), Arc::downgrade(open));
    locked(&LIVE).push(Live { process, store, open });
}

pub(super) fn forget(open: &Arc<Open>) {
    locked(&LIVE).retain(|live| !std::ptr::eq(live.open.as_ptr(), Arc::as_ptr(open)));
}

/// Called in a forked child: closes what it inherited, so that it keeps nothing of its parent's open or locked.
pub(super) fn release() {
    // It is locked if the parent forked without the gate: then `open` tries again.
    if let Ok(mut live) = LIVE.try_lock() {
        keep_own(&mut live);
        if live.is_empty() {
            super::file::disinherit();
        }
    }
    super::turn::disinherit();
}

fn keep_own(live: &mut Vec<Live>) {
    let process = std::process::id();
    live.retain(|live| live.process == process || !live.release());
}

/// Like [`release`], for a child that C code forked without any hook, before a file is opened. Fails if a thread of the
/// parent was using this very file when the parent forked.
pub(super) fn disinherit(path: &Path) -> Result<()> {
    let process = std::process::id();
    let mut live = locked(&LIVE);
    keep_own(&mut live);
    if live.iter().all(|live| live.process == process || !live.store.is_at(path)) {
        return Ok(());
    }
    Err(Reason::Forked.error(format!(
        "'{}' was in use by another thread when this process was forked; open it in a fresh process (spawn)",
        path.display()
    )))
}

impl Live {
    /// Closes the connections. Returns whether none is open any more.
    fn release(&self) -> bool {
        let Some(open) = self.open.upgrade() else { return true };
        let mut idle = Vec::new();
        let all = collect(&open, &mut idle).is_some();
        idle.into_iter().for_each(close);
        // The other things that it owns (threads, locks) exist only in the parent.
        std::mem::forget(open);
        if all {
            self.store.no_longer_open();
        }
        all
    }
}

/// Collects the connections; returns `None` at the first one that was in use at the fork.
fn collect(open: &Open, idle: &mut Vec<Connection>) -> Option<()> {
    let file = open.file.as_ref()?;
    idle.extend(file.readers.inherited()?);
    idle.extend(file.pulse.try_lock().ok()?.take());
    let mut writer = open.writer.try_lock().ok()?;
    if let Some(writer) = writer.as_ref() {
        idle.extend(writer.inherited()?);
    }
    idle.extend(writer.take().map(super::writer::Writer::into_connection));
    Some(())
}

/// Closes a connection without copying the log into the file or deleting anything.
fn close(connection: Connection) {
    match connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true) {
        Ok(_) => drop(connection),
        Err(_) => std::mem::forget(connection),
    }
}
