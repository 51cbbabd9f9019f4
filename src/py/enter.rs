//! The only door from Python into the core: it lets go of the interpreter and sorts the failures. On the main thread,
//! where Python handles signals, whatever waits inside asks for them.
#![expect(clippy::disallowed_methods, reason = "this file is the door")]

use super::exit::{outside, running};
use super::main_thread::is_main;
use super::{apart, exceptions, moment};
use crate::clock::instant;
use crate::error::{Error, Reason, Refused, Result};
use crate::interrupt;
use crate::room::Room;
use crate::store::Store;
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::intern;
use pyo3::prelude::*;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A server that answers within this time is trusted to answer the next call too, if that follows so soon.
const QUICK: Duration = Duration::from_millis(20);
const TRUSTED: Duration = Duration::from_micros(100);

thread_local! {
    static TRUSTED_UNTIL: Cell<Option<Instant>> = const { Cell::new(None) };
    /// Whether a signal's handler runs, called from inside the core.
    static IN_HANDLER: Cell<bool> = const { Cell::new(false) };
    /// What a handler raised.
    static RAISED: RefCell<Option<PyErr>> = const { RefCell::new(None) };
    /// An exception that ends the program, which a callback raised in a call that has a Reply.
    static NEXT: RefCell<Option<PyErr>> = const { RefCell::new(None) };
}

/// A panic in the core is a bug, and fails only this call: what it was doing is undone, and the store goes on.
fn guarded<T>(call: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(call))
        .unwrap_or_else(|_| Err(Error::store("internal error: the call panicked, and was given up")))
}

/// Runs the handlers of signals that came; true if one raised. May be called with the core's locks held.
fn ask() -> bool {
    Python::attach(|py| {
        IN_HANDLER.set(true);
        let heard = py.check_signals();
        IN_HANDLER.set(false);
        heard.err().map(|error| RAISED.replace(Some(error))).is_some()
    })
}

fn refuse_handler(py: Python<'_>) -> PyResult<()> {
    let message = "a signal's handler runs while a call of this thread waits: it cannot use the store";
    if IN_HANDLER.get() { Err(exceptions::store_error(py, &Reason::Other.unable(message))) } else { Ok(()) }
}

/// Runs core code without holding the interpreter; raises what a signal's handler raised meanwhile, and says what
/// became of the call.
fn detached<T: Send>(py: Python<'_>, call: impl FnOnce() -> Result<T> + Send) -> PyResult<Result<T>> {
    refuse_handler(py)?;
    let _running = running(py);
    due()?;
    moment::refresh(py)?;
    if !is_main(py)? {
        return Ok(py.detach(|| outside(|| guarded(call))));
    }
    let answer = py.detach(|| outside(|| interrupt::listening(ask, || guarded(call))));
    let raised = RAISED.take().or_else(|| {
        let asked = matches!(answer, Err(Error::Interrupted { .. }));
        asked.then(|| PyKeyboardInterrupt::new_err(()))
    });
    match raised {
        None => Ok(answer),
        Some(raised) => Err(noted(py, raised, &answer)),
    }
}

/// What was raised, with a note about what became of the call.
fn noted<T>(py: Python<'_>, raised: PyErr, answer: &Result<T>) -> PyErr {
    let note = match answer {
        Err(Error::Interrupted { unsure: false }) => {
            "the call was interrupted: nothing was stored".to_owned()
        }
        Err(Error::Interrupted { unsure: true }) => {
            "the call was interrupted while it was stored: all of it is stored, or nothing; read to find out"
                .to_owned()
        }
        Err(error) => format!("the call failed before it could be interrupted: {error}"),
        Ok(_) => "the call came to its end before it could be interrupted".to_owned(),
    };
    // An exception that takes no note is raised without one.
    let _ = raised.value(py).call_method1(intern!(py, "add_note"), (note,));
    raised
}

/// The same for a call that may wait for a server. No signal interrupts a socket, so a call of the main thread runs on
/// another thread, which is left when a signal's handler raises. That takes some microseconds, so a call that directly
/// follows one that was answered at once is made here.
fn apart<T: Send + 'static>(
    py: Python<'_>,
    call: impl FnOnce() -> Result<T> + Send + 'static,
) -> PyResult<Result<T>> {
    if IN_HANDLER.get() || !is_main(py)? {
        return detached(py, call);
    }
    // An answer that no server gave says nothing of one.
    let call = move || {
        interrupt::reached();
        call().map(|answer| (answer, interrupt::reached()))
    };
    let began = instant();
    let trusted = TRUSTED_UNTIL.take().is_some_and(|until| began < until);
    let answer = if trusted { detached(py, call) } else { elsewhere(py, call) }?;
    let ended = instant();
    if matches!(answer, Ok((_, true))) && ended - began < QUICK {
        TRUSTED_UNTIL.set(Some(ended + TRUSTED));
    }
    Ok(answer.map(|(answer, _)| answer))
}

fn elsewhere<T: Send + 'static>(
    py: Python<'_>,
    call: impl FnOnce() -> Result<T> + Send + 'static,
) -> PyResult<Result<T>> {
    watched(py, call, |_| Ok(()))
}

/// The same for a call that is looked at while it runs: what `look` raises ends it, as what a signal's handler raises.
pub(super) fn watched<T: Send + 'static>(
    py: Python<'_>,
    call: impl FnOnce() -> Result<T> + Send + 'static,
    mut look: impl FnMut(Python<'_>) -> PyResult<()>,
) -> PyResult<Result<T>> {
    refuse_handler(py)?;
    due()?;
    moment::refresh(py)?;
    let mut running = apart::begin(move || guarded(call)).map_err(|error| exceptions::raised(py, error))?;
    let raised = loop {
        if let Some(answer) = released(py, || running.answer(interrupt::SLICE)) {
            return Ok(answer);
        }
        if let Err(raised) = py.check_signals().and_then(|()| look(py)) {
            break raised;
        }
    };
    running.stop();
    let answer = py.detach(|| running.answer(2 * interrupt::SLICE));
    Err(noted(py, raised, &answer.unwrap_or(Err(Error::Interrupted { unsure: true }))))
}

/// What a call is made on.
pub(crate) trait Core: Send + Sync + 'static {
    /// Whether a call of it may wait for a server.
    fn is_remote(&self) -> bool;
}

impl Core for Store {
    fn is_remote(&self) -> bool {
        self.is_remote()
    }
}

impl Core for Room {
    fn is_remote(&self) -> bool {
        self.store().is_remote()
    }
}

fn on<C: Core, T: Send + 'static>(
    py: Python<'_>,
    core: &Arc<C>,
    call: impl FnOnce(&C) -> Result<T> + Send + 'static,
) -> PyResult<Result<T>> {
    if !core.is_remote() {
        // It cannot outlive its caller, so it borrows.
        return detached(py, || call(core));
    }
    let core = core.clone();
    apart(py, move || call(&core))
}

/// Runs a call of a store or a room without holding the interpreter. A refused is an answer; every other error is raised.
/// What the call holds may be used after this has raised, because a call that its caller has left goes on.
pub(crate) fn enter<C: Core, T: Send + 'static>(
    py: Python<'_>,
    core: &Arc<C>,
    call: impl FnOnce(&C) -> Result<T> + Send + 'static,
) -> PyResult<Result<T, Refused>> {
    sorted(py, on(py, core, call)?)
}

/// The same for calls that have no Reply: a refused is raised too.
pub(crate) fn enter_or_raise<C: Core, T: Send + 'static>(
    py: Python<'_>,
    core: &Arc<C>,
    call: impl FnOnce(&C) -> Result<T> + Send + 'static,
) -> PyResult<T> {
    on(py, core, call)?.map_err(|error| exceptions::raised(py, error))
}

/// As [`enter`], for a call that waits for nobody: it keeps the interpreter. `None`: it would have to wait, did nothing, and
/// counted nothing; [`enter`] makes the call that may wait.
pub(crate) fn at_once<T>(
    py: Python<'_>,
    call: impl FnOnce() -> Result<T>,
) -> PyResult<Option<Result<T, Refused>>> {
    refuse_handler(py)?;
    let _running = running(py);
    due()?;
    moment::refresh(py)?;
    match guarded(|| interrupt::at_home(call)) {
        Err(Error::Interrupted { .. }) => Ok(None),
        answer => sorted(py, answer).map(Some),
    }
}

/// As [`enter`], for calls on no store or on more than one.
pub(crate) fn enter_apart<T: Send + 'static>(
    py: Python<'_>,
    is_remote: bool,
    call: impl FnOnce() -> Result<T> + Send + 'static,
) -> PyResult<Result<T, Refused>> {
    sorted(py, if is_remote { apart(py, call) } else { detached(py, call) }?)
}

/// As [`enter`], for calls that never reach a server: a backend on a server refuses them.
pub(crate) fn enter_here<T: Send>(
    py: Python<'_>,
    call: impl FnOnce() -> Result<T> + Send,
) -> PyResult<Result<T, Refused>> {
    sorted(py, detached(py, || interrupt::at_home(call))?)
}

/// As [`enter_or_raise`], for calls that never reach a server.
pub(crate) fn enter_here_or_raise<T: Send>(
    py: Python<'_>,
    call: impl FnOnce() -> Result<T> + Send,
) -> PyResult<T> {
    detached(py, || interrupt::at_home(call))?.map_err(|error| exceptions::raised(py, error))
}

/// Does what is left to do after a signal's handler raised. That signal does not come again, so a server is waited for
/// only a moment; then the call goes on by itself.
pub(crate) fn enter_briefly<T: Send + 'static>(
    py: Python<'_>,
    is_remote: bool,
    call: impl FnOnce() -> Result<T> + Send + 'static,
) -> PyResult<Option<T>> {
    if !is_remote {
        return detached(py, call)?.map(Some).map_err(|error| exceptions::raised(py, error));
    }
    let mut running = apart::begin(move || guarded(call)).map_err(|error| exceptions::raised(py, error))?;
    let answer = released(py, move || running.answer(2 * interrupt::SLICE));
    answer.transpose().map_err(|error| exceptions::raised(py, error))
}

fn sorted<T>(py: Python<'_>, answer: Result<T>) -> PyResult<Result<T, Refused>> {
    match answer {
        Ok(answer) => Ok(Ok(answer)),
        Err(Error::Refused(refused)) => Ok(Err(refused)),
        Err(error) => Err(exceptions::raised(py, error)),
    }
}

/// This thread's next call raises the exception, whatever it is, before it does anything (clause A-8).
pub(crate) fn raise_next(error: PyErr) {
    NEXT.set(Some(error));
}

/// Raises what this thread's last call left.
pub(crate) fn due() -> PyResult<()> {
    NEXT.take().map_or(Ok(()), Err)
}

/// Waits without holding the interpreter, for something that is not a call of a store.
pub(crate) fn released<T: Send>(py: Python<'_>, wait: impl FnOnce() -> T + Send) -> T {
    let _running = running(py);
    py.detach(|| outside(wait))
}
