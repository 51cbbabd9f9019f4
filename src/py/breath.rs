//! Pauses of long work on Python objects: signals are heard, and other threads get the interpreter.

use super::enter::released;
use crate::clock::instant;
use pyo3::prelude::*;
use std::cell::Cell;
use std::time::{Duration, Instant};

/// The clock is looked at after about this many rows.
const ROWS: usize = 200;
/// After this time other threads get the interpreter. A thread that waits for it asks for it after 5 ms (see
/// `sys.setswitchinterval`), and only then is it handed over: a thread that lets go of it earlier takes it again before
/// the other one wakes up.
const BREATH: Duration = Duration::from_millis(10);

thread_local! {
    static ROWS_LEFT: Cell<usize> = const { Cell::new(ROWS) };
    static LAST_BREATH: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Called after each part of long work on Python objects; the part costs as much as `cost` rows. From time to time it
/// runs the handlers of signals and lets other threads have the interpreter.
pub(crate) fn breathe(py: Python<'_>, cost: usize) -> PyResult<()> {
    let left = ROWS_LEFT.get();
    if left > cost {
        ROWS_LEFT.set(left - cost);
        return Ok(());
    }
    ROWS_LEFT.set(ROWS);
    if LAST_BREATH.get().is_none_or(|last| instant() - last >= BREATH) {
        released(py, || ());
        LAST_BREATH.set(Some(instant()));
    }
    py.check_signals()
}
