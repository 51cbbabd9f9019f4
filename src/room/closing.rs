//! The end of a room: its subscriptions and its requests (clauses S-5, Q-4).

use super::Room;
use std::sync::atomic::Ordering;

impl Room {
    /// Begins to end the room: its subscriptions are over, and the requests that wait may be sent at once (clauses S-5,
    /// Returns the subscriptions' tokens.
    pub fn begin_close(&self) -> Vec<u64> {
        self.closing.store(true, Ordering::Release);
        self.achievements.unblock();
        self.storage.unblock();
        self.end(|_| true)
    }

    /// Drops a request.
    pub fn give_up(&self, number: u64) {
        self.achievements.give_up(number);
        self.storage.give_up(number);
    }

    /// Requests that were not answered yet, or whose callback still runs.
    pub fn waiting(&self) -> usize {
        let answering = usize::from(self.answering.load(Ordering::Acquire));
        self.achievements.len() + self.storage.len() + answering
    }

    /// Says that the callback of a request that never lined up begins, or has ended.
    pub fn answers(&self, runs: bool) {
        self.answering.store(runs, Ordering::Release);
    }

    /// Ends the room: its subscriptions and what waits for delivery (clause S-5). In a forked child it does nothing.
    pub fn close(&self) {
        if self.store.check_here().is_ok() && !self.closed.swap(true, Ordering::AcqRel) {
            self.end(|_| true);
            self.achievements.clear();
            self.tally.clear();
            self.storage.clear();
        }
    }
}
