//! Where the newest commit is in the log, so that it can be looked up later.
//!
//! Another copy of `SQLite` in this process that writes at the same time is not kept out by any lock: it puts its own
//! pages where ours are, and its own end of the log into the index.

use std::fs::File;

/// `WalIndexHdr`, of which the index of the log begins with two.
const HEAD_BYTES: usize = 48;
const LOG_HEAD_BYTES: u64 = 32;
const FRAME_HEAD_BYTES: usize = 24;

/// The last page of a commit in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Changes when the log starts anew.
    salt: [u8; 8],
    /// From 1.
    frame: u32,
    /// Of all that is in the log up to here.
    sum: [u8; 8],
}

impl Mark {
    /// Of the newest commit, by the index of the log. Only while nobody commits. `None`: there is none, or it cannot
    /// be told.
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

    /// Whether the log still has it at its place. A log that started anew had it copied into the file.
    pub(super) fn is_in(&self, wal: &File, frame_bytes: u64) -> bool {
        let mut head = [0; FRAME_HEAD_BYTES];
        let at = LOG_HEAD_BYTES + u64::from(self.frame - 1) * frame_bytes;
        // A log that cannot be read is reported by the call that needs it.
        read(wal, &mut head, at).is_none() || head[8..16] != self.salt || head[16..] == self.sum
    }

    /// Whether the log ends before it.
    pub(super) fn is_behind(&self, newest: &Self) -> bool {
        self.salt == newest.salt && self.frame > newest.frame
    }
}

#[cfg(unix)]
fn read(file: &File, bytes: &mut [u8], at: u64) -> Option<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at).ok()
}

/// Windows' locks belong to a handle: there nobody in this process writes at the same time.
#[cfg(not(unix))]
fn read(_: &File, _: &mut [u8], _: u64) -> Option<()> {
    None
}
