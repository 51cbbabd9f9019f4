//! Locks that belong to an open file, not to the process: only closing or unlocking that very descriptor drops them.
//!
//! Linux has them. On other systems, and on a file system that refuses them, the answer is [`Lock::Unknown`].

use std::fs::File;
use std::io::Result;
use std::ops::Range;

/// The result of asking for a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lock {
    Held,
    /// Somebody else, perhaps this process's own `SQLite`, holds a lock that excludes this one.
    Busy,
    Unknown,
}

/// Takes a shared lock on some bytes: others can share them, but nobody can lock them alone. Never waits.
pub(super) fn share(file: &File, bytes: Range<i32>) -> Result<Lock> {
    os::set(file, os::SHARED, bytes)
}

/// Locks some bytes alone: nobody else can lock or share them. Never waits.
pub(super) fn take(file: &File, bytes: Range<i32>) -> Result<Lock> {
    os::set(file, os::ALONE, bytes)
}

/// Releases the lock. This also releases it for a forked child, which shares the open file.
pub(super) fn release(file: &File, bytes: Range<i32>) {
    // This cannot fail for bytes that were locked.
    let _ = os::set(file, os::NONE, bytes);
}

/// The process that keeps us from locking these bytes alone: another one, or this one. `None`: it is not a process.
pub(super) fn holder(file: &File, bytes: Range<i32>) -> Option<u32> {
    os::holder(file, bytes)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod os {
    use super::Lock;
    use nix::errno::Errno;
    use nix::fcntl::{FcntlArg, fcntl};
    use nix::libc;
    use std::fs::File;
    use std::io::Result;
    use std::ops::Range;

    pub(super) const SHARED: i32 = libc::F_RDLCK;
    pub(super) const ALONE: i32 = libc::F_WRLCK;
    pub(super) const NONE: i32 = libc::F_UNLCK;

    #[expect(
        clippy::cast_possible_truncation,
        reason = "small numbers, whose type differs from system to system"
    )]
    fn lock(kind: i32, bytes: Range<i32>) -> libc::flock {
        libc::flock {
            l_type: kind as libc::c_short,
            l_whence: libc::SEEK_SET as libc::c_short,
            l_start: libc::off_t::from(bytes.start),
            l_len: libc::off_t::from(bytes.end - bytes.start),
            l_pid: 0,
        }
    }

    pub(super) fn holder(file: &File, bytes: Range<i32>) -> Option<u32> {
        let mut found = lock(ALONE, bytes);
        fcntl(file, FcntlArg::F_OFD_GETLK(&mut found)).ok()?;
        let held = i32::from(found.l_type) != NONE;
        u32::try_from(found.l_pid).ok().filter(|_| held)
    }

    pub(super) fn set(file: &File, kind: i32, bytes: Range<i32>) -> Result<Lock> {
        match fcntl(file, FcntlArg::F_OFD_SETLK(&lock(kind, bytes))) {
            Ok(_) => Ok(Lock::Held),
            Err(Errno::EAGAIN | Errno::EACCES) => Ok(Lock::Busy),
            Err(Errno::EINVAL | Errno::ENOSYS | Errno::EOPNOTSUPP | Errno::ENOLCK) => Ok(Lock::Unknown),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod os {
    use super::Lock;
    use std::fs::File;
    use std::io::Result;
    use std::ops::Range;

    pub(super) const SHARED: i32 = 0;
    pub(super) const ALONE: i32 = 1;
    pub(super) const NONE: i32 = 2;

    pub(super) fn holder(_: &File, _: Range<i32>) -> Option<u32> {
        None
    }

    #[expect(clippy::unnecessary_wraps, reason = "as on Linux")]
    pub(super) fn set(_: &File, _: i32, _: Range<i32>) -> Result<Lock> {
        Ok(Lock::Unknown)
    }
}
