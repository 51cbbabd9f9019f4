//! Reading a table: its rows as batches, or how many there are.

use super::batch::{Batcher, Emit, schema};
use super::catalog::Definition;
use super::column::{Field, place};
use super::pivot::Pivot;
use super::plan::{Names, Plan, plan};
use super::sink::{Next, Sink};
use super::step::Step;
use super::work::{Counter, Texts, chain};
use super::{Source, Table};
use crate::backend::Snapshot;
use crate::calendar::Zone;
use crate::column::{Column, Source as From, Type};
use crate::error::{Error, Result};
use crate::kinds::limit;
use crate::query::{Asked, Cell, CellRef, Query, Record, Visit};
use crate::row::{Kind, Range, Row};
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

    fn select(&mut self, query: &Query, asked: Asked, visit: Visit<'_>) -> Result<()> {
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
            Ok(Box::new(Batcher::new(fields, schema, at_once, emit)))
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
    let query = &Query { sparing: reading.sparing, ..query.clone() };
    let is_game = definition.columns.first().is_some_and(|column| column.source == From::Game);
    let counter = Counting::of(definition, reading.zone, reading.now_ms)?;
    let names = reading.names.clone();
    let is_time = |(at, column): (usize, &Column)| if column.holds == Type::Millis { 1 << at } else { 0 };
    let times: u64 = definition.columns.iter().enumerate().map(is_time).sum();
    reading.select(query, Asked::Rows, &mut |record| match (&counter, is_game) {
        (None, false) => sink.row(record),
        (None, true) => sink.row(&Seen { record, names: &names, times }),
        (Some(counter), _) => sink.row(&counter.row(&Seen { record, names: &names, times })?),
    })?;
    sink.end()
}

/// A row as people see it, whose first cell is the number of its game in the engine.
struct Seen<'r> {
    record: &'r dyn Record,
    names: &'r [(i64, Arc<str>)],
    /// The bits of the columns that hold times, in which 0 is none.
    times: u64,
}

impl Record for Seen<'_> {
    fn len(&self) -> usize {
        self.record.len()
    }

    fn cell(&self, at: usize) -> Result<CellRef<'_>> {
        let cell = self.record.cell(at)?;
        let CellRef::Int(number) = cell else { return Ok(cell) };
        if at > 0 {
            return Ok(if number == 0 && self.times >> at & 1 == 1 { CellRef::Null } else { cell });
        }
        let named = self.names.iter().find(|(known, _)| *known == number);
        Ok(named.map_or(CellRef::Null, |(_, name)| CellRef::Text(name)))
    }
}

/// What a counter counts now, and until when.
struct Counting<'z> {
    zone: &'z Zone,
    now_ms: i64,
    value: usize,
    refresh: usize,
    expires: usize,
    updated: usize,
}

struct Counted<'r> {
    record: &'r dyn Record,
    value: (usize, CellRef<'r>),
    expires: (usize, Cell),
}

impl Record for Counted<'_> {
    fn len(&self) -> usize {
        self.record.len()
    }

    fn cell(&self, at: usize) -> Result<CellRef<'_>> {
        if at == self.value.0 {
            Ok(self.value.1)
        } else if at == self.expires.0 {
            Ok(self.expires.1.lent())
        } else {
            self.record.cell(at)
        }
    }
}

impl<'z> Counting<'z> {
    fn of(definition: &Definition, zone: &'z Zone, now_ms: i64) -> Result<Option<Self>> {
        if definition.columns.iter().all(|column| column.source != From::Running) {
            return Ok(None);
        }
        let fields = definition.fields();
        let at = |column: &str| place(&fields, column, "with_limit");
        let (value, refresh) = (at("value")?, at("refresh")?);
        Ok(Some(Self { zone, now_ms, value, refresh, expires: at("expires")?, updated: at("updated")? }))
    }

    fn row<'r>(&self, record: &'r dyn Record) -> Result<Counted<'r>> {
        let int = |at| {
            let cell = record.cell(at)?;
            Ok::<_, Error>(if let CellRef::Int(int) = cell { int } else { 0 })
        };
        let refresh = record.cell(self.refresh)?;
        let s_value = if let CellRef::Text(text) = refresh { Some(text.into()) } else { None };
        let row = Row { s_value, flags: int(self.expires)?, updated: int(self.updated)?, ..Row::default() };
        let end = limit::window_end(&row, self.zone)?;
        let is_over = end.is_some_and(|end| end <= self.now_ms);
        let value = if is_over { CellRef::Int(0) } else { record.cell(self.value)? };
        let expires = end.map_or(Cell::Null, Cell::Int);
        Ok(Counted { record, value: (self.value, value), expires: (self.expires, expires) })
    }
}
