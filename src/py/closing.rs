//! `room.close()` and `store.close()`: what waits is sent at once, and every callback is called (clauses Q-4, D-1).

use super::callback::{logged, logger};
use super::enter::{enter_briefly, enter_here_or_raise, enter_or_raise};
use super::kept::with_context;
use super::room::Room;
use super::store::Store;
use crate::clock::instant;
use crate::request::achievement::{AchievementReply, AchievementRequest};
use crate::request::storage::{StorageReply, StorageRequest};
use crate::request::{Request, Step};
use crate::room::{Delivery, Room as Core};
use crate::store;
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use rustc_hash::FxHashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// What callbacks ask for while the room ends is done too, so many times over.
const ROUNDS_MAX: usize = 100;
/// A request that meets one conflict after the other is sent so often while the room ends.
const TRIES_MAX: usize = 100;
/// So long a callback on another thread is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// When the cloud fails, nobody waits longer for each request to fail by itself.
const FAILING_MAX: Duration = Duration::from_secs(30);

/// A room that was closed inside a callback ends when the callback has ended.
const OPEN: u8 = 0;
const ENDS: u8 = 1;
const ENDS_WITH_STORE: u8 = 2;

impl Room {
    /// Whether a callback closed the room.
    pub(super) fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Acquire) != OPEN
    }

    /// The turn is over; a room that was closed inside it ends now. True if somebody came in vain meanwhile.
    pub(super) fn end_turn(&self, py: Python<'_>) -> bool {
        let missed = self.turn.give_back();
        let ended = match self.ending.swap(OPEN, Ordering::AcqRel) {
            OPEN => return missed,
            ENDS => self.shut(py, false).map(drop),
            _ => self.store.get().shut(py),
        };
        if let Err(error) = ended {
            self.kept.keep(py, logged(py, "closing", error));
        }
        false
    }

    /// Sends what waits, calls back, and ends the room. False: a callback of it runs on this thread, and the room ends
    /// after that; with its store, if that was closed.
    pub(super) fn shut(&self, py: Python<'_>, with_store: bool) -> PyResult<bool> {
        if self.core.is_closed() {
            return Ok(true);
        }
        let waits = self.core.waiting() > 0 && self.core.check_open().is_ok();
        if waits && let Some(aio) = self.aio.get() {
            // Callbacks run on the loop.
            if aio.bind(py).call_method0(intern!(py, "_close_on_loop"))?.extract()? && self.core.is_closed() {
                return Ok(true);
            }
        }
        // While a coroutine is awaited no callback runs.
        let awaiting = self.turn.is_mine() && self.awaiting.load(Ordering::Acquire);
        let mut flushed = Ok(());
        if waits && !awaiting && self.turn.is_mine() {
            self.ending.fetch_max(if with_store { ENDS_WITH_STORE } else { ENDS }, Ordering::AcqRel);
            return Ok(false);
        }
        if waits {
            let mine = awaiting || enter_here_or_raise(py, || Ok(self.turn.take_within(PATIENCE)))?;
            if mine {
                flushed = self.flush(py);
            }
            if mine && !awaiting {
                self.turn.give_back();
            }
        }
        self.finish(py)?;
        flushed.map(|()| true)
    }

    fn flush(&self, py: Python<'_>) -> PyResult<()> {
        let ended = enter_or_raise(py, &self.core, |core| Ok(core.begin_close()))?;
        self.forget(&ended);
        let began = instant();
        let mut tries = FxHashMap::default();
        for _ in 0..ROUNDS_MAX {
            // What a helper thread sends is answered first.
            enter_here_or_raise(py, || self.shared.await_sent())?;
            let mut bound = self.core.bound();
            while let Some(delivery) = self.next(py, &mut bound, Core::next)? {
                let failed = self.flush_one(py, delivery, &mut tries);
                if failed && began.elapsed() > FAILING_MAX {
                    return Ok(());
                }
            }
            if self.core.waiting() == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Gives one thing to the mod; true if the cloud failed. What a callback raises is kept, and the next one is called.
    fn flush_one(&self, py: Python<'_>, delivery: Delivery, tries: &mut FxHashMap<u64, usize>) -> bool {
        let (conflict, failed) = match &delivery {
            Delivery::Achievement(Step::Callback(number, reply)) => (
                AchievementRequest::is_conflict(reply).then_some(*number),
                matches!(reply, AchievementReply::Failed(_)),
            ),
            Delivery::Storage(Step::Callback(number, reply)) => (
                StorageRequest::is_conflict(reply).then_some(*number),
                matches!(reply, StorageReply::Failed(_)),
            ),
            _ => (None, false),
        };
        if let Err(error) = self.give(py, delivery, false) {
            self.kept.keep(py, error);
        }
        if let Some(number) = conflict {
            let count = tries.entry(number).or_insert(0);
            *count += 1;
            if *count >= TRIES_MAX {
                self.core.give_up(number);
                self.forget(&[number]);
                let text = "room '%s' is being closed: a set met a conflict %s times and was given up";
                let told = logger(py).and_then(|log| {
                    log.call_method1(intern!(py, "warning"), (text, self.core.name(), *count))
                });
                drop(told);
            }
        }
        failed
    }

    /// Ends the room; what waits still is told to the log.
    fn finish(&self, py: Python<'_>) -> PyResult<()> {
        let left = if self.core.check_open().is_ok() { self.core.waiting() } else { 0 };
        let closed = enter_or_raise(py, &self.core, |core| {
            core.close();
            Ok(())
        });
        let gone = (self.shared.clear(), self.hooks.completed().take());
        drop(gone);
        closed?;
        if left > 0 {
            let text = "room '%s' was closed: %s achievement or storage requests that waited were not done";
            logger(py)?.call_method1(intern!(py, "warning"), (text, self.core.name(), left))?;
        }
        Ok(())
    }
}

impl Store {
    /// Closes the rooms, then the store; at the end of the running callback, if one of the store's rooms runs it here.
    pub(super) fn shut(&self, py: Python<'_>) -> PyResult<()> {
        let (mut raised, mut inside): (Option<PyErr>, bool) = (None, false);
        for room in self.open_rooms(py) {
            let room = room.get();
            let ended = room.shut(py, true);
            // The rooms around it are closed now, and the store when the callback has ended.
            inside |= matches!(ended, Ok(false));
            if let Err(error) = room.kept.raise(py, ended) {
                raised = Some(match raised {
                    None => error,
                    Some(first) => with_context(py, first, error.value(py)),
                });
            }
        }
        let was_heard = raised.as_ref().is_some_and(|raised| !raised.is_instance_of::<PyException>(py));
        let closed = match (inside, was_heard) {
            (true, _) => Ok(()),
            (false, false) => enter_or_raise(py, &self.core, store::Store::close),
            (false, true) => {
                let core = Arc::clone(&self.core);
                enter_briefly(py, core.is_remote(), move || core.close()).map(drop)
            }
        };
        both(py, raised.map_or(Ok(()), Err), closed)
    }
}

/// Two ends of one call: the second exception stands behind the first.
pub(super) fn both(py: Python<'_>, first: PyResult<()>, second: PyResult<()>) -> PyResult<()> {
    match (first, second) {
        (Err(first), Err(second)) => Err(with_context(py, first, second.value(py))),
        (first, second) => first.and(second),
    }
}

/// The end of a `with` block: what its body raised stands behind what closing raised. What is to end the program goes
/// first: then the log alone tells of the other.
pub(super) fn leave(py: Python<'_>, closed: PyResult<()>, exception: &Bound<'_, PyTuple>) -> PyResult<()> {
    let Err(error) = closed else { return Ok(()) };
    let Some(body) = exception.get_item(1).ok().filter(|body| !body.is_none()) else { return Err(error) };
    if !body.is_instance_of::<PyException>() {
        drop(logged(py, "closing", error));
        return Ok(());
    }
    Err(with_context(py, error, &body))
}
