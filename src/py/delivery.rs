//! Delivers what is ready: on the thread that uses the room or on its event loop, one after the other, never nested
//! (clauses A-8, D-1, S-8).

use super::callback::{logged, logger};
use super::enter::{due, enter, enter_here_or_raise, enter_or_raise, raise_next};
use super::exceptions::cloud_error;
use super::exit::running;
use super::room::{Mode, Room};
use super::{achievement, entity, message, value};
use crate::error::Result;
use crate::request::Step;
use crate::room::{Bound as DeliveryBound, Delivery, Room as Core};
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use std::sync::atomic::Ordering;

/// How many callbacks ran, and what their event loop is to await.
type Given<'py> = (usize, Option<Bound<'py, PyAny>>);

/// What an event loop is to do next: "now" or "later" another slice, "send" a request, "await" a coroutine; with what
/// callbacks raised, and the coroutine.
pub(super) type Slice<'py> = (&'static str, Vec<Bound<'py, PyAny>>, Option<Bound<'py, PyAny>>);

impl Room {
    /// After every call that has a Reply, which nothing may hide: what callbacks raise is kept (clause A-8).
    pub(super) fn deliver_after(&self, py: Python<'_>) {
        if let Err(error) = self.deliver_its_way(py) {
            self.kept.keep(py, logged(py, "the delivery of what is ready", error));
        }
        if self.kept.is_urgent()
            && let Err(error) = self.kept.raise(py, Ok(()))
        {
            raise_next(error);
        }
    }

    /// After every call that has none: what callbacks raised, now and before, is raised.
    pub(super) fn deliver(&self, py: Python<'_>) -> PyResult<()> {
        let _running = running(py);
        let delivered = self.deliver_its_way(py);
        self.kept.raise(py, delivered)
    }

    /// `room.tick()`: in tick mode, what its own callbacks cause waits for the next one.
    pub(super) fn deliver_tick(&self, py: Python<'_>) -> PyResult<usize> {
        let delivered = self.deliver_in_tick(py);
        self.kept.raise(py, delivered)
    }

    fn deliver_its_way(&self, py: Python<'_>) -> PyResult<()> {
        self.complain(py)?;
        if !self.may_deliver() || self.told_loop(py, intern!(py, "_wake"))? {
            return Ok(());
        }
        if self.mode == Mode::Inline { self.deliver_all(py, false).map(drop) } else { Ok(()) }
    }

    fn deliver_in_tick(&self, py: Python<'_>) -> PyResult<usize> {
        if self.told_loop(py, intern!(py, "_wake_elsewhere"))? {
            return Ok(0);
        }
        self.deliver_all(py, self.mode == Mode::Tick)
    }

    /// True if the room has an event loop, and that has been told to deliver.
    fn told_loop(&self, py: Python<'_>, how: &Bound<'_, PyString>) -> PyResult<bool> {
        match self.aio.get() {
            None => Ok(false),
            Some(aio) => aio.bind(py).call_method0(how)?.extract(),
        }
    }

    /// Whether the room is used through `score.aio`.
    pub(super) fn has_loop(&self, py: Python<'_>) -> PyResult<bool> {
        self.told_loop(py, intern!(py, "_has_loop"))
    }

    /// Whether a look can be worth it.
    pub(super) fn may_deliver(&self) -> bool {
        self.core.may_deliver() || !self.shared.again().is_empty()
    }

    /// Tells the log what went wrong behind the calls' backs.
    fn complain(&self, py: Python<'_>) -> PyResult<()> {
        while let Some(complaint) = self.core.store().complaint() {
            logger(py)?.call_method1(intern!(py, "warning"), ("%s", complaint))?;
        }
        Ok(())
    }

    fn deliver_all(&self, py: Python<'_>, bounded: bool) -> PyResult<usize> {
        let _running = running(py);
        self.complain(py)?;
        let mut count = 0;
        loop {
            if !self.turn.take() {
                return Ok(count);
            }
            let result = self.drain(py, bounded);
            let missed = self.end_turn(py);
            count += result?;
            if bounded || !missed {
                return Ok(count);
            }
        }
    }

    /// Delivers what is ready; at the first exception it stops, and what else was waiting comes next time.
    fn drain(&self, py: Python<'_>, bounded: bool) -> PyResult<usize> {
        self.poll(py)?;
        let mut bound = if bounded { self.core.bound() } else { DeliveryBound::NONE };
        let mut count = 0;
        while let Some(delivery) = self.next(py, &mut bound, Core::next)? {
            match self.give(py, delivery, false) {
                Ok((ran, _)) => count += ran,
                Err(error) => {
                    self.kept.keep(py, error);
                    if self.shared.again().is_empty() {
                        break;
                    }
                }
            }
            if self.is_ending() {
                break;
            }
        }
        Ok(count)
    }

    fn poll(&self, py: Python<'_>) -> PyResult<()> {
        if !self.core.is_subscribed() {
            return due();
        }
        enter(py, &self.core, Core::poll)?.map_err(|refused| cloud_error(py, &refused))
    }

    /// What was put aside, else what the core has.
    pub(super) fn next(
        &self,
        py: Python<'_>,
        bound: &mut DeliveryBound,
        find: fn(&Core, &mut DeliveryBound) -> Result<Option<Delivery>>,
    ) -> PyResult<Option<Delivery>> {
        let aside = self.shared.again().pop_front();
        if aside.is_some() || !self.core.has_ready() {
            return Ok(aside);
        }
        let (shared, within) = (self.shared.clone(), *bound);
        *bound = enter_or_raise(py, &self.core, move |core| shared.find(core, within, find))?;
        Ok(self.shared.again().pop_front())
    }

    /// A part of what is ready, for the event loop: at most `most` messages, and no request, which may have to wait.
    pub(super) fn slice<'py>(&self, py: Python<'py>, most: usize) -> PyResult<Slice<'py>> {
        self.complain(py)?;
        if !self.turn.take() {
            return Ok(("later", Vec::new(), None));
        }
        let slice = self.slice_in_turn(py, most);
        if matches!(slice, Ok(("await", ..))) {
            self.awaiting.store(true, Ordering::Release);
        } else {
            self.end_turn(py);
        }
        slice
    }

    fn slice_in_turn<'py>(&self, py: Python<'py>, most: usize) -> PyResult<Slice<'py>> {
        self.poll(py)?;
        let mut raised = Vec::new();
        let mut bound = DeliveryBound::NONE;
        for _ in 0..most {
            let Some(delivery) = self.next(py, &mut bound, Core::next_event)? else {
                return Ok((if self.core.can_send() { "send" } else { "later" }, raised, None));
            };
            match self.give(py, delivery, true) {
                Ok((_, None)) => {}
                Ok((_, awaited)) => return Ok(("await", raised, awaited)),
                Err(error) if error.is_instance_of::<PyException>(py) => {
                    raised.push(error.into_value(py).into_bound(py).into_any());
                }
                Err(error) => return Err(error),
            }
            if self.is_ending() {
                return Ok(("later", raised, None));
            }
        }
        Ok(("now", raised, None))
    }

    /// Sends a request that can go, for a helper thread: what is to be called is put aside. False: there was none.
    pub(super) fn send_aside(&self, py: Python<'_>) -> PyResult<bool> {
        let shared = self.shared.clone();
        enter_or_raise(py, &self.core, move |core| shared.send(core))
    }

    /// Gives one thing to the mod.
    pub(super) fn give<'py>(
        &self,
        py: Python<'py>,
        delivery: Delivery,
        on_loop: bool,
    ) -> PyResult<Given<'py>> {
        let ran = |ran: usize| (ran, None);
        let (token, argument) = match delivery {
            Delivery::Twice(delivery) => return self.give_twice(py, *delivery, on_loop),
            Delivery::Message(token, (key, row)) => (token, message::pushed(py, &key, &row)?),
            Delivery::Published(token, json) => {
                let dict = PyDict::new(py);
                dict.set_item(intern!(py, "message"), value::decode(py, &json)?)?;
                (token, dict)
            }
            Delivery::Achievement(step) => return self.give_achievement(py, step).map(ran),
            Delivery::Completed(completion) => return self.call_completed(py, &completion).map(ran),
            Delivery::Storage(step) => return self.give_storage(py, step).map(ran),
        };
        self.call_channel(py, token, argument, on_loop)
    }

    /// The second comes whatever the first raises: the request must end.
    fn give_twice<'py>(&self, py: Python<'py>, delivery: Delivery, on_loop: bool) -> PyResult<Given<'py>> {
        self.shared.again().push_front(delivery.clone());
        let ran = |ran: usize| (ran, None);
        match &delivery {
            Delivery::Achievement(Step::Callback(number, reply)) => {
                self.rehearse(py, *number, achievement::answer(py, reply)).map(ran)
            }
            Delivery::Storage(Step::Callback(number, reply)) => {
                self.rehearse(py, *number, entity::answer(py, reply)).map(ran)
            }
            _ => self.give(py, delivery, on_loop),
        }
    }

    /// Takes a request of the mod: `send` gives it to the core, which numbers it.
    pub(super) fn ask(
        &self,
        py: Python<'_>,
        request: super::callback::RequestCallbacks,
        send: impl FnOnce(&Core) -> Result<u64> + Send,
    ) -> PyResult<()> {
        enter_here_or_raise(py, || {
            self.core.check_open()?;
            // The callback is there before anybody can look for it.
            let mut callbacks = self.callbacks();
            let number = send(&self.core)?;
            callbacks.insert(number, super::callback::Callback::Request(request));
            Ok(())
        })?;
        self.deliver(py)
    }
}
