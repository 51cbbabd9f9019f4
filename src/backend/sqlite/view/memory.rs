//! A view that answers from memory what is known there, and asks `SQLite` for the rest.
//!
//! All answers of a view are of one moment. So as soon as `SQLite` was asked, the state of the file must still be that of
//! the moment at which the rows in memory were looked at. If it is not, and some answers came from memory, no answer counts,
//! and all is asked again.

use super::{Read, Transaction, View};
use crate::backend::found;
use crate::backend::sqlite::cache::runs::{ROWS_MAX, Run};
use crate::backend::sqlite::cache::{Cache, Moment};
use crate::backend::sqlite::failure::Tried;
use crate::backend::sqlite::readers::Stay;
use crate::error::Error;
use crate::interrupt;
use crate::row::{Key, Range, Row};
use rusqlite::Connection;
use std::ops::ControlFlow;

/// If more keys are asked for at once, nothing is kept in memory of them.
const KEYS_MAX: usize = 1024;

/// Rows in memory, from which a view answers what it can: only the rest is asked of `SQLite`.
pub(super) struct Memory<'c> {
    pub(super) cache: &'c Cache,
    /// The rows in memory are of this moment.
    pub(super) moment: Moment,
    pub(super) stay: Stay,
    /// Whether `SQLite` is known to see the state of that moment.
    pub(super) is_pinned: bool,
    /// Whether an answer came from memory.
    pub(super) has_answered: bool,
}

impl<'c> View<'c> {
    /// A view that answers from memory what was known at that moment.
    pub(in crate::backend::sqlite) fn at(
        connection: &'c Connection,
        stay: Stay,
        cache: &'c Cache,
        moment: Moment,
    ) -> Self {
        let is_open = stay == Stay::Is;
        let transaction = if is_open { Transaction::Outer } else { Transaction::None };
        let memory = Some(Memory { cache, moment, stay, is_pinned: is_open, has_answered: false });
        Self { connection, transaction, moved: false, held: None, read: None, memory, is_mixed: false }
    }

    /// Looks whether what `SQLite` sees is of the moment of the rows in memory. Call it only after a question to it.
    pub(super) fn pin(&mut self) -> Tried<()> {
        let Some(memory) = &mut self.memory else { return Ok(()) };
        if !memory.is_pinned && memory.cache.stands(&memory.moment) {
            memory.is_pinned = true;
        }
        if memory.is_pinned {
            return Ok(());
        }
        self.is_mixed = memory.has_answered;
        self.memory = None;
        if self.is_mixed {
            Err(Error::store("the rows in memory are of another state").into())
        } else {
            Ok(())
        }
    }

    /// The rows in memory that agree with what `SQLite` was seen to hold.
    fn remembered(&mut self) -> Tried<Option<(&'c Cache, Moment)>> {
        if self.transaction != Transaction::None {
            self.pin()?;
        }
        Ok(self.memory.as_ref().map(|memory| (memory.cache, memory.moment)))
    }

    /// An answer came from memory.
    fn answered(&mut self) {
        if let Some(memory) = &mut self.memory {
            memory.has_answered = true;
        }
    }

    /// Whether no answer counts: they are of two states.
    pub(in crate::backend::sqlite) const fn is_mixed(&self) -> bool {
        self.is_mixed
    }

    /// The rows under these keys. In a write transaction nobody else can commit: what is in memory need not be read.
    pub(in crate::backend::sqlite) fn load(&mut self, keys: &[Key]) -> Tried<Vec<Option<Row>>> {
        let at = match self.held {
            Some(held) => held.look(),
            None if keys.len() <= KEYS_MAX => self.remembered()?,
            None => None,
        };
        let Some((cache, moment)) = at else { return self.fetch(keys) };
        let mut known = cache.get_all(&moment, keys);
        if self.held.is_none() && !cache.holds(&moment) {
            return self.fetch(keys);
        }
        if known.missing.len() < keys.len() {
            self.answered();
        }
        if !known.missing.is_empty() {
            let fetched = found(&known.missing, self.fetch(&known.missing)?);
            known.fill(fetched.clone());
            let keys = std::mem::take(&mut known.missing);
            if self.held.is_some() {
                self.read = Some(Read { cache, moment, keys, rows: fetched });
            } else if self.memory.is_some() {
                cache.keep(&moment, &keys, &fetched);
            }
        }
        Ok(known.rows.into_iter().map(|found| found.map(|found| found.1.clone())).collect())
    }

    /// Visits the rows of a range that may be in memory, and keeps them.
    pub(super) fn run(
        &mut self,
        run: Run,
        range: &Range,
        visit: &mut dyn FnMut(Key, Row) -> ControlFlow<()>,
    ) -> Tried<()> {
        let Some((cache, moment)) = self.remembered()? else { return self.in_range(range, visit) };
        if let Some(rows) = cache.run(&moment, &run)
            && cache.holds(&moment)
        {
            self.answered();
            for (key, row) in &*rows {
                interrupt::row()?;
                if visit(key.clone(), row.clone()).is_break() {
                    break;
                }
            }
            return Ok(());
        }
        let (mut read, mut is_whole) = (Vec::new(), true);
        self.in_range(range, &mut |key, row| {
            if is_whole && read.len() < ROWS_MAX {
                read.push((key.clone(), row.clone()));
            } else {
                is_whole = false;
            }
            let flow = visit(key, row);
            is_whole &= flow.is_continue();
            flow
        })?;
        if is_whole && self.memory.is_some() {
            cache.keep_run(&moment, run, read);
        }
        Ok(())
    }
}
