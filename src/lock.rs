//! How locks are taken. A panic under one is a bug that was told already; it must not take the whole store with it, so
//! whoever comes next goes on with what the lock guards.

#[cfg(feature = "python")]
use std::sync::TryLockError;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The same for those who must not wait, such as the garbage collector: `None` while somebody else holds it.
#[cfg(feature = "python")]
pub(crate) fn try_locked<T: ?Sized>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}
