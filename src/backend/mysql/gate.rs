//! A limit for the number of readers at one time: servers take few connections, and beyond some tens they are no
//! faster.

use crate::lock::locked;
use std::sync::{Condvar, Mutex, PoisonError};

/// How many readers of one process may run at the same time.
pub(super) const READERS_MAX: usize = 32;

/// Lets a limited number of readers in.
#[derive(Default)]
pub(super) struct Gate {
    inside: Mutex<usize>,
    left: Condvar,
}

/// The permission of one reader to be inside; it ends when dropped.
pub(super) struct GatePass<'g>(&'g Gate);

impl Gate {
    /// Waits until there is room. This always ends: a reader inside gives up by itself if the server does not answer.
    pub(super) fn enter(&self) -> GatePass<'_> {
        let mut inside = locked(&self.inside);
        while *inside >= READERS_MAX {
            inside = self.left.wait(inside).unwrap_or_else(PoisonError::into_inner);
        }
        *inside += 1;
        GatePass(self)
    }
}

impl Drop for GatePass<'_> {
    fn drop(&mut self) {
        *locked(&self.0.inside) -= 1;
        self.0.left.notify_one();
    }
}
