//! The lock of the process that writes, on a file beside the store: nothing that else happens in the process drops it.
//!
//! A lock that belongs to the process ([`super::lock_file`]) is gone as soon as anybody in it closes the file: a copy of
//! the whole folder is enough, and drops `SQLite`'s own locks as well. This one (`flock`) belongs to an open file. A
//! forked child shares the files that are open, and would keep the lock of a parent that was killed. The hook for forks
//! closes it there ([`super::turn::disinherit`]); where C code forked, no hook runs. So a descriptor is used again only if
//! nobody was forked since it was opened. (To open one for every turn makes a commit 5 % slower.)

use super::relatives::Moment;
use crate::lock::locked;
use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::Result;
use std::path::PathBuf;
use std::sync::Mutex;

/// One for all stores of this process on a file; one caller at a time.
#[derive(Debug)]
pub(super) struct WriteLock {
    path: PathBuf,
    permissions: Permissions,
    /// Locked or not, and a moment before it was opened.
    file: Mutex<Option<(File, Moment)>>,
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

    fn fresh(&self) -> Result<(File, Moment)> {
        match locked(&self.file).take() {
            Some((file, opened)) if opened.is_unforked() => Ok((file, opened)),
            _ => {
                let before = Moment::now();
                Ok((self.open()?, before))
            }
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
