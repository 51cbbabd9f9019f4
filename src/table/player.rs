//! Everything of one user.

use super::column::Field;
use super::memory::Memory;
use super::read::Reading;
use super::{ROWS_AT_ONCE, Table, catalog};
use crate::error::Result;
use crate::query::From;
use crate::store::Store;
use arrow_array::RecordBatch;
use std::ops::ControlFlow;

/// A user's rows in one table.
#[derive(Debug)]
pub struct Part {
    /// The table.
    pub name: &'static str,
    /// Its columns.
    pub fields: Vec<Field>,
    /// The rows.
    pub batches: Vec<RecordBatch>,
}

impl Store {
    /// The rows of a user in each table, as they are at one moment.
    pub fn player(&self, user: i64) -> Result<Vec<Part>> {
        self.read(|snapshot| {
            let mut reading = Reading::new(self, snapshot)?;
            let mut parts = Vec::new();
            for table in catalog::all() {
                let Some(owner) = table.owner().filter(|_| matches!(table.from, From::Kind(_))) else {
                    continue;
                };
                let Some(whole) = Table::named(table.name, self.default_game()) else { continue };
                let rows = whole.filtered(owner.shown, &[super::Given::Int(user)])?;
                let Memory { fields, batches, .. } = rows.gather(&mut reading, table.name)?;
                parts.push(Part { name: table.name, fields, batches });
            }
            Ok(parts)
        })
    }
}

impl Table {
    /// All rows, in memory.
    pub(super) fn gather(&self, reading: &mut Reading<'_>, name: &'static str) -> Result<Memory> {
        if let Some(memory) = self.as_read() {
            return Ok(memory.named(name));
        }
        let (mut known, mut batches) = (Vec::new(), Vec::new());
        self.read(
            reading,
            ROWS_AT_ONCE,
            &mut |fields, _| {
                known = fields.to_vec();
                Ok(())
            },
            &mut |batch| {
                batches.push(batch);
                Ok(ControlFlow::Continue(()))
            },
        )?;
        Ok(Memory { name, fields: known, batches })
    }

    /// The columns.
    pub fn fields(&self, store: &Store) -> Result<Vec<Field>> {
        match self.known() {
            Some(fields) => Ok(fields),
            None => self.reading(store, |reading| self.columns(reading)),
        }
    }

    /// How many rows there are, counted by the engine where it can.
    pub fn len(&self, store: &Store) -> Result<i64> {
        self.reading(store, |reading| self.count(reading))
    }

    /// All rows, read into memory.
    pub fn rows(&self, store: &Store) -> Result<Memory> {
        self.reading(store, |reading| self.gather(reading, "rows"))
    }
}

impl Memory {
    /// The columns.
    pub fn columns(&self) -> &[Field] {
        &self.fields
    }

    /// The rows, in batches.
    pub fn batches(&self) -> &[RecordBatch] {
        &self.batches
    }
}
