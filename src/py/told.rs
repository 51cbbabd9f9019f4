//! Long work that tells how far it is: it runs on a thread of its own, while the caller's thread calls a function of Python.

use super::enter::watched;
use super::exceptions::raised;
use crate::error::{Error, Result};
use crate::fork::Process;
use crate::interrupt;
use pyo3::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::thread;
use std::time::Duration;

/// How long the work waits for a call of `progress` at a time.
const PAUSE: Duration = Duration::from_millis(1);

// The stages of the work.
const WORKS: u8 = 0;
/// `progress` is being called, and may stop the work.
const TELLS: u8 = 1;
const STOPPED: u8 = 2;
/// The last step: `progress` is not called any more, but for the caller's last call.
const ENDS: u8 = 3;

/// How far the work is, in rows.
#[derive(Default)]
pub(super) struct Far {
    done: AtomicI64,
    total: AtomicI64,
    stage: AtomicU8,
}

impl Far {
    /// To be called by the work: rows that are done, of how many.
    pub(super) fn at(&self, done: i64, total: i64) {
        self.total.store(total, Ordering::Relaxed);
        self.done.store(done, Ordering::Relaxed);
    }

    /// To be called by the work before a step that cannot be undone. Fails if `progress` has stopped it.
    pub(super) fn ends(&self) -> Result<()> {
        while let Err(stage) = self.moves(WORKS, ENDS) {
            if stage == STOPPED {
                return Err(Error::Interrupted { unsure: false });
            }
            interrupt::check()?;
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    fn moves(&self, from: u8, to: u8) -> std::result::Result<u8, u8> {
        self.stage.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire)
    }

    fn seen(&self) -> (i64, i64) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}

/// Runs the work, and calls `progress(done, total)` now and then, with less than the total: the last call, when all is
/// done, is the caller's. What `progress` raises stops the work before its end ([`Far::ends`]).
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
            if done > last && done < total && far.moves(WORKS, TELLS).is_ok() {
                last = done;
                let answer = progress.call1(py, (done, total));
                far.stage.store(if answer.is_ok() { WORKS } else { STOPPED }, Ordering::Release);
                answer?;
            }
            Ok(())
        },
    )?;
    answer.map_err(|error| raised(py, error))
}
