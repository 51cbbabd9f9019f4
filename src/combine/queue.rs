//! Which callers wait for a write, which batches run, and what may run beside them.

use super::{Answers, Work};
use crate::commit;
use crate::lock::locked;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};

/// A leader takes at most this many callers along.
const CALLERS_MAX: usize = 512;
/// A leader looks at no more waiting callers than this.
const LOOK_MAX: usize = 2 * CALLERS_MAX;

pub(super) enum TicketState {
    Waiting,
    /// Leads this batch, which begins with its own work.
    Lead(u64, Box<Waiting>),
    Done(Answers),
}

pub(super) struct Ticket {
    pub(super) state: Mutex<TicketState>,
    pub(super) wake: Condvar,
}

impl Ticket {
    pub(super) fn set(&self, state: TicketState) {
        *locked(&self.state) = state;
        self.wake.notify_one();
    }
}

pub(super) enum Caller {
    Thread(Arc<Ticket>),
    Remote(u64),
}

pub(super) struct Waiting {
    pub(super) work: Work,
    /// What it shares with others; empty where there is one writer.
    pub(super) marks: Vec<u64>,
    pub(super) caller: Caller,
}

pub(super) struct Queue {
    writers: usize,
    /// Batches that run.
    leaders: usize,
    /// Callers in the running batches.
    running: usize,
    /// The number of the last batch.
    batch: u64,
    /// Which running batch has a mark.
    held: FxHashMap<u64, u64>,
    /// While a writer is free, everybody in here waits for a mark.
    waiting: VecDeque<Waiting>,
    /// Batches that the serving threads are to lead.
    pub(super) remote_leads: VecDeque<(u64, Waiting)>,
    pub(super) answered: Vec<(u64, Answers)>,
    /// Enqueued and not yet handed to the serving thread.
    pub(super) remote: usize,
    pub(super) closed: bool,
}

impl Queue {
    pub(super) fn new(writers: usize) -> Self {
        Self {
            writers,
            leaders: 0,
            running: 0,
            batch: 0,
            held: FxHashMap::default(),
            waiting: VecDeque::new(),
            remote_leads: VecDeque::new(),
            answered: Vec::new(),
            remote: 0,
            closed: false,
        }
    }

    pub(super) fn push(&mut self, waiting: Waiting) {
        self.waiting.push_back(waiting);
    }

    pub(super) fn push_first(&mut self, waiting: Waiting) {
        self.waiting.push_front(waiting);
    }

    /// Takes a caller's work out again; false if it is in a batch by now.
    pub(super) fn take_back(&mut self, ticket: &Arc<Ticket>) -> bool {
        let is_it =
            |one: &Waiting| matches!(&one.caller, Caller::Thread(other) if Arc::ptr_eq(other, ticket));
        let place = self.waiting.iter().position(is_it);
        place.and_then(|place| self.waiting.remove(place)).is_some()
    }

    /// Starts a batch of one caller's own work, unless it has to wait.
    pub(super) fn start(&mut self, marks: &[u64]) -> Option<u64> {
        let waits = |other: &Waiting| marks.iter().any(|mark| other.marks.contains(mark));
        let next = self.batch + 1;
        if self.leaders == self.writers || self.is_held(marks, next) || self.waiting.iter().any(waits) {
            return None;
        }
        self.begin(marks);
        Some(next)
    }

    /// Starts a batch with the first of those who wait that may run now.
    pub(super) fn next_leader(&mut self) -> Option<(u64, Waiting)> {
        if self.leaders == self.writers {
            return None;
        }
        let first = self.take(self.batch + 1, 1, 1).pop()?;
        self.begin(&first.marks);
        Some((self.batch, first))
    }

    fn begin(&mut self, marks: &[u64]) {
        self.batch += 1;
        self.leaders += 1;
        self.running += 1;
        self.held.extend(marks.iter().map(|mark| (*mark, self.batch)));
    }

    /// Takes along the callers that may run in this batch: a fair share, so that other writers find work too, and those
    /// that share something with it, and so could not run beside it.
    pub(super) fn top_up(&mut self, batch: u64, members: &mut Vec<Waiting>) {
        let share = (self.running + self.waiting.len()).div_ceil(self.writers);
        let others = members.len();
        let taken = self.take(batch, share.saturating_sub(others), CALLERS_MAX - others);
        self.running += taken.len();
        members.extend(taken);
    }

    /// A batch is done.
    pub(super) fn finish(&mut self, batch: u64, members: &[impl AsRef<[u64]>]) {
        self.leaders -= 1;
        self.running -= members.len();
        for mark in members.iter().flat_map(AsRef::as_ref) {
            if self.held.get(mark) == Some(&batch) {
                self.held.remove(mark);
            }
        }
    }

    fn is_held(&self, marks: &[u64], batch: u64) -> bool {
        marks.iter().any(|mark| self.held.get(mark).is_some_and(|other| *other != batch))
    }

    /// Takes some out: the first ones that share nothing with another batch or with a caller that is passed over.
    fn take(&mut self, batch: u64, share: usize, count_max: usize) -> Vec<Waiting> {
        let (mut taken, mut passed, mut index) = (Vec::new(), FxHashSet::default(), 0);
        while taken.len() < count_max && index < LOOK_MAX {
            let Some(one) = self.waiting.get(index) else { break };
            let waits = self.is_held(&one.marks, batch) || one.marks.iter().any(|mark| passed.contains(mark));
            let belongs = || one.marks.iter().any(|mark| self.held.get(mark) == Some(&batch));
            if waits || taken.len() >= share && !belongs() {
                passed.extend(one.marks.iter().copied());
                index += 1;
            } else {
                self.held.extend(one.marks.iter().map(|mark| (*mark, batch)));
                taken.extend(self.waiting.remove(index));
            }
        }
        taken
    }

    /// What this work shares with others.
    pub(super) fn marks(&self, work: &Work) -> Vec<u64> {
        if self.writers == 1 { Vec::new() } else { commit::marks(work.commits.iter().flatten()) }
    }
}
