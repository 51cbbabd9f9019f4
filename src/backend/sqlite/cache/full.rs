//! Whether memory is full: then each row that is kept puts out another one, which takes as long as a good part of a read.

use super::Kept;
use crate::row::Key;
use quick_cache::Lifecycle;
use quick_cache::sync::DefaultLifecycle;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

type Default = DefaultLifecycle<Key, Kept>;

/// Is told of each row that is put out.
#[derive(Clone, Debug)]
pub(super) struct Full {
    is_full: Arc<AtomicBool>,
    rest: Default,
}

impl Full {
    pub(super) fn new() -> Self {
        Self { is_full: Arc::default(), rest: Default::default() }
    }

    pub(super) fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }

    /// All rows were forgotten.
    pub(super) fn empty(&self) {
        self.is_full.store(false, Ordering::Relaxed);
    }
}

impl Lifecycle<Key, Kept> for Full {
    type RequestState = <Default as Lifecycle<Key, Kept>>::RequestState;

    fn on_evict(&self, state: &mut Self::RequestState, key: Key, kept: Kept) {
        self.is_full.store(true, Ordering::Relaxed);
        self.rest.on_evict(state, key, kept);
    }
}
