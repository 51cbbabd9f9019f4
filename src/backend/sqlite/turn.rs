//! Whose turn it is to write: a line of the writers of this process, and among processes kernel-queued locks on files
//! beside the store.
//!
//! `SQLite` waits by sleeping, which starves some processes for seconds. With one lock the process that lets go of
//! it often has it again before another wakes up: so there are two. Who has `queue` is next; it keeps that until it
//! has `write`, and whoever just wrote finds it taken. The kernel waits for ever: so a helper thread waits, and
//! whoever asked gives up after [`PATIENCE`]. The queue is for fairness only; `write` also keeps processes apart when
//! `SQLite`'s own lock was dropped by somebody in this process who closed its files.

mod helper;

use super::PATIENCE;
use super::failure::lock_timeout;
use super::file::StoreFile;
use super::identity::Identity;
use super::lock_file::LockFile;
use super::write_lock::WriteLock;
use crate::clock::instant;
use crate::error::{Error, Reason, Result};
use crate::fork::inside;
use crate::interrupt;
use crate::lock::locked;
use std::collections::VecDeque;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// A process that writes without a pause asks this often whether another process waits.
const ASK_EVERY: Duration = Duration::from_micros(500);
/// The lock files that this process has open. Used only inside the fork gate.
static ALL: Mutex<Vec<Arc<SharedTurn>>> = Mutex::new(Vec::new());

/// Who of this process has the locks.
#[derive(Debug)]
enum Owner {
    Nobody,
    /// The helper waits for them, for whoever is first in the line then.
    Helper,
    /// The caller with this number.
    Caller(u64),
}

#[derive(Debug)]
struct TurnState {
    owner: Owner,
    /// Callers that wait, in order.
    line: VecDeque<u64>,
    last: u64,
    /// What went wrong with the locks when a caller was first in the line.
    failed: Vec<(u64, Error)>,
    helped: bool,
    /// Open stores.
    seats: usize,
    /// When no other process was found to wait.
    alone: Option<Instant>,
}

/// The lock files of one store, for all stores of this process on that file.
#[derive(Debug)]
struct SharedTurn {
    process: u32,
    path: PathBuf,
    identity: Identity,
    queue: LockFile,
    write: WriteLock,
    state: Mutex<TurnState>,
    changed: Condvar,
}

/// One open store's right to stand in the line.
#[derive(Debug)]
struct Seat(Arc<SharedTurn>);

/// The turns of one open store.
#[derive(Debug)]
pub(super) struct Turn(Mutex<Option<Arc<Seat>>>);

/// Gives the turn back when dropped.
pub(super) struct HeldTurn(Arc<Seat>, u64);

impl Turn {
    /// Only inside the fork gate.
    pub(super) fn new(store: &StoreFile) -> Result<Self> {
        let path = store.beside("-lock");
        let mut all = locked(&ALL);
        keep_own(&mut all);
        let known = fs::metadata(&path).ok().and_then(|metadata| {
            let identity = Identity::of(&metadata);
            all.iter().find(|one| one.identity == identity && (cfg!(unix) || one.path == path))
        });
        if let Some(shared) = known {
            shared.lock().seats += 1;
            return Ok(Self(Mutex::new(Some(Arc::new(Seat(shared.clone()))))));
        }
        let queue = LockFile::new(store.lock_file("-turn")?);
        let metadata = store.lock_file("-lock")?.metadata().map_err(|error| broken(&error))?;
        let identity = Identity::of(&metadata);
        let write = WriteLock::new(path.clone(), metadata.permissions());
        let line = VecDeque::new();
        let (owner, failed) = (Owner::Nobody, Vec::new());
        let state = TurnState { owner, line, last: 0, failed, helped: false, seats: 1, alone: None };
        let (state, changed) = (Mutex::new(state), Condvar::new());
        let process = std::process::id();
        let shared = Arc::new(SharedTurn { process, path, identity, queue, write, state, changed });
        all.push(shared.clone());
        Ok(Self(Mutex::new(Some(Arc::new(Seat(shared))))))
    }

    /// Waits for the turn, at most [`PATIENCE`]. Not inside the fork gate.
    pub(super) fn take(&self) -> Result<HeldTurn> {
        let seat = locked(&self.0).clone().ok_or_else(super::closed)?;
        let shared = &seat.0;
        let mut state = shared.lock();
        state.last += 1;
        let number = state.last;
        state.line.push_back(number);
        shared.advance(&mut state);
        let until = state.waits(number).then(|| instant() + PATIENCE);
        let waits = |state: &mut TurnState| state.waits(number);
        let (mut state, stop) = interrupt::wait_while(&shared.state, &shared.changed, state, until, waits);
        if matches!(state.owner, Owner::Caller(owner) if owner == number) {
            drop(state);
            return Ok(HeldTurn(seat, number));
        }
        let failed = state.failed.iter().position(|(failed, _)| *failed == number);
        let failed = failed.map(|index| state.failed.swap_remove(index).1);
        state.line.retain(|waits| *waits != number);
        drop(state);
        let gave_up = || if stop { Error::Interrupted { unsure: false } } else { lock_timeout() };
        Err(failed.unwrap_or_else(gave_up))
    }

    /// Lets go of the files as soon as nobody of this process uses them.
    pub(super) fn close(&self) {
        let seat = locked(&self.0).take();
        drop(seat);
    }
}

/// In a forked child: its parent's lock files are closed, and never used by it.
pub(super) fn disinherit() {
    // Locked if the parent forked without the gate: then the descriptors stay.
    if let Ok(mut all) = ALL.try_lock() {
        keep_own(&mut all);
    }
}

fn keep_own(all: &mut Vec<Arc<SharedTurn>>) {
    let process = std::process::id();
    all.extract_if(.., |shared| shared.process != process).for_each(|shared| shared.close());
}

impl Drop for HeldTurn {
    fn drop(&mut self) {
        let shared = &self.0.0;
        let mut state = shared.lock();
        if matches!(state.owner, Owner::Caller(owner) if owner == self.1) {
            // An unlock can only fail on a closed file.
            let _ = shared.write.unlock();
            state.owner = Owner::Nobody;
            if !state.line.is_empty() {
                shared.advance(&mut state);
                shared.changed.notify_all();
            }
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let _inside = inside();
        let mut all = locked(&ALL);
        let mut state = self.0.lock();
        state.seats -= 1;
        if state.seats == 0 && state.helped {
            // The helper may sit in the kernel for as long as another process likes: it ends when it returns.
            self.0.changed.notify_all();
        } else if state.seats == 0 {
            self.0.forget(&mut all);
        }
    }
}

impl TurnState {
    fn waits(&self, number: u64) -> bool {
        let owns = matches!(self.owner, Owner::Caller(owner) if owner == number);
        !owns && self.failed.iter().all(|(failed, _)| *failed != number)
    }
}

impl SharedTurn {
    fn lock(&self) -> MutexGuard<'_, TurnState> {
        locked(&self.state)
    }

    fn close(&self) {
        self.queue.close();
        self.write.close();
    }

    fn forget(self: &Arc<Self>, all: &mut Vec<Arc<Self>>) {
        all.retain(|other| !Arc::ptr_eq(other, self));
        self.close();
    }

    /// Gives the turn to the first in the line, if nobody has it.
    fn advance(self: &Arc<Self>, state: &mut TurnState) {
        while matches!(state.owner, Owner::Nobody)
            && let Some(first) = state.line.front().copied()
        {
            let tried = self.try_both(state).map_err(|error| broken(&error));
            match tried.and_then(|ours| if ours { Ok(true) } else { self.help(state).map(|()| false) }) {
                Ok(true) => state.owner = Owner::Caller(first),
                Ok(false) => {
                    state.owner = Owner::Helper;
                    return self.changed.notify_all();
                }
                Err(error) => {
                    let _ = self.queue.unlock();
                    state.failed.push((first, error));
                }
            }
            state.line.pop_front();
        }
    }

    /// Whether nobody waits, and nobody writes: then it is our turn.
    fn try_both(&self, state: &mut TurnState) -> std::io::Result<bool> {
        let now = instant();
        if state.alone.is_none_or(|alone| now.duration_since(alone) >= ASK_EVERY) {
            state.alone = None;
            if !self.queue.is_free()? {
                return Ok(false);
            }
            state.alone = Some(now);
        }
        self.write.try_lock()
    }
}

fn broken(error: &std::io::Error) -> Error {
    Reason::of_io(error).error(format!("cannot lock the store's lock file: {error}"))
}
