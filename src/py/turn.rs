//! Whose turn it is to run a room's callbacks: one after the other, never nested, on one thread at a time (clause D-1).

use crate::clock::instant;
use crate::interrupt;
use crate::lock::locked;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread::{ThreadId, current};
use std::time::Duration;

#[derive(Default)]
struct Held {
    by: Option<ThreadId>,
    /// How many wait: to wake somebody is a call of the system, also if nobody waits.
    waiting: usize,
}

/// A room's turn.
#[derive(Default)]
pub(super) struct Turn {
    held: Mutex<Held>,
    free: Condvar,
    /// Somebody else wanted the turn: the holder goes on with what is ready then.
    missed: AtomicBool,
}

impl Turn {
    /// Takes the turn. False: a callback runs, or another thread delivers; the holder goes on with what is ready now.
    pub(super) fn take(&self) -> bool {
        let mut held = locked(&self.held);
        if held.by.is_some() {
            self.missed.store(true, Ordering::Release);
            return false;
        }
        self.missed.store(false, Ordering::Release);
        held.by = Some(current().id());
        true
    }

    /// Waits for the turn, but not longer than this; true if it was taken.
    pub(super) fn take_within(&self, patience: Duration) -> bool {
        let (mut held, until) = (locked(&self.held), Some(instant() + patience));
        held.waiting += 1;
        let (mut held, _) =
            interrupt::wait_while(&self.held, &self.free, held, until, |held| held.by.is_some());
        held.waiting -= 1;
        let free = held.by.is_none();
        if free {
            held.by = Some(current().id());
        }
        free
    }

    /// Whether this thread has it: then a callback is running.
    pub(super) fn is_mine(&self) -> bool {
        locked(&self.held).by == Some(current().id())
    }

    /// Gives it back; true if somebody else wanted it meanwhile.
    pub(super) fn give_back(&self) -> bool {
        let mut held = locked(&self.held);
        held.by = None;
        if held.waiting > 0 {
            self.free.notify_one();
        }
        drop(held);
        self.missed.swap(false, Ordering::AcqRel)
    }
}
