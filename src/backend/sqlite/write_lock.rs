//! The lock of the process that writes, on a file beside the store: nothing that else happens in the process drops it.
//!
//! A lock that belongs to the process ([`super::lock_file`]) is gone as soon as anybody in it closes the file: a copy of
//! the whole folder is enough, and drops `SQLite`'s own locks as well. This one (`flock`) belongs to an open file. A
//! forked child shares the files that are open, and would keep the lock of a parent that was killed. The hook for forks
//! closes it there ([`super::turn::disinherit`]); where C code forked, no hook runs. So as long as the process has
//! children, each turn opens a descriptor of its own; else one is used for at most [`KEPT`], for the sake of a child's child
//! that nobody sees any more. (To open one for every turn makes a commit 5 % slower.)

use crate::clock::instant;
use crate::lock::locked;
use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::Result;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How long one descriptor is used.
const KEPT: Duration = Duration::from_millis(10);

/// One for all stores of this process on a file; one caller at a time.
#[derive(Debug)]
pub(super) struct WriteLock {
    path: PathBuf,
    permissions: Permissions,
    /// Locked or not, and when it was opened.
    file: Mutex<Option<(File, Instant)>>,
}

impl WriteLock {
    pub(super) const fn new(path: PathBuf, permissions: Permissions) -> Self {
        Self { path, permissions, file: Mutex::new(None) }
    }

    /// Waits for the lock.
    pub(super) fn lock(&self) -> Result<()> {
        let (file, opened) = self.fresh()?;
        file.lock()?;
        *locked(&self.file) = Some((file, opened));
        Ok(())
    }

    /// Whether the lock could be had at once.
    pub(super) fn try_lock(&self) -> Result<bool> {
        let (file, opened) = self.fresh()?;
        let got = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Error(error)) => return Err(error),
        };
        *locked(&self.file) = Some((file, opened));
        Ok(got)
    }

    fn fresh(&self) -> Result<(File, Instant)> {
        let now = instant();
        match locked(&self.file).take() {
            Some((file, opened)) if now.duration_since(opened) < KEPT && !has_children() => {
                Ok((file, opened))
            }
            _ => Ok((self.open()?, now)),
        }
    }

    /// It is made again if somebody deleted it: whoever wants to write looks at this path.
    fn open(&self) -> Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
            options.mode(self.permissions.mode() & 0o666);
        }
        options.open(&self.path)
    }

    pub(super) fn unlock(&self) -> Result<()> {
        locked(&self.file).as_ref().map_or(Ok(()), |(file, _)| file.unlock())
    }

    /// For a forked child, which leaves the lock to its parent; and when no store of the process uses the file any more.
    pub(super) fn close(&self) {
        // Locked if the parent forked without the gate: then the descriptor stays.
        if let Ok(mut file) = self.file.try_lock() {
            file.take();
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn has_children() -> bool {
    use nix::errno::Errno;
    use nix::sys::wait::{Id, WaitPidFlag, waitid};
    // Looks at them, and leaves them to whoever waits for them.
    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT | WaitPidFlag::__WALL;
    waitid(Id::All, flags) != Err(Errno::ECHILD)
}

/// Not known: then a descriptor is used once.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn has_children() -> bool {
    true
}
