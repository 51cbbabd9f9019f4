//! Protects a file while other code in this process opens and closes it without us: Python's own `sqlite3`, pandas,
//! `shutil.copy`.
//!
//! `SQLite` locks with POSIX locks. Those of one process do not exclude each other, and closing any descriptor of a
//! file drops all locks that the process has on it. So another copy of `SQLite` in this process would believe that it
//! is the last user, empty the log and delete it under us, or cut `-shm`. The guard prevents that with locks of another
//! kind ([`super::ofd`]). All stores of this process on the file share one guard, which holds:
//!
//! - `SQLite`'s range for readers of the file, shared: so nobody who closes the file is its last user;
//! - the byte of `-shm` that says that it is in use, shared: so nobody cuts it;
//! - a byte of `-wal` while the log is copied into the file: it keeps other processes of cloudvars from copying, even
//!   if the locks of our `SQLite` are gone by then. ([`super::write_lock`] keeps them from writing.)
//!
//! Closing a descriptor here would drop the locks of our own `SQLite`: it is done only when no connection is open.

use super::head::{Index, Sight};
use super::identity;
use super::index_file::IndexFile;
use super::mark::Mark;
use super::ofd::{self, Lock};
use super::path::unusable;
use super::{FRAME_BYTES, PATIENCE};
use crate::error::{Error, Reason, Result, Unable};
use crate::lock::locked;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Result as IoResult};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

/// `SQLite`'s `SHARED_FIRST` and `SHARED_SIZE`: every user of the file has a lock somewhere in this range.
const IN_USE: Range<i32> = 0x4000_0002..0x4000_0002 + 510;
/// `SQLite`'s `UNIX_SHM_DMS`, in `-shm`.
const SHM_IN_USE: Range<i32> = 128..129;
/// `SQLite`'s `WAL_WRITE_LOCK`, in `-shm`.
const SHM_WRITES: Range<i32> = 120..121;
/// Our own byte, in `-wal`, where `SQLite` locks nothing.
const COPYING: Range<i32> = 1..2;

/// Others block a lock of the guard for a short time, while they close the file or write.
const PAUSE: Duration = Duration::from_millis(2);

#[derive(Debug, Default)]
pub(super) struct Guard(Mutex<GuardState>);

#[derive(Debug, Default)]
struct GuardState {
    /// The process that holds the locks; a forked child has the descriptors, too.
    process: u32,
    /// The number of stores that may write.
    stores: usize,
    database: Option<Arc<File>>,
    log: Option<Log>,
}

/// The files beside the store's file, as our `SQLite` uses them.
#[derive(Debug)]
struct Log {
    wal: File,
    shm: Arc<IndexFile>,
    /// Whether this file system counts the names of a file.
    counted: bool,
}

/// While this exists, nobody deletes the log.
#[derive(Debug)]
pub(super) struct Hold(Arc<Guard>);

/// What happened to the log, as a sentence.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Harm {
    /// Commits may be lost.
    Lost(Unable),
    /// A file has a second name, but nothing is lost yet.
    Linked(Unable),
}

impl Harm {
    pub(super) fn reason(self) -> Unable {
        let (Self::Lost(reason) | Self::Linked(reason)) = self;
        reason
    }
}

impl Guard {
    /// Makes sure that no other user of the file is the last one. The file must have its log already, or get it soon.
    pub(super) fn hold(self: &Arc<Self>, path: &Path) -> Result<Hold> {
        patiently(|| {
            let mut state = locked(&self.0);
            let file = match state.database.take() {
                Some(file) => file,
                None => Arc::new(File::open(path)?),
            };
            let lock = if state.stores == 0 { ofd::share(&file, IN_USE) } else { Ok(Lock::Held) };
            // The file is kept even if the lock fails: closing it would drop locks of `SQLite`.
            state.database = Some(file);
            let lock = lock?;
            if lock != Lock::Busy {
                state.stores += 1;
                state.process = std::process::id();
            }
            Ok(lock)
        })
        .map_err(|error| unusable(path, &error))?;
        Ok(Hold(self.clone()))
    }

    /// Protects the files that `SQLite` made or found beside the store's file. A connection must have opened them,
    /// after [`Guard::hold`].
    pub(super) fn hold_log(&self, wal: &Path, shm: &Path) -> Result<()> {
        let mut state = locked(&self.0);
        let mine = state.log.as_ref().is_some_and(|log| log.is_at(wal, shm));
        if !mine && state.log.is_some() && state.stores > 1 {
            return Err(replaced(wal));
        }
        // If this is another log, the store of the old one was closed, and deleted it.
        let log = match state.log.take() {
            Some(log) if mine => log,
            _ => Log::open(wal, shm)?,
        };
        let log = state.log.insert(log);
        let lock =
            patiently(|| ofd::share(log.shm.file(), SHM_IN_USE)).map_err(|error| unusable(shm, &error))?;
        if lock == Lock::Held {
            log.shm.kept();
        }
        if log.is_at(wal, shm) { Ok(()) } else { Err(replaced(wal)) }
    }

    /// Whether another copy of `SQLite` in this process is writing: no lock would keep the two apart. That copy holds
    /// its lock in the name of this process, in which only one of our stores writes at a time.
    pub(super) fn stranger_writes(&self) -> bool {
        let state = locked(&self.0);
        state.log.as_ref().is_some_and(|log| ofd::holder(log.shm.file(), SHM_WRITES) == Some(state.process))
    }

    /// Where the state of the file is read.
    pub(super) fn sight(&self) -> Option<Sight> {
        let state = locked(&self.0);
        Some(Sight::new(&state.log.as_ref()?.shm, state.database.as_ref()?))
    }

    /// The file of the log's index, which is closed with the guard.
    pub(super) fn index_file(&self) -> Option<Weak<IndexFile>> {
        Some(Arc::downgrade(&locked(&self.0).log.as_ref()?.shm))
    }

    /// The header of the log's index. Call it only while nobody commits.
    pub(super) fn index(&self) -> Option<Index> {
        Index::read(&locked(&self.0).log.as_ref()?.shm)
    }

    /// Where the newest commit is. Call it only while nobody commits.
    pub(super) fn newest(&self) -> Option<Mark> {
        self.index()?.mark()
    }

    /// Whether the log still has that commit; only its place in the log is checked.
    pub(super) fn has(&self, mark: &Mark) -> bool {
        locked(&self.0).log.as_ref().is_none_or(|log| mark.is_in(&log.wal, FRAME_BYTES))
    }

    /// Checks that the log is the one that `SQLite` writes, and that it has only one name.
    pub(super) fn look(&self) -> Result<(), Harm> {
        let state = locked(&self.0);
        let Some(log) = state.log.as_ref().filter(|log| log.counted) else { return Ok(()) };
        let (wal, shm) = (names(&log.wal).unwrap_or(1), names(log.shm.file()).unwrap_or(1));
        if wal == 0 || shm == 0 {
            let which = if wal == 0 { "-wal" } else { "-shm" };
            let said = format!("the store's '{which}' file was deleted while the store was open");
            return Err(Harm::Lost(Reason::Replaced.unable(said)));
        }
        if wal > 1 { Err(Harm::Linked(linked("the store's '-wal' file", wal))) } else { Ok(()) }
    }

    /// Called when no connection of this process is open any more. A forked child may call it, too: the locks stay with
    /// its parent.
    pub(super) fn close(&self) {
        let mut state = locked(&self.0);
        (state.database, state.log) = (None, None);
    }
}

impl Log {
    fn open(wal: &Path, shm: &Path) -> Result<Self> {
        let open = |path: &Path| {
            let file = quietly(path, true).or_else(|_| quietly(path, false));
            file.map_err(|error| unusable(path, &error))
        };
        let (wal, shm) = (open(wal)?, Arc::new(IndexFile::new(open(shm)?)));
        let counted = names(&wal) != Some(0) && names(shm.file()) != Some(0);
        Ok(Self { wal, shm, counted })
    }

    fn is_at(&self, wal: &Path, shm: &Path) -> bool {
        same(&self.wal, wal) && same(self.shm.file(), shm)
    }
}

impl Drop for Hold {
    /// Only from now on may `SQLite` find that it is the last user, empty the log and delete it.
    fn drop(&mut self) {
        let mut state = locked(&self.0.0);
        state.stores = state.stores.saturating_sub(1);
        if state.stores == 0 && state.process == std::process::id() {
            state.database.iter().for_each(|file| ofd::release(file, IN_USE));
            if let Some(log) = &state.log {
                log.shm.let_go();
                ofd::release(log.shm.file(), SHM_IN_USE);
            }
        }
    }
}

/// The right to copy the log into the file: if two copied at the same time, old pages would replace new ones. It has a
/// descriptor of its own, so that it never lasts longer than the copying. `None`: somebody else is copying.
pub(super) fn copying(wal: &Path) -> Option<Copying> {
    let file = OpenOptions::new().read(true).write(true).open(wal).ok();
    match file.as_ref().map(|file| ofd::take(file, COPYING)) {
        Some(Ok(Lock::Busy)) => None,
        // Where such locks do not exist, those of `SQLite` must be enough.
        _ => Some(Copying(file)),
    }
}

/// The right ends when this is dropped.
pub(super) struct Copying(Option<File>);

impl Drop for Copying {
    fn drop(&mut self) {
        self.0.iter().for_each(|file| ofd::release(file, COPYING));
    }
}

/// Tries until the lock is not busy any more, or fails with `WouldBlock`.
fn patiently(mut lock: impl FnMut() -> IoResult<Lock>) -> IoResult<Lock> {
    for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
        match lock()? {
            Lock::Busy => std::thread::sleep(PAUSE),
            done => return Ok(done),
        }
    }
    Err(std::io::Error::new(ErrorKind::WouldBlock, "another process keeps it locked"))
}

/// How many names a file has. Nothing else is asked for: if a file's times are asked for, the next write to it must set
/// a new time, and the kernel writes that to its journal.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn names(file: &File) -> Option<u64> {
    use rustix::fs::{AtFlags, StatxFlags, statx};
    statx(file, "", AtFlags::EMPTY_PATH, StatxFlags::NLINK).ok().map(|found| u64::from(found.stx_nlink))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn names(file: &File) -> Option<u64> {
    file.metadata().ok().map(|metadata| identity::names(&metadata))
}

/// Opens a file to read beside `SQLite` without making the kernel store the time of that.
fn quietly(path: &Path, write: bool) -> IoResult<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(write);
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // Only the file's owner may do this.
        if let Ok(file) = options.clone().custom_flags(nix::libc::O_NOATIME).open(path) {
            return Ok(file);
        }
    }
    options.open(path)
}

fn same(file: &File, path: &Path) -> bool {
    file.metadata().is_ok_and(|metadata| identity::is_at(&metadata, path))
}

fn replaced(wal: &Path) -> Error {
    Reason::Replaced.error(format!(
        "'{}' was deleted or replaced while the store was open; close it everywhere first",
        wal.display()
    ))
}

pub(super) fn linked(what: &str, names: u64) -> Unable {
    Reason::Foreign.unable(format!(
        "{what} has {names} names (hard links): whoever opens another one has another log, and commits get lost; \
         delete the others, or copy the file (cp, not ln)"
    ))
}
