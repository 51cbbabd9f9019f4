//! A table as CSV: a line of names, then a line for each row. Nothing is an empty field, times are ISO text in UTC.

use super::Table;
use super::column::ColumnType;
use super::column::Field;
use super::read::{Reading, two_ends};
use super::sink::{Next, Sink};
use crate::backend::is_open;
use crate::calendar::iso_utc;
use crate::error::{Error, Result};
use crate::query::{CellRef, Record};
use crate::store::Store;
use crate::whole;
use csv::Writer;
use std::cell::RefCell;
use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;

impl Table {
    /// Writes the rows into a file, as a whole or not at all. `told` gets how many rows are written, now and then, and
    /// may stop it with an error.
    pub fn csv(&self, store: &Store, path: &Path, told: &mut dyn FnMut(i64) -> Result<()>) -> Result<i64> {
        let mut rows = 0;
        whole::write_with(path, is_open, &mut |file| {
            self.reading(store, |reading| {
                // The rows may be read anew, from another snapshot.
                if let Err(error) = file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0))) {
                    return Ok(Err(error));
                }
                let lines = RefCell::new(Lines::new(file));
                let read = self.csv_into(reading, &lines, told);
                let mut lines = lines.into_inner();
                rows = lines.rows;
                match lines.failed.take() {
                    Some(error) => Ok(Err(error)),
                    None => read.map(|()| lines.writer.flush()),
                }
            })
        })?;
        Ok(rows)
    }

    fn csv_into(
        &self,
        reading: &mut Reading<'_>,
        lines: &RefCell<Lines<'_>>,
        told: &mut dyn FnMut(i64) -> Result<()>,
    ) -> Result<()> {
        let mut told = Some(told);
        self.work(reading, &mut |fields| {
            let told = told.take().ok_or_else(two_ends)?;
            let names = fields.iter().map(|field| &*field.name);
            lines.borrow_mut().write(names)?;
            Ok(Box::new(Liner { fields: fields.to_vec(), lines, told }) as Next<'_>)
        })
    }
}

const TOLD_EVERY: i64 = 10_000;

struct Lines<'f> {
    writer: Writer<BufWriter<&'f mut File>>,
    rows: i64,
    failed: Option<std::io::Error>,
}

impl<'f> Lines<'f> {
    fn new(file: &'f mut File) -> Self {
        Self { writer: Writer::from_writer(BufWriter::new(file)), rows: 0, failed: None }
    }

    fn write<T: AsRef<[u8]>>(&mut self, cells: impl Iterator<Item = T>) -> Result<()> {
        self.writer.write_record(cells).map_err(|error| {
            let failed = std::io::Error::from(error);
            let said = Error::store(format!("cannot write: {failed}"));
            self.failed = Some(failed);
            said
        })
    }
}

struct Liner<'l, 'f> {
    fields: Vec<Field>,
    lines: &'l RefCell<Lines<'f>>,
    told: &'l mut dyn FnMut(i64) -> Result<()>,
}

impl Sink for Liner<'_, '_> {
    fn row(&mut self, row: &dyn Record) -> Result<ControlFlow<()>> {
        let cells = self.fields.iter().enumerate().map(|(at, field)| Ok(shown(row.cell(at)?, field.holds)));
        let cells: Vec<String> = cells.collect::<Result<_>>()?;
        let mut lines = self.lines.borrow_mut();
        lines.write(cells.iter())?;
        lines.rows += 1;
        if lines.rows % TOLD_EVERY == 0 {
            (self.told)(lines.rows)?;
        }
        Ok(ControlFlow::Continue(()))
    }

    fn end(&mut self) -> Result<()> {
        let rows = self.lines.borrow().rows;
        (self.told)(rows)
    }
}

fn shown(cell: CellRef<'_>, holds: ColumnType) -> String {
    match (holds, cell) {
        (_, CellRef::Null) => String::new(),
        (ColumnType::Timestamp, CellRef::Int(ms)) => iso_utc(ms),
        (ColumnType::Bool, CellRef::Int(bool)) => (bool != 0).to_string(),
        (_, CellRef::Int(int)) => int.to_string(),
        (_, CellRef::Float(float)) => float.to_string(),
        (_, CellRef::Text(text)) => text.to_owned(),
    }
}
