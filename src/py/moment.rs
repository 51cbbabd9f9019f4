//! The time that Python's `time.time_ns()` shows, replaced by a test or not, for the stores that were opened with it.
//!
//! The core never calls Python: it may ask for the time on another caller's thread, with locks held. So each caller
//! reads the time before it enters the core, and takes it along.

use super::exit::running;
use crate::clock::Clock;
use pyo3::intern;
use pyo3::prelude::*;
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// The newest answer of Python's `time.time_ns()`: microseconds since 1970.
static PYTHON_US: AtomicI64 = AtomicI64::new(0);
/// Whether any store uses it.
static PYTHON_ASKED: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// The time of this thread's call, whatever other threads see.
    static TOLD_US: Cell<Option<i64>> = const { Cell::new(None) };
    /// The time of the caller for whom this thread works.
    static CALLER_US: Cell<Option<i64>> = const { Cell::new(None) };
}

pub(super) struct PythonTime;

impl Clock for PythonTime {
    fn now_us(&self) -> i64 {
        TOLD_US.get().unwrap_or_else(|| PYTHON_US.load(Ordering::Acquire))
    }

    fn told_us(&self) -> Option<i64> {
        Some(self.now_us())
    }
}

/// Reads Python's time, if any store uses it. Called before every entry into the core.
pub(super) fn refresh(py: Python<'_>) -> PyResult<()> {
    if !PYTHON_ASKED.load(Ordering::Relaxed) {
        return Ok(());
    }
    let us = CALLER_US.get().map_or_else(|| python_us(py), Ok)?;
    TOLD_US.set(Some(us));
    PYTHON_US.store(us, Ordering::Release);
    Ok(())
}

/// Asked by a Python module, which sees on any thread what the main program sees.
pub(super) fn python_us(py: Python<'_>) -> PyResult<i64> {
    let _running = running(py);
    let ns = py.import(intern!(py, "cloudvars._moment"))?.call_method0(intern!(py, "now_ns"))?;
    ns.floor_div(1000)?.extract()
}

/// The time of this thread's call, for a thread that works for it.
pub(super) fn told() -> Option<i64> {
    TOLD_US.get()
}

/// Gives this thread the time of the call that it works for.
pub(super) fn tell(us: Option<i64>) {
    TOLD_US.set(us);
}

/// The caller's time, for a thread that will work for it; `None` if no store uses Python's.
pub(super) fn now(py: Python<'_>) -> PyResult<Option<i64>> {
    if PYTHON_ASKED.load(Ordering::Relaxed) { python_us(py).map(Some) } else { Ok(None) }
}

/// Calls a function with its caller's time.
pub(super) fn at<'py>(us: Option<i64>, call: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let _running = running(call.py());
    let before = CALLER_US.replace(us);
    let answer = call.call0();
    CALLER_US.set(before);
    answer
}

/// The clock of a store that uses Python's time.
pub(super) fn clock(py: Python<'_>) -> PyResult<Arc<dyn Clock>> {
    PYTHON_ASKED.store(true, Ordering::Relaxed);
    refresh(py)?;
    Ok(Arc::new(PythonTime))
}
