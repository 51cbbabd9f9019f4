//! One consistent view of the rows, on one connection.

mod memory;

use super::cache::runs::Run;
use super::cache::{Cache, Held, Moment};
use super::examine;
use super::failure::Tried;
use super::lookup;
use super::notes;
use super::query;
use super::readers::Stay;
use super::rows;
use super::select;
use super::sums;
use super::version::data_version;
use crate::backend::sql::Dialect;
use crate::backend::{Facts, Snapshot};
use crate::error::Result;
use crate::interrupt;
use crate::query::{Asked, Query, Visit};
use crate::row::{Found, Index, Key, Note, Ordered, Range, Row};
use memory::Memory;
use rusqlite::{Connection, Params, Statement};
use std::ops::ControlFlow;

/// The transaction that a view is inside of.
#[derive(PartialEq, Eq)]
enum Transaction {
    None,
    /// The view began it, and ends it.
    Own,
    /// A write transaction, which somebody else ends.
    Outer,
}

/// How a view at a moment ended.
pub(super) struct Left {
    /// Whether `SQLite` saw the state of that moment.
    pub(super) is_of_moment: bool,
    pub(super) stay: Stay,
}

/// A view on a connection; a read transaction begins with the first question.
pub(super) struct View<'c> {
    connection: &'c Connection,
    transaction: Transaction,
    moved: bool,
    /// Of a write transaction: rows that need not be read.
    held: Option<Held<'c>>,
    read: Option<Read<'c>>,
    memory: Option<Memory<'c>>,
    /// Whether rows in memory and those in the file are of two states: no answer counts.
    is_mixed: bool,
}

/// Rows that were read because they were not in memory.
struct Read<'c> {
    cache: &'c Cache,
    moment: Moment,
    keys: Vec<Key>,
    rows: Vec<Option<Found>>,
}

/// A panic, or an end that failed, must not leave a connection inside a transaction.
impl Drop for View<'_> {
    fn drop(&mut self) {
        if self.transaction == Transaction::Own {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}

impl<'c> View<'c> {
    /// A view outside any transaction.
    pub(super) const fn new(connection: &'c Connection) -> Self {
        let (transaction, memory) = (Transaction::None, None);
        Self { connection, transaction, moved: false, held: None, read: None, memory, is_mixed: false }
    }

    /// A view inside a write transaction.
    pub(super) const fn within(connection: &'c Connection, held: Option<Held<'c>>) -> Self {
        let (transaction, memory) = (Transaction::Outer, None);
        Self { connection, transaction, moved: false, held, read: None, memory, is_mixed: false }
    }

    fn begin(&mut self) -> Tried<()> {
        if self.transaction == Transaction::None {
            self.connection.prepare_cached("BEGIN")?.execute(())?;
            self.transaction = Transaction::Own;
            if self.memory.as_ref().is_some_and(|memory| memory.has_answered) {
                data_version(self.connection)?; // from here on it sees one state
                self.pin()?;
            }
        }
        Ok(())
    }

    /// Whether the schema changed between two questions.
    pub(super) const fn moved(&self) -> bool {
        self.moved
    }

    /// Ends the read transaction, if one began.
    pub(super) fn end(mut self) -> Tried<Left> {
        let (is_of_moment, stay) =
            self.memory.as_ref().map_or((false, Stay::No), |memory| (memory.is_pinned, memory.stay));
        let is_own = self.transaction == Transaction::Own;
        if is_own && is_of_moment && stay == Stay::May {
            self.transaction = Transaction::Outer;
            return Ok(Left { is_of_moment, stay: Stay::Is });
        }
        if is_own {
            self.connection.prepare_cached("COMMIT")?.execute(())?;
            self.transaction = Transaction::None;
        }
        Ok(Left { is_of_moment, stay: if stay == Stay::Is { stay } else { Stay::No } })
    }

    fn visit(
        &mut self,
        sql: &str,
        params: impl Params,
        visit: &mut dyn FnMut(Key, Row) -> ControlFlow<()>,
    ) -> Tried<()> {
        self.begin()?;
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut found = statement.query(params)?;
        while let Some(found) = found.next()? {
            interrupt::row()?;
            let (key, row) = rows::entry(found)?;
            if visit(key, row).is_break() {
                break;
            }
        }
        drop(found);
        self.moved |= rows::moved(&statement);
        drop(statement);
        self.pin()
    }

    fn in_range(&mut self, range: &Range, visit: &mut dyn FnMut(Key, Row) -> ControlFlow<()>) -> Tried<()> {
        let Range { game, owner, kind, world, from, to } = range;
        let kind = kind.number();
        match to {
            Some(to) => self.visit(select::SCAN_WITHIN, (game, owner, kind, world, &**from, &**to), visit),
            None => self.visit(select::SCAN_FROM, (game, owner, kind, world, &**from), visit),
        }
    }

    fn asked<T>(&mut self, sql: &str, ask: impl FnOnce(&mut Statement<'_>) -> Tried<T>) -> Tried<T> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let answer = ask(&mut statement)?;
        self.moved |= rows::moved(&statement);
        Ok(answer)
    }

    /// Keeps in memory what [`View::load`] read. A commit that stores its rows carries those anyway.
    pub(super) fn keep(&mut self) {
        if let Some(Read { cache, moment, keys, rows }) = self.read.take() {
            cache.keep(&moment, &keys, &rows);
        }
    }

    /// The rows under these keys, whatever is in memory.
    pub(super) fn fetch(&mut self, keys: &[Key]) -> Tried<Vec<Option<Row>>> {
        self.begin()?;
        let (rows, moved) = lookup::rows(self.connection, keys)?;
        self.moved |= moved;
        self.pin()?;
        Ok(rows)
    }

    pub(super) fn find_ids(&mut self, ids: &[i64]) -> Tried<Vec<Option<(Key, Row)>>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.begin()?;
        let mut statement = self.connection.prepare_cached(select::FIND)?;
        let mut answer = Vec::with_capacity(ids.len());
        for id in ids {
            interrupt::row()?;
            let mut found = statement.query((id,))?;
            answer.push(found.next()?.map(rows::entry).transpose()?);
        }
        self.moved |= rows::moved(&statement);
        Ok(answer)
    }
}

impl Snapshot for View<'_> {
    fn get(&mut self, keys: &[Key]) -> Result<Vec<Option<Row>>> {
        Ok(self.load(keys)?)
    }

    fn find(&mut self, ids: &[i64]) -> Result<Vec<Option<(Key, Row)>>> {
        Ok(self.find_ids(ids)?)
    }

    fn scan(&mut self, range: &Range, visit: &mut dyn FnMut(Key, Row) -> ControlFlow<()>) -> Result<()> {
        Ok(match Run::of(range) {
            Some(run) => self.run(run, range, visit),
            None => self.in_range(range, visit),
        }?)
    }

    fn ordered(&mut self, ask: &Ordered, visit: &mut dyn FnMut(Key, Row) -> ControlFlow<()>) -> Result<()> {
        let Ordered { index, game, key, newest_first, limit } = ask;
        let limit = limit.and_then(|limit| i64::try_from(limit).ok()).unwrap_or(i64::MAX);
        let either = |newest, oldest| if *newest_first { newest } else { oldest };
        match *index {
            Index::Items { kind, owner, world } => {
                let at = (game, &**key, owner, kind.number(), world, limit);
                let mut is_in_index = false;
                let by_index = either(select::NEWEST_ITEMS, select::OLDEST_ITEMS);
                self.visit(by_index, at, &mut |key, row| {
                    is_in_index = true;
                    visit(key, row)
                })?;
                if is_in_index {
                    return Ok(());
                }
                self.visit(either(select::NEWEST_OF_FEW, select::OLDEST_OF_FEW), at, visit)
            }
            Index::Unread { owner: Some(owner) } => self.visit(
                either(select::NEWEST_UNREAD, select::OLDEST_UNREAD),
                (game, &**key, owner, limit),
                visit,
            ),
            Index::Unread { owner: None } => self.visit(
                either(select::NEWEST_UNREAD_OF_ALL, select::OLDEST_UNREAD_OF_ALL),
                (game, &**key, limit),
                visit,
            ),
        }?;
        Ok(())
    }

    fn all(&mut self, after: Option<&Key>, visit: &mut dyn FnMut(Key, Row) -> ControlFlow<()>) -> Result<()> {
        match after {
            None => self.visit(select::ALL, (), visit),
            Some(Key { game, owner, kind, world, key, id }) => {
                self.visit(select::ALL_AFTER, (game, owner, kind.number(), world, &**key, id), visit)
            }
        }?;
        Ok(())
    }

    fn select(&mut self, query: &Query, asked: Asked, visit: Visit<'_>) -> Result<()> {
        self.begin()?;
        self.moved |= if asked == Asked::Sums {
            sums::sums(self.connection, query, visit)?
        } else {
            query::select(self.connection, &Dialect::Sqlite.asked(query, asked), query, visit)?
        };
        Ok(())
    }

    fn count(&mut self) -> Result<i64> {
        self.begin()?;
        Ok(rows::count(self.connection)?)
    }

    fn messages(
        &mut self,
        game: i64,
        key: &str,
        visit: &mut dyn FnMut(Key, Row) -> ControlFlow<()>,
    ) -> Result<()> {
        Ok(self.visit(select::MESSAGES, (game, key), visit)?)
    }

    fn notes(&mut self, cursor: i64) -> Result<Vec<(i64, Note)>> {
        self.begin()?;
        Ok(self.asked(notes::NOTES, |statement| notes::notes(statement, cursor))?)
    }

    fn newest_note(&mut self) -> Result<i64> {
        self.begin()?;
        Ok(self.asked(notes::NEWEST_NOTE, notes::newest_note)?)
    }

    fn facts(&mut self) -> Result<Facts> {
        self.begin()?;
        Ok(examine::facts(self.connection)?)
    }

    fn damage(&mut self) -> Result<Vec<String>> {
        self.begin()?;
        Ok(examine::damage(self.connection)?)
    }
}
