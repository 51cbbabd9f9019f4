//! Rows that were read: what a query answered.

use super::batch::{self, BatchRow};
use super::column::{ColumnType, Field};
use super::sink::Sink;
use crate::error::Result;
use crate::interrupt;
use crate::query::Cell;
use arrow_array::RecordBatch;

/// Rows in memory.
#[derive(Debug)]
pub struct Memory {
    /// What they are called.
    pub(super) name: &'static str,
    pub(super) fields: Vec<Field>,
    pub(super) batches: Vec<RecordBatch>,
}

impl Memory {
    /// Rows of cells whose types are not known: a column of ints and floats is one of floats, and one with texts and
    /// numbers is one of texts.
    pub(super) fn of_cells(name: &'static str, names: Vec<String>, mut rows: Vec<Vec<Cell>>) -> Result<Self> {
        let mut fields: Vec<Field> = Vec::with_capacity(names.len());
        for (at, name) in names.into_iter().enumerate() {
            let holds = holds(rows.iter().map(|row| &row[at]))?;
            if holds == ColumnType::String {
                for row in &mut rows {
                    interrupt::row()?;
                    as_text(&mut row[at]);
                }
            }
            fields.push(Field::new(single(&name, &fields), holds));
        }
        Ok(Self { name, batches: batch::of_rows(&fields, rows)?, fields })
    }

    /// The same rows under another name. None is copied.
    pub(super) fn named(&self, name: &'static str) -> Self {
        Self { name, fields: self.fields.clone(), batches: self.batches.clone() }
    }

    pub(super) fn each(&self, sink: &mut dyn Sink) -> Result<()> {
        for batch in &self.batches {
            for row in 0..batch.num_rows() {
                interrupt::row()?;
                if sink.row(&BatchRow { batch, fields: &self.fields, row })?.is_break() {
                    return sink.end();
                }
            }
        }
        sink.end()
    }
}

/// A name that no other column has.
fn single(name: &str, fields: &[Field]) -> String {
    let is_taken = |name: &str| fields.iter().any(|field| &*field.name == name);
    let numbered = (1..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|name| !is_taken(name)).unwrap_or_default()
}

fn holds<'c>(cells: impl Iterator<Item = &'c Cell>) -> Result<ColumnType> {
    let (mut ints, mut floats, mut texts) = (false, false, false);
    for cell in cells {
        interrupt::row()?;
        match cell {
            Cell::Null => {}
            Cell::Int(_) => ints = true,
            Cell::Float(_) => floats = true,
            Cell::Text(_) => texts = true,
        }
    }
    Ok(match (ints, floats, texts) {
        (_, _, true) | (false, false, false) => ColumnType::String,
        (_, true, _) => ColumnType::Float64,
        (true, false, _) => ColumnType::Int64,
    })
}

fn as_text(cell: &mut Cell) {
    match cell {
        Cell::Int(int) => *cell = Cell::Text(int.to_string().into()),
        Cell::Float(float) => *cell = Cell::Text(float.to_string().into()),
        Cell::Null | Cell::Text(_) => {}
    }
}
