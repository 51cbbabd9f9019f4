//! Where a copy goes to: rows and the marker are written together, so that a copy which was killed knows how far it is.

use super::marker::{self, Marker};
use super::pass::bytes_of;
use super::sum::Sum;
use super::{SOURCE, TARGET, of};
use crate::backend::{Backend, Changes, HOW_TO_EMPTY, Touch};
use crate::error::{Code, Error, Reason, Refused, Result};
use crate::kinds::counter;
use crate::row::{Key, Row};
use std::ops::ControlFlow;

/// A transaction writes this many rows at most, or about this many bytes.
const BATCH_ROWS: usize = 500;
const BATCH_BYTES: usize = 8 << 20;
/// A step ends after this many rows or bytes, so that its progress is seen and it can be stopped.
const STEP_ROWS: i64 = 10_000;
const STEP_BYTES: usize = 32 << 20;

pub(super) struct CopyTarget {
    backend: Box<dyn Backend>,
    marker: Marker,
    /// The marker as it was stored last.
    stored: Option<Row>,
}

impl CopyTarget {
    /// Goes on where a copy of the same source was stopped, or begins one in an empty store.
    pub(super) fn new(backend: Box<dyn Backend>, source: String, sum: Sum) -> Result<Self> {
        let fresh = Marker { source, sum, done: 0, after: None };
        let Some(row) = backend.get_one(&marker::key())? else {
            let mut target = Self { backend, marker: fresh, stored: None };
            target.begin()?;
            return Ok(target);
        };
        let marker = Marker::read(&row)?;
        if marker.sum != fresh.sum {
            return Err(Reason::NotEmpty.error(format!(
                "it holds a part of '{}' as that was then: {} rows, checksum {}; now '{}' holds {} rows, checksum {}. \
                 {}",
                marker.source,
                marker.sum.rows,
                marker.sum.checksum,
                fresh.source,
                fresh.sum.rows,
                fresh.sum.checksum,
                empty_it()
            )));
        }
        Ok(Self { backend, marker, stored: Some(row) })
    }

    /// Takes away what an empty store has of its own, and puts the marker.
    fn begin(&mut self) -> Result<()> {
        let mut own = None;
        self.backend.read(&mut |snapshot| {
            own = counter::bookkeeping(snapshot)?;
            Ok(())
        })?;
        let own =
            own.ok_or_else(|| Reason::NotEmpty.error("it holds data already; an empty store is accepted"))?;
        let marker = self.marker.clone();
        self.write(own.into_iter().map(|key| (key, None)).collect(), marker, true)
    }

    /// Rows that are copied.
    pub(super) const fn done(&self) -> i64 {
        self.marker.done
    }

    pub(super) fn backend(&self) -> &dyn Backend {
        &*self.backend
    }

    /// Copies the next rows. At the end of the source, true.
    pub(super) fn step(&mut self, source: &dyn Backend) -> Result<bool> {
        let from = self.marker.done;
        let mut batch: Vec<(Key, Option<Row>)> = Vec::with_capacity(BATCH_ROWS);
        let (mut ended, mut in_batch, mut bytes) = (true, 0, 0);
        let mut failed = None;
        let read = source.read(&mut |snapshot| {
            // After what was written: this may be called again.
            batch.clear();
            (ended, in_batch, failed) = (true, 0, None);
            snapshot.all(self.marker.after.clone().as_ref(), &mut |key, row| {
                let size = bytes_of(&key, &row);
                if !batch.is_empty() && (batch.len() == BATCH_ROWS || in_batch + size > BATCH_BYTES) {
                    failed = self.put(std::mem::take(&mut batch)).err();
                    bytes += in_batch;
                    in_batch = 0;
                }
                ended = failed.is_none() && self.marker.done - from < STEP_ROWS && bytes < STEP_BYTES;
                if !ended {
                    return ControlFlow::Break(());
                }
                in_batch += size;
                batch.push((key, Some(row)));
                ControlFlow::Continue(())
            })?;
            failed.clone().map_or(Ok(()), Err)
        });
        read.map_err(|error| failed.unwrap_or_else(|| of(SOURCE)(error)))?;
        self.put(batch)?;
        Ok(ended)
    }

    fn put(&mut self, rows: Vec<(Key, Option<Row>)>) -> Result<()> {
        let Some((last, _)) = rows.last() else { return Ok(()) };
        let mut marker = self.marker.clone();
        marker.after = Some(last.clone());
        marker.done += i64::try_from(rows.len()).unwrap_or(0);
        // Power that fails takes the last rows and what the marker says of them: no flush for each batch.
        self.write(rows, marker, false).map_err(of(TARGET))
    }

    /// Writes rows and the marker, which nobody may have changed meanwhile.
    fn write(&mut self, mut rows: Vec<(Key, Option<Row>)>, marker: Marker, durable: bool) -> Result<()> {
        let row = marker.row()?;
        rows.push((marker::key(), Some(row.clone())));
        self.replace(rows, durable)?;
        (self.marker, self.stored) = (marker, Some(row));
        Ok(())
    }

    fn replace(&self, rows: Vec<(Key, Option<Row>)>, durable: bool) -> Result<()> {
        // In an empty store there is nothing to load. A conflict shows that there is a row, perhaps a deleted one.
        if rows.iter().all(|(_, row)| row.is_some()) {
            match self.replace_loaded(&rows, vec![marker::key()], durable) {
                Err(Error::Refused(Refused { code: Code::Deadlock, .. })) => {}
                answer => return answer,
            }
        }
        let mut keys: Vec<Key> = rows.iter().map(|(key, _)| key.clone()).collect();
        keys.sort_unstable();
        self.replace_loaded(&rows, keys, durable)
    }

    fn replace_loaded(&self, rows: &[(Key, Option<Row>)], keys: Vec<Key>, durable: bool) -> Result<()> {
        let at = keys.binary_search(&marker::key());
        let touch = Touch { keys, durable, ..Touch::default() };
        self.backend.write(&touch, &mut |loaded| match at {
            Ok(at) if loaded.keyed.get(at).is_some_and(|found| *found == self.stored) => {
                Ok(Changes { rows: rows.to_vec(), notes: Vec::new() })
            }
            _ => Err(Error::store("another copy writes to it: let that end, then copy again")),
        })?;
        Ok(())
    }

    /// All rows are copied and checked: from now on it is a store like any other.
    pub(super) fn finish(&self) -> Result<()> {
        self.replace(vec![(marker::key(), None)], true)
    }
}

/// What to do about a target that cannot be used any more.
pub(super) fn empty_it() -> String {
    format!("Empty the target ({HOW_TO_EMPTY}), and copy again while nobody writes")
}
