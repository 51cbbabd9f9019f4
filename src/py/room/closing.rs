//! The end of a room: what waits is sent at once, and every callback is called (clauses Q-4, D-1).

use super::Room;
use crate::clock::instant;
use crate::py::enter::{enter_here_or_raise, enter_or_raise};
use crate::py::log::{logged, logger};
use crate::request::achievement::{AchievementReply, AchievementRequest};
use crate::request::storage::{StorageReply, StorageRequest};
use crate::request::{Request, Step};
use crate::room::{Delivery, Room as Core};
use pyo3::intern;
use pyo3::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Requests that callbacks make while the room ends are sent too, in at most this many rounds.
const ROUNDS_MAX: usize = 100;
/// While the room ends, a request that meets one conflict after the other is sent at most this often.
const TRIES_MAX: usize = 100;
/// How long a callback on another thread is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// After the cloud has failed for this time, the other requests are given up.
const FAILING_MAX: Duration = Duration::from_secs(30);

/// A room that was closed inside a callback ends when the callback has ended.
const OPEN: u8 = 0;
const ENDS: u8 = 1;
const ENDS_WITH_STORE: u8 = 2;

impl Room {
    /// Whether a callback closed the room.
    pub(in crate::py) fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Acquire) != OPEN
    }

    /// Gives the turn back; a room that was closed during it ends now. True if somebody else wanted the turn meanwhile.
    pub(in crate::py) fn end_turn(&self, py: Python<'_>) -> bool {
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
    pub(in crate::py) fn shut(&self, py: Python<'_>, with_store: bool) -> PyResult<bool> {
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

    /// Gives one delivery to the mod; true if the cloud failed. What a callback raises is kept, and the next one is
    /// called.
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

    /// Ends the room, and logs how many requests were not done.
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
