//! Numbers that a store hands out: ids that nobody else gets, and the numbers of games.

use super::Store;
use crate::clock::real_us;
use crate::commit::Outcome;
use crate::error::{Error, Result};
use crate::kinds::counter;
use crate::lock::locked;
use crate::row::EPOCH_US;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// The first and the largest block of ids that a process takes at once.
const LEASE_MIN: i64 = 1 << 10;
const LEASE_MAX: i64 = 1 << 16;
#[derive(Default)]
pub(super) struct Lease {
    next: i64,
    end: i64,
    size: i64,
}

impl Store {
    /// An id that nobody else gets: not another thread, process or host, nor a later run (clause L-1).
    pub fn new_id(&self) -> Result<i64> {
        let mut lease = locked(&self.ids);
        if lease.next >= lease.end {
            let size = (lease.size * 4).clamp(LEASE_MIN, LEASE_MAX);
            // Time-ordered, so that new rows go to the right edge of the index.
            let counts = self.count_ids.load(Ordering::Relaxed);
            let since_epoch_us = real_us() + self.backend.ahead_us() - EPOCH_US;
            let floor = if counts { 1 } else { (since_epoch_us / 1000).max(1) << 22 };
            let Outcome::Number(next) = self.commit(vec![counter::lease(floor, size)])? else {
                return Err(Error::store("internal error: no ids were handed out"));
            };
            *lease = Lease { next, end: next + size, size };
        }
        lease.next += 1;
        Ok(lease.next - 1)
    }

    /// From now on ids are 1, 2, 3, …, so that a test's output is the same each time. For a store in memory.
    pub fn count_ids(&self) {
        self.count_ids.store(true, Ordering::Relaxed);
    }

    /// Hands out no id below `end` any more.
    pub(crate) fn skip_ids(&self, end: i64) -> Result<()> {
        let mut lease = locked(&self.ids);
        self.commit(vec![counter::lease(end, 0)])?;
        *lease = Lease::default();
        Ok(())
    }

    /// The number of a game; a new game gets one.
    pub(crate) fn game_number(&self, name: &Arc<str>) -> Result<i64> {
        if let Some(number) = locked(&self.games).get(name) {
            return Ok(*number);
        }
        let Outcome::Number(number) = self.commit(vec![counter::game(name.clone())])? else {
            return Err(Error::store("internal error: the game got no number"));
        };
        locked(&self.games).insert(name.clone(), number);
        Ok(number)
    }
}
