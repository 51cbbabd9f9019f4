//! Long work that tells how far it is: it runs on a thread of its own, while the caller's thread calls a function of Python.

use super::enter::watched;
use super::exceptions::raised;
use crate::error::Result;
use crate::fork::Process;
use pyo3::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// How far the work is, in rows.
#[derive(Default)]
pub(super) struct Far(AtomicI64, AtomicI64);

impl Far {
    /// To be called by the work: rows that are done, of how many.
    pub(super) fn at(&self, done: i64, total: i64) {
        self.1.store(total, Ordering::Relaxed);
        self.0.store(done, Ordering::Relaxed);
    }

    fn seen(&self) -> (i64, i64) {
        (self.0.load(Ordering::Relaxed), self.1.load(Ordering::Relaxed))
    }
}

/// Runs the work, and calls `progress(done, total)` now and then, with less than the total: the last call, when all is
/// done, is the caller's.
pub(super) fn told<T: Send + 'static>(
    py: Python<'_>,
    progress: &Py<PyAny>,
    work: impl FnOnce(&Far) -> Result<T> + Send + 'static,
) -> PyResult<T> {
    let process = Process::current();
    let far = Arc::new(Far::default());
    let worker = far.clone();
    let mut last = 0;
    let answer = watched(
        py,
        move || work(&worker),
        |py| {
            // A child of a fork has no thread that works.
            process.check().map_err(|error| raised(py, error))?;
            let (done, total) = far.seen();
            if done > last && done < total {
                last = done;
                progress.call1(py, (done, total))?;
            }
            Ok(())
        },
    )?;
    answer.map_err(|error| raised(py, error))
}
