//! Which state the rows of a file are in. `SQLite` begins the index of the log with a header that changes with every
//! commit of any process, and never comes back: it counts the commits, and holds a checksum of all that is in the log.

use super::mark::read;
use std::fs::File;
use std::sync::{Arc, Weak};

/// The size of `WalIndexHdr`; the index begins with two of them.
const BYTES: usize = 48;
/// In the header: `isInit` and `mxFrame`.
const IS_SET: usize = 12;
const FRAMES: usize = 16;

/// How many words a [`Head`] has.
pub(super) const WORDS: usize = BYTES / 8 + 1;

/// A state of the file, to be compared with another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Head(pub(super) [u64; WORDS]);

impl Head {
    /// How many pages the log has.
    pub(super) fn frames(&self) -> u32 {
        let [a, b, c, d, ..] = self.0[FRAMES / 8].to_ne_bytes();
        u32::from_ne_bytes([a, b, c, d])
    }
}

/// Where the state of a file is read, without any lock of `SQLite`. The files belong to the guard of the store's file,
/// which closes them.
#[derive(Debug)]
pub(super) struct Sight {
    shm: Weak<File>,
    database: Weak<File>,
}

impl Sight {
    pub(super) fn new(shm: &Arc<File>, database: &Arc<File>) -> Self {
        Self { shm: Arc::downgrade(shm), database: Arc::downgrade(database) }
    }

    /// The state now. `None`: somebody commits at this moment, or it cannot be told.
    ///
    /// A commit writes the second header first. So whoever finds the first one unchanged came before the commit ended.
    pub(super) fn head(&self) -> Option<Head> {
        let shm = self.shm.upgrade()?;
        let mut bytes = [0; 2 * BYTES];
        read(&shm, &mut bytes, 0)?;
        let (head, again) = bytes.split_at(BYTES);
        if head != again || head[IS_SET] == 0 {
            return None;
        }
        let mut words = [0; WORDS];
        for (word, bytes) in words.iter_mut().zip(head.chunks_exact(8)) {
            *word = u64::from_ne_bytes(bytes.try_into().ok()?);
        }
        if head[FRAMES..FRAMES + 4] == [0; 4] {
            // An empty log has no checksum. Then the time of the file tells whether a log was copied into it.
            words[WORDS - 1] = changed(&*self.database.upgrade()?)?;
        }
        Some(Head(words))
    }
}

/// When the file was changed last, in ns.
#[cfg(unix)]
fn changed(file: &File) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    let found = file.metadata().ok()?;
    let ns = found.mtime().wrapping_mul(1_000_000_000).wrapping_add(found.mtime_nsec());
    Some(ns.cast_unsigned())
}

#[cfg(not(unix))]
const fn changed(_: &File) -> Option<u64> {
    None
}
