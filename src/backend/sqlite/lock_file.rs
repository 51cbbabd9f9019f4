//! Locks on files beside the store that belong to this process: the kernel releases them when the process ends,
//! whatever its forked children do, because they have none of these locks.
//!
//! Such a lock is also dropped when the process closes any descriptor of the file. So a process has each of these files
//! open only once, for all its stores, and closes it when none of them uses it any more.

use std::fs::File;
use std::io::Result;

/// It is not closed when dropped: see [`LockFile::close`].
#[derive(Debug)]
pub(super) struct LockFile(Option<File>);

impl LockFile {
    pub(super) const fn new(file: File) -> Self {
        Self(Some(file))
    }

    pub(super) fn lock(&self) -> Result<()> {
        self.with(os::lock)
    }

    pub(super) fn unlock(&self) -> Result<()> {
        self.with(os::unlock)
    }

    /// Whether no other process has the lock.
    pub(super) fn is_free(&self) -> Result<bool> {
        self.with(os::is_free)
    }

    fn with<T>(&self, call: fn(&File) -> Result<T>) -> Result<T> {
        call(self.0.as_ref().ok_or(std::io::ErrorKind::NotConnected)?)
    }

    /// Call this once, as the last thing; a forked child calls it too, because it has the descriptor, too.
    pub(super) fn close(&self) {
        self.0.iter().for_each(os::close);
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        if cfg!(unix) {
            // The descriptor is closed by now, or can never be closed. Its number may already belong to another file.
            std::mem::forget(self.0.take());
        }
    }
}

#[cfg(unix)]
mod os {
    use nix::fcntl::{FcntlArg, fcntl};
    use nix::libc;
    use std::fs::File;
    use std::io::Result;
    use std::os::fd::AsRawFd;

    #[expect(
        clippy::cast_possible_truncation,
        reason = "small numbers, whose type differs from system to system"
    )]
    const fn whole(kind: i32) -> libc::flock {
        let (l_type, l_whence) = (kind as libc::c_short, libc::SEEK_SET as libc::c_short);
        libc::flock { l_type, l_whence, l_start: 0, l_len: 0, l_pid: 0 }
    }

    pub(super) fn lock(file: &File) -> Result<()> {
        Ok(fcntl(file, FcntlArg::F_SETLKW(&whole(libc::F_WRLCK))).map(drop)?)
    }

    pub(super) fn unlock(file: &File) -> Result<()> {
        Ok(fcntl(file, FcntlArg::F_SETLK(&whole(libc::F_UNLCK))).map(drop)?)
    }

    pub(super) fn is_free(file: &File) -> Result<bool> {
        let mut found = whole(libc::F_WRLCK);
        fcntl(file, FcntlArg::F_GETLK(&mut found))?;
        Ok(i32::from(found.l_type) == libc::F_UNLCK)
    }

    pub(super) fn close(file: &File) {
        let _ = nix::unistd::close(file.as_raw_fd());
    }
}

/// Windows has no forks; its locks belong to a handle, which is closed when dropped.
#[cfg(not(unix))]
mod os {
    use std::fs::{File, TryLockError};
    use std::io::Result;

    pub(super) fn lock(file: &File) -> Result<()> {
        file.lock()
    }

    pub(super) fn unlock(file: &File) -> Result<()> {
        file.unlock()
    }

    pub(super) fn is_free(file: &File) -> Result<bool> {
        match file.try_lock() {
            Ok(()) => file.unlock().map(|()| true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    pub(super) fn close(_: &File) {}
}
