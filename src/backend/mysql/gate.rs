//! A limit for the number of readers at one time: servers take few connections, and beyond some tens they are no
//! faster.

use crate::lock::locked;
use std::sync::{Condvar, Mutex, PoisonError};

/// How many readers of one process may run at the same time.
pub(super) const READERS_MAX: usize = 32;

/// Lets a limited number of readers in.
#[derive(Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    left: Condvar,
}

#[derive(Default)]
struct State {
    inside: usize,
    waiting: usize,
}

/// The permission of one reader to be inside; it ends when dropped.
pub(super) struct GatePass<'g>(&'g Gate);

impl Gate {
    /// Waits until there is room. This always ends: a reader inside gives up by itself if the server does not answer, and
    /// one that reads ahead does not stop while somebody waits.
    pub(super) fn enter(&self) -> GatePass<'_> {
        let mut state = locked(&self.state);
        while state.inside >= READERS_MAX {
            state.waiting += 1;
            state = self.left.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
        state.inside += 1;
        GatePass(self)
    }

    /// Whether somebody waits to come in.
    pub(super) fn is_crowded(&self) -> bool {
        locked(&self.state).waiting > 0
    }
}

impl Drop for GatePass<'_> {
    fn drop(&mut self) {
        locked(&self.0.state).inside -= 1;
        self.0.left.notify_one();
    }
}
