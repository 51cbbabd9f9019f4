//! The only connection that writes.

mod file_part;
mod repair;

use super::cache::{Cache, Held};
use super::connection;
use super::failure::{self, Failure, Tried};
use super::file::StoreFile;
use super::guard::Harm;
use super::head::Index;
use super::notes;
use super::order::Stamps;
use super::preparation;
use super::rows;
use super::version::Watch;
use super::view::View;
use super::wal::Wal;
use crate::backend::Durability;
use crate::backend::{Changes, Loaded, Touch};
use crate::error::{Error, Reason, Result, Unable};
use crate::row::{Key, Row};
use file_part::{FilePart, OVERWRITTEN, overwritten, witness};
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A much larger cache makes commits slower: after a page split `SQLite` walks through all of it.
const CACHE_KIB: u32 = 8 << 10;
/// How long `SQLite` waits for somebody who takes no turns; then it is asked again, outside the fork gate.
const BUSY_WAIT: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(super) struct Writer {
    pub(super) connection: Connection,
    shared: Option<FilePart>,
    durability: Durability,
    /// The durability that the connection is set to now.
    set: Durability,
    stamps: Stamps,
    /// Why this writer does not write.
    pub(super) broken: Option<Broken>,
}

/// What happens inside a transaction: it returns what it changed, or nothing if it stores nothing.
type Work<'w> = &'w mut dyn FnMut(&Connection, &mut Stamps, Option<Held<'_>>) -> Tried<Option<Changed>>;

/// Rows that a transaction changed: `None` = deleted.
pub(super) type Changed = Vec<(Key, Option<Row>)>;

/// The state that a failed write left behind.
#[derive(Debug)]
pub(super) enum Broken {
    /// Nobody knows which part of the log is on the disk: [`Writer::heal`] makes it certain.
    Unsure(String),
    /// The file is damaged, or was replaced.
    Lost(Unable),
}

/// A panic is a bug, and makes only this transaction fail: it is rolled back as after any other failure.
fn guarded<T>(work: impl FnOnce() -> Tried<T>) -> Tried<T> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Error::store("internal error: a write panicked; nothing was stored").into()))
}

/// `pages`: after each commit, how many pages it left in the log.
fn connect(store: &StoreFile, durability: Durability, pages: &Arc<AtomicU32>) -> Result<Connection> {
    let mut connection = store.connection(durability, CACHE_KIB)?;
    let pages = pages.clone();
    let tell = move |_: &mut _, count| {
        pages.store(u32::try_from(count).unwrap_or(0), Ordering::Relaxed);
        Ok(())
    };
    let prepared = connection.busy_timeout(BUSY_WAIT).and_then(|()| connection.wal_hook(Some(tell)));
    prepared.map_err(|error| store.failed(&error))?;
    Ok(connection)
}

impl Writer {
    pub(super) fn in_memory() -> Result<Self> {
        let connect = || {
            let mut connection = Connection::open_in_memory()?;
            connection::keep_plans(&connection)?;
            preparation::make_schema(&mut connection)?;
            connection.set_prepared_statement_cache_capacity(32);
            Ok(connection)
        };
        let connection = connect().map_err(Failure::Sql)?;
        let mut stamps = Stamps::default();
        stamps.read(&connection)?;
        Ok(Self {
            connection,
            shared: None,
            durability: Durability::Off,
            set: Durability::Off,
            stamps,
            broken: None,
        })
    }

    pub(super) fn on(store: &Arc<StoreFile>, durability: Durability) -> Result<Self> {
        let pages = Arc::default();
        let connection = connect(store, durability, &pages)?;
        let wal = Wal::new(store, durability == Durability::Full);
        let shared = Some(FilePart {
            store: store.clone(),
            wal,
            watch: Watch::new(store.checked()),
            pages,
            mark: None,
            witness: None,
        });
        Ok(Self { connection, shared, durability, set: durability, stamps: Stamps::default(), broken: None })
    }

    /// Called in a forked child: returns the checkpointer's connection if there is one; `None` if that or this was in
    /// use.
    pub(super) fn inherited(&self) -> Option<Vec<Connection>> {
        self.connection.is_autocommit().then_some(())?;
        self.shared.as_ref().map_or_else(|| Some(Vec::new()), |shared| shared.wal.inherited())
    }

    /// Called in a forked child: gives up threads and locks that belong to the parent.
    pub(super) fn into_connection(self) -> Connection {
        if let Some(shared) = self.shared {
            shared.wal.disinherit();
        }
        self.connection
    }

    /// Why this file must not be written to now, or ever again.
    pub(super) fn harm(&self) -> Option<Harm> {
        self.shared.as_ref()?.store.still_there().err()
    }

    /// Why the last commit may be lost. (A second name is refused before the next write.) A commit that was not flushed
    /// was too quick to be overwritten: the check before the next write covers it.
    pub(super) fn loss(&self) -> Option<Unable> {
        let shared = self.shared.as_ref()?;
        match shared.store.still_there() {
            Err(Harm::Lost(reason)) => Some(reason),
            Ok(()) | Err(Harm::Linked(_)) => {
                let gone = |mark| self.set == Durability::Full && !shared.store.guard().has(&mark);
                shared.mark.is_some_and(gone).then(overwritten)
            }
        }
    }

    /// Why the last commit of this store is no longer in the log.
    pub(super) fn overwritten(&self) -> Option<Unable> {
        let shared = self.shared.as_ref()?;
        let lost = shared.is_overwritten() || shared.is_undone(&self.connection).is_ok_and(|undone| undone);
        lost.then(overwritten)
    }

    /// After this, closing the writer neither copies the log into the file nor deletes anything.
    pub(super) fn leave_alone(&self) {
        connection::leave_alone(&self.connection);
        if let Some(shared) = &self.shared {
            shared.wal.leave_alone();
        }
    }

    /// Runs `work` in a transaction, during this store's turn. Stores something only if `work` returns what it changed;
    /// returns whether it did. Busy: somebody writes without taking turns, and nothing was done.
    pub(super) fn transact(&mut self, durable: bool, cache: Option<&Cache>, work: Work<'_>) -> Tried<bool> {
        self.settle(durable)?;
        if self.shared.as_ref().is_some_and(|shared| shared.store.guard().stranger_writes()) {
            return Err(Failure::Busy);
        }
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute(())?;
        if let Some(shared) = &mut self.shared {
            shared.wal.grow();
        }
        let index = self.index();
        let held = cache.map(|cache| cache.held(index));
        let changed =
            self.look(index).and_then(|()| guarded(|| work(&self.connection, &mut self.stamps, held)));
        let mut after = None;
        let changed = changed.and_then(|changed| {
            if let Some(changed) = &changed {
                let kept = held.map(|held| held.commit(&self.connection));
                self.shared.iter().for_each(|shared| shared.pages.store(0, Ordering::Relaxed));
                let commit = || self.connection.prepare_cached("COMMIT")?.execute(());
                commit().map_err(failure::at_commit)?;
                after = self.index();
                if let Some(kept) = kept {
                    kept.carry(&self.connection, changed, after, self.pages());
                }
            }
            Ok(changed)
        });
        self.roll_back();
        if changed.is_err() {
            self.forget();
        }
        let pages = self.pages();
        if let (Ok(Some(_)), Some(shared)) = (&changed, &mut self.shared) {
            shared.mark = after.and_then(|index| index.mark());
            // The commit is done, whatever happens to the log; a failure here shows again in the next write.
            let _ = shared.wal.tend(&shared.store, &self.connection, pages);
        }
        changed.map(|changed| changed.is_some())
    }

    /// Writes through a new connection from now on.
    pub(super) fn reconnect(&mut self) -> Result<()> {
        if let Some(shared) = &self.shared {
            self.connection = connect(&shared.store, self.durability, &shared.pages)?;
            self.set = self.durability;
            self.forget();
        }
        Ok(())
    }

    /// Loads, applies and stores. Returns whether there was anything to store.
    pub(super) fn write(
        &mut self,
        touch: &Touch,
        cache: Option<&Cache>,
        apply: &mut dyn FnMut(Loaded) -> Result<Changes>,
    ) -> Tried<bool> {
        let mut stored = None;
        let wrote = self.transact(touch.durable, cache, &mut |connection, stamps, held| {
            let mut view = View::within(connection, held);
            let (keyed, found) = (view.load(&touch.keys)?, view.find_ids(&touch.ids)?);
            let loaded = Loaded { keyed, found, floor: stamps.floor() };
            let Changes { rows: mut changed, notes } = apply(loaded)?;
            if changed.is_empty() && notes.is_empty() {
                view.keep();
                return Ok(None);
            }
            rows::store(connection, &mut changed)?;
            stamps.cover(connection, &changed)?;
            notes::add_notes(connection, &notes)?;
            stored = witness(&changed);
            Ok(Some(changed))
        })?;
        if let (true, Some(shared)) = (wrote, &mut self.shared) {
            shared.witness = stored;
        }
        Ok(wrote)
    }

    /// How many pages the last commit left in the log; 0 if it wrote none, and in memory.
    fn pages(&self) -> u32 {
        self.shared.as_ref().map_or(0, |shared| shared.pages.load(Ordering::Relaxed))
    }

    /// The header of the log's index; `None` in memory.
    fn index(&self) -> Option<Index> {
        self.shared.as_ref()?.store.guard().index()
    }

    /// Checks that the file may still be written to.
    fn look(&mut self, index: Option<Index>) -> Tried<()> {
        let Some(shared) = &mut self.shared else { return Ok(()) };
        // If the log still ends with our own last commit, nobody else has written. This check costs less than asking
        // SQLite.
        if shared.mark.is_some() && shared.mark == index.and_then(|index| index.mark()) {
            return Ok(());
        }
        let moved = shared.watch.look(&self.connection, shared.store.path(), &mut self.stamps)?;
        if moved && shared.is_overwritten() || shared.is_undone(&self.connection)? {
            self.broken = Some(Broken::Lost(overwritten()));
            return Err(Reason::Damaged.error(format!("nothing was stored: {OVERWRITTEN}")).into());
        }
        Ok(())
    }

    /// Forgets what was learnt in a transaction that was not committed.
    fn forget(&mut self) {
        match &mut self.shared {
            Some(shared) => shared.watch = Watch::default(),
            // In memory only the work itself can fail.
            None => drop(self.stamps.read(&self.connection)),
        }
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit() {
            // After an I/O error SQLite has often rolled back by itself.
            let _ =
                self.connection.prepare_cached("ROLLBACK").and_then(|mut statement| statement.execute(()));
        }
    }

    /// Sets whether the commit is flushed: this is possible only between transactions.
    fn settle(&mut self, durable: bool) -> rusqlite::Result<()> {
        let wanted = if durable { self.durability } else { self.durability.min(Durability::Normal) };
        if self.shared.is_some() && wanted != self.set {
            wanted.set(&self.connection)?;
            self.set = wanted;
        }
        Ok(())
    }
}
