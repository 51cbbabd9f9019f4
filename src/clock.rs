//! The only file that reads time.

#![expect(
    clippy::disallowed_methods,
    reason = "everything else asks a Clock, so that tests can set the time"
)]

use crate::error::{Error, Result};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// What a store asks for the time.
pub trait Clock: Send + Sync {
    /// Microseconds since 1970 UTC.
    fn now_us(&self) -> i64;

    /// Milliseconds since 1970 UTC.
    fn now_ms(&self) -> i64 {
        self.now_us().div_euclid(1000)
    }

    /// The moment that this thread was given, if this is a clock that each thread gets from its caller: it travels with
    /// what the caller asks for.
    fn told_us(&self) -> Option<i64> {
        None
    }

    /// Moves on by this many microseconds at once, if nobody sleeps by this clock; false if they must pass.
    fn skips_us(&self, _us: i64) -> bool {
        false
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_us(&self) -> i64 {
        real_us()
    }
}

/// A clock that stands still until it is set or moved on.
#[derive(Debug, Default)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `us` microseconds since 1970 UTC.
    pub const fn new(us: i64) -> Self {
        Self(AtomicI64::new(us))
    }

    /// Shows another time from now on; it may be an earlier one.
    pub fn set(&self, us: i64) {
        self.0.store(us, Ordering::SeqCst);
    }

    /// Moves on by `us` microseconds (back, if negative).
    pub fn advance(&self, us: i64) -> Result<()> {
        self.0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |now| now.checked_add(us))
            .map(drop)
            .map_err(|now| Error::value(format!("clock: {now} {us:+} microseconds is outside int64")))
    }
}

impl Clock for ManualClock {
    fn now_us(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    fn skips_us(&self, us: i64) -> bool {
        self.0.fetch_add(us, Ordering::SeqCst);
        true
    }
}

/// A moment that deadlines are counted from: it never goes back.
pub fn instant() -> std::time::Instant {
    std::time::Instant::now()
}

/// Real time, for ids and for ordering, whatever a store's clock says.
pub fn real_us() -> i64 {
    let micros = |span: std::time::Duration| i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => micros(since),
        // A machine whose clock is set before 1970.
        Err(before) => -micros(before.duration()),
    }
}
