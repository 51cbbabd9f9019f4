//! Writes a store on a server into a file: all rows of one snapshot.

use crate::backend::sqlite::backup::Made;
use crate::backend::{Snapshot, Told};
use crate::error::Result;
use std::ops::ControlFlow;
use std::path::Path;

const ROWS_AT_ONCE: usize = 500;
const BYTES_AT_ONCE: usize = 8 << 20;

/// Writes the rows; may be called again, on another snapshot.
pub(super) fn write(snapshot: &mut dyn Snapshot, path: &Path, told: Told<'_>) -> Result<()> {
    let total = snapshot.count()?;
    told(0, total)?;
    let mut made = Made::at(path)?;
    let (mut batch, mut bytes, mut done, mut failed) = (Vec::new(), 0, 0, Ok(()));
    snapshot.all(None, &mut |key, row| {
        bytes += key.key.len() + row.value.as_ref().map_or(0, |value| value.len());
        done += 1;
        batch.push((key, row));
        if batch.len() >= ROWS_AT_ONCE || bytes >= BYTES_AT_ONCE {
            bytes = 0;
            failed = made.put(std::mem::take(&mut batch)).and_then(|()| told(done.min(total), total));
        }
        if failed.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    failed?;
    made.put(batch)?;
    made.finish()
}
