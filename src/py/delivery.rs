//! Runs the mod's callbacks and getters: on the thread that uses the room, one after the other, never nested
//! (clauses, D-1, S-8).

use super::enter::{enter, enter_or_raise};
use super::exceptions::cloud_error;
use super::room::{Mode, Room};
use super::{achievement, entity, message, value};
use crate::achievement::tally::Completion;
use crate::achievement::upload::Step;
use crate::call::{ACHIEVEMENT_SET, STORAGE_SET};
use crate::room::{Bound as DeliveryBound, Delivery};
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::atomic::Ordering;

/// What the mod wants to be called.
pub(super) enum Callback {
    /// For a subscription.
    Channel(Py<PyAny>),
    /// For an achievement or storage request.
    Request(Request),
}

/// What a request calls.
pub(super) struct Request {
    /// None: nobody wants to hear of it.
    pub(super) callback: Option<Py<PyAny>>,
    /// What brings data along.
    pub(super) getter: Option<Py<PyAny>>,
    /// The call that it came from, for the log.
    pub(super) name: &'static str,
}

impl Callback {
    pub(super) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self {
            Self::Channel(callback) => visit.call(callback),
            Self::Request(Request { callback, getter, .. }) => {
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

impl Room {
    /// After every call of the room: delivers what is ready, in the room's way.
    pub(super) fn deliver(&self, py: Python<'_>) -> PyResult<()> {
        self.complain(py)?;
        if !self.core.may_deliver() {
            return Ok(());
        }
        if let Some(aio) = self.aio.get(py) {
            // True if its event loop runs and has been told.
            if aio.bind(py).call_method0(intern!(py, "_wake"))?.extract::<bool>()? {
                return Ok(());
            }
        }
        if self.mode == Mode::Inline { self.deliver_ready(py).map(drop) } else { Ok(()) }
    }

    /// `room.tick()`: in tick mode, what its own callbacks cause waits for the next one.
    pub(super) fn deliver_tick(&self, py: Python<'_>) -> PyResult<usize> {
        let tick = self.mode == Mode::Tick;
        self.deliver_all(py, tick)
    }

    pub(super) fn deliver_ready(&self, py: Python<'_>) -> PyResult<usize> {
        self.deliver_all(py, false)
    }

    /// Tells the log what went wrong behind the calls' backs.
    fn complain(&self, py: Python<'_>) -> PyResult<()> {
        while let Some(complaint) = self.core.store().complaint() {
            logger(py)?.call_method1(intern!(py, "warning"), ("%s", complaint))?;
        }
        Ok(())
    }

    fn deliver_all(&self, py: Python<'_>, bounded: bool) -> PyResult<usize> {
        self.complain(py)?;
        let mut count = 0;
        loop {
            if self.delivering.swap(true, Ordering::AcqRel) {
                // Inside a callback, or another thread delivers: it goes on with what this call made ready.
                self.missed.store(true, Ordering::Release);
                return Ok(count);
            }
            self.missed.store(false, Ordering::Release);
            let result = self.drain(py, bounded);
            self.delivering.store(false, Ordering::Release);
            count += result?;
            if bounded || !self.missed.swap(false, Ordering::AcqRel) {
                return Ok(count);
            }
        }
    }

    fn drain(&self, py: Python<'_>, bounded: bool) -> PyResult<usize> {
        match enter(py, || self.core.poll())? {
            Ok(()) => {}
            Err(fault) => return Err(cloud_error(py, &fault)),
        }
        let mut bound = if bounded { self.core.bound() } else { DeliveryBound::NONE };
        let mut count = 0;
        while let Some(delivery) = enter_or_raise(py, || self.core.next(&mut bound))? {
            count += self.give(py, delivery)?;
        }
        Ok(count)
    }

    /// Gives one thing to the mod; returns how many callbacks ran.
    fn give(&self, py: Python<'_>, delivery: Delivery) -> PyResult<usize> {
        let (token, argument) = match delivery {
            Delivery::Twice(delivery) => {
                let first = match &*delivery {
                    Delivery::Achievement(Step::Callback(number, reply)) => {
                        self.rehearse(py, *number, achievement::answer(py, reply))
                    }
                    Delivery::Storage(crate::storage::Step::Callback(number, reply)) => {
                        self.rehearse(py, *number, entity::answer(py, reply))
                    }
                    other => self.give(py, other.clone()),
                };
                // The second comes whatever the first raised: the request must end.
                let second = self.give(py, *delivery);
                return Ok(first? + second?);
            }
            Delivery::Message(token, (key, row)) => (token, message::pushed(py, &key, &row)?),
            Delivery::Published(token, json) => {
                let dict = PyDict::new(py);
                dict.set_item(intern!(py, "message"), value::decode(py, &json)?)?;
                (token, dict)
            }
            Delivery::Achievement(step) => return self.give_achievement(py, step),
            Delivery::Completed(completion) => return self.call_completed(py, &completion),
            Delivery::Storage(step) => return self.give_storage(py, step),
        };
        let callback = match self.callbacks().get(&token) {
            Some(Callback::Channel(callback)) => callback.clone_ref(py),
            _ => return Ok(0),
        };
        callback.call1(py, (argument,)).map_err(|error| logged(py, "a channel's callback", error))?;
        Ok(1)
    }

    /// Takes a request of the mod: `send` gives it to the core, which numbers it.
    pub(super) fn ask(
        &self,
        py: Python<'_>,
        request: Request,
        send: impl FnOnce(&crate::room::Room) -> crate::error::Result<u64> + Send,
    ) -> PyResult<()> {
        enter_or_raise(py, || {
            let mut callbacks = self.callbacks();
            let number = send(&self.core)?;
            callbacks.insert(number, Callback::Request(request));
            Ok(())
        })?;
        self.deliver(py)
    }

    fn request(&self, py: Python<'_>, number: u64) -> Option<Request> {
        let callbacks = self.callbacks();
        let Some(Callback::Request(Request { callback, getter, name })) = callbacks.get(&number) else {
            return None;
        };
        let cloned = |one: &Option<Py<PyAny>>| one.as_ref().map(|one| one.clone_ref(py));
        Some(Request { callback: cloned(callback), getter: cloned(getter), name })
    }

    /// Calls a request's getter and brings what `read` makes of its answer; None if it failed (clause A-8).
    pub(super) fn call_getter<T>(
        &self,
        py: Python<'_>,
        number: u64,
        read: impl FnOnce(&Bound<'_, PyAny>, &str) -> PyResult<T>,
        bring: impl FnOnce(Option<T>),
    ) -> PyResult<()> {
        let Some(Request { getter: Some(getter), name, .. }) = self.request(py, number) else {
            bring(None);
            return Ok(());
        };
        match getter.call0(py).and_then(|given| read(given.bind(py), name)) {
            Ok(brought) => bring(Some(brought)),
            Err(error) => {
                bring(None);
                self.forget(&[number]);
                return Err(logged(py, getter_name(name), error));
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
        let Some(Request { callback, name, .. }) = self.request(py, number) else {
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
        let called = answer.and_then(|answer| callback.bind(py).call1((answer,)));
        if !goes_on(called.as_ref().ok()) {
            self.forget(&[number]);
        }
        called.map_err(|error| logged(py, &format!("the callback of {name}"), error))?;
        Ok(1)
    }

    /// Calls a request's callback; what it answers does not count.
    fn rehearse(&self, py: Python<'_>, number: u64, answer: PyResult<Bound<'_, PyAny>>) -> PyResult<usize> {
        let Some(Request { callback: Some(callback), name, .. }) = self.request(py, number) else {
            return Ok(0);
        };
        let called = answer.and_then(|answer| callback.call1(py, (answer,)));
        called.map_err(|error| logged(py, &format!("the callback of {name}"), error))?;
        Ok(1)
    }

    /// Tells the host that a custom node is complete (clause A-9).
    fn call_completed(&self, py: Python<'_>, completion: &Completion) -> PyResult<usize> {
        let hook = self.hooks.completed().as_ref().map(|hook| hook.clone_ref(py));
        let Some(hook) = hook else { return Ok(0) };
        let node = value::decode(py, &completion.node)?;
        hook.call1(py, (completion.player, node))
            .map_err(|error| logged(py, "the completion hook", error))?;
        Ok(1)
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
