//! How locks are taken. A panic under one is a bug that was told already; it must not take the whole store with it, so
//! whoever comes next goes on with what the lock guards.

use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
