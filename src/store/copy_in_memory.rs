//! A copy of a store in memory that shares nothing with it.

use super::{CACHE_BYTES, Durability, Options, Store};
use crate::clock::Clock;
use crate::error::Result;
use crate::row::{Key, Row};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// This many rows are copied at a time.
const ROWS_AT_ONCE: usize = 4096;

impl Store {
    /// All rows as they are at one moment, in a new store in memory with a clock of its own. Not copied: rooms,
    /// subscriptions, faults, values that were published.
    pub fn fork(&self, clock: Arc<dyn Clock>) -> Result<Arc<Self>> {
        let fork = Self::open(&Options {
            target: ":memory:".into(),
            durability: Durability::Off,
            clock,
            timezone: self.common.zone.name().to_owned(),
            game: self.game.to_string(),
            readonly: false,
            cache: CACHE_BYTES,
        })?;
        fork.common.count_ids.store(self.common.count_ids.load(Ordering::Relaxed), Ordering::Relaxed);
        self.read(|snapshot| {
            let mut batch: Vec<(Key, Row)> = Vec::with_capacity(ROWS_AT_ONCE);
            let mut failed = Ok(());
            snapshot.all(None, &mut |key, row| {
                batch.push((key, row));
                if batch.len() == ROWS_AT_ONCE {
                    failed = fork.put_all(std::mem::take(&mut batch));
                }
                if failed.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })?;
            failed?;
            fork.put_all(batch)
        })?;
        Ok(fork)
    }
}
