//! Forks of this process. A child has one thread and a copy of everything else, locks included: a lock that another
//! thread held at that moment is never released in the child. So no thread forks while another one is inside `SQLite`,
//! or holds one of the locks that are taken in there.
//!
//! [`inside`] marks a stay, [`before`] waits until all have left and lets no thread in. A stay is short: nobody waits
//! in there for another process, for Python or for outside work. (The main thread may ask Python for signals.) And no
//! thread enters while holding the interpreter, which the forking thread needs. There is no queue: a child would
//! inherit it.

use crate::clock::instant;
use crate::error::{Error, Reason, Result};
use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// Set in [`STAYS`] while somebody forks.
const FORKING: usize = 1 << (usize::BITS - 1);
const POLL: Duration = Duration::from_micros(100);
/// A stay that lasts longer does not end any more (the disk does not answer), nor does a fork: then nobody waits for
/// it, and the child refuses the file that was in use.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// How many threads are inside.
static STAYS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    static FORKS: Cell<bool> = const { Cell::new(false) };
}

/// A stay; it ends when dropped. What was entered inside another stay belongs to that.
pub(crate) struct Inside(PhantomData<*const ()>);

/// Begins a stay. A thread that holds a lock which is taken inside must not call this.
pub(crate) fn inside() -> Inside {
    let depth = DEPTH.get();
    if depth == 0 && STAYS.fetch_add(1, Ordering::AcqRel) & FORKING != 0 {
        wait_for_fork();
    }
    DEPTH.set(depth + 1);
    Inside(PhantomData)
}

#[cold]
fn wait_for_fork() {
    let give_up = instant() + WAIT_MAX;
    loop {
        STAYS.fetch_sub(1, Ordering::AcqRel);
        while STAYS.load(Ordering::Acquire) & FORKING != 0 && instant() < give_up {
            thread::sleep(POLL);
        }
        if STAYS.fetch_add(1, Ordering::AcqRel) & FORKING == 0 || instant() >= give_up {
            return;
        }
    }
}

/// Whether somebody waits for those who are inside, to fork. A long stay ends soon then, with nothing left open.
pub(crate) fn is_wanted() -> bool {
    STAYS.load(Ordering::Relaxed) & FORKING != 0
}

impl Drop for Inside {
    fn drop(&mut self) {
        let depth = DEPTH.get() - 1;
        DEPTH.set(depth);
        if depth == 0 {
            STAYS.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

/// To be called before a fork, by the thread that forks.
pub fn before() {
    let give_up = instant() + WAIT_MAX;
    while STAYS.fetch_or(FORKING, Ordering::AcqRel) & FORKING != 0 {
        thread::sleep(POLL);
    }
    FORKS.set(true);
    while STAYS.load(Ordering::Acquire) & !FORKING > DEPTH.get().min(1) && instant() < give_up {
        thread::sleep(POLL);
    }
}

/// To be called in the parent after the fork, also after one that failed, by the thread that forked.
pub fn after_in_parent() {
    if FORKS.take() {
        STAYS.fetch_and(!FORKING, Ordering::AcqRel);
    }
}

/// To be called in the child, by [`crate::backend::after_fork_in_child`].
pub(crate) fn after_in_child() {
    FORKS.set(false);
    STAYS.store(DEPTH.get().min(1), Ordering::Release);
}

/// The process that made something.
#[derive(Clone, Debug)]
pub(crate) struct Process {
    guard: forkguard::Guard,
    id: u32,
}

impl Process {
    pub(crate) fn current() -> Self {
        Self { guard: forkguard::new(), id: std::process::id() }
    }

    /// False in a child of it, if the handlers of `pthread_atfork` were called: `os.fork` and the `fork` of C call them. This
    /// asks the system for nothing.
    pub(crate) fn is_current(&self) -> bool {
        // The guard tells this once, so a copy of it is asked.
        !self.guard.clone().detected_fork()
    }

    /// Fails in a child of it, as far as [`Process::is_current`] tells.
    pub(crate) fn check(&self) -> Result<()> {
        if self.is_current() { Ok(()) } else { Err(inherited()) }
    }

    /// False in a child of it, however it was made.
    pub(crate) fn is_same(&self) -> bool {
        std::process::id() == self.id
    }

    /// Fails in a child of it, however that was made: for whatever uses what the parent has open.
    pub(crate) fn check_same(&self) -> Result<()> {
        if self.is_same() { Ok(()) } else { Err(inherited()) }
    }
}

/// The error for what a child may not use.
pub(crate) fn inherited() -> Error {
    Reason::Forked.error("this store was opened by another process (fork?); open it again here")
}
