//! The connections of a store that nobody uses now, and whether their read transactions may stay open.
//!
//! Such a transaction takes its locks once for many reads. While it is open, the log neither restarts nor is cut, and
//! what was committed since is not copied into the file. So none stays open
//! - unless reads come one directly after the other;
//! - while a commit of this store runs, which ends them first;
//! - for a second after somebody else has committed;
//! - while the log is long enough to be emptied;
//! - while somebody writes, or waits to empty the log: a thread looks for them, and ends what nobody uses any more. It
//!   runs only while a transaction is open.

use super::Stay;
use crate::backend::sqlite::closed;
use crate::backend::sqlite::failure::Tried;
use crate::backend::sqlite::head::Head;
use crate::backend::sqlite::index_file::IndexFile;
use crate::backend::sqlite::ofd;
use crate::backend::sqlite::wal::PAGES_DUE;
use crate::clock::instant;
use crate::fork::inside;
use crate::lock::locked;
use rusqlite::Connection;
use std::ops::Range;
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::{Duration, Instant};

/// If more than this many connections are needed, they are made, but not kept.
const KEPT_MAX: usize = 64;
/// A transaction stays open if the read before was not longer ago than this.
const CLOSE: Duration = Duration::from_millis(1);
/// After somebody else has committed, none stays open for this long.
const QUIET: Duration = Duration::from_secs(1);
/// The thread looks this often; what was not used between two looks ends.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// `SQLite`'s locks in `-shm` of those who write, copy the log into the file, or recover its index.
const WRITES_OR_COPIES: Range<i32> = 120..123;

/// The stores with open transactions, for the thread that looks after them. Used only inside the fork gate.
static WATCHED: Mutex<Watched> = Mutex::new(Watched { process: 0, runs: false, all: Vec::new() });

#[derive(Debug)]
struct Watched {
    /// The process whose thread runs.
    process: u32,
    runs: bool,
    all: Vec<Weak<Mutex<Idle>>>,
}

#[derive(Debug)]
pub(super) struct Reader {
    pub(super) connection: Connection,
    /// The state that its open transaction sees.
    pub(super) held: Option<Head>,
    /// Whether it was used since the thread's last look.
    used: bool,
}

impl Reader {
    pub(super) const fn new(connection: Connection) -> Self {
        Self { connection, held: None, used: false }
    }

    /// Ends the transaction that stayed open.
    pub(super) fn end(&mut self) -> Tried<()> {
        if self.held.take().is_some() {
            self.connection.prepare_cached("COMMIT")?.execute(())?;
        }
        Ok(())
    }
}

#[derive(Debug)]
pub(super) struct Idle {
    /// `None` = closed.
    pub(super) readers: Option<Vec<Reader>>,
    /// How many commits of this store run.
    pub(super) commits: usize,
    /// Whether somebody wrote, or copied the log, at the thread's last look.
    contended: bool,
    is_watched: bool,
    /// When a row was read last.
    read: Option<Instant>,
    /// When a commit of somebody else was found.
    stranger: Option<Instant>,
    /// The index of the log.
    index: Option<Weak<IndexFile>>,
}

impl Idle {
    pub(super) const fn new(index: Option<Weak<IndexFile>>) -> Self {
        let readers = Some(Vec::new());
        Self { readers, commits: 0, contended: false, is_watched: false, read: None, stranger: None, index }
    }

    /// A connection, if there is one, and what is to become of its transaction when the file is read in this state.
    pub(super) fn take(&mut self, head: Option<&Head>) -> Tried<(Option<Reader>, Stay)> {
        let reader = self.readers.as_mut().ok_or_else(closed)?.pop();
        let Some(head) = head else { return Ok((reader, Stay::No)) };
        let open_at = reader.as_ref().and_then(|reader| reader.held);
        if open_at == Some(*head) {
            return Ok((reader, Stay::Is));
        }
        let now = instant();
        if open_at.is_some() {
            // The commits of this store end all transactions.
            self.stranger = Some(now);
        }
        let before = self.read.replace(now);
        let within = |then: Option<Instant>, span| then.is_some_and(|then| now.duration_since(then) < span);
        let may = within(before, CLOSE)
            && !within(self.stranger, QUIET)
            && self.may_stay()
            && i64::from(head.frames()) < PAGES_DUE;
        Ok((reader, if may { Stay::May } else { Stay::No }))
    }

    const fn may_stay(&self) -> bool {
        // Without locks of an open file nobody knows who waits.
        cfg!(any(target_os = "linux", target_os = "android"))
            && self.commits == 0
            && !self.contended
            && self.index.is_some()
    }

    /// Ends the transactions of all; a connection that cannot end its own is closed.
    pub(super) fn end_all(&mut self) {
        if let Some(readers) = &mut self.readers {
            readers.retain_mut(|reader| reader.end().is_ok());
        }
    }

    /// Ends what was not used since the last look, and everything if somebody waits. Returns whether to look again.
    fn look(&mut self) -> bool {
        let Some(readers) = &mut self.readers else { return false };
        let index = self.index.as_ref().and_then(Weak::upgrade);
        self.contended = index.is_some_and(|index| ofd::holder(index.file(), WRITES_OR_COPIES).is_some());
        let contended = self.contended;
        readers.retain_mut(|reader| std::mem::take(&mut reader.used) && !contended || reader.end().is_ok());
        self.is_watched = contended || readers.iter().any(|reader| reader.held.is_some());
        self.is_watched
    }
}

/// Gives a connection back. Its transaction stays open if it may.
pub(super) fn put_back(idle: &Arc<Mutex<Idle>>, mut reader: Reader) -> Tried<()> {
    reader.used = true;
    let mut inner = locked(idle);
    if reader.held.is_some() && !inner.may_stay() {
        reader.end()?;
    }
    let is_new = reader.held.is_some() && !inner.is_watched;
    inner.is_watched |= is_new;
    if let Some(readers) = &mut inner.readers
        && readers.len() < KEPT_MAX
    {
        readers.push(reader);
    }
    drop(inner);
    if is_new && !watch(idle) {
        let mut inner = locked(idle);
        inner.index = None;
        inner.end_all();
    }
    Ok(())
}

/// Has the thread look after this store. Returns false if there is no thread.
fn watch(idle: &Arc<Mutex<Idle>>) -> bool {
    let mut watched = locked(&WATCHED);
    let process = std::process::id();
    if watched.process != process {
        *watched = Watched { process, runs: false, all: Vec::new() };
    }
    watched.all.push(Arc::downgrade(idle));
    if !watched.runs {
        watched.runs = thread::Builder::new().name("cloudvars-idle".into()).spawn(look_after_all).is_ok();
    }
    watched.runs
}

fn look_after_all() {
    loop {
        thread::sleep(LOOK_EVERY);
        let _inside = inside();
        let mut watched = locked(&WATCHED);
        watched.all.retain(|idle| idle.upgrade().is_some_and(|idle| locked(&idle).look()));
        if watched.all.is_empty() {
            watched.runs = false;
            return;
        }
    }
}
