//! Rows as batches of Arrow.

use super::column::{ColumnType, Field};
use super::sink::Sink;
use crate::error::{Error, Reason, Result};
use crate::interrupt;
use crate::query::{Cell, CellRef, Record};
use arrow_array::builder::{
    BooleanBuilder, Float64Builder, Int64Builder, StringBuilder, TimestampMillisecondBuilder,
};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampMillisecondType};
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow_schema::{Schema, SchemaRef};
use std::mem::{replace, take};
use std::ops::ControlFlow;
use std::sync::Arc;

/// A batch with more text than this is full.
const BYTES_MAX: usize = 8 << 20;

/// The columns as Arrow sees them.
pub(super) fn schema(fields: &[Field]) -> SchemaRef {
    let fields = fields.iter().map(|field| arrow_schema::Field::new(&*field.name, field.holds.arrow(), true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

enum Builder {
    Int(Int64Builder),
    Float(Float64Builder),
    Text(StringBuilder),
    Bool(BooleanBuilder),
    Time(TimestampMillisecondBuilder),
    /// Every row has this text.
    Same(Arc<str>),
}

impl Builder {
    fn new(holds: ColumnType) -> Self {
        match holds {
            ColumnType::Int64 => Self::Int(Int64Builder::with_capacity(0)),
            ColumnType::Float64 => Self::Float(Float64Builder::with_capacity(0)),
            ColumnType::String | ColumnType::Json => Self::Text(StringBuilder::with_capacity(0, 0)),
            ColumnType::Bool => Self::Bool(BooleanBuilder::with_capacity(0)),
            ColumnType::Timestamp => Self::Time(times(0)),
        }
    }

    fn push(&mut self, cell: CellRef<'_>) -> Result<()> {
        match (self, cell) {
            (Self::Int(cells), CellRef::Null) => cells.append_null(),
            (Self::Int(cells), CellRef::Int(int)) => cells.append_value(int),
            (Self::Float(cells), CellRef::Null) => cells.append_null(),
            (Self::Float(cells), CellRef::Float(float)) => cells.append_value(float),
            #[expect(clippy::cast_precision_loss, reason = "a column with ints and floats is one of floats")]
            (Self::Float(cells), CellRef::Int(int)) => cells.append_value(int as f64),
            (Self::Text(cells), CellRef::Null) => cells.append_null(),
            (Self::Text(cells), CellRef::Text(text)) => cells.append_value(text),
            (Self::Bool(cells), CellRef::Null) => cells.append_null(),
            (Self::Bool(cells), CellRef::Int(int)) => cells.append_value(int != 0),
            (Self::Time(cells), CellRef::Null) => cells.append_null(),
            (Self::Time(cells), CellRef::Int(ms)) => cells.append_value(ms),
            (Self::Same(_), CellRef::Text(_)) => {}
            _ => {
                return Err(
                    Reason::Damaged.error("the store is damaged: a column holds a value of another type")
                );
            }
        }
        Ok(())
    }

    /// The cells of so many rows. There is room for as many again.
    fn finish(&mut self, rows: usize) -> ArrayRef {
        match self {
            Self::Int(cells) => Arc::new(replace(cells, Int64Builder::with_capacity(rows)).finish()),
            Self::Float(cells) => Arc::new(replace(cells, Float64Builder::with_capacity(rows)).finish()),
            Self::Text(cells) => {
                let room = StringBuilder::with_capacity(rows, cells.values_slice().len());
                Arc::new(replace(cells, room).finish())
            }
            Self::Bool(cells) => Arc::new(replace(cells, BooleanBuilder::with_capacity(rows)).finish()),
            Self::Time(cells) => Arc::new(replace(cells, times(rows)).finish()),
            Self::Same(text) => Arc::new(StringArray::new_repeated(&**text, rows)),
        }
    }
}

fn times(rows: usize) -> TimestampMillisecondBuilder {
    TimestampMillisecondBuilder::with_capacity(rows).with_data_type(ColumnType::Timestamp.arrow())
}

/// What becomes of a full batch.
pub(super) type Emit<'e> = &'e mut dyn FnMut(RecordBatch) -> Result<ControlFlow<()>>;

/// Collects rows into batches.
pub(super) struct Batcher<'e> {
    schema: SchemaRef,
    columns: Vec<Builder>,
    /// Room for the cells of one row.
    cells: Vec<CellRef<'static>>,
    rows: usize,
    bytes: usize,
    at_once: usize,
    emit: Emit<'e>,
}

impl<'e> Batcher<'e> {
    pub(super) fn new(fields: &[Field], schema: SchemaRef, at_once: usize, emit: Emit<'e>) -> Self {
        let columns = fields.iter().map(|field| Builder::new(field.holds)).collect();
        Self { schema, columns, cells: Vec::new(), rows: 0, bytes: 0, at_once, emit }
    }

    /// Says that every row has this text in the first column.
    pub(super) fn with_same(mut self, first: Option<Arc<str>>) -> Self {
        if let (Some(text), Some(column)) = (first, self.columns.first_mut()) {
            *column = Builder::Same(text);
        }
        self
    }

    fn hand_on(&mut self) -> Result<ControlFlow<()>> {
        let rows = take(&mut self.rows);
        let columns = self.columns.iter_mut().map(|column| column.finish(rows)).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        self.bytes = 0;
        let batch = RecordBatch::try_new_with_options(self.schema.clone(), columns, &options);
        (self.emit)(batch.map_err(|error| Error::store(format!("internal error: a batch: {error}")))?)
    }
}

impl Sink for Batcher<'_> {
    fn row(&mut self, row: &dyn Record) -> Result<ControlFlow<()>> {
        let mut cells = take(&mut self.cells);
        row.cells(&mut cells)?;
        for (column, cell) in self.columns.iter_mut().zip(&cells) {
            if let CellRef::Text(text) = cell {
                self.bytes += text.len();
            }
            column.push(*cell)?;
        }
        self.cells = emptied(cells);
        self.rows += 1;
        if self.rows >= self.at_once || self.bytes >= BYTES_MAX {
            return self.hand_on();
        }
        Ok(ControlFlow::Continue(()))
    }

    fn end(&mut self) -> Result<()> {
        if self.rows > 0 { self.hand_on().map(drop) } else { Ok(()) }
    }
}

/// The same room without its cells, for those of another row. (The standard library collects in place.)
fn emptied(mut cells: Vec<CellRef<'_>>) -> Vec<CellRef<'static>> {
    cells.clear();
    cells.into_iter().map(|_| CellRef::Null).collect()
}

/// A row of a batch.
pub(super) struct BatchRow<'b> {
    pub(super) batch: &'b RecordBatch,
    pub(super) fields: &'b [Field],
    pub(super) row: usize,
}

impl Record for BatchRow<'_> {
    fn len(&self) -> usize {
        self.fields.len()
    }

    fn cell(&self, at: usize) -> Result<CellRef<'_>> {
        Ok(cell(self.batch.column(at), self.fields[at].holds, self.row))
    }
}

/// A cell of a column that [`Batcher`] made.
pub(crate) fn cell(column: &ArrayRef, holds: ColumnType, row: usize) -> CellRef<'_> {
    if column.is_null(row) {
        return CellRef::Null;
    }
    match holds {
        ColumnType::Int64 => CellRef::Int(column.as_primitive::<Int64Type>().value(row)),
        ColumnType::Float64 => CellRef::Float(column.as_primitive::<Float64Type>().value(row)),
        ColumnType::String | ColumnType::Json => CellRef::Text(column.as_string::<i32>().value(row)),
        ColumnType::Bool => CellRef::Int(column.as_boolean().value(row).into()),
        ColumnType::Timestamp => CellRef::Int(column.as_primitive::<TimestampMillisecondType>().value(row)),
    }
}

/// Batches of rows that are in memory. Each row is let go of when it is read: all at once would take long.
pub(super) fn of_rows(fields: &[Field], rows: Vec<Vec<Cell>>) -> Result<Vec<RecordBatch>> {
    let mut batches = Vec::new();
    let mut emit = |batch| {
        batches.push(batch);
        Ok(ControlFlow::Continue(()))
    };
    let mut sink = Batcher::new(fields, schema(fields), super::ROWS_AT_ONCE, &mut emit);
    for row in rows {
        interrupt::row()?;
        let _ = sink.row(&row)?;
    }
    sink.end()?;
    Ok(batches)
}
