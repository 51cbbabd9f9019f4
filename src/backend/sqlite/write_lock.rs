//! The lock of the process that writes, on a file beside the store: nothing else in the process can drop it.
//!
//! A lock that belongs to the process ([`super::lock_file`]) is dropped as soon as any code in the process closes the
//! file: copying the whole folder is enough, and drops `SQLite`'s own locks as well. This lock (`flock`) belongs to an
//! open file. A forked child shares the open files, and would keep the lock of a parent that was killed. The hook for
//! forks closes the file in the child ([`super::turn::disinherit`]); if C code forked, no hook runs. So a descriptor is
//! used again only if nobody was forked since it was opened. (Opening one for every turn makes a commit 5 % slower.)

use super::relatives::Moment;
use crate::lock::locked;
use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::Result;
use std::path::PathBuf;
use std::sync::Mutex;

/// One lock for all stores of this process on a file; one caller uses it at a time.
#[derive(Debug)]
pub(super) struct WriteLock {
    path: PathBuf,
    permissions: Permissions,
    /// The file, locked or not, and a moment before it was opened.
    file: Mutex<Option<(File, Moment)>>,
}

impl WriteLock {
    pub(super) const fn new(path: PathBuf, permissions: Permissions) -> Self {
        Self { path, permissions, file: Mutex::new(None) }
    }

    pub(super) fn lock(&self) -> Result<()> {
        let (file, opened) = self.fresh()?;
        file.lock()?;
        *locked(&self.file) = Some((file, opened));
        Ok(())
    }

    /// Takes the lock if it is free. Returns whether it did.
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

    /// Opens the file, or creates it again if somebody deleted it: every process that wants to write uses this path.
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

    /// Called in a forked child, which leaves the lock to its parent, and when no store of the process uses the file
    /// any more.
    pub(super) fn close(&self) {
        // It is locked if the parent forked without the gate: then the descriptor stays open.
        if let Ok(mut file) = self.file.try_lock() {
            file.take();
        }
    }
}
