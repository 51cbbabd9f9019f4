//! The threads that read tables ahead: closing the store waits for them.

use super::Store;
use crate::clock::instant;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;

/// They see within some milliseconds that the store is closed, unless the disk does not answer.
const END_MAX: Duration = Duration::from_secs(5);

/// How many there are.
#[derive(Debug, Default)]
pub(super) struct Streams(AtomicUsize);

impl Streams {
    /// Waits until there is none.
    pub(super) fn end(&self) {
        let give_up = instant() + END_MAX;
        while self.0.load(Ordering::Acquire) > 0 && instant() < give_up {
            sleep(Duration::from_millis(1));
        }
    }
}

/// A thread that reads a table.
pub(crate) struct Streaming<'s>(&'s AtomicUsize);

impl Drop for Streaming<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Store {
    /// Counts a thread that reads a table, until that is dropped.
    pub(crate) fn streaming(&self) -> Streaming<'_> {
        self.common.streams.0.fetch_add(1, Ordering::AcqRel);
        Streaming(&self.common.streams.0)
    }
}
