//! The lock of the process that writes, on a file beside the store: nothing that else happens in the process drops it.
//!
//! A lock that belongs to the process ([`super::lock_file`]) is gone as soon as anybody in it closes the file: a copy of
//! the whole folder is enough, and drops `SQLite`'s own locks as well. This one (`flock`) belongs to an open file. A
//! forked child shares the files that are open, and would keep the lock of a parent that was killed: so it lies on a
//! descriptor that lives only as long as the lock.

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
    held: Mutex<Option<File>>,
}

impl WriteLock {
    pub(super) const fn new(path: PathBuf, permissions: Permissions) -> Self {
        Self { path, permissions, held: Mutex::new(None) }
    }

    /// Waits for the lock.
    pub(super) fn lock(&self) -> Result<()> {
        let file = self.open()?;
        file.lock()?;
        *locked(&self.held) = Some(file);
        Ok(())
    }

    /// Whether the lock could be had at once.
    pub(super) fn try_lock(&self) -> Result<bool> {
        let file = self.open()?;
        match file.try_lock() {
            Ok(()) => *locked(&self.held) = Some(file),
            Err(TryLockError::WouldBlock) => return Ok(false),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        Ok(true)
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
        // Closing is not enough if a child was forked meanwhile.
        locked(&self.held).take().map_or(Ok(()), |file| file.unlock())
    }

    /// For a forked child, which leaves the lock to its parent.
    pub(super) fn close(&self) {
        // Locked if the parent forked without the gate: then the descriptor stays.
        if let Ok(mut held) = self.held.try_lock() {
            held.take();
        }
    }
}
