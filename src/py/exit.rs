//! The end of the interpreter while daemon threads call. Up to Python 3.13 a thread that asks for the interpreter after
//! that is ended on the spot, by unwinding its stack; a frame of ours in it, which cannot be unwound like that, aborts
//! the process. So before the end, while everything still works, threads are stopped outside: none comes in, none comes
//! back from the core, and those that are inside are waited for.

use super::enter::released;
use crate::clock::instant;
use pyo3::intern;
use pyo3::prelude::*;
use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// A callback that takes longer may sleep until the process is gone.
const WAIT_MAX: Duration = Duration::from_secs(3);
const POLL: Duration = Duration::from_millis(1);

static ENDING: AtomicBool = AtomicBool::new(false);
/// Threads that hold the interpreter, or wait for it, in a frame of ours.
static INSIDE: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    /// Whether this thread may go on to the very end: others wait for it.
    static STAYS: Cell<bool> = const { Cell::new(false) };
}

/// A call of ours, as long as it may run Python code; it must not outlive the call.
pub(super) struct Running(PhantomData<*const ()>);

/// Begins a call, or stops this thread for ever.
pub(super) fn running(py: Python<'_>) -> Running {
    let depth = DEPTH.get();
    if depth == 0 {
        INSIDE.fetch_add(1, Ordering::SeqCst);
    }
    DEPTH.set(depth + 1);
    if ENDING.load(Ordering::SeqCst) && !STAYS.get() {
        stop_daemon(py);
    }
    Running(PhantomData)
}

impl Drop for Running {
    fn drop(&mut self) {
        let depth = DEPTH.get() - 1;
        DEPTH.set(depth);
        if depth == 0 {
            INSIDE.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// To be called without the interpreter: does something that needs none of it.
pub(super) fn outside<T>(call: impl FnOnce() -> T) -> T {
    let counted = DEPTH.get() > 0;
    if counted {
        INSIDE.fetch_sub(1, Ordering::SeqCst);
    }
    let answer = call();
    if counted {
        INSIDE.fetch_add(1, Ordering::SeqCst);
        if ENDING.load(Ordering::SeqCst) && !STAYS.get() {
            INSIDE.fetch_sub(1, Ordering::SeqCst);
            stop();
        }
    }
    answer
}

/// The process ends under it.
fn stop() -> ! {
    loop {
        thread::park();
    }
}

#[cold]
fn stop_daemon(py: Python<'_>) {
    let is_daemon = || -> PyResult<bool> {
        let threading = py.import(intern!(py, "threading"))?;
        threading.call_method0(intern!(py, "current_thread"))?.getattr(intern!(py, "daemon"))?.extract()
    };
    // Where it cannot be told, this is no time to run on.
    if is_daemon().unwrap_or(true) {
        released(py, || stop());
    }
    STAYS.set(true);
}

/// What `atexit` calls. Nothing happens while threads run that others may wait for yet: they were started by what
/// `atexit` called before.
#[pyfunction]
fn before_exit(py: Python<'_>) -> PyResult<()> {
    let threads = py.import(intern!(py, "threading"))?.call_method0(intern!(py, "enumerate"))?;
    let mut stay = 0;
    for thread in threads.try_iter()? {
        stay += usize::from(!thread?.getattr(intern!(py, "daemon"))?.extract::<bool>()?);
    }
    if stay > 1 {
        return Ok(());
    }
    STAYS.set(true);
    ENDING.store(true, Ordering::SeqCst);
    let give_up = instant() + WAIT_MAX;
    released(py, || {
        while INSIDE.load(Ordering::SeqCst) > 0 && instant() < give_up {
            thread::sleep(POLL);
        }
    });
    Ok(())
}

/// In a forked child: the other threads are not there.
pub(super) fn after_fork() {
    INSIDE.store(DEPTH.get().min(1), Ordering::SeqCst);
}

/// Has the end told. From Python 3.14 on threads are stopped by Python itself.
pub(super) fn watch(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    if py.version_info() >= (3, 14) {
        return Ok(());
    }
    let hook = wrap_pyfunction!(before_exit, module)?;
    py.import(intern!(py, "atexit"))?.call_method1(intern!(py, "register"), (hook,))?;
    Ok(())
}
