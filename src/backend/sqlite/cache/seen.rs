//! Which keys were read lately. Rows that are read many at once, or when memory is full, are kept only when they are read
//! again: to keep a row takes half as long as to read it within a range, and most of such rows are not asked for soon.

use crate::row::Key;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU16, Ordering};

/// A slot for so many bytes of rows.
const ROW_BYTES: u64 = 512;
const SLOTS_MIN: u64 = 1 << 10;
const SLOTS_MAX: u64 = 1 << 17;
/// While memory is full, one slot in so many is used: what comes again only after many others would put out rows that come
/// sooner.
const FULL_PART: usize = 4;
/// Then, too, one key in so many counts as read before: so rows that nobody reads any more give way in the end.
const CHANCE: u16 = 32;

/// A part of the hash of the last key that was read, for each slot that other parts of it lead to.
#[derive(Debug)]
pub(super) struct Seen(Box<[AtomicU16]>);

impl Seen {
    pub(super) fn new(bytes: u64) -> Self {
        let slots = (bytes / ROW_BYTES).next_power_of_two().clamp(SLOTS_MIN, SLOTS_MAX);
        Self((0..slots).map(|_| AtomicU16::new(0)).collect())
    }

    /// Whether the key was read before; from now on it was. It may be wrong about some keys.
    pub(super) fn again(&self, key: &Key, is_full: bool) -> bool {
        let [a, b, rest @ ..] = FxBuildHasher.hash_one(key).to_le_bytes();
        let place = usize::try_from(u64::from_le_bytes([rest[0], rest[1], rest[2], rest[3], 0, 0, 0, 0]));
        let slots = (self.0.len() / if is_full { FULL_PART } else { 1 }).max(1);
        let slot = place.ok().and_then(|place| self.0.get(place % slots));
        // The lowest bit tells a mark from a slot that was never used.
        let mark = u16::from_le_bytes([a, b]) | 1;
        slot.is_none_or(|slot| {
            let before = slot.swap(mark, Ordering::Relaxed);
            before == mark || is_full && (before ^ mark) / 2 % CHANCE == 0
        })
    }
}
