//! Rows in an order that the engine does not give.

use super::sink::{Next, Sink};
use crate::error::Result;
use crate::interrupt;
use crate::query::{Cell, Record};
use crate::sort::sort;
use std::cmp::Ordering;
use std::ops::ControlFlow;

/// With fewer rows it is not worth throwing some away before the end.
const ROWS_MIN: usize = 4096;

/// Collects all rows, or those that come first, and hands them on in order.
pub(super) struct Sorter<'s> {
    order: Vec<(usize, bool)>,
    kept: Option<usize>,
    rows: Vec<Vec<Cell>>,
    next: Next<'s>,
}

impl<'s> Sorter<'s> {
    pub(super) fn new(order: Vec<(usize, bool)>, kept: Option<usize>, next: Next<'s>) -> Self {
        Self { order, kept, rows: Vec::new(), next }
    }

    fn sort(&mut self) -> Result<()> {
        let order = &self.order;
        sort(&mut self.rows, |one, other| {
            let mut places =
                order.iter().map(|&(at, largest_first)| compare(&one[at], &other[at], largest_first));
            places.find(|place| place.is_ne()).unwrap_or(Ordering::Equal)
        })?;
        self.rows.truncate(self.kept.unwrap_or(usize::MAX));
        Ok(())
    }
}

/// Nulls come last, whichever way.
fn compare(one: &Cell, other: &Cell, largest_first: bool) -> Ordering {
    let order = match (one, other) {
        (Cell::Null, Cell::Null) => return Ordering::Equal,
        (Cell::Null, _) => return Ordering::Greater,
        (_, Cell::Null) => return Ordering::Less,
        (Cell::Int(one), Cell::Int(other)) => one.cmp(other),
        (Cell::Float(one), Cell::Float(other)) => one.total_cmp(other),
        (Cell::Text(one), Cell::Text(other)) => one.cmp(other),
        // A column has one type.
        _ => Ordering::Equal,
    };
    if largest_first { order.reverse() } else { order }
}

impl Sink for Sorter<'_> {
    fn row(&mut self, row: &dyn Record) -> Result<ControlFlow<()>> {
        let cells = (0..row.len()).map(|at| Ok(row.cell(at)?.to_cell())).collect::<Result<_>>()?;
        self.rows.push(cells);
        if self.kept.is_some_and(|kept| self.rows.len() >= ROWS_MIN.max(kept.saturating_mul(2))) {
            self.sort()?;
        }
        Ok(ControlFlow::Continue(()))
    }

    fn end(&mut self) -> Result<()> {
        interrupt::check()?;
        self.sort()?;
        for row in std::mem::take(&mut self.rows) {
            interrupt::row()?;
            if self.next.row(&row)?.is_break() {
                break;
            }
        }
        self.next.end()
    }
}
