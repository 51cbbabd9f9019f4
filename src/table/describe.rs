//! A table in numbers: what each of its columns holds.

use super::column::{ColumnType, Field};
use super::memory::Memory;
use super::read::{Reading, two_ends};
use super::sink::{Next, Sink};
use super::{Table, batch};
use crate::calendar::iso_utc;
use crate::error::Result;
use crate::query::{Cell, CellRef, Record};
use crate::sort::sort;
use crate::store::Store;
use rustc_hash::FxHashSet;
use std::hash::{BuildHasher, RandomState};
use std::ops::ControlFlow;

/// The columns of a description. `std` is that of a sample; `p25`, `p50` and `p75` are interpolated.
const COLUMNS: [(&str, ColumnType); 12] = [
    ("column", ColumnType::String),
    ("type", ColumnType::String),
    ("count", ColumnType::Int64),
    ("nulls", ColumnType::Int64),
    ("unique", ColumnType::Int64),
    ("min", ColumnType::String),
    ("max", ColumnType::String),
    ("mean", ColumnType::Float64),
    ("std", ColumnType::Float64),
    ("p25", ColumnType::Float64),
    ("p50", ColumnType::Float64),
    ("p75", ColumnType::Float64),
];

impl Table {
    /// A row for each column: how many cells hold something, how many are different, and for numbers their distribution.
    pub fn describe(&self, store: &Store) -> Result<Memory> {
        let rows = self.reading(store, |reading| {
            let mut found = Found::default();
            self.describe_into(reading, &mut found)?;
            found.rows()
        })?;
        let fields: Vec<Field> = COLUMNS.iter().map(|(name, holds)| Field::new(*name, *holds)).collect();
        Ok(Memory { name: "describe", batches: batch::of_rows(&fields, rows)?, fields })
    }

    fn describe_into(&self, reading: &mut Reading<'_>, found: &mut Found) -> Result<()> {
        let mut found = Some(found);
        self.work(reading, &mut |fields| {
            let found = found.take().ok_or_else(two_ends)?;
            found.columns = fields.iter().cloned().map(Column::new).collect();
            Ok(Box::new(Describer(found)) as Next<'_>)
        })
    }
}

#[derive(Default)]
struct Found {
    columns: Vec<Column>,
    hashes: RandomState,
}

impl Found {
    fn rows(self) -> Result<Vec<Vec<Cell>>> {
        self.columns.into_iter().map(Column::row).collect()
    }
}

struct Column {
    field: Field,
    count: i64,
    nulls: i64,
    unique: FxHashSet<u64>,
    numbers: Vec<f64>,
    least: Cell,
    most: Cell,
}

struct Describer<'f>(&'f mut Found);

impl Sink for Describer<'_> {
    fn row(&mut self, row: &dyn Record) -> Result<ControlFlow<()>> {
        let Found { columns, hashes } = &mut *self.0;
        for (at, column) in columns.iter_mut().enumerate() {
            column.add(row.cell(at)?, hashes);
        }
        Ok(ControlFlow::Continue(()))
    }

    fn end(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Column {
    fn new(field: Field) -> Self {
        let (numbers, unique) = (Vec::new(), FxHashSet::default());
        Self { field, count: 0, nulls: 0, unique, numbers, least: Cell::Null, most: Cell::Null }
    }

    fn add(&mut self, cell: CellRef<'_>, hashes: &RandomState) {
        let hash = match cell {
            CellRef::Null => {
                self.nulls += 1;
                return;
            }
            CellRef::Int(int) => hashes.hash_one(int),
            CellRef::Float(float) => hashes.hash_one(float.to_bits()),
            CellRef::Text(text) => hashes.hash_one(text),
        };
        self.count += 1;
        self.unique.insert(hash);
        match (self.field.holds, cell) {
            #[expect(clippy::cast_precision_loss, reason = "statistics are floats")]
            (ColumnType::Int64, CellRef::Int(int)) => self.numbers.push(int as f64),
            (ColumnType::Float64, CellRef::Float(float)) => self.numbers.push(float),
            // Nobody asks for the first of many JSON texts.
            (ColumnType::Json, _) => return,
            _ => {}
        }
        if self.least == Cell::Null || is_less(cell, self.least.lent()) {
            self.least = cell.to_cell();
        }
        if self.most == Cell::Null || is_less(self.most.lent(), cell) {
            self.most = cell.to_cell();
        }
    }

    fn row(mut self) -> Result<Vec<Cell>> {
        sort(&mut self.numbers, f64::total_cmp)?;
        let numbers = &self.numbers;
        #[expect(clippy::cast_precision_loss, reason = "statistics are floats")]
        let count = numbers.len() as f64;
        let mean = numbers.iter().sum::<f64>() / count;
        let spread = numbers.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / (count - 1.0);
        let float = |float: f64| {
            if count > 0.0 && float.is_finite() { Cell::Float(float) } else { Cell::Null }
        };
        let text = |text: &str| Cell::Text(text.into());
        let shown = |cell: &Cell| shown(cell, self.field.holds);
        Ok(vec![
            text(&self.field.name),
            text(self.field.holds.name()),
            Cell::Int(self.count),
            Cell::Int(self.nulls),
            Cell::Int(i64::try_from(self.unique.len()).unwrap_or(i64::MAX)),
            shown(&self.least),
            shown(&self.most),
            float(mean),
            float(spread.sqrt()),
            float(quantile(numbers, 0.25)),
            float(quantile(numbers, 0.5)),
            float(quantile(numbers, 0.75)),
        ])
    }
}

fn is_less(one: CellRef<'_>, other: CellRef<'_>) -> bool {
    match (one, other) {
        (CellRef::Int(one), CellRef::Int(other)) => one < other,
        (CellRef::Float(one), CellRef::Float(other)) => one < other,
        (CellRef::Text(one), CellRef::Text(other)) => one < other,
        _ => false,
    }
}

fn shown(cell: &Cell, holds: ColumnType) -> Cell {
    let text = match (holds, cell) {
        (ColumnType::Json, _) | (_, Cell::Null) => return Cell::Null,
        (ColumnType::Timestamp, Cell::Int(ms)) => iso_utc(*ms),
        (ColumnType::Bool, Cell::Int(bool)) => (*bool != 0).to_string(),
        (_, Cell::Int(int)) => int.to_string(),
        (_, Cell::Float(float)) => float.to_string(),
        (_, Cell::Text(text)) => return Cell::Text(text.clone()),
    };
    Cell::Text(text.into())
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place in a list"
)]
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = part * last as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    sorted[below] + (sorted[above] - sorted[below]) * place.fract()
}
