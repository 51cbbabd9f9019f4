//! Which file it is, for all names that lead to it.

use std::fs::{self, Metadata};
use std::path::Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Identity(pub(super) u64, pub(super) u64);

impl Identity {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(super) const fn new(device: u64, number: u64) -> Self {
        Self(device, number)
    }

    #[cfg(unix)]
    pub(super) fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self(metadata.dev(), metadata.ino())
    }

    /// Windows does not let anybody delete an open file.
    #[cfg(not(unix))]
    pub(super) fn of(_: &Metadata) -> Self {
        Self(0, 0)
    }
}

/// How many names (hard links) a file has.
#[cfg(unix)]
pub(super) fn names(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(metadata)
}

#[cfg(not(unix))]
pub(super) fn names(_: &Metadata) -> u64 {
    1
}

/// Whether a path leads to a file.
pub(super) fn is_at(file: &Metadata, path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| Identity::of(&metadata) == Identity::of(file))
}
