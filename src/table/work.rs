//! The steps at work: each gets rows, and hands on what is left of them.

use super::column::Field;
use super::field;
use super::pivot;
use super::sink::{Next, Sink};
use super::sort::Sorter;
use super::step::{Path, Step};
use crate::error::Result;
use crate::query::{Cell, CellRef, Record};
use rustc_hash::FxHashSet;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Puts the steps before a sink. `fields`: the columns of the rows that come in. Also returns the columns that go out.
pub(super) fn chain<'s>(
    steps: &[Step],
    fields: Vec<Field>,
    keys: &[Arc<str>],
    sink: impl FnOnce(&[Field]) -> Result<Next<'s>>,
) -> Result<Next<'s>> {
    let Some((step, rest)) = steps.split_first() else { return sink(&fields) };
    let step = step.checked(&fields)?;
    Ok(match step {
        Step::Filter { at, cells } => {
            let wanted = Wanted::new(&cells);
            Box::new(Filter { at, wanted, next: chain(rest, fields, keys, sink)? })
        }
        Step::Within { at, since, until } => {
            Box::new(Within { at, since, until, next: chain(rest, fields, keys, sink)? })
        }
        Step::Sort(order) => {
            let kept = rest.first().and_then(kept);
            Box::new(Sorter::new(order, kept, chain(rest, fields, keys, sink)?))
        }
        Step::Limit { limit, offset } => {
            Box::new(Limit { offset, left: limit, next: chain(rest, fields, keys, sink)? })
        }
        Step::Members { from, paths } => {
            let mut wider = fields;
            wider.extend(paths.iter().map(|path| Field::new(path.name.clone(), path.holds)));
            Box::new(Members { from, paths, next: chain(rest, wider, keys, sink)? })
        }
        Step::Pivot(pivot) => {
            let wide = pivot.fields(keys);
            pivot::working(&pivot, keys, chain(rest, wide, keys, sink)?)
        }
        Step::Unchecked(..) | Step::SortUnchecked(_) => chain(rest, fields, keys, sink)?,
    })
}

/// How many rows of an order are needed, if this is what follows.
fn kept(next: &Step) -> Option<usize> {
    let Step::Limit { limit, offset } = next else { return None };
    usize::try_from(limit.saturating_add(*offset)).ok()
}

/// The cells that a filter lets through.
enum Wanted {
    /// Many ints, or many texts.
    Ints(FxHashSet<i64>, bool),
    Texts(FxHashSet<Arc<str>>, bool),
    Few(Vec<Cell>),
}

impl Wanted {
    fn new(cells: &[Cell]) -> Self {
        let null = cells.contains(&Cell::Null);
        let known = || cells.iter().filter(|cell| **cell != Cell::Null);
        let ints: FxHashSet<i64> =
            known().filter_map(|cell| if let Cell::Int(int) = cell { Some(*int) } else { None }).collect();
        let texts: FxHashSet<Arc<str>> = known()
            .filter_map(|cell| if let Cell::Text(text) = cell { Some(text.clone()) } else { None })
            .collect();
        if known().all(|cell| matches!(cell, Cell::Int(_))) {
            Self::Ints(ints, null)
        } else if known().all(|cell| matches!(cell, Cell::Text(_))) {
            Self::Texts(texts, null)
        } else {
            Self::Few(cells.to_vec())
        }
    }

    fn has(&self, cell: CellRef<'_>) -> bool {
        match (self, cell) {
            (Self::Ints(_, null) | Self::Texts(_, null), CellRef::Null) => *null,
            (Self::Ints(ints, _), CellRef::Int(int)) => ints.contains(&int),
            (Self::Texts(texts, _), CellRef::Text(text)) => texts.contains(text),
            (Self::Few(cells), cell) => cells.iter().any(|one| one.lent() == cell),
            _ => false,
        }
    }
}

struct Filter<'s> {
    at: usize,
    wanted: Wanted,
    next: Next<'s>,
}

impl Sink for Filter<'_> {
    fn row(&mut self, row: &dyn Record) -> Result<ControlFlow<()>> {
        if self.wanted.has(row.cell(self.at)?) { self.next.row(row) } else { Ok(ControlFlow::Continue(())) }
    }

    fn end(&mut self) -> Result<()> {
        self.next.end()
    }
}

struct Within<'s> {
    at: usize,
    since: Option<i64>,
    until: Option<i64>,
    next: Next<'s>,
}

impl Sink for Within<'_> {
    fn row(&mut self, row: &dyn Record) -> Result<ControlFlow<()>> {
        let CellRef::Int(time) = row.cell(self.at)? else { return Ok(ControlFlow::Continue(())) };
        let is_in =
            self.since.is_none_or(|since| time >= since) && self.until.is_none_or(|until| time < until);
        if is_in { self.next.row(row) } else { Ok(ControlFlow::Continue(())) }
    }

    fn end(&mut self) -> Result<()> {
        self.next.end()
    }
}

struct Limit<'s> {
    offset: u64,
    left: u64,
    next: Next<'s>,
}

impl Sink for Limit<'_> {
    fn row(&mut self, row: &dyn Record) -> Result<ControlFlow<()>> {
        if self.left == 0 {
            return Ok(ControlFlow::Break(()));
        }
        if self.offset > 0 {
            self.offset -= 1;
            return Ok(ControlFlow::Continue(()));
        }
        self.left -= 1;
        let goes_on = self.next.row(row)?;
        Ok(if self.left == 0 { ControlFlow::Break(()) } else { goes_on })
    }

    fn end(&mut self) -> Result<()> {
        self.next.end()
    }
}

struct Members<'s> {
    from: usize,
    paths: Arc<Vec<Path>>,
    next: Next<'s>,
}

/// A row with more cells behind its own.
struct Wider<'r> {
    row: &'r dyn Record,
    own: usize,
    more: Vec<Cell>,
}

impl Record for Wider<'_> {
    fn len(&self) -> usize {
        self.own + self.more.len()
    }

    fn cell(&self, at: usize) -> Result<CellRef<'_>> {
        if at < self.own { self.row.cell(at) } else { Ok(self.more[at - self.own].lent()) }
    }

    fn cells<'r>(&'r self, cells: &mut Vec<CellRef<'r>>) -> Result<()> {
        self.row.cells(cells)?;
        cells.extend(self.more.iter().map(Cell::lent));
        Ok(())
    }
}

impl Sink for Members<'_> {
    fn row(&mut self, row: &dyn Record) -> Result<ControlFlow<()>> {
        let more = match row.cell(self.from)? {
            CellRef::Text(json) => field::members(json, &self.paths),
            _ => vec![Cell::Null; self.paths.len()],
        };
        self.next.row(&Wider { row, own: row.len(), more })
    }

    fn end(&mut self) -> Result<()> {
        self.next.end()
    }
}

/// Counts rows.
pub(super) struct Counter<'c>(pub(super) &'c mut i64);

impl Sink for Counter<'_> {
    fn row(&mut self, _: &dyn Record) -> Result<ControlFlow<()>> {
        *self.0 += 1;
        Ok(ControlFlow::Continue(()))
    }

    fn end(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Collects the different texts of a column.
pub(super) struct Texts<'c> {
    pub(super) at: usize,
    pub(super) found: &'c mut FxHashSet<Arc<str>>,
}

impl Sink for Texts<'_> {
    fn row(&mut self, row: &dyn Record) -> Result<ControlFlow<()>> {
        if let CellRef::Text(text) = row.cell(self.at)?
            && !self.found.contains(text)
        {
            self.found.insert(text.into());
        }
        Ok(ControlFlow::Continue(()))
    }

    fn end(&mut self) -> Result<()> {
        Ok(())
    }
}
