//! Where the newest commit is in the log, so that it can be found again later.
//!
//! No lock keeps out another copy of `SQLite` in this process that writes at the same time: it writes its own pages
//! over ours, and its own end of the log into the index.

use std::fs::File;

/// The size of `WalIndexHdr`: the index of the log begins with two of them.
const HEAD_BYTES: usize = 48;
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
    /// The mark of the newest commit, read from the index of the log. Call it only while nobody commits. `None`: there
    /// is no commit, or the index cannot be read.
    pub(super) fn newest(shm: &File) -> Option<Self> {
        let mut heads = [0; 2 * HEAD_BYTES];
        read(shm, &mut heads, 0)?;
        let (head, again) = heads.split_at(HEAD_BYTES);
        let field = |at: usize| Some(u32::from_ne_bytes(head.get(at..at + 4)?.try_into().ok()?));
        let frame = field(16)?;
        if head != again || frame == 0 {
            return None;
        }
        let mut sum = [0; 8];
        sum[..4].copy_from_slice(&field(24)?.to_be_bytes());
        sum[4..].copy_from_slice(&field(28)?.to_be_bytes());
        Some(Self { salt: head.get(32..40)?.try_into().ok()?, frame, sum })
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
