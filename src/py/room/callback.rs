//! Calls what the mod gave to the room, and the host's hook (clauses, S-9).

use super::{Mode, Room};
use crate::error::Result;
use crate::interrupt;
use crate::py::callback::{Callback, RequestCallbacks, getter_name};
use crate::py::enter::at_once;
use crate::py::exceptions::type_error;
use crate::py::log::{logged, logger};
use crate::py::value;
use crate::request::tally::Completion;
use crate::room::Room as Core;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};

/// Whether something is a coroutine: nothing of it ran yet.
fn is_coroutine(returned: &Bound<'_, PyAny>) -> PyResult<bool> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    Ok(returned.get_type().is(CLASS.import(returned.py(), "types", "CoroutineType")?))
}

/// What a callback returned, where nothing awaits it: a coroutine is refused.
fn not_awaited(returned: Bound<'_, PyAny>, what: impl FnOnce() -> String) -> PyResult<Bound<'_, PyAny>> {
    if !is_coroutine(&returned)? {
        return Ok(returned);
    }
    let py = returned.py();
    returned.call_method0(intern!(py, "close"))?;
    Err(type_error(
        py,
        &format!("{} returned a coroutine, which nobody awaits here; a plain function is accepted", what()),
    ))
}

/// What a request's callback returned to the answer.
fn called_back<'py>(
    callback: &Bound<'py, PyAny>,
    name: &str,
    answer: PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let returned = callback.call1((answer?,))?;
    not_awaited(returned, || format!("the callback of {name}"))
}

impl Room {
    /// Calls a channel's callback. Returns how many ran, and on an event loop the coroutine that it must await.
    pub(in crate::py) fn call_channel<'py>(
        &self,
        py: Python<'py>,
        token: u64,
        argument: Bound<'py, PyDict>,
        on_loop: bool,
    ) -> PyResult<(usize, Option<Bound<'py, PyAny>>)> {
        let callback = match self.callbacks().get(&token) {
            Some(Callback::Channel(callback, _)) => callback.clone_ref(py),
            _ => return Ok((0, None)),
        };
        let called = callback.bind(py).call1((argument,)).and_then(|returned| {
            if on_loop {
                return Ok(if is_coroutine(&returned)? { Some(returned) } else { None });
            }
            not_awaited(returned, || "a channel's callback".into()).map(|_| None)
        });
        Ok((1, called.map_err(|error| logged(py, "a channel's callback", error))?))
    }

    fn request(&self, py: Python<'_>, number: u64) -> Option<RequestCallbacks> {
        let callbacks = self.callbacks();
        let Some(Callback::Request(RequestCallbacks { callback, getter, name })) = callbacks.get(&number)
        else {
            return None;
        };
        let cloned = |one: &Option<Py<PyAny>>| one.as_ref().map(|one| one.clone_ref(py));
        Some(RequestCallbacks { callback: cloned(callback), getter: cloned(getter), name })
    }

    /// Calls a request's getter and gives `bring` what `read` makes of its answer, or None if that failed (clause A-8).
    pub(in crate::py) fn call_getter<T>(
        &self,
        py: Python<'_>,
        number: u64,
        read: impl FnOnce(&Bound<'_, PyAny>, &str) -> PyResult<T>,
        bring: impl FnOnce(Option<T>),
    ) -> PyResult<()> {
        let Some(RequestCallbacks { getter: Some(getter), name, .. }) = self.request(py, number) else {
            bring(None);
            return Ok(());
        };
        let what = getter_name(name);
        let given = getter.bind(py).call0().and_then(|given| not_awaited(given, || what.into()));
        match given.and_then(|given| read(&given, name)) {
            Ok(brought) => bring(Some(brought)),
            Err(error) => {
                bring(None);
                self.forget(&[number]);
                return Err(logged(py, what, error));
            }
        }
        Ok(())
    }

    /// Calls a request's callback; `failed` is why it gets None. `goes_on` gets what it returned (None: it raised, or
    /// there is none), and decides whether the request is sent again.
    pub(in crate::py) fn call_back(
        &self,
        py: Python<'_>,
        number: u64,
        answer: PyResult<Bound<'_, PyAny>>,
        failed: Option<&str>,
        goes_on: impl FnOnce(Option<&Bound<'_, PyAny>>) -> bool,
    ) -> PyResult<usize> {
        let Some(RequestCallbacks { callback, name, .. }) = self.request(py, number) else {
            goes_on(None);
            return Ok(0);
        };
        if let Some(reason) = failed {
            logger(py)?.call_method1(intern!(py, "warning"), ("%s failed: %s", name, reason))?;
        }
        let Some(callback) = callback else {
            goes_on(None);
            self.forget(&[number]);
            return Ok(0);
        };
        let called = called_back(callback.bind(py), name, answer);
        if !goes_on(called.as_ref().ok()) {
            self.forget(&[number]);
        }
        called.map_err(|error| logged(py, &format!("the callback of {name}"), error))?;
        Ok(1)
    }

    /// Answers a request that nothing waits before, in the room's turn, if `find` can without waiting; then delivers what
    /// came meanwhile. False: it did nothing.
    pub(in crate::py) fn answer_at_once<'py, T>(
        &self,
        callback: &Bound<'py, PyAny>,
        name: &str,
        find: impl FnOnce(&Core) -> Result<T>,
        answer: impl FnOnce(T) -> PyResult<Bound<'py, PyAny>>,
    ) -> PyResult<bool> {
        let py = callback.py();
        let waits = self.mode != Mode::Inline || self.aio.get().is_some() || self.may_deliver();
        if waits {
            return Ok(false);
        }
        self.complain(py)?;
        if !self.turn.take() {
            return Ok(false);
        }
        let found = at_once(py, || interrupt::at_once(|| find(&self.core)));
        let Ok(Some(Ok(found))) = found else {
            self.end_turn(py);
            return found.map(|_| false);
        };
        self.core.answers(true);
        let called = called_back(callback, name, answer(found));
        self.core.answers(false);
        let mut delivered = Ok(());
        match called {
            // After an exception, what else is there comes next time.
            Err(error) => self.kept.keep(py, logged(py, &format!("the callback of {name}"), error)),
            Ok(_) if self.may_deliver() && !self.is_ending() => delivered = self.drain(py, false).map(drop),
            Ok(_) => {}
        }
        let missed = self.end_turn(py);
        if delivered.is_ok() && missed {
            delivered = self.deliver_all(py, false).map(drop);
        }
        self.kept.raise(py, delivered).map(|()| true)
    }

    /// Calls a request's callback and ignores its answer: the same delivery comes once more.
    pub(in crate::py) fn rehearse(
        &self,
        py: Python<'_>,
        number: u64,
        answer: PyResult<Bound<'_, PyAny>>,
    ) -> PyResult<usize> {
        let Some(RequestCallbacks { callback: Some(callback), name, .. }) = self.request(py, number) else {
            return Ok(0);
        };
        let called = called_back(callback.bind(py), name, answer);
        called.map_err(|error| logged(py, &format!("the callback of {name}"), error))?;
        Ok(1)
    }

    /// Tells the host that a custom node is complete (clause A-9).
    pub(in crate::py) fn call_completed(&self, py: Python<'_>, completion: &Completion) -> PyResult<usize> {
        let hook = self.hooks.completed().as_ref().map(|hook| hook.clone_ref(py));
        let Some(hook) = hook else { return Ok(0) };
        let node = value::decode(py, &completion.node)?;
        hook.call1(py, (completion.player, node))
            .map_err(|error| logged(py, "the completion hook", error))?;
        Ok(1)
    }

    /// Whether a coroutine function is subscribed: its messages wait for an event loop.
    pub(in crate::py) fn needs_loop(&self) -> bool {
        self.shared.has_asyncs()
    }
}
