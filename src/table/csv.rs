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
use std::fmt::Write;
use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;

impl Table {
    /// Writes the rows into a file, as a whole or not at all. `told` gets how many rows are written, now and then, and
    /// `ends` is called when all are written, before the file takes its place: each may stop it with an error.
    pub fn csv(
        &self,
        store: &Store,
        path: &Path,
        told: &mut dyn FnMut(i64) -> Result<()>,
        ends: &mut dyn FnMut() -> Result<()>,
    ) -> Result<i64> {
        let mut rows = 0;
        whole::write_with(path, is_open, &mut |file| {
            let written = self.reading(store, |reading| {
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
            })?;
            ends()?;
            Ok(written)
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
            let mut head = lines.borrow_mut();
            for field in fields {
                head.cell(CellRef::Text(&field.name), ColumnType::String)?;
            }
            head.end()?;
            drop(head);
            Ok(Box::new(Liner { fields: fields.to_vec(), lines, told }) as Next<'_>)
        })
    }
}

const TOLD_EVERY: i64 = 10_000;

struct Lines<'f> {
    writer: Writer<BufWriter<&'f mut File>>,
    rows: i64,
    failed: Option<std::io::Error>,
    /// Room for one cell.
    text: String,
    /// The last time, and its text.
    time: (Option<i64>, String),
}

impl<'f> Lines<'f> {
    fn new(file: &'f mut File) -> Self {
        Self {
            writer: Writer::from_writer(BufWriter::new(file)),
            rows: 0,
            failed: None,
            text: String::new(),
            time: (None, String::new()),
        }
    }

    fn wrote(&mut self, written: csv::Result<()>) -> Result<()> {
        written.map_err(|error| {
            let failed = std::io::Error::from(error);
            let said = Error::store(format!("cannot write: {failed}"));
            self.failed = Some(failed);
            said
        })
    }

    fn end(&mut self) -> Result<()> {
        let written = self.writer.write_record(None::<&[u8]>);
        self.wrote(written)
    }

    fn cell(&mut self, cell: CellRef<'_>, holds: ColumnType) -> Result<()> {
        self.text.clear();
        let text = match (holds, cell) {
            (_, CellRef::Text(text)) => text,
            (_, CellRef::Null) => "",
            (ColumnType::Bool, CellRef::Int(bool)) => {
                if bool == 0 {
                    "false"
                } else {
                    "true"
                }
            }
            (ColumnType::Timestamp, CellRef::Int(ms)) => {
                // Rows that were written together have the same times.
                if self.time.0 != Some(ms) {
                    self.time = (Some(ms), iso_utc(ms));
                }
                &self.time.1
            }
            (_, CellRef::Int(int)) => {
                _ = write!(self.text, "{int}");
                &self.text
            }
            (_, CellRef::Float(float)) => {
                _ = write!(self.text, "{float}");
                &self.text
            }
        };
        let written = self.writer.write_field(text);
        self.wrote(written)
    }
}

struct Liner<'l, 'f> {
    fields: Vec<Field>,
    lines: &'l RefCell<Lines<'f>>,
    told: &'l mut dyn FnMut(i64) -> Result<()>,
}

impl Sink for Liner<'_, '_> {
    fn row(&mut self, row: &dyn Record) -> Result<ControlFlow<()>> {
        let mut lines = self.lines.borrow_mut();
        for (at, field) in self.fields.iter().enumerate() {
            let cell = row.cell(at)?;
            lines.cell(cell, field.holds)?;
        }
        lines.end()?;
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
