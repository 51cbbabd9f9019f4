//! The end of the interpreter while daemon threads call. Up to Python 3.13 a thread that asks for the interpreter after
//! that is ended on the spot, by unwinding its stack; a frame of ours in it, which cannot be unwound like that, aborts
//! the process. So before the end, while everything still works, threads are stopped outside: none comes in, none comes
//! back from the core, and those that are inside are waited for.
#![expect(clippy::disallowed_methods, reason = "enter.rs is built on this file")]

use crate::clock::instant;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;
use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// If no thread leaves for this time, the callbacks that run may sleep until the process has ended.
const WAIT_MAX: Duration = Duration::from_secs(3);
const POLL: Duration = Duration::from_millis(1);

static ENDING: AtomicBool = AtomicBool::new(false);
/// The threads that `threading` knows, by number, and the function that gives a thread its number.
static THREADS: PyOnceLock<(Py<PyAny>, Py<PyAny>)> = PyOnceLock::new();
/// Threads that hold the interpreter, or wait for it, in a frame of ours.
static INSIDE: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    /// Whether this thread may go on to the very end: others wait for it.
    static STAYS: Cell<bool> = const { Cell::new(false) };
}

/// A call of ours, as long as it may run Python code; it must not outlive the call. Every method of ours that may run
/// Python code or lets go of the interpreter begins with one.
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

/// Whether this thread is in a call of ours.
pub(super) fn is_running() -> bool {
    DEPTH.get() > 0
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

/// Does something that does not need the interpreter. Called without holding it.
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

/// Waits until the process has ended.
pub(super) fn stop() {
    loop {
        thread::park();
    }
}

/// Runs no Python code, because the main thread may no longer wait for this one.
#[cold]
fn stop_daemon(py: Python<'_>) {
    // If that is unknown, the thread must not run on.
    if is_daemon(py).unwrap_or(true) {
        py.detach(|| outside(stop));
    }
    STAYS.set(true);
}

/// As `threading.current_thread().daemon`, but without its Python code. A thread that `threading` does not know
/// counts as one.
fn is_daemon(py: Python<'_>) -> Option<bool> {
    let (threads, ident) = THREADS.get(py)?;
    let thread = threads.bind(py).get_item(ident.bind(py).call0().ok()?).ok()?;
    thread.getattr(intern!(py, "_daemonic")).ok()?.extract().ok()
}

/// What `atexit` calls. It does nothing while other threads run that are not daemons: something that `atexit` called
/// before has started them, and may wait for them.
#[pyfunction]
fn before_exit(py: Python<'_>) -> PyResult<()> {
    // Where nobody has imported it, it knows no thread.
    if let Some(threading) = threading(py)? {
        let mut stay = 0;
        for thread in threading.call_method0(intern!(py, "enumerate"))?.try_iter()? {
            stay += usize::from(!thread?.getattr(intern!(py, "daemon"))?.extract::<bool>()?);
        }
        if stay > 1 {
            return Ok(());
        }
        // Private names, but the versions of Python that come here do not change any more.
        let threads = threading.getattr(intern!(py, "_active"))?.unbind();
        let ident = threading.getattr(intern!(py, "get_ident"))?.unbind();
        let _ = THREADS.set(py, (threads, ident));
    }
    STAYS.set(true);
    ENDING.store(true, Ordering::SeqCst);
    let (mut before, mut give_up) = (usize::MAX, instant());
    // The check holds the interpreter, so no thread comes in between the last check and the end.
    loop {
        let inside = INSIDE.load(Ordering::SeqCst) - DEPTH.get().min(1);
        if inside != before {
            (before, give_up) = (inside, instant() + WAIT_MAX);
        }
        if inside == 0 || instant() > give_up {
            return Ok(());
        }
        py.detach(|| outside(|| thread::sleep(POLL)));
    }
}

/// The module `threading`, if anybody has imported it.
pub(super) fn threading(py: Python<'_>) -> PyResult<Option<Bound<'_, PyAny>>> {
    let modules = py.import(intern!(py, "sys"))?.getattr(intern!(py, "modules"))?;
    modules.cast_into::<PyDict>()?.get_item(intern!(py, "threading"))
}

/// In a forked child: the other threads are not there.
pub(super) fn after_fork() {
    INSIDE.store(DEPTH.get().min(1), Ordering::SeqCst);
}

/// Registers what is called at the end. From Python 3.14 on Python itself stops the threads.
pub(super) fn watch(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    if py.version_info() >= (3, 14) {
        return Ok(());
    }
    let hook = wrap_pyfunction!(before_exit, module)?;
    py.import(intern!(py, "atexit"))?.call_method1(intern!(py, "register"), (hook,))?;
    Ok(())
}
