//! How waiting ends early. A binding says how to ask whether that is wanted (Ctrl-C, a signal); a call that waits asks
//! several times a second, and gives up by itself, with everything left as it was.
//!
//! Only threads that were given a way to ask do so: every other one waits without asking.

use crate::clock::instant;
use crate::error::{Error, Result};
use crate::lock::locked;
use std::cell::Cell;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A call that waits asks this often.
pub const SLICE: Duration = Duration::from_millis(50);
/// A call that works looks at the clock after this many rows.
const ROWS: u32 = 256;
/// A call that works asks this often.
const WORK: Duration = Duration::from_millis(5);

#[derive(Clone, Copy)]
enum Ear {
    /// Nobody can end what this thread waits for.
    Deaf,
    /// Asks with this function.
    Asks(fn() -> bool),
    /// It was ended: whatever else this call waits for ends too.
    Stopped,
    /// Whatever this call would wait for ends it: it is made again where it may wait.
    AtOnce,
}

thread_local! {
    static EAR: Cell<Ear> = const { Cell::new(Ear::Deaf) };
    static ROWS_LEFT: Cell<u32> = const { Cell::new(ROWS) };
    /// When the work in this call on this thread asked last.
    static ASKED: Cell<Option<Instant>> = const { Cell::new(None) };
    /// Whether this thread's call said that it reaches no server.
    static AT_HOME: Cell<bool> = const { Cell::new(false) };
    static REACHED: Cell<bool> = const { Cell::new(false) };
}

/// Puts back what was there, also after a panic.
struct Before(Ear);

impl Drop for Before {
    fn drop(&mut self) {
        EAR.set(self.0);
    }
}

/// Runs a call that ends early when `ask` says so. `ask` may be asked with locks held: it must not come back in here.
pub fn listening<T>(ask: fn() -> bool, call: impl FnOnce() -> T) -> T {
    let _before = Before(EAR.replace(Ear::Asks(ask)));
    ASKED.set(None);
    call()
}

/// Runs what has to come to its end, once it began.
pub(crate) fn deaf<T>(call: impl FnOnce() -> T) -> T {
    let _before = Before(EAR.replace(Ear::Deaf));
    call()
}

/// A call that may not wait is answered at most so many rows, and so many bytes of texts: to build more takes long, too.
pub(crate) const ROWS_AT_ONCE: usize = 256;
pub(crate) const BYTES_AT_ONCE: usize = 64 << 10;

/// Runs a call that waits for nothing: it is answered from memory, or gives up as if it had not begun.
pub fn at_once<T>(call: impl FnOnce() -> T) -> T {
    let _before = Before(EAR.replace(Ear::AtOnce));
    call()
}

/// Whether this thread's call is to be answered from memory.
pub(crate) fn is_at_once() -> bool {
    matches!(EAR.get(), Ear::AtOnce)
}

/// To be called before something that takes its time: gives up if nothing may.
pub(crate) fn may_wait() -> Result<()> {
    if is_at_once() { Err(Error::Interrupted { unsure: false }) } else { Ok(()) }
}

/// Runs a call that reaches no server: [`reach`] fails in it.
#[cfg(feature = "python")]
pub(crate) fn at_home<T>(call: impl FnOnce() -> Result<T>) -> Result<T> {
    struct Left(bool);
    impl Drop for Left {
        fn drop(&mut self) {
            AT_HOME.set(self.0);
        }
    }
    let _left = Left(AT_HOME.replace(true));
    call()
}

/// To be called before waiting for a server, deaf to everything else: the thread that must hear of signals must not do
/// that. So a call that a binding sent on the wrong way fails in the first test of it on a server.
#[cfg(feature = "mysql")]
pub(crate) fn reach() -> Result<()> {
    if AT_HOME.get() {
        return Err(Error::store("internal error: a call that reaches no server reached one"));
    }
    REACHED.set(true);
    Ok(())
}

/// Whether anything was asked of a server on this thread, since this was asked last.
#[cfg(feature = "python")]
pub(crate) fn reached() -> bool {
    REACHED.replace(false)
}

/// Whether the call that waits on this thread is to give up.
pub(crate) fn wanted() -> bool {
    match EAR.get() {
        Ear::Deaf => false,
        Ear::Stopped | Ear::AtOnce => true,
        Ear::Asks(ask) => {
            let stop = ask();
            if stop {
                EAR.set(Ear::Stopped);
            }
            stop
        }
    }
}

/// Gives up if that is wanted.
pub(crate) fn check() -> Result<()> {
    if wanted() { Err(Error::Interrupted { unsure: false }) } else { Ok(()) }
}

/// Whether this thread's call was ended early.
pub(crate) fn is_stopped() -> bool {
    matches!(EAR.get(), Ear::Stopped | Ear::AtOnce)
}

fn is_deaf() -> bool {
    matches!(EAR.get(), Ear::Deaf)
}

/// Sleeps, or gives up. A short sleep does not ask.
pub(crate) fn pause(time: Duration) -> Result<()> {
    if is_deaf() || time < SLICE {
        sleep(time);
        return Ok(());
    }
    let until = instant() + time;
    loop {
        let left = until.saturating_duration_since(instant());
        if left.is_zero() {
            return Ok(());
        }
        sleep(left.min(SLICE));
        check()?;
    }
}

/// Waits while a condition holds, at most until a deadline; also says whether it was ended early. The lock is not held
/// while somebody is asked.
pub(crate) fn wait_while<'m, T>(
    mutex: &'m Mutex<T>,
    changed: &Condvar,
    mut guard: MutexGuard<'m, T>,
    until: Option<Instant>,
    mut waits: impl FnMut(&mut T) -> bool,
) -> (MutexGuard<'m, T>, bool) {
    while waits(&mut guard) {
        let left = until.map(|until| until.saturating_duration_since(instant()));
        if left.is_some_and(|left| left.is_zero()) {
            break;
        }
        let slice = if is_deaf() { left } else { Some(left.map_or(SLICE, |left| left.min(SLICE))) };
        guard = match slice {
            None => changed.wait(guard).unwrap_or_else(PoisonError::into_inner),
            Some(slice) => changed.wait_timeout(guard, slice).unwrap_or_else(PoisonError::into_inner).0,
        };
        if !is_deaf() && waits(&mut guard) {
            drop(guard);
            let stop = wanted();
            guard = locked(mutex);
            if stop && waits(&mut guard) {
                return (guard, true);
            }
        }
    }
    (guard, false)
}

/// Takes a lock that others may hold for long.
#[cfg(feature = "python")]
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> Result<MutexGuard<'_, T>> {
    if is_deaf() {
        return Ok(locked(mutex));
    }
    let mut slice = Duration::from_micros(20);
    loop {
        match mutex.try_lock() {
            Ok(guard) => return Ok(guard),
            Err(std::sync::TryLockError::Poisoned(error)) => return Ok(error.into_inner()),
            Err(std::sync::TryLockError::WouldBlock) => pause(slice)?,
        }
        slice = (slice * 2).min(SLICE);
    }
}

/// After each row of long work: gives up now and then, if that is wanted.
pub(crate) fn row() -> Result<()> {
    let is_last = ROWS_LEFT.with(|left| left.replace(left.get().checked_sub(1).unwrap_or(ROWS)) == 0);
    if is_last { part() } else { Ok(()) }
}

/// After each part of long work that is worth many rows: gives up, if that is wanted and was not asked just now.
pub(crate) fn part() -> Result<()> {
    if is_time() { check() } else { Ok(()) }
}

/// Whether long work is to be given up: for an engine that asks now and then.
pub(crate) fn due() -> bool {
    is_time() && wanted()
}

/// Asking waits for the interpreter, which others may have: that is not worth it after each few rows.
fn is_time() -> bool {
    if !matches!(EAR.get(), Ear::Asks(_)) {
        return is_stopped();
    }
    let now = instant();
    let due = ASKED.get().is_some_and(|last| now - last >= WORK);
    if due || ASKED.get().is_none() {
        ASKED.set(Some(now));
    }
    due
}
