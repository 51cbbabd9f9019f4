//! Runs the mod's callbacks and getters: on the thread that uses the room, one after the other, never nested
//! (clauses, D-1, S-8).

use super::enter::{enter, enter_or_raise};
use super::exceptions::{cloud_error, value_error};
use super::room::{Mode, Room};
use super::{achievement, message, storage, value};
use crate::achievement::tally::Completion;
use crate::achievement::upload::{Reply, Step};
use crate::error::Code;
use crate::room::{Bound as DeliveryBound, Delivery};
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBoolMethods, PyDict, PyString};
use std::sync::atomic::Ordering;

/// What the mod wants to be called.
pub(super) enum Callback {
    /// For a subscription.
    Channel(Py<PyAny>),
    /// For an achievement or storage request: the callback, the getter, and the call's name for the log.
    Request(Option<Py<PyAny>>, Option<Py<PyAny>>, &'static str),
}

/// A request's callback, getter and name.
pub(super) type Request = (Option<Py<PyAny>>, Option<Py<PyAny>>, &'static str);

impl Callback {
    pub(super) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self {
            Self::Channel(callback) => visit.call(callback),
            Self::Request(callback, getter, _) => {
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

/// Tells the log why a callback gets None.
pub(super) fn warn_failed(py: Python<'_>, name: &str, reason: &str) -> PyResult<()> {
    logger(py)?.call_method1(intern!(py, "warning"), ("%s failed: %s", name, reason)).map(drop)
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
                        self.rehearse(py, *number, storage::answer(py, reply))
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
            Delivery::Achievement(Step::Getter(number)) => return self.call_getter(py, number).map(|()| 0),
            Delivery::Achievement(Step::Callback(number, reply)) => {
                return self.call_back(py, number, &reply);
            }
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

    pub(super) fn request(&self, py: Python<'_>, number: u64) -> Option<Request> {
        match self.callbacks().get(&number) {
            Some(Callback::Request(callback, getter, name)) => {
                let cloned = |one: &Option<Py<PyAny>>| one.as_ref().map(|one| one.clone_ref(py));
                Some((cloned(callback), cloned(getter), name))
            }
            _ => None,
        }
    }

    fn call_getter(&self, py: Python<'_>, number: u64) -> PyResult<()> {
        let Some((_, Some(getter), name)) = self.request(py, number) else {
            self.core.extra(number, None);
            return Ok(());
        };
        let field = getter_name(name);
        let called = getter.call0(py).and_then(|extra| {
            let extra = extra.bind(py);
            let text = extra.cast::<PyString>().map_err(|_| {
                let type_name =
                    extra.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
                let message = format!("{name}: {field} returned {type_name}; a str is accepted");
                value_error(py, &message, Code::BadValue)
            })?;
            super::args::text(text, &field)
        });
        match called {
            Ok(text) => self.core.extra(number, Some(text.into())),
            Err(error) => {
                self.core.extra(number, None);
                self.forget(&[number]);
                return Err(logged(py, field, error));
            }
        }
        Ok(())
    }

    /// Calls a request's callback; what it answers does not count.
    fn rehearse(&self, py: Python<'_>, number: u64, answer: PyResult<Bound<'_, PyAny>>) -> PyResult<usize> {
        let Some((Some(callback), _, name)) = self.request(py, number) else { return Ok(0) };
        let called = answer.and_then(|answer| callback.call1(py, (answer,)));
        called.map_err(|error| logged(py, &format!("the callback of {name}"), error))?;
        Ok(1)
    }

    fn call_back(&self, py: Python<'_>, number: u64, reply: &Reply) -> PyResult<usize> {
        let Some((callback, _, name)) = self.request(py, number) else {
            self.core.answered(number, false);
            return Ok(0);
        };
        if let Reply::Failed(reason) = reply {
            warn_failed(py, name, reason)?;
        }
        let Some(callback) = callback else {
            self.core.answered(number, false);
            self.forget(&[number]);
            return Ok(0);
        };
        let called = achievement::answer(py, reply).and_then(|answer| callback.call1(py, (answer,)));
        // Only True itself means "again" (clause A-6).
        let again = called
            .as_ref()
            .is_ok_and(|answer| answer.bind(py).cast::<PyBool>().is_ok_and(PyBoolMethods::is_true));
        if !self.core.answered(number, again) {
            self.forget(&[number]);
        }
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
fn getter_name(call: &str) -> &'static str {
    if call == "LobbySetAchievementStorage" { "getExtraData" } else { "getExtra" }
}
