//! What callbacks raised during calls that have a Reply: kept until a call can raise it (clause A-8).

use super::context::with_context;
use crate::lock::{locked, try_locked};
use pyo3::PyTraverseError;
use pyo3::exceptions::{PyBaseException, PyException};
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// The most exceptions that are kept; the log has them all.
const KEPT_MAX: usize = 16;

/// The exceptions of one room's callbacks that no call has raised yet, in order.
#[derive(Default)]
pub(super) struct Kept {
    raised: Mutex<Vec<Py<PyBaseException>>>,
    /// Whether one of them ends the program, as `KeyboardInterrupt` and `SystemExit` are.
    urgent: AtomicBool,
}

impl Kept {
    /// Keeps what a callback raised. The log has it already.
    pub(super) fn keep(&self, py: Python<'_>, error: PyErr) {
        if !error.is_instance_of::<PyException>(py) {
            self.urgent.store(true, Ordering::Release);
        }
        let error = error.into_value(py);
        let mut raised = locked(&self.raised);
        let beyond = if raised.len() < KEPT_MAX && !raised.iter().any(|other| other.is(&error)) {
            raised.push(error);
            None
        } else {
            Some(error)
        };
        drop(raised);
        drop(beyond);
    }

    /// Whether one of the exceptions ends the program.
    pub(super) fn is_urgent(&self) -> bool {
        self.urgent.load(Ordering::Acquire)
    }

    /// Raises what was kept: the first exception, with the others, and that of the call itself, as its context.
    pub(super) fn raise<T>(&self, py: Python<'_>, answer: PyResult<T>) -> PyResult<T> {
        self.urgent.store(false, Ordering::Release);
        let kept = std::mem::take(&mut *locked(&self.raised));
        let kept = kept.into_iter().map(|error| PyErr::from_value(error.into_bound(py).into_any()));
        let (answer, last) = match answer {
            Ok(answer) => (Some(answer), None),
            Err(error) => (None, Some(error)),
        };
        let first = kept.chain(last).reduce(|first, later| with_context(py, first, later.value(py)));
        match (first, answer) {
            (None, Some(answer)) => Ok(answer),
            (Some(error), _) => Err(error),
            (None, None) => {
                Err(super::exceptions::raised(py, crate::error::Error::store("internal error: no answer")))
            }
        }
    }

    pub(super) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        let Some(raised) = try_locked(&self.raised) else { return Ok(()) };
        raised.iter().try_for_each(|error| visit.call(error))
    }

    pub(super) fn clear(&self) {
        let gone = try_locked(&self.raised).map(|mut raised| std::mem::take(&mut *raised));
        drop(gone);
    }
}
