//! The versions that a room obtained, by owner and key: a set that names one must name the next (clauses A-5, H-5).

use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What one room obtained of one service.
#[derive(Debug, Default)]
pub struct Obtained(FxHashMap<(i64, Arc<str>), i64>);

impl Obtained {
    /// The version that was obtained last; 0 if none was.
    pub(super) fn last(&self, owner: i64, key: &Arc<str>) -> i64 {
        self.0.get(&(owner, key.clone())).copied().unwrap_or(0)
    }

    /// The version that a set names.
    pub(super) fn next(&self, owner: i64, key: &Arc<str>) -> i64 {
        self.last(owner, key).saturating_add(1)
    }

    /// The cloud has nothing there: the next set is the first.
    pub(super) fn forget(&mut self, owner: i64, key: &Arc<str>) {
        self.0.remove(&(owner, key.clone()));
    }

    /// The cloud answered this version.
    pub(super) fn put(&mut self, owner: i64, key: Arc<str>, version: i64) {
        self.0.insert((owner, key), version);
    }
}
