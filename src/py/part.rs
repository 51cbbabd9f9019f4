//! What a Python object holds of the core.

use super::enter::released;
use pyo3::prelude::*;
use std::ops::Deref;
use std::sync::Arc;

/// What a Python object holds of the core. Dropping the last one may write to the disk, and waits for a fork, so it is
/// done without holding the interpreter.
pub(super) struct Part<T: Send + Sync + 'static>(Option<Arc<T>>);

impl<T: Send + Sync> Part<T> {
    pub(super) const fn new(core: Arc<T>) -> Self {
        Self(Some(core))
    }
}

impl<T: Send + Sync> Deref for Part<T> {
    type Target = Arc<T>;

    fn deref(&self) -> &Arc<T> {
        match &self.0 {
            Some(core) => core,
            None => unreachable!("it is taken away when it is dropped"),
        }
    }
}

impl<T: Send + Sync> Drop for Part<T> {
    fn drop(&mut self) {
        if let Some(core) = self.0.take()
            && Arc::strong_count(&core) == 1
        {
            let _ = Python::try_attach(|py| released(py, || drop(core)));
        }
    }
}
