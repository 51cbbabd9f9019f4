//! Reading a table: its rows as batches, or how many there are.

use super::batch::{Batcher, Emit, schema};
use super::catalog::Definition;
use super::column::Field;
use super::pivot::Pivot;
use super::plan::{Names, Plan, plan};
use super::seen::{Counting, Sight};
use super::sink::{Next, Sink};
use super::step::Step;
use super::work::{Counter, Texts, chain};
use super::{Games, Source, Table};
use crate::backend::Snapshot;
use crate::calendar::Zone;
use crate::error::{Error, Result};
use crate::query::{Asked, CellRef, Query, Visit};
use crate::row::{Kind, Range};
use crate::store::Store;
use arrow_schema::SchemaRef;
use rustc_hash::FxHashSet;
use std::ops::ControlFlow;
use std::sync::Arc;

/// What gets the columns of a table once they are known; after this come the batches.
pub(super) type Head<'h> = &'h mut dyn FnMut(&[Field], &SchemaRef) -> Result<()>;

/// The games that there are.
pub(super) fn games(snapshot: &mut dyn Snapshot) -> Result<Names> {
    let range = Range { game: 0, owner: 0, kind: Kind::Game, world: 0, from: "".into(), to: None };
    let mut names = Vec::new();
    snapshot.scan(&range, &mut |key, row| {
        names.extend(row.i_value.map(|number| (number, key.key)));
        ControlFlow::Continue(())
    })?;
    Ok(Arc::new(names))
}

/// What a reading needs beside the rows.
pub(super) struct Reading<'r> {
    /// `None` for rows that are in memory.
    snapshot: Option<&'r mut dyn Snapshot>,
    pub(super) names: Names,
    pub(super) zone: &'r Zone,
    pub(super) now_ms: i64,
    /// Whether little memory is to be used.
    pub(super) sparing: bool,
}

impl<'r> Reading<'r> {
    pub(super) fn new(store: &'r Store, snapshot: &'r mut dyn Snapshot) -> Result<Self> {
        let names = games(snapshot)?;
        Ok(Self {
            snapshot: Some(snapshot),
            names,
            zone: store.zone(),
            now_ms: store.now_ms(),
            sparing: false,
        })
    }

    pub(super) fn select(&mut self, query: &Query, asked: Asked, visit: Visit<'_>) -> Result<()> {
        match &mut self.snapshot {
            Some(snapshot) => snapshot.select(query, asked, visit),
            None => Err(Error::store("internal error: a table of the store without a snapshot")),
        }
    }
}

impl Table {
    /// Reads in one snapshot of the store, if the rows are there. `read` may be called again: its last call counts.
    pub(super) fn reading<T>(
        &self,
        store: &Store,
        mut read: impl FnMut(&mut Reading<'_>) -> Result<T>,
    ) -> Result<T> {
        if !self.is_stored() {
            let (zone, now_ms) = (store.zone(), store.now_ms());
            return read(&mut Reading {
                snapshot: None,
                names: Arc::default(),
                zone,
                now_ms,
                sparing: false,
            });
        }
        store.read(|snapshot| read(&mut Reading::new(store, snapshot)?))
    }

    /// Reads all rows, as batches of at most this many.
    pub(super) fn read(
        &self,
        reading: &mut Reading<'_>,
        at_once: usize,
        head: Head<'_>,
        emit: Emit<'_>,
    ) -> Result<()> {
        let mut emit = Some(emit);
        self.work(reading, &mut |fields| {
            let schema = schema(fields);
            head(fields, &schema)?;
            let emit = emit.take().ok_or_else(two_ends)?;
            Ok(Box::new(Batcher::new(fields, schema, at_once, emit).with_same(self.only_game())))
        })
    }

    /// The columns.
    pub(super) fn columns(&self, reading: &mut Reading<'_>) -> Result<Vec<Field>> {
        if let Some(fields) = self.known() {
            return Ok(fields);
        }
        let mut fields = self.base();
        for (at, step) in self.steps.iter().enumerate() {
            fields = match step {
                Step::Pivot(pivot) => pivot.fields(&self.keys(reading, at, pivot)?),
                step => step.fields(fields).unwrap_or_default(),
            };
        }
        Ok(fields)
    }

    /// The game in the first column of all rows, if it is always the same.
    fn only_game(&self) -> Option<Arc<str>> {
        let pivoted = self.steps.iter().any(|step| matches!(step, Step::Pivot(_)));
        match (&self.source, &self.games) {
            (Source::Store(_), Games::These(games)) if !pivoted && games.len() == 1 => Some(games[0].clone()),
            _ => None,
        }
    }

    /// How many rows there are.
    pub(super) fn count(&self, reading: &mut Reading<'_>) -> Result<i64> {
        let Source::Store(definition) = &self.source else { return self.count_each(reading) };
        let plan = plan(self, definition, &reading.names, &self.base())?;
        let Some(query) = plan.query.as_ref().filter(|_| plan.rest.is_empty()) else {
            return self.count_each(reading);
        };
        let mut found = 0;
        reading.select(query, Asked::Count, &mut |record| {
            if let CellRef::Int(int) = record.cell(0)? {
                found = int;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(plan.counted(found))
    }

    fn count_each(&self, reading: &mut Reading<'_>) -> Result<i64> {
        let mut count = 0;
        // It is counted anew if the rows are read anew.
        let mut counter = Some(&mut count);
        self.work(reading, &mut |_| {
            let count = counter.take().ok_or_else(two_ends)?;
            Ok(Box::new(Counter(count)))
        })?;
        Ok(count)
    }

    pub(super) fn work<'s>(
        &self,
        reading: &mut Reading<'_>,
        end: &mut dyn FnMut(&[Field]) -> Result<Next<'s>>,
    ) -> Result<()> {
        let pivoted = self.steps.iter().enumerate().find_map(|(at, step)| match step {
            Step::Pivot(pivot) => Some((at, pivot)),
            _ => None,
        });
        let keys = pivoted.map_or(Ok(Vec::new()), |(at, pivot)| self.keys(reading, at, pivot))?;
        match &self.source {
            Source::Store(definition) => {
                let plan = plan(self, definition, &reading.names, &self.base())?;
                let sink = chain(&plan.rest, self.base(), &keys, |fields| end(fields))?;
                rows(definition, &plan, reading, sink)
            }
            Source::Memory(memory) => {
                let mut sink = chain(&self.steps, self.base(), &keys, |fields| end(fields))?;
                memory.each(&mut *sink)
            }
        }
    }

    /// The keys of a pivot, in order.
    fn keys(&self, reading: &mut Reading<'_>, at: usize, pivot: &Pivot) -> Result<Vec<Arc<str>>> {
        let Source::Store(definition) = &self.source else { return Ok(Vec::new()) };
        let before = Self { steps: self.steps[..at].to_vec(), ..self.clone() };
        let plan = plan(&before, definition, &reading.names, &before.base())?;
        let mut found = FxHashSet::default();
        match &plan.query {
            Some(query) if plan.rest.is_empty() && query.limit.is_none() => {
                let mut query = query.clone();
                query.columns = vec![definition.columns[pivot.key]];
                let mut sink = Texts { at: 0, found: &mut found };
                reading.select(&query, Asked::Distinct, &mut |record| sink.row(record))?;
            }
            _ => {
                let mut sink: Option<Next<'_>> = Some(Box::new(Texts { at: pivot.key, found: &mut found }));
                before.work(reading, &mut |_| sink.take().ok_or_else(two_ends))?;
            }
        }
        let mut keys: Vec<Arc<str>> = found.into_iter().collect();
        keys.sort_unstable();
        pivot.check(&keys)?;
        Ok(keys)
    }
}

pub(super) fn two_ends() -> Error {
    Error::store("internal error: a reading with two ends")
}

/// Hands on the rows that the engine gives.
fn rows(definition: &Definition, plan: &Plan, reading: &mut Reading<'_>, mut sink: Next<'_>) -> Result<()> {
    let Some(query) = &plan.query else { return sink.end() };
    let mut query = Query { sparing: reading.sparing, ..query.clone() };
    let counter = Counting::of(definition, reading.zone, reading.now_ms)?;
    let sight = Sight::of(definition, &mut query);
    reading.select(&query, Asked::Rows, &mut |record| {
        let seen = sight.of_row(record);
        match &counter {
            None => sink.row(&seen),
            Some(counter) => sink.row(&counter.row(&seen)?),
        }
    })?;
    sink.end()
}
