//! Where the newest commit is in the log, so that it can be found again later.
//!
//! No lock keeps out another copy of `SQLite` in this process that writes at the same time: it writes its own pages
//! over ours, and its own end of the log into the index.

use std::fs::File;

const LOG_HEAD_BYTES: u64 = 32;
const FRAME_HEAD_BYTES: usize = 24;

/// The last page of a commit in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// A random number that changes when the log restarts.
    salt: [u8; 8],
    /// The number of the page in the log, from 1.
    frame: u32,
    /// The checksum of all that is in the log up to here.
    sum: [u8; 8],
}

impl Mark {
    /// The mark of the commit that ends with this page; the checksum is in two parts.
    pub(super) fn new(salt: [u8; 8], frame: u32, [first, second]: [[u8; 4]; 2]) -> Self {
        let mut sum = [0; 8];
        sum[..4].copy_from_slice(&first);
        sum[4..].copy_from_slice(&second);
        Self { salt, frame, sum }
    }

    /// Whether the log still has the commit at its place. If the log has restarted, the commit was copied into the
    /// file.
    pub(super) fn is_in(&self, wal: &File, frame_bytes: u64) -> bool {
        let mut head = [0; FRAME_HEAD_BYTES];
        let at = LOG_HEAD_BYTES + u64::from(self.frame - 1) * frame_bytes;
        // If the log cannot be read, the call that needs it reports that.
        read(wal, &mut head, at).is_none() || head[8..16] != self.salt || head[16..] == self.sum
    }

    /// Whether the log ends before this commit.
    pub(super) fn is_behind(&self, newest: &Self) -> bool {
        self.salt == newest.salt && self.frame > newest.frame
    }
}

#[cfg(unix)]
pub(super) fn read(file: &File, bytes: &mut [u8], at: u64) -> Option<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at).ok()
}

/// On Windows, locks belong to a handle: so nobody else in this process writes at the same time.
#[cfg(not(unix))]
pub(super) fn read(_: &File, _: &mut [u8], _: u64) -> Option<()> {
    None
}
