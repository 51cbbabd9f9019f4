//! Which thread is the main one: Python runs the handlers of signals there, and nowhere else.

use super::exit::threading;
use pyo3::intern;
use pyo3::prelude::*;
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a thread was found to be the main one: then no other thread is.
static IS_KNOWN: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Whether this thread is it; None until that was asked.
    static IS_MAIN: Cell<Option<bool>> = const { Cell::new(None) };
}

/// Called when the package is imported. Up to Python 3.12, `threading` takes the thread that imports it for the main one.
/// Nobody has to wait for that import if nobody has made it before: then it would be this thread.
pub(super) fn watch(py: Python<'_>) -> PyResult<()> {
    if py.version_info() < (3, 13) && threading(py)?.is_none() {
        after_fork();
    }
    Ok(())
}

/// In a forked child its one thread is the main one.
pub(super) fn after_fork() {
    IS_MAIN.set(Some(true));
    IS_KNOWN.store(true, Ordering::Relaxed);
}

pub(super) fn is_main(py: Python<'_>) -> PyResult<bool> {
    if let Some(known) = IS_MAIN.get() {
        return Ok(known);
    }
    let is_main = !IS_KNOWN.load(Ordering::Relaxed) && {
        let threads = py.import(intern!(py, "_thread"))?;
        let own = threads.call_method0(intern!(py, "get_ident"))?;
        main(&threads)?.eq(own)?
    };
    IS_MAIN.set(Some(is_main));
    Ok(is_main)
}

/// The number of the main thread. This loads no file: a program may have given up the right to read those of Python.
fn main<'py>(threads: &Bound<'py, PyModule>) -> PyResult<Bound<'py, PyAny>> {
    if let Some(ask) = threads.getattr_opt(intern!(threads.py(), "_get_main_thread_ident"))? {
        return ask.call0();
    }
    // Python up to 3.12: [`watch`] found that this was imported before.
    let threading = threads.py().import(intern!(threads.py(), "threading"))?;
    threading.call_method0(intern!(threads.py(), "main_thread"))?.getattr(intern!(threads.py(), "ident"))
}
