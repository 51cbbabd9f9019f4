//! Whose turn it is to run a room's callbacks: one after the other, never nested, on one thread at a time (clause D-1).

use crate::clock::instant;
use crate::interrupt;
use crate::lock::locked;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread::{ThreadId, current};
use std::time::Duration;

/// A room's turn.
#[derive(Default)]
pub(super) struct Turn {
    holder: Mutex<Option<ThreadId>>,
    free: Condvar,
    /// Somebody else wanted the turn: the holder goes on with what is ready then.
    missed: AtomicBool,
}

impl Turn {
    /// Takes the turn. False: a callback runs, or another thread delivers; the holder goes on with what is ready now.
    pub(super) fn take(&self) -> bool {
        let mut holder = locked(&self.holder);
        if holder.is_some() {
            self.missed.store(true, Ordering::Release);
            return false;
        }
        self.missed.store(false, Ordering::Release);
        *holder = Some(current().id());
        true
    }

    /// Waits for the turn, but not longer than this; true if it was taken.
    pub(super) fn take_within(&self, patience: Duration) -> bool {
        let (holder, until) = (locked(&self.holder), Some(instant() + patience));
        let (mut holder, _) =
            interrupt::wait_while(&self.holder, &self.free, holder, until, |holder| holder.is_some());
        let free = holder.is_none();
        if free {
            *holder = Some(current().id());
        }
        free
    }

    /// Whether this thread has it: then a callback is running.
    pub(super) fn is_mine(&self) -> bool {
        *locked(&self.holder) == Some(current().id())
    }

    /// Gives it back; true if somebody else wanted it meanwhile.
    pub(super) fn give_back(&self) -> bool {
        *locked(&self.holder) = None;
        self.free.notify_one();
        self.missed.swap(false, Ordering::AcqRel)
    }
}
