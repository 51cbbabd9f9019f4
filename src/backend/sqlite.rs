//! Rows in one `SQLite` file that many threads and processes share, or in memory.
//!
//! Commits reach the disk before they are answered, unless the store was opened for less; processes take turns to
//! write; readers never wait for writers. A write that failed is undone, and the next one tries again; after a commit
//! that could not be flushed, only once the disk is found to hold all that was acknowledged.

pub(crate) mod backup;
mod chain;
mod failure;
mod file;
mod guard;
mod identity;
mod inherit;
mod items;
mod location;
mod lock_file;
mod mark;
mod ofd;
mod order;
mod path;
mod read_only;
mod readers;
mod relatives;
mod rows;
mod schema;
mod turn;
mod version;
mod view;
mod wal;
mod write_lock;
mod writer;

use super::{Backend, Changes, Durability, Loaded, Snapshot, Told, Touch};
use crate::clock::instant;
use crate::error::{Error, Reason, Result, Unable};
use crate::fork::{inherited, inside};
use crate::interrupt;
use crate::lock::locked;
use crate::row::{Key, Row};
use failure::{Failure, Tried};
use guard::Harm;
use readers::Readers;
use rusqlite::{Connection, ErrorCode};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use turn::Turn;
use writer::{Broken, Writer};

/// The connection that looks for news reads nothing else.
const PULSE_CACHE_KIB: u32 = 64;

/// Somebody who writes without a turn is asked this often whether it is done.
const BUSY_PAUSE: Duration = Duration::from_millis(2);

/// What a target names that is not a server's URL: where the rows are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SqliteTarget {
    /// In this process, gone when the store is closed.
    Memory,
    /// In this file, which is made if it does not exist.
    File(PathBuf),
}

impl Durability {
    /// Whether each commit is flushed. What others rely on, who may use the same file with "full", always is: the
    /// copying of the log into the file, and the head of a log that starts anew. So there is no "OFF" here.
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
    process: u32,
    /// `Some` until dropped.
    open: Option<Arc<Open>>,
}

#[derive(Debug)]
struct Open {
    writer: Mutex<Option<Writer>>,
    file: Option<Beside>,
    /// Commits of this store; for the pulse of a store in memory.
    commits: AtomicI64,
}

/// What a file is read through, beside the writer.
#[derive(Debug)]
struct Beside {
    turn: Turn,
    readers: Readers,
    pulse: Mutex<Option<Connection>>,
    /// `None` = closed.
    hold: Mutex<Option<guard::Hold>>,
    /// Dropped last, when no connection is open any more.
    store: Arc<file::StoreFile>,
}

fn closed() -> Error {
    Reason::Closed.error("the store is closed")
}

/// Whoever waits for a turn, or for a lock of the file, gives up after so long.
const PATIENCE: Duration = Duration::from_secs(5);
/// The bytes of one page in the log, with its frame header.
const FRAME_BYTES: u64 = 4096 + 24;

/// Whether this is the file of a store that this process has open.
pub(crate) fn is_open(metadata: &std::fs::Metadata) -> bool {
    file::is_open(metadata)
}

/// Opens or makes a store. The turn is waited for only if there is something to write, outside the fork gate.
pub fn open(target: &SqliteTarget, durability: Durability) -> Result<Sqlite> {
    let SqliteTarget::File(path) = target else {
        let _inside = inside();
        return Ok(Sqlite::new(Writer::in_memory()?, None));
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
    Ok(Sqlite::new(writer, Some(Beside { turn, readers, pulse, hold: guarded, store })))
}

/// Opens a store that is there, to read it.
pub(crate) fn open_read_only(path: &Path) -> Result<read_only::ReadOnly> {
    read_only::ReadOnly::open(path)
}

/// The same before a file is opened, for a child whose parent forked without a word to us. Fails if a thread of the parent
/// was at work on this very file when it forked.
fn disinherit_before(path: &Path) -> Result<()> {
    read_only::disinherit();
    inherit::disinherit(path)
}

/// In a forked child: lets go of all that is its parent's.
pub(crate) fn disinherit() {
    inherit::release();
    read_only::disinherit();
}

impl Sqlite {
    /// Only inside the fork gate, and only in the stay in which the connections were made.
    fn new(writer: Writer, file: Option<Beside>) -> Self {
        let open = Arc::new(Open { writer: Mutex::new(Some(writer)), file, commits: AtomicI64::new(0) });
        if let Some(file) = &open.file {
            inherit::remember(&file.store, &open);
        }
        Self { process: std::process::id(), open: Some(open) }
    }

    fn here(&self) -> Result<&Open> {
        if std::process::id() != self.process {
            return Err(inherited());
        }
        self.open.as_deref().ok_or_else(closed)
    }
}

impl Open {
    /// Lends a connection that sees what is committed. `read` says whether the schema may be another than before: then
    /// nothing is answered before the file is found to be one that this code understands.
    fn reading<T>(&self, read: impl FnOnce(&Connection, &mut bool) -> Tried<T>) -> Result<T> {
        let _inside = inside();
        let mut moved = false;
        Ok(match &self.file {
            Some(file) => file.readers.with(|connection| {
                let answer = read(connection, &mut moved).map_err(|failure| file.store.explained(failure));
                if moved || answer.is_err() {
                    version::check_read(connection, &file.store.shown())?;
                }
                answer
            })?,
            None => read(&locked(&self.writer).as_ref().ok_or_else(closed)?.connection, &mut moved)?,
        })
    }

    /// Lends the connection that writes, in a turn.
    fn writing(&self, mut write: impl FnMut(&mut Writer) -> Tried<bool>) -> Result<()> {
        self.in_turn(&mut || self.write_once(&mut write))
    }

    /// Somebody who takes no turns (another program) is waited for here, outside the fork gate.
    fn in_turn(&self, work: &mut dyn FnMut() -> Tried<()>) -> Result<()> {
        let _held = self.file.as_ref().map(|file| file.turn.take()).transpose()?;
        let mut give_up = None;
        loop {
            let gate = inside();
            let done = work();
            drop(gate);
            match done {
                Err(failure) if failure.is_busy() => {
                    if instant() >= *give_up.get_or_insert_with(|| instant() + PATIENCE) {
                        return Err(failure.into());
                    }
                    interrupt::check()?;
                    thread::sleep(BUSY_PAUSE);
                }
                done => return Ok(done?),
            }
        }
    }

    fn write_once(&self, write: &mut impl FnMut(&mut Writer) -> Tried<bool>) -> Tried<()> {
        let mut writer = locked(&self.writer);
        let writer = writer.as_mut().ok_or_else(closed)?;
        if let Some(Broken::Lost(reason)) = &writer.broken {
            let refused =
                format!("the store refuses further writes after a failed write ({reason}); reopen it");
            return Err(reason.reason.error(refused).into());
        }
        if let Some(misfit) = self.file.as_ref().and_then(|file| file.store.misfit()) {
            return Err(misfit.into());
        }
        match writer.harm() {
            None => {}
            Some(Harm::Lost(reason)) => return Err(lost(writer, reason).into()),
            Some(Harm::Linked(reason)) => return Err(Error::Store(reason).into()),
        }
        if let Some(Broken::Unsure(before)) = &writer.broken {
            let before = before.clone();
            writer.heal().map_err(|failure| not_healed(failure, &before))?;
        }
        match write(writer) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(failure) if failure.is_busy() => return Err(failure),
            Err(failure) => return Err(failed(writer, failure).into()),
        }
        if let Some(reason) = writer.loss() {
            let error =
                Reason::OutcomeUnknown.error(format!("nobody knows whether this was stored: {reason}"));
            writer.broken = Some(Broken::Lost(reason));
            return Err(error.into());
        }
        self.commits.fetch_add(1, Ordering::Release);
        Ok(())
    }

    /// Fresh connections, once the disk is found to take writes.
    fn reopen(&self) -> Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        self.in_turn(&mut || self.reopen_once(file))
    }

    fn reopen_once(&self, file: &Beside) -> Tried<()> {
        let mut writer = locked(&self.writer);
        let writer = writer.as_mut().ok_or_else(closed)?;
        if let Some(reason) = writer.harm().map(Harm::reason).or_else(|| writer.loss()) {
            let message = format!("{reason}; close this store, and open() what is there now");
            return Err(reason.reason.error(message).into());
        }
        // The new ones first: were none open, the failed commit could be taken for a good one.
        let pulse = file.store.connection(Durability::Normal, PULSE_CACHE_KIB)?;
        writer.reconnect()?;
        writer.heal().map_err(|failure| not_healed(failure, "store.reopen()"))?;
        file.readers.renew();
        *locked(&file.pulse) = Some(pulse);
        Ok(())
    }

    fn close(&self) -> Result<()> {
        let _inside = inside();
        let mut writer = locked(&self.writer);
        if let Some(file) = &self.file {
            file.turn.close();
            file.readers.close();
            locked(&file.pulse).take();
        }
        let Some(writer) = writer.take() else { return Ok(()) };
        let Some(file) = &self.file else { return Ok(()) };
        let told = matches!(writer.broken, Some(Broken::Lost(_)));
        let closed = if let Some(reason) = writer.loss().or_else(|| writer.overwritten()) {
            // What it has open may be no longer what lies at that path.
            writer.leave_alone();
            if told { Ok(()) } else { Err(Error::Store(reason)) }
        } else if file.store.is_misfit() {
            writer.leave_alone();
            Ok(())
        } else if writer.broken.is_some() {
            Ok(())
        } else {
            let emptied = wal::empty(&file.store, &writer.connection);
            emptied.map(drop).map_err(|error| not_emptied(error, &file.store).into())
        };
        // Now the last connection that is closed may delete the log.
        locked(&file.hold).take();
        drop(writer);
        closed
    }
}

/// What a failed write is answered, and what it leaves behind.
fn failed(writer: &mut Writer, failure: Failure) -> Error {
    match failure {
        Failure::Sql(error) if failure::damaged(&error) => {
            lost(writer, Reason::Damaged.unable(failure::reason(&error)))
        }
        Failure::Sql(error) if failure::of_the_disk(&error) => {
            let reason = failure::reason(&error);
            failure::word(&error)
                .error(format!("the write failed, nothing was stored: {reason}; the next write tries again"))
        }
        Failure::Unsure(error) => {
            let word = failure::word(&error);
            let reason = failure::reason(&error);
            let error = word.error(format!(
                "the write failed while it was made durable: {reason}. The next write, or store.reopen(), finds out \
                 whether the disk works again: from then on this one is surely not stored"
            ));
            writer.broken = Some(Broken::Unsure(reason));
            error
        }
        other => other.into(),
    }
}

/// What a close is answered that could not copy the log into the file. A full disk harms nothing that was stored.
fn not_emptied(error: rusqlite::Error, store: &file::StoreFile) -> Failure {
    if error.sqlite_error_code() != Some(ErrorCode::DiskFull) {
        return error.into();
    }
    let reason = failure::reason(&error);
    Reason::Full
        .error(format!(
        "{} is closed, and nothing that was stored is lost: it stays in the '-wal' file beside it, and cannot be copied \
         into the file itself now, because {reason}; the next store that opens it tries again",
        store.shown()
    ))
    .into()
}

fn not_healed(failure: Failure, before: &str) -> Failure {
    if failure.is_busy() {
        return failure;
    }
    let now = match failure {
        Failure::Ours(error @ (Error::Refused(_) | Error::Interrupted { .. })) => return error.into(),
        Failure::Busy => return Failure::Busy,
        Failure::Ours(error) => error.into_unable(),
        Failure::Sql(error) | Failure::Unsure(error) => failure::word(&error).unable(failure::reason(&error)),
    };
    now.reason.error(format!(
        "nothing was stored: the disk does not take writes yet, {now} (the first failure: {before}); the next write, or \
         store.reopen(), tries again"
    ))
    .into()
}

fn lost(writer: &mut Writer, reason: Unable) -> Error {
    let error = reason.reason.error(format!("the write failed, nothing was stored: {reason}"));
    writer.broken = Some(Broken::Lost(reason));
    error
}

impl Backend for Sqlite {
    fn check(&self) -> Result<()> {
        self.here().map(drop)
    }

    fn read(&self, read: &mut dyn FnMut(&mut dyn Snapshot) -> Result<()>) -> Result<()> {
        self.here()?.reading(|connection, moved| {
            let mut view = view::View::new(connection);
            let answer = read(&mut view);
            *moved = view.moved() || answer.is_err();
            view.end()?;
            Ok(answer)
        })?
    }

    fn get_one(&self, key: &Key) -> Result<Option<Row>> {
        self.here()?.reading(|connection, moved| {
            let mut point = rows::Point::new(connection)?;
            let found = point.get(key);
            *moved = point.moved();
            found
        })
    }

    fn write(&self, touch: &Touch, apply: &mut dyn FnMut(Loaded) -> Result<Changes>) -> Result<usize> {
        self.here()?.writing(|writer| writer.write(touch, apply))?;
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
        let connection = locked(&file.pulse);
        let connection = connection.as_ref().ok_or_else(closed)?;
        let version = || connection.prepare_cached("PRAGMA data_version")?.query_row((), |row| row.get(0));
        Ok(version().map_err(Failure::Sql)?)
    }

    fn sweep(&self, before_ms: i64) -> Result<()> {
        self.here()?.writing(|writer| {
            writer.transact(false, &mut |connection, _| {
                let purged = rows::purge_notes(connection, before_ms)?;
                Ok(Some(purged).filter(|&purged| purged > 0))
            })
        })
    }

    fn backup(&self, path: &Path, told: Told<'_>) -> Result<()> {
        let open = self.here()?;
        let Some(file) = &open.file else {
            // In memory writers have the connection, too.
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
        if std::process::id() != self.process {
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
