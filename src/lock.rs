//! How locks are taken. A panic under one is a bug that was reported already; it must not make the whole store fail, so
//! the next thread goes on with what the lock guards.

#[cfg(feature = "python")]
use std::sync::TryLockError;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The same for code that must not wait, such as the garbage collector: `None` while another thread holds the lock.
#[cfg(feature = "python")]
pub(crate) fn try_locked<T: ?Sized>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}
