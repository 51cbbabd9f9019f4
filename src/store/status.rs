//! What a store tells of itself: how it was opened, and what it did.

use super::Store;
use crate::backend::Durability;
use crate::combine::Answers;
use std::sync::atomic::Ordering;

impl Store {
    /// What it was asked that commits survive.
    pub fn durability(&self) -> Durability {
        self.common.durability
    }

    /// How many commits of this process it has stored.
    pub fn stored(&self) -> u64 {
        self.common.stored.load(Ordering::Relaxed)
    }

    pub(super) fn count_stored(&self, answers: &Answers) {
        let stored = answers.iter().filter(|answer| answer.is_ok()).count();
        self.common.stored.fetch_add(stored as u64, Ordering::Relaxed);
    }
}
