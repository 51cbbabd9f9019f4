//! Concurrent callers share one durable write.
//!
//! Whoever finds the store idle leads: it runs its own work on its own thread, so a lone caller pays no hand-over.
//! Whoever comes meanwhile waits in the queue; when the leader is done, the first in the queue leads next and takes
//! all that wait along. Callers without a thread of their own (asyncio) leave a number instead of waiting, and one
//! serving thread leads when their turn comes and collects their answers.

use crate::commit::Outcome;
use crate::error::{Error, Result};
use crate::op::Op;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// One caller's commits: each all or nothing on its own.
pub type Work = Vec<Vec<Op>>;
/// One answer for each of them.
pub type Answers = Vec<Result<Outcome>>;

/// A leader takes at most this many callers along.
const CALLERS_MAX: usize = 512;

enum State {
    Waiting,
    Lead,
    Done(Answers),
}

struct Ticket {
    state: Mutex<State>,
    wake: Condvar,
}

impl Ticket {
    fn set(&self, state: State) {
        *locked(&self.state) = state;
        self.wake.notify_one();
    }
}

enum Caller {
    Thread(Arc<Ticket>),
    Remote(u64),
}

#[derive(Default)]
struct Queue {
    busy: bool,
    waiting: VecDeque<(Work, Caller)>,
    remote_leads: bool,
    answered: Vec<(u64, Answers)>,
    /// Enqueued and not yet handed to the serving thread.
    remote: usize,
    closed: bool,
}

/// The queue in front of a store's write path.
#[derive(Default)]
pub struct Combiner {
    queue: Mutex<Queue>,
    served: Condvar,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a batch; a panic in it is a bug, but it must not leave the others waiting for ever.
fn run_batch(run: &dyn Fn(&[&[Op]]) -> Answers, batch: &[&Work]) -> Vec<Answers> {
    let flat: Vec<&[Op]> = batch.iter().flat_map(|work| work.iter().map(Vec::as_slice)).collect();
    let answers = catch_unwind(AssertUnwindSafe(|| run(&flat)))
        .unwrap_or_else(|_| vec![Err(Error::store("internal error: a commit panicked")); flat.len()]);
    let mut answers = answers.into_iter();
    batch.iter().map(|work| answers.by_ref().take(work.len()).collect()).collect()
}

impl Combiner {
    /// Runs `work`, alone or with others, and returns its answers.
    pub fn submit(&self, work: Work, run: &dyn Fn(&[&[Op]]) -> Answers) -> Answers {
        let mut queue = locked(&self.queue);
        if !queue.busy {
            queue.busy = true;
            drop(queue);
            let answers = run_batch(run, &[&work]).pop().unwrap_or_default();
            self.pass_on();
            return answers;
        }
        let ticket = Arc::new(Ticket { state: Mutex::new(State::Waiting), wake: Condvar::new() });
        queue.waiting.push_back((work, Caller::Thread(ticket.clone())));
        drop(queue);
        loop {
            let mut state = locked(&ticket.state);
            while matches!(*state, State::Waiting) {
                state = ticket.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            if let State::Done(answers) = std::mem::replace(&mut *state, State::Waiting) {
                return answers;
            }
            drop(state);
            self.lead(run);
        }
    }

    /// Leaves `work` for the serving thread; its answers come from [`Combiner::serve`] under `number`.
    pub fn enqueue(&self, number: u64, work: Work) {
        let mut queue = locked(&self.queue);
        queue.waiting.push_back((work, Caller::Remote(number)));
        queue.remote += 1;
        if !queue.busy {
            queue.busy = true;
            queue.remote_leads = true;
            self.served.notify_one();
        }
    }

    /// The serving thread's loop body: leads when it is its turn, and returns answers as soon as there are some.
    /// An empty result means that the store was closed.
    pub fn serve(&self, run: &dyn Fn(&[&[Op]]) -> Answers) -> Vec<(u64, Answers)> {
        let mut queue = locked(&self.queue);
        loop {
            if queue.remote_leads {
                queue.remote_leads = false;
                drop(queue);
                self.lead(run);
                queue = locked(&self.queue);
            } else if !queue.answered.is_empty() {
                queue.remote -= queue.answered.len();
                return std::mem::take(&mut queue.answered);
            } else if queue.closed && queue.remote == 0 {
                return Vec::new();
            } else {
                queue = self.served.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Lets the serving thread go once all is answered.
    pub fn close(&self) {
        locked(&self.queue).closed = true;
        self.served.notify_all();
    }

    fn lead(&self, run: &dyn Fn(&[&[Op]]) -> Answers) {
        let mut queue = locked(&self.queue);
        let count = queue.waiting.len().min(CALLERS_MAX);
        let batch: Vec<(Work, Caller)> = queue.waiting.drain(..count).collect();
        drop(queue);
        let works: Vec<&Work> = batch.iter().map(|(work, _)| work).collect();
        let answers = run_batch(run, &works);
        // The next leader starts before this batch's callers wake: the disk is never idle while somebody waits.
        self.pass_on();
        let mut remote = Vec::new();
        for ((_, caller), answers) in batch.iter().zip(answers) {
            match caller {
                Caller::Thread(ticket) => ticket.set(State::Done(answers)),
                Caller::Remote(number) => remote.push((*number, answers)),
            }
        }
        if !remote.is_empty() {
            locked(&self.queue).answered.append(&mut remote);
            self.served.notify_one();
        }
    }

    fn pass_on(&self) {
        let mut queue = locked(&self.queue);
        match queue.waiting.front() {
            None => queue.busy = false,
            Some((_, Caller::Thread(ticket))) => ticket.set(State::Lead),
            Some((_, Caller::Remote(_))) => {
                queue.remote_leads = true;
                self.served.notify_one();
            }
        }
    }
}
