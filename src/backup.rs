//! A backup: one consistent copy of a live store, in a new file, made by a thread while others read and write.

use crate::error::{Error, Result};
use crate::fork::Process;
use crate::interrupt;
use crate::store::Store;
use crate::whole::{PartFile, failed};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;

/// What the thread reports.
enum BackupNews {
    /// Rows that are copied, of how many.
    At(i64, i64),
    /// The end: the number of rows, or the error.
    Ended(Result<i64>),
}

/// How far a backup is: rows that are copied, of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "said above")]
pub struct BackupProgress {
    pub done: i64,
    pub total: i64,
    /// All rows are in the file, which is flushed and has its name.
    pub ended: bool,
}

/// A backup under way. Dropped before [`Backup::keep`], it leaves nothing behind.
pub struct Backup {
    process: Process,
    target: PathBuf,
    said: Option<Receiver<BackupNews>>,
    thread: Option<JoinHandle<()>>,
    stopped: Arc<AtomicBool>,
    /// Whether the file has its name.
    made: Arc<AtomicBool>,
    kept: bool,
}

/// Refuses a target where anything is; a log that lies there would be taken for this file's.
fn check(target: &Path) -> Result<()> {
    let mut wal = target.as_os_str().to_owned();
    wal.push("-wal");
    for path in [target, Path::new(&wal)] {
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(failed(path, &error)),
            Ok(_) => return Err(failed(path, &ErrorKind::AlreadyExists.into())),
        }
    }
    Ok(())
}

impl Backup {
    /// Begins a backup in a file that must not exist.
    pub fn start(store: &Arc<Store>, target: &Path) -> Result<Self> {
        store.check_open()?;
        check(target)?;
        let part = PartFile::beside(target).map_err(|error| failed(target, &error))?;
        let (says, said) = sync_channel(1);
        let (made, stopped) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let work = BackupWork {
            store: Arc::downgrade(store),
            part,
            target: target.to_owned(),
            stopped: stopped.clone(),
            made: made.clone(),
            says,
        };
        let thread = std::thread::Builder::new()
            .name("cloudvars-backup".into())
            .spawn(move || work.run())
            .map_err(|error| Error::store(format!("cannot start a thread: {error}")))?;
        let (process, target) = (Process::current(), target.to_owned());
        Ok(Self { process, target, said: Some(said), thread: Some(thread), stopped, made, kept: false })
    }

    /// Waits for the next part, at most for a moment: `None` then.
    pub fn step(&mut self) -> Result<Option<BackupProgress>> {
        self.process.check()?;
        let said = self.said.as_ref().map(|said| said.recv_timeout(interrupt::SLICE));
        match said {
            Some(Ok(BackupNews::At(done, total))) => Ok(Some(BackupProgress { done, total, ended: false })),
            Some(Ok(BackupNews::Ended(ended))) => {
                let total = ended?;
                Ok(Some(BackupProgress { done: total, total, ended: true }))
            }
            Some(Err(RecvTimeoutError::Timeout)) => interrupt::check().map(|()| None),
            Some(Err(RecvTimeoutError::Disconnected)) | None => {
                Err(Error::store("internal error: the backup's thread ended without a word"))
            }
        }
    }
}

impl Backup {
    /// Keeps the file when this is dropped.
    pub const fn keep(&mut self) {
        self.kept = true;
    }
}

impl Drop for Backup {
    fn drop(&mut self) {
        // In a forked child there is no thread, and the file is the parent's.
        if self.process.check().is_err() {
            std::mem::forget(self.thread.take());
            return;
        }
        // Nobody reads its messages any more: it ends when it sends the next one.
        self.stopped.store(true, Ordering::Release);
        drop(self.said.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        if !self.kept && self.made.load(Ordering::Acquire) {
            let _ = fs::remove_file(&self.target);
        }
    }
}

/// What the thread does.
struct BackupWork {
    store: Weak<Store>,
    part: PartFile,
    target: PathBuf,
    stopped: Arc<AtomicBool>,
    made: Arc<AtomicBool>,
    says: SyncSender<BackupNews>,
}

impl BackupWork {
    fn run(self) {
        let says = self.says.clone();
        let ended = self.write();
        // The receiver may be gone already.
        let _ = says.send(BackupNews::Ended(ended));
    }

    fn write(self) -> Result<i64> {
        let stopped = || Error::store("the backup was stopped");
        // The listener may be busy; the next message says more.
        let says = |said| match self.says.try_send(said) {
            Err(TrySendError::Disconnected(_)) => Err(stopped()),
            _ => Ok(()),
        };
        let store = self.store.upgrade().ok_or_else(stopped)?;
        let (mut rows, mut most) = (0, -1);
        store.backend().backup(self.part.path(), &mut |done, total| {
            rows = total;
            // The backup may have started again from the first row.
            let is_news = done > most;
            most = most.max(done);
            if is_news && done < total { says(BackupNews::At(done, total)) } else { Ok(()) }
        })?;
        drop(store);
        if self.stopped.load(Ordering::Acquire) {
            return Err(stopped());
        }
        check(&self.target)?;
        self.part.become_new(&self.target).map_err(|error| failed(&self.target, &error))?;
        self.made.store(true, Ordering::Release);
        Ok(rows)
    }
}
