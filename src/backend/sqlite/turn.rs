//! Whose turn it is to write, among processes: kernel-queued locks on files beside the store.
//!
//! `SQLite` waits by sleeping, which starves some processes for seconds. With one lock the process that lets go of
//! it often has it again before another wakes up: so there are two. Who has `queue` is next; it keeps that until it
//! has `write`, and whoever just wrote finds it taken. The kernel waits for ever: so a helper thread waits, and
//! whoever asked gives up after [`PATIENCE`].

use super::failure::lock_timeout;
use crate::clock::instant;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::lock::locked;
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Who waits for the locks or has them. A file is locked for whoever uses this handle, so `try_lock` is only for
/// `Free`: in any later state the helper may be about to get it.
#[derive(Debug)]
enum State {
    Free,
    /// The helper waits and somebody waits for it.
    Wanted,
    /// The helper waits and nobody wants it any more.
    Abandoned,
    Held,
    Failed(String),
    Closed,
}

#[derive(Debug)]
struct Shared {
    queue: File,
    write: File,
    state: Mutex<State>,
    changed: Condvar,
}

/// The lock files of one store. One caller at a time.
#[derive(Debug)]
pub(super) struct Turn {
    shared: Arc<Shared>,
    helped: bool,
}

/// Gives the turn back when dropped.
pub(super) struct Held(Arc<Shared>);

impl Turn {
    pub(super) fn new(queue: File, write: File) -> Self {
        let shared = Shared { queue, write, state: Mutex::new(State::Free), changed: Condvar::new() };
        Self { shared: Arc::new(shared), helped: false }
    }

    /// Waits for the turn, at most [`PATIENCE`].
    pub(super) fn take(&mut self) -> Result<Held> {
        let shared = self.shared.clone();
        let mut state = shared.lock();
        if !matches!(*state, State::Abandoned) {
            match shared.try_both() {
                Ok(()) => {
                    *state = State::Held;
                    drop(state);
                    return Ok(Held(shared));
                }
                Err(TryLockError::WouldBlock) => self.help()?,
                Err(TryLockError::Error(error)) => return Err(broken(&error)),
            }
        }
        *state = State::Wanted;
        shared.changed.notify_all();
        let waiting = |state: &mut State| matches!(state, State::Wanted);
        let until = Some(instant() + PATIENCE);
        let (mut state, stop) = interrupt::wait_while(&shared.state, &shared.changed, state, until, waiting);
        match std::mem::replace(&mut *state, State::Free) {
            State::Held => {
                *state = State::Held;
                drop(state);
                Ok(Held(shared))
            }
            State::Failed(reason) => Err(Error::store(reason)),
            _ => {
                *state = State::Abandoned;
                Err(if stop { Error::Interrupted { unsure: false } } else { lock_timeout() })
            }
        }
    }

    /// Starts the thread that waits.
    fn help(&mut self) -> Result<()> {
        if !self.helped {
            let shared = self.shared.clone();
            std::thread::Builder::new()
                .name("cloudvars-turn".into())
                .spawn(move || shared.wait_for_others())
                .map_err(|error| Error::store(format!("cannot start a thread: {error}")))?;
            self.helped = true;
        }
        Ok(())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // The helper may sit in the kernel for as long as another process likes: it ends when it returns.
        *self.shared.lock() = State::Closed;
        self.shared.changed.notify_all();
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        // An unlock can only fail on a closed file.
        let _ = self.0.write.unlock();
        if !matches!(*state, State::Closed) {
            *state = State::Free;
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }

    /// On `WouldBlock` the place in the queue may be ours already: then the helper waits from there.
    fn try_both(&self) -> Result<(), TryLockError> {
        self.queue.try_lock()?;
        self.write.try_lock()?;
        self.queue.unlock().map_err(TryLockError::Error)
    }

    fn lock_both(&self) -> std::io::Result<()> {
        self.queue.lock()?;
        self.write.lock()?;
        self.queue.unlock()
    }

    fn wait_for_others(&self) {
        let mut state = self.lock();
        loop {
            state = match *state {
                State::Closed => return,
                State::Wanted | State::Abandoned => {
                    drop(state);
                    let locked = self.lock_both();
                    let mut state = self.lock();
                    match (locked, &*state) {
                        (Err(error), _) if error.kind() == ErrorKind::Interrupted => {}
                        (Ok(()), State::Wanted) => *state = State::Held,
                        (Ok(()), now) => {
                            let _ = self.write.unlock();
                            if !matches!(now, State::Closed) {
                                *state = State::Free;
                            }
                        }
                        (Err(_), State::Closed) => {}
                        (Err(_), State::Abandoned) => *state = State::Free,
                        (Err(error), _) => *state = State::Failed(broken(&error).to_string()),
                    }
                    self.changed.notify_all();
                    state
                }
                _ => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

fn broken(error: &std::io::Error) -> Error {
    Error::store(format!("cannot lock the store's lock file: {error}"))
}
