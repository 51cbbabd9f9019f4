//! Delivers what is ready: on the thread that uses the room or on its event loop, one after the other, never nested
//! (clauses A-8, D-1, S-8).

use super::{Mode, Room};
use crate::error::Result;
use crate::py::enter::{due, enter, enter_here_or_raise, enter_or_raise, raise_next};
use crate::py::exceptions::cloud_error;
use crate::py::exit::running;
use crate::py::log::{logged, logger};
use crate::py::{achievement, callback, entity, rows, value};
use crate::request::Step;
use crate::room::{Bound as DeliveryBound, Delivery, Room as Core};
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use std::sync::atomic::Ordering;

/// How many callbacks ran, and the coroutine that the event loop must await.
type Given<'py> = (usize, Option<Bound<'py, PyAny>>);

/// What an event loop must do next ("now" or "later": another slice; "send": a request; "await": the coroutine), what
/// callbacks raised, and the coroutine.
pub(in crate::py) type Slice<'py> = (&'static str, Vec<Bound<'py, PyAny>>, Option<Bound<'py, PyAny>>);

impl Room {
    /// Delivers after a call that has a Reply. Nothing may hide that, so what callbacks raise is kept (clause A-8).
    pub(in crate::py) fn deliver_after(&self, py: Python<'_>) {
        if let Err(error) = self.deliver_its_way(py) {
            self.kept.keep(py, logged(py, "the delivery of what is ready", error));
        }
        if self.kept.is_urgent()
            && let Err(error) = self.kept.raise(py, Ok(()))
        {
            raise_next(error);
        }
    }

    /// Delivers after a call without a Reply, and raises what callbacks raised, now and before.
    pub(in crate::py) fn deliver(&self, py: Python<'_>) -> PyResult<()> {
        let _running = running(py);
        let delivered = self.deliver_its_way(py);
        self.kept.raise(py, delivered)
    }

    /// `room.tick()`: in tick mode, what its own callbacks cause waits for the next tick.
    pub(in crate::py) fn deliver_tick(&self, py: Python<'_>) -> PyResult<usize> {
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

    /// True if the room has an event loop, which will deliver.
    fn told_loop(&self, py: Python<'_>, how: &Bound<'_, PyString>) -> PyResult<bool> {
        match self.aio.get() {
            None => Ok(false),
            Some(aio) => aio.bind(py).call_method0(how)?.extract(),
        }
    }

    /// Whether the room is used through `score.aio`.
    pub(in crate::py) fn has_loop(&self, py: Python<'_>) -> PyResult<bool> {
        self.told_loop(py, intern!(py, "_has_loop"))
    }

    /// Whether there may be something to deliver.
    pub(in crate::py) fn may_deliver(&self) -> bool {
        self.core.may_deliver() || !self.shared.again().is_empty()
    }

    /// Logs failures that belong to no call.
    pub(super) fn complain(&self, py: Python<'_>) -> PyResult<()> {
        while let Some(complaint) = self.core.store().complaint() {
            logger(py)?.call_method1(intern!(py, "warning"), ("%s", complaint))?;
        }
        Ok(())
    }

    pub(super) fn deliver_all(&self, py: Python<'_>, bounded: bool) -> PyResult<usize> {
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
    pub(super) fn drain(&self, py: Python<'_>, bounded: bool) -> PyResult<usize> {
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

    /// The next delivery: what was put aside, or what the core has.
    pub(in crate::py) fn next(
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
    pub(in crate::py) fn slice<'py>(&self, py: Python<'py>, most: usize) -> PyResult<Slice<'py>> {
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

    /// Sends a request that can go, for a helper thread: what is to be called is put aside. False: none could go.
    pub(in crate::py) fn send_aside(&self, py: Python<'_>) -> PyResult<bool> {
        let shared = self.shared.clone();
        enter_or_raise(py, &self.core, move |core| shared.send(core))
    }

    /// Gives one delivery to the mod.
    pub(in crate::py) fn give<'py>(
        &self,
        py: Python<'py>,
        delivery: Delivery,
        on_loop: bool,
    ) -> PyResult<Given<'py>> {
        let ran = |ran: usize| (ran, None);
        let (token, argument) = match delivery {
            Delivery::Twice(delivery) => return self.give_twice(py, *delivery, on_loop),
            Delivery::Message(token, (key, row)) => (token, rows::pushed(py, &key, &row)?),
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

    /// Gives a delivery twice. The second time comes whatever the first one raises, because the request must end.
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
    pub(in crate::py) fn ask(
        &self,
        py: Python<'_>,
        request: callback::RequestCallbacks,
        send: impl FnOnce(&Core) -> Result<u64> + Send,
    ) -> PyResult<()> {
        enter_here_or_raise(py, || {
            self.core.check_open()?;
            // The lock is held until the callback is there, so nobody looks for it before.
            let mut callbacks = self.callbacks();
            let number = send(&self.core)?;
            callbacks.insert(number, callback::Callback::Request(request));
            Ok(())
        })?;
        self.deliver(py)
    }
}
