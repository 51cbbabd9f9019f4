//! Where a file is: its name in a folder that is kept open. Looking up a name in that folder costs less than following
//! the whole path, which is still done now and then. While the folder's time does not change, no file in it was made,
//! deleted or renamed, so nothing has to be looked up.

use super::identity::{Identity, names};
use crate::clock::{instant, real_us};
use crate::lock::locked;
use std::fs;
use std::io::Result as IoResult;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How long a result is trusted: after that, the folder may have been moved, or the file may have a second name in
/// another folder.
const TRUSTED: Duration = Duration::from_millis(10);
/// Two changes within one tick of the kernel's clock may leave the same time: only an older time is certain.
const TICK_US: i64 = 20_000;

#[derive(Debug)]
pub(super) struct Location {
    path: PathBuf,
    folder: Option<os::Folder>,
    /// When the whole path was followed last.
    walked: Mutex<Option<Instant>>,
    /// When the last check found everything right, and the folder's time before that check.
    seen: Mutex<Option<(Instant, os::Time)>>,
}

impl Location {
    /// The path must be absolute.
    pub(super) fn new(path: PathBuf) -> Self {
        let folder = os::Folder::of(&path);
        Self { path, folder, walked: Mutex::default(), seen: Mutex::default() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `look`, unless it succeeded a moment ago and the folder has not changed since.
    pub(super) fn look<E>(&self, look: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
        let Some(time) = self.folder.as_ref().and_then(os::Folder::time) else { return look() };
        let now = instant();
        let seen = *locked(&self.seen);
        if seen.is_some_and(|(at, seen)| seen == time && now.duration_since(at) < TRUSTED) {
            return Ok(());
        }
        let looked = look();
        let is_certain = looked.is_ok() && real_us().saturating_sub(os::us(time)) > TICK_US;
        *locked(&self.seen) = is_certain.then_some((now, time));
        looked
    }

    /// Which file is at the path, and how many names it has.
    pub(super) fn found(&self) -> IoResult<(Identity, u64)> {
        let now = instant();
        let mut walked = locked(&self.walked);
        match &self.folder {
            Some(folder) if walked.is_some_and(|walked| now.duration_since(walked) < TRUSTED) => {
                folder.found()
            }
            _ => {
                *walked = Some(now);
                drop(walked);
                let metadata = fs::metadata(&self.path)?;
                Ok((Identity::of(&metadata), names(&metadata)))
            }
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod os {
    use super::Identity;
    use rustix::fs::{AtFlags, Mode, OFlags, StatxFlags, makedev, open, statx};
    use std::ffi::OsString;
    use std::io::Result;
    use std::os::fd::OwnedFd;
    use std::path::Path;

    /// Seconds and nanoseconds.
    pub(super) type Time = (i64, u32);

    pub(super) fn us((seconds, nanoseconds): Time) -> i64 {
        seconds.saturating_mul(1_000_000).saturating_add(i64::from(nanoseconds / 1000))
    }

    #[derive(Debug)]
    pub(super) struct Folder {
        folder: OwnedFd,
        name: OsString,
    }

    impl Folder {
        /// Opens the folder of a path. `None`: the whole path is followed each time.
        pub(super) fn of(path: &Path) -> Option<Self> {
            // Looking up a name in the folder needs no right to read it.
            let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let folder = open(path.parent()?, flags, Mode::empty()).ok()?;
            Some(Self { folder, name: path.file_name()?.to_owned() })
        }

        /// When the names in the folder changed last.
        pub(super) fn time(&self) -> Option<Time> {
            let found = statx(&self.folder, "", AtFlags::EMPTY_PATH, StatxFlags::CTIME).ok()?;
            Some((found.stx_ctime.tv_sec, found.stx_ctime.tv_nsec))
        }

        pub(super) fn found(&self) -> Result<(Identity, u64)> {
            let found =
                statx(&self.folder, &self.name, AtFlags::empty(), StatxFlags::INO | StatxFlags::NLINK)?;
            let device = makedev(found.stx_dev_major, found.stx_dev_minor);
            Ok((Identity::new(device, found.stx_ino), found.stx_nlink.into()))
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod os {
    use super::Identity;
    use std::io::{ErrorKind, Result};
    use std::path::Path;

    pub(super) type Time = ();

    pub(super) const fn us((): Time) -> i64 {
        0
    }

    #[derive(Debug)]
    pub(super) struct Folder;

    impl Folder {
        pub(super) fn of(_: &Path) -> Option<Self> {
            None
        }

        pub(super) fn time(&self) -> Option<Time> {
            None
        }

        pub(super) fn found(&self) -> Result<(Identity, u64)> {
            Err(ErrorKind::Unsupported.into())
        }
    }
}
