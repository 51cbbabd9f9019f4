//! The interface below the core: it takes and gives rows. A backend knows no rule of the contract.

use crate::error::{Error, Reason, Result};
use crate::fork;
use crate::query::{Asked, Query, Statement, Visit};
use crate::row::{Found, Key, Note, Ordered, Range, Row, Sought};
use std::fs::Metadata;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

pub mod format;
#[cfg(feature = "mysql")]
pub mod mysql;
mod opening;
pub mod sql;
pub mod sqlite;

pub use opening::{HOW_TO_EMPTY, New, SHARED_TARGETS, TARGETS, is_remote, open};

/// What a commit survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// The end of the process.
    Off,
    /// The end of the process, and the file stays sound after a power cut, which may lose the last commits.
    Normal,
    /// A power cut.
    Full,
}

/// What an engine says of a store, beside its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The version of its format.
    pub version: i64,
    /// How much of the disk, or of the memory, it takes.
    pub bytes: i64,
}

/// A consistent view of the rows: one read transaction, or the inside of a write transaction.
pub trait Snapshot {
    /// The rows under these keys, in the order asked; `None` where there is none.
    fn get(&mut self, keys: &[Key]) -> Result<Vec<Option<Row>>>;
    /// The rows with these ids (never 0), in the order asked.
    fn find(&mut self, ids: &[i64]) -> Result<Vec<Option<(Key, Row)>>>;
    /// The rows of a range in key order, until `visit` breaks.
    fn scan(&mut self, range: &Range, visit: &mut dyn FnMut(Key, Row) -> ControlFlow<()>) -> Result<()>;
    /// Rows in the order of an index, until `visit` breaks. Rows that are not in the index cost nothing.
    fn ordered(&mut self, ask: &Ordered, visit: &mut dyn FnMut(Key, Row) -> ControlFlow<()>) -> Result<()>;
    /// Every row of the store in key order, from the first one after `after` on, until `visit` breaks.
    fn all(&mut self, after: Option<&Key>, visit: &mut dyn FnMut(Key, Row) -> ControlFlow<()>) -> Result<()>;
    /// The rows of a table, or some of them.
    fn select(&mut self, query: &Query, asked: Asked, visit: Visit<'_>) -> Result<()>;
    /// How many rows [`Snapshot::all`] visits.
    fn count(&mut self) -> Result<i64>;
    /// All messages of a game under one key, for any user, in id order.
    fn messages(
        &mut self,
        game: i64,
        key: &str,
        visit: &mut dyn FnMut(Key, Row) -> ControlFlow<()>,
    ) -> Result<()>;
    /// The notes after `cursor`, oldest first, each with its own cursor.
    fn notes(&mut self, cursor: i64) -> Result<Vec<(i64, Note)>>;
    /// The cursor of the newest note (0 if there never was one).
    fn newest_note(&mut self) -> Result<i64>;
    /// The version and the size of the store.
    fn facts(&mut self) -> Result<Facts>;
    /// What the engine finds wrong below the rows, each with what to do, in a sentence or two.
    fn damage(&mut self) -> Result<Vec<String>>;
}

/// What a write transaction leaves behind: changed rows (`None` = deleted) in any order, and notes in order.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Changed rows. Every row that a decision depends on is here, or was loaded with a lock.
    pub rows: Vec<(Key, Option<Row>)>,
    /// Notes, in order.
    pub notes: Vec<Note>,
}

/// How long a write waits for rows that somebody else has locked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Patience {
    /// Twice the time-out of the engine.
    #[default]
    Full,
    /// Once the time-out of the engine: only one of several commits may want that row.
    Once,
    /// Almost not at all: there was already a wait for that row.
    Spent,
}

/// Which rows a write transaction needs: these keys and these ids.
#[derive(Debug, Default)]
pub struct Touch {
    /// Keys, sorted, without duplicates.
    pub keys: Vec<Key>,
    /// Ids (never 0), sorted, without duplicates.
    pub ids: Vec<i64>,
    /// False if nobody may rely on it after a power cut (a published message): then it is not flushed.
    pub durable: bool,
    /// Whether the write may leave notes: those of one process keep their order, so no two such writes run at the same
    /// time.
    pub notes: bool,
    /// Whether rows may get new order stamps.
    pub stamps: bool,
    /// How long to wait for a locked row, for an engine that locks single rows.
    pub patience: Patience,
}

/// The rows that a [`Touch`] found.
#[derive(Debug, Default)]
pub struct Loaded {
    /// One entry for each key asked for, in that order.
    pub keyed: Vec<Option<Row>>,
    /// One entry for each id asked for, in that order.
    pub found: Vec<Option<(Key, Row)>>,
    /// Every number that is larger than this, and than every order stamp (`seq`) that was given out on this opened
    /// store, is larger than all stamps that are stored.
    pub floor: i64,
}

/// A callback for progress: it gets how much is done, and of how much.
pub type Told<'a> = &'a mut dyn FnMut(i64, i64) -> Result<()>;

/// An engine that holds rows.
pub trait Backend: Send + Sync {
    /// Whether this process may use it at all: a forked child may not. Cheap.
    fn check(&self) -> Result<()>;
    /// Runs `read` in one read transaction. Never waits for a writer. If the connection to the engine is lost
    /// meanwhile, or somebody commits after a first answer from memory, `read` may be called again, on a fresh snapshot:
    /// only its last call counts.
    fn read(&self, read: &mut dyn FnMut(&mut dyn Snapshot) -> Result<()>) -> Result<()>;
    /// Runs a statement that somebody wrote, in a transaction that cannot write. `head` gets the names of its columns
    /// first; if it is called again, only what comes after that counts.
    fn run(
        &self,
        statement: &Statement,
        tables: &[sql::Named<'_>],
        head: &mut dyn FnMut(Vec<String>) -> Result<()>,
        visit: Visit<'_>,
    ) -> Result<()>;
    /// The rows under these keys, as [`Snapshot::get`] in a read transaction of its own.
    fn get_all(&self, keys: &[Key]) -> Result<Vec<Option<Found>>> {
        let mut answer = Vec::new();
        self.read(&mut |snapshot| {
            answer = snapshot.get(keys)?;
            Ok(())
        })?;
        Ok(found(keys, answer))
    }
    /// The row under one key.
    fn get_one(&self, key: &Key) -> Result<Option<Row>> {
        let found = self.get_all(std::slice::from_ref(key))?.pop().flatten();
        Ok(found.map(|found| found.1.clone()))
    }
    /// The row under one key as it is now, if it is known without waiting for anybody.
    fn recall(&self, _key: &Sought<'_>) -> Result<Option<Found>, Unknown> {
        Err(Unknown)
    }
    /// The same for several rows of one moment, if all of them are known.
    fn recall_all(&self, _keys: &[Sought<'_>]) -> Result<Vec<Option<Found>>, Unknown> {
        Err(Unknown)
    }
    /// As [`Backend::read`], from what is known without waiting for anybody: a question about more than that fails.
    fn recall_view(&self, _read: &mut dyn FnMut(&mut dyn Snapshot) -> Result<()>) -> Result<()> {
        Err(Unknown.into())
    }
    /// Loads `touch` with locks, calls `apply`, and stores what it returns: all of it or nothing. `apply` may be called
    /// again, with freshly loaded rows, when the engine had to undo the transaction. Returns the number, from 0, of the
    /// call whose changes were stored. They are as durable as the store was opened for.
    fn write(&self, touch: &Touch, apply: &mut dyn FnMut(Loaded) -> Result<Changes>) -> Result<usize>;
    /// Whether the store was opened for reading only: then every write fails.
    fn is_read_only(&self) -> bool {
        false
    }
    /// Whether a read that begins now sees every commit that was answered before, by any process.
    fn reads_latest(&self) -> bool {
        false
    }
    /// How many writes may run at the same time, as long as they touch different rows.
    fn writers(&self) -> usize {
        1
    }
    /// Whether a call may wait for another machine, and notice nothing else during that time.
    fn is_remote(&self) -> bool {
        false
    }
    /// How many calls it is useful to make at the same time.
    fn readers(&self) -> usize {
        4
    }
    /// Whether somebody waits for those who read to end.
    fn is_crowded(&self) -> bool {
        false
    }
    /// Whether others can open the same rows, and keep this store from writing them.
    fn is_shared(&self) -> bool {
        true
    }
    /// A number that changes when anybody, in this process or another, has committed. Cheap.
    fn pulse(&self) -> Result<i64>;
    /// Waits until there may be news: until the number is not `seen`. `None`: closed, or this engine has to be asked
    /// for news.
    fn await_news(&self, _seen: i64) -> Option<i64> {
        None
    }
    /// Ends every wait in [`Backend::await_news`]; its caller then checks why.
    fn wake_news(&self) {}
    /// Deletes notes that were written before this moment (ms since 1970, real time), and what else the engine still
    /// keeps of deleted rows. Cursors stay valid.
    fn sweep(&self, before_ms: i64) -> Result<()>;
    /// By how many microseconds the engine's clock is ahead of this machine's: several machines order their rows by it.
    fn ahead_us(&self) -> i64 {
        0
    }
    /// A text that is different for every other store that this process can open.
    fn identity(&self) -> String;
    /// Reasons why the engine cannot keep a promise although it works, one sentence each.
    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }
    /// What went wrong since the store was opened without harm to any call. Each problem is reported once. Cheap.
    fn complaint(&self) -> Option<String> {
        None
    }
    /// Writes all rows, as they are at one moment, into another file, which exists and is empty. Neither waits for
    /// writers nor makes them wait. `told` gets how many rows are written, and of how many, and may stop the backup
    /// with an error.
    fn backup(&self, file: &Path, told: Told<'_>) -> Result<()>;
    /// Makes writes possible again after a write that failed in its last steps: over fresh connections, after a check
    /// that nothing acknowledged is lost.
    fn reopen(&self) -> Result<()>;
    /// Flushes what is not flushed yet and closes all files. Later calls fail.
    fn close(&self) -> Result<()>;
}

/// What was asked for is not in memory: it has to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unknown;

impl From<Unknown> for Error {
    /// The call gives up as if it had not begun.
    fn from(_: Unknown) -> Self {
        Self::Interrupted { unsure: false }
    }
}

/// Rows with the keys that they were read by.
pub(crate) fn found(keys: &[Key], rows: Vec<Option<Row>>) -> Vec<Option<Found>> {
    let pairs = keys.iter().zip(rows);
    pairs.map(|(key, row)| row.map(|row| Arc::new((key.clone(), row)))).collect()
}

/// Must be called in a forked child, before anything else happens there.
pub fn after_fork_in_child() {
    fork::after_in_child();
    sqlite::disinherit();
}

/// Whether this is the file of a store that this process has open.
pub fn is_open(file: &Metadata) -> bool {
    sqlite::is_open(file)
}

/// The error of a write to a store that is only read.
pub(crate) fn read_only() -> Error {
    Reason::ReadOnly.error("the store is open for reading only (readonly=True): nothing was stored")
}
