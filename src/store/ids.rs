//! Numbers that a store hands out: ids that nobody else gets, and the numbers of games.

use super::{EPOCH_US, Store, locked};
use crate::clock::real_us;
use crate::commit::Outcome;
use crate::error::{Error, Result};
use crate::kinds::counter;
use std::sync::Arc;

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
            let floor = ((real_us() + self.backend.ahead_us() - EPOCH_US) / 1000).max(1) << 22;
            let Outcome::Number(next) = self.commit(vec![counter::lease(floor, size)])? else {
                return Err(Error::store("internal error: no ids were handed out"));
            };
            *lease = Lease { next, end: next + size, size };
        }
        lease.next += 1;
        Ok(lease.next - 1)
    }

    /// The number of a game; a new game gets one.
    pub(super) fn game_number(&self, name: &Arc<str>) -> Result<i64> {
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
