//! What the host of a mod left with a room.

use crate::lock::locked;
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};

#[derive(Default)]
pub(super) struct Hooks {
    completed: Mutex<Option<Py<PyAny>>>,
    pub(in crate::py) forbidden: AtomicBool,
}

impl Hooks {
    pub(super) fn is_forbidden(&self) -> bool {
        self.forbidden.load(Ordering::Acquire)
    }

    pub(super) fn completed(&self) -> MutexGuard<'_, Option<Py<PyAny>>> {
        locked(&self.completed)
    }

    pub(super) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        let Ok(completed) = self.completed.try_lock() else { return Ok(()) };
        completed.as_ref().map_or(Ok(()), |hook| visit.call(hook))
    }

    pub(super) fn clear(&self) {
        if let Ok(mut completed) = self.completed.try_lock() {
            let gone = completed.take();
            drop(completed);
            drop(gone);
        }
    }
}
