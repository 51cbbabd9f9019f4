//! Where a file lies: its name in a folder that stays open. To look a name up there costs less than to walk the whole
//! path, which is done now and then as well.

use super::identity::{Identity, names};
use crate::clock::instant;
use crate::lock::locked;
use std::fs;
use std::io::Result;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The folder may have been moved: then the path leads elsewhere.
const TRUSTED: Duration = Duration::from_millis(10);

#[derive(Debug)]
pub(super) struct Location {
    path: PathBuf,
    folder: Option<os::Folder>,
    /// When the whole path was walked last.
    walked: Mutex<Option<Instant>>,
}

impl Location {
    /// The path must be an absolute one.
    pub(super) fn new(path: PathBuf) -> Self {
        let folder = os::Folder::of(&path);
        Self { path, folder, walked: Mutex::default() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What lies there, and how many names it has.
    pub(super) fn found(&self) -> Result<(Identity, u64)> {
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

    #[derive(Debug)]
    pub(super) struct Folder {
        folder: OwnedFd,
        name: OsString,
    }

    impl Folder {
        /// `None`: then the whole path is walked each time.
        pub(super) fn of(path: &Path) -> Option<Self> {
            // To look a name up in it takes no right to read it.
            let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let folder = open(path.parent()?, flags, Mode::empty()).ok()?;
            Some(Self { folder, name: path.file_name()?.to_owned() })
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

    #[derive(Debug)]
    pub(super) struct Folder;

    impl Folder {
        pub(super) fn of(_: &Path) -> Option<Self> {
            None
        }

        pub(super) fn found(&self) -> Result<(Identity, u64)> {
            Err(ErrorKind::Unsupported.into())
        }
    }
}
