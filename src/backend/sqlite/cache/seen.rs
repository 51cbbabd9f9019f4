//! Which keys were read lately. Rows that are read many at once are kept only when they are read again: to keep a row
//! takes half as long as to read it within a range, and most of such rows are not asked for soon.

use crate::row::Key;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU16, Ordering};

/// A slot for so many bytes of rows.
const ROW_BYTES: u64 = 512;
const SLOTS_MIN: u64 = 1 << 10;
const SLOTS_MAX: u64 = 1 << 17;

/// A part of the hash of the last key that was read, for each slot that other parts of it lead to.
#[derive(Debug)]
pub(super) struct Seen(Box<[AtomicU16]>);

impl Seen {
    pub(super) fn new(bytes: u64) -> Self {
        let slots = (bytes / ROW_BYTES).next_power_of_two().clamp(SLOTS_MIN, SLOTS_MAX);
        Self((0..slots).map(|_| AtomicU16::new(0)).collect())
    }

    /// Whether the key was read before; from now on it was. It may be wrong about some keys.
    pub(super) fn again(&self, key: &Key) -> bool {
        let [a, b, rest @ ..] = FxBuildHasher.hash_one(key).to_le_bytes();
        let place = usize::try_from(u64::from_le_bytes([rest[0], rest[1], rest[2], rest[3], 0, 0, 0, 0]));
        let slot = place.ok().and_then(|place| self.0.get(place % self.0.len().max(1)));
        let mark = u16::from_le_bytes([a, b]) | 1;
        slot.is_none_or(|slot| slot.swap(mark, Ordering::Relaxed) == mark)
    }
}
