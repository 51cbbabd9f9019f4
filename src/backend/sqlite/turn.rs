//! Whose turn it is to write: the writers of this process wait in a line, and processes wait for locks on files beside
//! the store, which the kernel gives out in order.
//!
//! `SQLite` waits by sleeping, so that some processes get no turn for seconds. With only one lock, the process that
//! releases it often takes it again before another process wakes up: so there are two. The process that has `queue` is
//! next, and keeps it until it has `write`; a process that has just written finds `queue` taken. The kernel waits
//! without a limit: so a helper thread waits, and the caller gives up after [`PATIENCE`]. `queue` is only for fairness.
//! `write` also keeps processes apart when other code in this process closed the store's files and so dropped
//! `SQLite`'s own lock.

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

/// A process that writes without a pause checks this often whether another process waits.
const ASK_EVERY: Duration = Duration::from_micros(500);
/// The lock files that this process has open. Used only inside the fork gate.
static ALL: Mutex<Vec<Arc<SharedTurn>>> = Mutex::new(Vec::new());

/// Which part of this process has the locks.
#[derive(Debug)]
enum Owner {
    Nobody,
    /// The helper waits for the locks, for the caller that is first in the line when it gets them.
    Helper,
    /// The caller with this number.
    Caller(u64),
}

#[derive(Debug)]
struct TurnState {
    owner: Owner,
    /// The numbers of the callers that wait, in order.
    line: VecDeque<u64>,
    last: u64,
    /// The errors of the locks, each with the caller that was first in the line at that time.
    failed: Vec<(u64, Error)>,
    helped: bool,
    /// The number of open stores.
    seats: usize,
    /// When the last check found that no other process waits.
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

/// The right of one open store to wait in the line.
#[derive(Debug)]
struct Seat(Arc<SharedTurn>);

/// The turns of one open store.
#[derive(Debug)]
pub(super) struct Turn(Mutex<Option<Arc<Seat>>>);

/// Gives the turn back when dropped.
pub(super) struct HeldTurn(Arc<Seat>, u64);

impl Turn {
    /// Call this only inside the fork gate.
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

    /// Waits for the turn, at most [`PATIENCE`]. Call it outside the fork gate.
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

    /// Closes the files as soon as no store of this process uses them.
    pub(super) fn close(&self) {
        let seat = locked(&self.0).take();
        drop(seat);
    }
}

/// Called in a forked child: closes its parent's lock files, which the child never uses.
pub(super) fn disinherit() {
    // It is locked if the parent forked without the gate: then the descriptors stay open.
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
            // Unlocking can only fail on a closed file.
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
            // The helper may wait in the kernel for as long as another process likes: it ends when that wait ends.
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

    /// Gives the turn to the first caller in the line, if nobody has it.
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

    /// Takes `write` if no other process waits or writes. Returns whether it did: then it is our turn.
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
