//! Calls what the mod gave: channels' callbacks, requests' getters and callbacks, the host's hook (clauses,
//! A-8, S-9).

use super::exceptions::type_error;
use super::room::Room;
use super::value;
use crate::names::{ACHIEVEMENT_SET, STORAGE_SET};
use crate::request::tally::Completion;
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};

/// What the mod wants to be called.
pub(super) enum Callback {
    /// For a subscription; whether it is a coroutine function.
    Channel(Py<PyAny>, bool),
    /// For an achievement or storage request.
    Request(RequestCallbacks),
}

/// What a request calls.
pub(super) struct RequestCallbacks {
    /// None: nobody wants to hear of it.
    pub(super) callback: Option<Py<PyAny>>,
    /// What brings data along.
    pub(super) getter: Option<Py<PyAny>>,
    /// The call that it came from, for the log.
    pub(super) name: &'static str,
}

impl Callback {
    pub(super) const fn is_async(&self) -> bool {
        matches!(self, Self::Channel(_, true))
    }

    pub(super) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self {
            Self::Channel(callback, _) => visit.call(callback),
            Self::Request(RequestCallbacks { callback, getter, .. }) => {
                callback.iter().chain(getter).try_for_each(|one| visit.call(one))
            }
        }
    }
}

pub(super) fn logger(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    py.import(intern!(py, "logging"))?.call_method1(intern!(py, "getLogger"), (intern!(py, "cloudvars"),))
}

/// Logs an exception of the mod with its traceback, and gives it back.
pub(super) fn logged(py: Python<'_>, what: &str, error: PyErr) -> PyErr {
    let log = || -> PyResult<()> {
        let kwargs = PyDict::new(py);
        // Fetched errors carry their traceback beside the value.
        kwargs.set_item("exc_info", (error.get_type(py), error.value(py), error.traceback(py)))?;
        logger(py)?.call_method(intern!(py, "error"), ("%s raised", what), Some(&kwargs))?;
        Ok(())
    };
    log().err().unwrap_or(error)
}

/// Whether a call of it gives something to be awaited, or iterated, instead of doing its work (clause S-9).
pub(super) fn is_async(callback: &Bound<'_, PyAny>) -> PyResult<bool> {
    static CHECK: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = callback.py();
    let check = CHECK.get_or_try_init(py, || {
        Ok::<_, PyErr>(py.import("cloudvars._callbacks")?.getattr("is_async")?.unbind())
    })?;
    check.bind(py).call1((callback,))?.extract()
}

/// Whether something is a coroutine: nothing of it ran yet.
fn is_coroutine(returned: &Bound<'_, PyAny>) -> PyResult<bool> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    Ok(returned.get_type().is(CLASS.import(returned.py(), "types", "CoroutineType")?))
}

/// What a callback returned, where nobody can await it.
fn not_awaited<'py>(returned: Bound<'py, PyAny>, what: &str) -> PyResult<Bound<'py, PyAny>> {
    if !is_coroutine(&returned)? {
        return Ok(returned);
    }
    let py = returned.py();
    returned.call_method0(intern!(py, "close"))?;
    Err(type_error(
        py,
        &format!("{what} returned a coroutine, which nobody awaits here; a plain function is accepted"),
    ))
}

impl Room {
    /// Calls a channel's callback; in a room with an event loop, what is to be awaited there.
    pub(super) fn call_channel<'py>(
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
            not_awaited(returned, "a channel's callback").map(|_| None)
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

    /// Calls a request's getter and brings what `read` makes of its answer; None if it failed (clause A-8).
    pub(super) fn call_getter<T>(
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
        let given = getter.bind(py).call0().and_then(|given| not_awaited(given, what));
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

    /// Calls a request's callback; `failed` is why it gets None. `goes_on` hears what it returned (None: it raised, or
    /// there is none), and says whether the request is sent again.
    pub(super) fn call_back(
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
        let what = format!("the callback of {name}");
        let called = answer.and_then(|answer| callback.bind(py).call1((answer,)));
        let called = called.and_then(|returned| not_awaited(returned, &what));
        if !goes_on(called.as_ref().ok()) {
            self.forget(&[number]);
        }
        called.map_err(|error| logged(py, &what, error))?;
        Ok(1)
    }

    /// Calls a request's callback; what it answers does not count.
    pub(super) fn rehearse(
        &self,
        py: Python<'_>,
        number: u64,
        answer: PyResult<Bound<'_, PyAny>>,
    ) -> PyResult<usize> {
        let Some(RequestCallbacks { callback: Some(callback), name, .. }) = self.request(py, number) else {
            return Ok(0);
        };
        let what = format!("the callback of {name}");
        let called = answer.and_then(|answer| callback.bind(py).call1((answer,)));
        let called = called.and_then(|returned| not_awaited(returned, &what));
        called.map_err(|error| logged(py, &what, error))?;
        Ok(1)
    }

    /// Tells the host that a custom node is complete (clause A-9).
    pub(super) fn call_completed(&self, py: Python<'_>, completion: &Completion) -> PyResult<usize> {
        let hook = self.hooks.completed().as_ref().map(|hook| hook.clone_ref(py));
        let Some(hook) = hook else { return Ok(0) };
        let node = value::decode(py, &completion.node)?;
        hook.call1(py, (completion.player, node))
            .map_err(|error| logged(py, "the completion hook", error))?;
        Ok(1)
    }

    /// Whether a coroutine function is subscribed: its messages wait for an event loop.
    pub(super) fn needs_loop(&self) -> bool {
        self.shared.has_asyncs()
    }
}

/// What the call with this name calls its getter.
pub(super) fn getter_name(call: &str) -> &'static str {
    match call {
        ACHIEVEMENT_SET => "getExtraData",
        STORAGE_SET => "entitiesGetter",
        _ => "getExtra",
    }
}
