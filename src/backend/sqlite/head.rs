//! Which state the rows of a file are in. `SQLite` begins the index of the log with a header that changes with every
//! commit of any process, and never comes back: it counts the commits, and holds a checksum of all that is in the log.

use super::index_file::IndexFile;
use super::mark::Mark;
use std::fs::File;
use std::sync::{Arc, Weak};

/// The size of `WalIndexHdr`; the index begins with two of them.
const BYTES: usize = 48;
/// In the header: `isInit`, `mxFrame`, `aFrameCksum` and `aSalt`.
const IS_SET: usize = 12;
const PAGES: usize = 16;
const SUM: usize = 24;
const SALT: usize = 32;

/// How many words a [`Head`] has.
pub(super) const WORDS: usize = BYTES / 8 + 1;

/// A state of the file, to be compared with another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Head(pub(super) [u64; WORDS]);

impl Head {
    /// How many pages the log has.
    pub(super) fn frames(&self) -> u32 {
        let [a, b, c, d, ..] = self.0[PAGES / 8].to_ne_bytes();
        u32::from_ne_bytes([a, b, c, d])
    }
}

/// Where the state of a file is read, without any lock of `SQLite`. The files belong to the guard of the store's file,
/// which closes them.
#[derive(Debug)]
pub(super) struct Sight {
    shm: Weak<IndexFile>,
    database: Weak<File>,
}

impl Sight {
    pub(super) fn new(shm: &Arc<IndexFile>, database: &Arc<File>) -> Self {
        Self { shm: Arc::downgrade(shm), database: Arc::downgrade(database) }
    }

    /// The state now. `None`: somebody commits at this moment, or it cannot be told.
    pub(super) fn head(&self) -> Option<Head> {
        self.head_of(&Index::read(&*self.shm.upgrade()?)?)
    }

    /// The state that the index tells of. If the log is empty, the file must not have changed since the index was read.
    pub(super) fn head_of(&self, index: &Index) -> Option<Head> {
        let mut words = [0; WORDS];
        for (word, bytes) in words.iter_mut().zip(index.0.chunks_exact(8)) {
            *word = u64::from_ne_bytes(bytes.try_into().ok()?);
        }
        if index.pages() == 0 {
            // An empty log has no checksum. Then the time of the file tells whether a log was copied into it.
            words[WORDS - 1] = changed(&*self.database.upgrade()?)?;
        }
        Some(Head(words))
    }
}

/// The header of the log's index, at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Index([u8; BYTES]);

impl Index {
    /// Reads it. `None`: somebody commits at this moment, or there is none.
    ///
    /// A commit writes the second header first. So whoever finds the first one unchanged came before the commit ended.
    pub(super) fn read(shm: &IndexFile) -> Option<Self> {
        let mut bytes = [0; 2 * BYTES];
        shm.start(&mut bytes)?;
        let (head, again) = bytes.split_at(BYTES);
        (head == again && head[IS_SET] != 0).then_some(())?;
        Some(Self(head.try_into().ok()?))
    }

    fn number(&self, at: usize) -> u32 {
        u32::from_ne_bytes(std::array::from_fn(|byte| self.0[at + byte]))
    }

    /// How many pages the log has.
    pub(super) fn pages(&self) -> u32 {
        self.number(PAGES)
    }

    /// Two random numbers: the first one is raised by one when the log begins again.
    fn salt(&self) -> [u8; 8] {
        std::array::from_fn(|byte| self.0[SALT + byte])
    }

    /// Where the newest commit is; `None` if the log is empty.
    pub(super) fn mark(&self) -> Option<Mark> {
        let sums = [self.number(SUM), self.number(SUM + 4)].map(u32::to_be_bytes);
        (self.pages() > 0).then(|| Mark::new(self.salt(), self.pages(), sums))
    }

    /// Whether this is the header that a commit wrote: `before` was the header when it held the lock to write, and
    /// `pages` is how many the log had after it. `None`: this cannot be told.
    ///
    /// In the same log, later commits have more pages. A commit that began the log again left no more pages than there
    /// were before, and raised the first salt once; whoever begins it again after that raises the salt again.
    pub(super) fn is_of_commit(&self, before: &Self, pages: u32) -> Option<bool> {
        let number = |salt: [u8; 8]| u32::from_be_bytes([salt[0], salt[1], salt[2], salt[3]]);
        let is_log = if before.pages() == 0 {
            return None;
        } else if pages > before.pages() {
            self.salt() == before.salt()
        } else {
            number(self.salt()) == number(before.salt()).wrapping_add(1)
        };
        Some(is_log && self.pages() == pages)
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

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;
    use std::sync::atomic::{AtomicU32, Ordering};

    fn connect(path: &std::path::Path) -> rusqlite::Result<Connection> {
        let connection = Connection::open(path)?;
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0")?;
        connection.execute_batch("CREATE TABLE IF NOT EXISTS one (n, big)")?;
        Ok(connection)
    }

    /// Own commits and those of others, beside every way to begin the log again.
    #[test]
    fn knows_the_header_of_its_own_commit() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("file.db");
        let (mut own, other) = (connect(&path)?, connect(&path)?);
        let pages = Arc::new(AtomicU32::new(0));
        let told = pages.clone();
        let tell = move |_: &mut _, count| {
            told.store(u32::try_from(count).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        };
        own.wal_hook(Some(tell))?;
        // It stays open: closing it would drop the locks of the connections.
        let shm = IndexFile::new(File::open(folder.path().join("file.db-shm"))?);
        shm.kept();
        let read = || Index::read(&shm).ok_or("no header");
        let again = ["", "PASSIVE", "FULL", "RESTART", "TRUNCATE"];
        let (mut known, mut unknown) = (0, 0);
        for round in 0..400_u32 {
            let modes = [round % 5, round / 5 % 5].map(|at| again[at as usize]);
            let checkpoint = |connection: &Connection, mode: &str| match mode {
                "" => Ok(()),
                mode => connection.execute_batch(&format!("PRAGMA wal_checkpoint({mode})")),
            };
            checkpoint(&own, modes[0])?;
            own.execute_batch("BEGIN IMMEDIATE")?;
            let before = read()?;
            let size = 10_u32.pow(1 + round / 25 % 3 * 2);
            own.execute("INSERT INTO one VALUES (?1, zeroblob(?2))", (round, size))?;
            own.execute_batch("COMMIT")?;
            let (count, after) = (pages.load(Ordering::Relaxed), read()?);
            if let Some(is_own) = after.is_of_commit(&before, count) {
                known += 1;
                // A log that begins again and is longer than before is not looked at more closely.
                assert!(is_own || before.salt() != after.salt() && count > before.pages(), "{round}");
                assert_eq!(after.pages(), count);
            } else {
                unknown += 1;
                assert_eq!(before.pages(), 0);
            }
            checkpoint(&other, modes[1])?;
            for _ in 0..round / 75 {
                other.execute("INSERT INTO one VALUES (?1, NULL)", (round,))?;
                assert_ne!(read()?.is_of_commit(&before, count), Some(true), "{round}");
            }
        }
        assert!(known > 200 && unknown > 20, "{known} and {unknown}");
        Ok(())
    }
}
