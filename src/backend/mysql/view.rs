//! One consistent view of the rows, on one connection.

use super::address::RowAddress;
use super::failure::{Failure, Tried};
use super::format;
use super::link::Link;
use super::outbox::Outbox;
use super::query;
use super::rows::{self, KEYS_MAX, RowLock};
use super::stored::{self, Stored};
use crate::backend::sql::Dialect;
use crate::backend::{Facts, Snapshot};
use crate::error::{Error, Result};
use crate::query::{Asked, Query, Visit as See};
use crate::row::{Index, Key, Kind, Note, Ordered, Range, Row};
use mysql::Value;
use mysql::prelude::Queryable;
use rustc_hash::FxHashMap;
use std::ops::ControlFlow;

/// The whole store is read in pages of about this many rows or bytes: the connection must read a whole page even if the
/// visitor stops in the middle. The first pages are small, because nobody knows how large the rows are.
const PAGE_ROWS_MIN: usize = 2;
const PAGE_ROWS_MAX: usize = 1000;
const PAGE_GROWTH_MAX: usize = 16;
const PAGE_BYTES: usize = 8 << 20;

/// A single question needs no transaction. When a second one comes, a transaction was needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Nothing,
    Single,
    Transaction,
}

/// A snapshot of the store.
pub(super) struct View<'v> {
    link: &'v mut Link,
    outbox: &'v Outbox,
    scope: Scope,
    failed: Option<Failure>,
    again: bool,
}

/// How a view ended.
pub(super) enum Ended {
    Well,
    /// Everything was read, but the connection cannot be used any more.
    WellButLost(Failure),
    /// The questions need a transaction: ask again, with one.
    Again,
    Badly(Failure),
}

type Visit<'v> = &'v mut dyn FnMut(Key, Row) -> ControlFlow<()>;

impl<'v> View<'v> {
    /// `whole`: whether a transaction begins at once.
    pub(super) fn new(link: &'v mut Link, outbox: &'v Outbox, whole: bool) -> Tried<Self> {
        let mut view = Self { link, outbox, scope: Scope::Nothing, failed: None, again: false };
        if whole {
            view.begin()?;
        }
        Ok(view)
    }

    fn begin(&mut self) -> Tried<()> {
        self.link.conn.query_drop("START TRANSACTION")?;
        self.scope = Scope::Transaction;
        Ok(())
    }

    pub(super) fn end(mut self) -> Ended {
        if let Some(failure) = self.failed.take() {
            return Ended::Badly(failure);
        }
        if self.scope == Scope::Transaction
            && let Err(error) = self.link.conn.query_drop("COMMIT")
        {
            return Ended::WellButLost(error.into());
        }
        if self.again { Ended::Again } else { Ended::Well }
    }

    /// Runs one question; `many`: whether it takes several statements.
    fn ask<T>(&mut self, many: bool, question: impl FnOnce(&mut Self) -> Tried<T>) -> Result<T> {
        let answer = match self.scope {
            _ if self.failed.is_some() || self.again => Err(None),
            Scope::Transaction => Ok(()),
            Scope::Nothing if many => self.begin().map_err(Some),
            Scope::Nothing => {
                self.scope = Scope::Single;
                Ok(())
            }
            Scope::Single => {
                self.again = true;
                Err(None)
            }
        };
        let answer = answer.and_then(|()| question(self).map_err(Some));
        answer.map_err(|failure| {
            // The caller of the backend does not see this error: it asks `end` for the failure.
            self.failed = self.failed.take().or(failure);
            Error::store("the view ended")
        })
    }

    /// A number that changes when anybody leaves a note.
    pub(super) fn pulse(&mut self) -> Result<i64> {
        self.ask(false, |view| {
            let mut pulse = 0;
            for row in view.link.exec(rows::PULSE, Vec::new())? {
                let mut row = row?;
                let mut column = |index| stored::number(row.take::<Value, _>(index)).unwrap_or(0);
                pulse = column(0).wrapping_mul(1 << 16).wrapping_add(column(1));
            }
            Ok(pulse)
        })
    }

    /// Rows that the index gives in order are visited as they come. Of all others, only the requested number is kept.
    fn in_order(&mut self, ask: &Ordered, visit: Visit<'_>) -> Tried<()> {
        let Ordered { index, game, key, newest_first, limit } = ask;
        let text = stored::text(key);
        let most = limit.map_or(i64::MAX, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
        let indexed = self.link.ordered;
        let (sql, params): (&str, Vec<Value>) = match *index {
            Index::Items { kind, owner, world } if indexed => {
                let sql = if *newest_first { rows::NEWEST_ITEMS } else { rows::OLDEST_ITEMS };
                let kind = kind.number();
                return self.visit(
                    sql,
                    vec![game.into(), kind.into(), world.into(), text, owner.into(), most.into()],
                    visit,
                );
            }
            Index::Items { kind, owner, world } => {
                (rows::UNDER_KEY, vec![game.into(), owner.into(), kind.number().into(), world.into(), text])
            }
            Index::Unread { owner: Some(owner) } if indexed => {
                (rows::UNREAD, vec![game.into(), text, owner.into()])
            }
            Index::Unread { owner: Some(owner) } => {
                let kind = Kind::Message.number();
                (rows::UNDER_KEY, vec![game.into(), owner.into(), kind.into(), 0.into(), text])
            }
            Index::Unread { owner: None } if indexed => (rows::UNREAD_OF_ALL, vec![game.into(), text]),
            Index::Unread { owner: None } => (rows::MESSAGES, vec![game.into(), text]),
        };
        let unread = matches!(index, Index::Unread { .. });
        let mut found = Vec::new();
        self.visit(sql, params, &mut |key, row| {
            if !unread || matches!(row.flags, 0 | 4) {
                found.push((key, row));
            }
            ControlFlow::Continue(())
        })?;
        found.sort_by_key(|(key, row)| (if unread { key.owner } else { 0 }, row.seq));
        if *newest_first {
            found.reverse();
        }
        found.truncate(limit.unwrap_or(usize::MAX));
        let _ = found.into_iter().try_for_each(|(key, row)| visit(key, row));
        Ok(())
    }

    fn visit(&mut self, sql: &str, params: Vec<Value>, visit: Visit<'_>) -> Tried<()> {
        for row in self.link.exec(sql, params)? {
            let stored = Stored::read(row?)?;
            if let Some(key) = stored.address.key()
                && visit(key, stored.row).is_break()
            {
                break;
            }
        }
        Ok(())
    }
}

impl Snapshot for View<'_> {
    fn get(&mut self, keys: &[Key]) -> Result<Vec<Option<Row>>> {
        let mut addresses: Vec<RowAddress> = keys.iter().map(RowAddress::from).collect();
        let asked = addresses.clone();
        addresses.sort_unstable();
        addresses.dedup();
        let found =
            self.ask(addresses.len() > KEYS_MAX, |view| view.link.find_rows(&addresses, RowLock::No))?;
        let found: FxHashMap<RowAddress, Row> =
            found.into_iter().filter(|one| !one.gone).map(|one| (one.address, one.row)).collect();
        Ok(asked.iter().map(|address| found.get(address).cloned()).collect())
    }

    fn find(&mut self, ids: &[i64]) -> Result<Vec<Option<(Key, Row)>>> {
        let found = self.ask(ids.len() > KEYS_MAX, |view| view.link.find_ids(ids, RowLock::No))?;
        let live = found.into_iter().filter(|one| !one.gone);
        let found: FxHashMap<i64, (Key, Row)> =
            live.filter_map(|one| Some((one.address.id, (one.address.key()?, one.row)))).collect();
        Ok(ids.iter().map(|id| found.get(id).cloned()).collect())
    }

    fn scan(&mut self, range: &Range, visit: Visit<'_>) -> Result<()> {
        let Range { game, owner, kind, world, from, to } = range;
        let mut params: Vec<Value> =
            vec![game.into(), owner.into(), kind.number().into(), world.into(), stored::text(from)];
        params.extend(to.as_ref().map(|to| stored::text(to)));
        let sql = if to.is_some() { rows::SCAN_WITHIN } else { rows::SCAN_FROM };
        self.ask(false, |view| view.visit(sql, params, visit))
    }

    fn ordered(&mut self, ask: &Ordered, visit: Visit<'_>) -> Result<()> {
        self.ask(false, |view| view.in_order(ask, visit))
    }

    fn messages(&mut self, game: i64, key: &str, visit: Visit<'_>) -> Result<()> {
        self.ask(false, |view| view.visit(rows::MESSAGES, vec![game.into(), stored::text(key)], visit))
    }

    fn all(&mut self, after: Option<&Key>, visit: Visit<'_>) -> Result<()> {
        self.ask(true, |view| {
            let mut after = after.map_or_else(RowAddress::before_all, RowAddress::from);
            let mut limit = PAGE_ROWS_MIN;
            loop {
                let (mut count, mut bytes) = (0, 0);
                for row in view.link.exec(rows::ALL, rows::after(&after, limit))? {
                    let stored = Stored::read(row?)?;
                    count += 1;
                    bytes += stored.len();
                    let key = stored.address.key().ok_or_else(stored::damaged)?;
                    after = stored.address;
                    if visit(key, stored.row).is_break() {
                        return Ok(());
                    }
                }
                if count < limit {
                    return Ok(());
                }
                let fitting = PAGE_BYTES * count / bytes.max(1);
                limit = fitting.min(limit * PAGE_GROWTH_MAX).clamp(1, PAGE_ROWS_MAX);
            }
        })
    }

    fn select(&mut self, query: &Query, asked: Asked, visit: See<'_>) -> Result<()> {
        let text = Dialect::Mysql.asked(query, asked);
        self.ask(true, |view| query::select(view.link, &text, visit))
    }

    fn count(&mut self) -> Result<i64> {
        self.ask(true, |view| {
            let mut count = 0;
            for row in view.link.exec(rows::COUNT, Vec::new())? {
                count = stored::number(row?.take::<Value, _>(0)).unwrap_or(0);
            }
            Ok(count)
        })
    }

    fn notes(&mut self, cursor: i64) -> Result<Vec<(i64, Note)>> {
        self.ask(true, |view| {
            view.outbox.look(view.link)?;
            Ok(view.outbox.after(cursor))
        })
    }

    fn newest_note(&mut self) -> Result<i64> {
        self.ask(true, |view| {
            view.outbox.look(view.link)?;
            Ok(view.outbox.newest())
        })
    }

    fn facts(&mut self) -> Result<Facts> {
        self.ask(true, |view| Ok(format::facts(&mut view.link.conn)?))
    }

    /// The engine checks its own pages whenever it reads them.
    fn damage(&mut self) -> Result<Vec<String>> {
        Ok(Vec::new())
    }
}
