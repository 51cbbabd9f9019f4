//! Rows as batches of Arrow.

use super::column::{ColumnType, Field};
use super::sink::Sink;
use crate::error::{Error, Reason, Result};
use crate::query::{Cell, CellRef, Record};
use arrow_array::builder::{
    BooleanBuilder, Float64Builder, Int64Builder, StringBuilder, TimestampMillisecondBuilder,
};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampMillisecondType};
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{Schema, SchemaRef};
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
}

impl Builder {
    fn new(holds: ColumnType) -> Self {
        match holds {
            ColumnType::Int64 => Self::Int(Int64Builder::new()),
            ColumnType::Float64 => Self::Float(Float64Builder::new()),
            ColumnType::String | ColumnType::Json => Self::Text(StringBuilder::new()),
            ColumnType::Bool => Self::Bool(BooleanBuilder::new()),
            ColumnType::Timestamp => {
                Self::Time(TimestampMillisecondBuilder::new().with_data_type(holds.arrow()))
            }
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
            _ => {
                return Err(
                    Reason::Damaged.error("the store is damaged: a column holds a value of another type")
                );
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Int(cells) => Arc::new(cells.finish()),
            Self::Float(cells) => Arc::new(cells.finish()),
            Self::Text(cells) => Arc::new(cells.finish()),
            Self::Bool(cells) => Arc::new(cells.finish()),
            Self::Time(cells) => Arc::new(cells.finish()),
        }
    }
}

/// What becomes of a full batch.
pub(super) type Emit<'e> = &'e mut dyn FnMut(RecordBatch) -> Result<ControlFlow<()>>;

/// Collects rows into batches.
pub(super) struct Batcher<'e> {
    schema: SchemaRef,
    columns: Vec<Builder>,
    rows: usize,
    bytes: usize,
    at_once: usize,
    emit: Emit<'e>,
}

impl<'e> Batcher<'e> {
    pub(super) fn new(fields: &[Field], schema: SchemaRef, at_once: usize, emit: Emit<'e>) -> Self {
        let columns = fields.iter().map(|field| Builder::new(field.holds)).collect();
        Self { schema, columns, rows: 0, bytes: 0, at_once, emit }
    }

    fn hand_on(&mut self) -> Result<ControlFlow<()>> {
        let columns = self.columns.iter_mut().map(Builder::finish).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(std::mem::take(&mut self.rows)));
        self.bytes = 0;
        let batch = RecordBatch::try_new_with_options(self.schema.clone(), columns, &options);
        (self.emit)(batch.map_err(|error| Error::store(format!("internal error: a batch: {error}")))?)
    }
}

impl Sink for Batcher<'_> {
    fn row(&mut self, row: &dyn Record) -> Result<ControlFlow<()>> {
        for (at, column) in self.columns.iter_mut().enumerate() {
            let cell = row.cell(at)?;
            if let CellRef::Text(text) = cell {
                self.bytes += text.len();
            }
            column.push(cell)?;
        }
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

/// One batch of rows that are in memory.
pub(super) fn of_rows(fields: &[Field], rows: &[Vec<Cell>]) -> Result<Vec<RecordBatch>> {
    let mut batches = Vec::new();
    let mut emit = |batch| {
        batches.push(batch);
        Ok(ControlFlow::Continue(()))
    };
    let mut sink = Batcher::new(fields, schema(fields), super::ROWS_AT_ONCE, &mut emit);
    for row in rows {
        let _ = sink.row(row)?;
    }
    sink.end()?;
    Ok(batches)
}
