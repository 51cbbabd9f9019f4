//! How a file that is only read can be read at the moment, and whether it is still the same file.

use super::{PAUSE, ReadOnlyInner};
use crate::clock::real_us;
use crate::error::{Error, Result};
use std::fs;
use std::io::ErrorKind;
use std::thread;

/// The times of files may have steps as large as this: a younger time does not show whether the file was changed again.
const COARSE_US: i64 = 20_000;

/// If these values are the same, the file has not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) bytes: u64,
    pub(super) changed_ns: i128,
}

/// How a file can be read now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Footing {
    /// Together with the log beside it.
    Log,
    /// Alone, without locks.
    Still(Stamp),
}

impl ReadOnlyInner {
    /// How the file can be read now. Waits until the file's time is old enough to show the next change.
    pub(super) fn footing(&self) -> Result<Footing> {
        loop {
            self.store.still_at_path().map_err(|harm| Error::Store(harm.reason()))?;
            if self.is_there("-wal")? {
                return Ok(Footing::Log);
            }
            if self.is_there("-journal")? {
                return Err(self.unreadable(None));
            }
            let metadata = fs::metadata(self.store.path()).map_err(|error| self.store.unusable(&error))?;
            let changed_ns = changed_ns(&metadata);
            let age_us = i128::from(real_us()) - changed_ns / 1000;
            if !(0..i128::from(COARSE_US)).contains(&age_us) {
                return Ok(Footing::Still(Stamp { bytes: metadata.len(), changed_ns }));
            }
            thread::sleep(PAUSE);
        }
    }

    /// Whether there is a file with this ending that is not empty.
    fn is_there(&self, suffix: &str) -> Result<bool> {
        match fs::metadata(self.store.beside(suffix)) {
            Ok(metadata) => Ok(metadata.len() > 0),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(self.store.unusable(&error)),
        }
    }
}

#[cfg(unix)]
fn changed_ns(metadata: &fs::Metadata) -> i128 {
    use std::os::unix::fs::MetadataExt;
    i128::from(metadata.mtime()) * 1_000_000_000 + i128::from(metadata.mtime_nsec())
}

#[cfg(not(unix))]
fn changed_ns(metadata: &fs::Metadata) -> i128 {
    let since = metadata.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    since.and_then(|since| i128::try_from(since.as_nanos()).ok()).unwrap_or(0)
}
