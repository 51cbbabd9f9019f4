//! Concurrent callers share one durable write.
//!
//! A caller that finds a free writer leads: it runs its own work on its own thread, so a lone caller pays no hand-over.
//! A caller that comes while all are busy waits in the queue; when a leader is done, the first in the queue leads next
//! and takes other waiting callers along. Where the engine has several writers, batches that share nothing run side by
//! side; work that shares something with a running batch, or with a caller that has waited longer, waits. Callers
//! without a thread of their own (asyncio) leave a number instead of waiting; serving threads, at most one for each
//! writer, lead when their turn comes and collect their answers.

mod queue;

use crate::clock::instant;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::kinds::outcome::Outcome;
use crate::lock::locked;
use crate::op::Op;
use queue::{Caller, Queue, Ticket, TicketState, Waiting};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// One caller's commits: each all or nothing on its own.
pub struct Work {
    /// The operations of each.
    pub commits: Vec<Vec<Op>>,
    /// The moment of the call, if the caller's thread was told it: somebody else's thread may run the work.
    pub at_us: Option<i64>,
}

impl From<Vec<Vec<Op>>> for Work {
    fn from(commits: Vec<Vec<Op>>) -> Self {
        Self { commits, at_us: None }
    }
}

/// One commit of a batch.
#[derive(Clone, Copy)]
pub struct Task<'a> {
    /// Its operations.
    pub ops: &'a [Op],
    /// As in [`Work`].
    pub at_us: Option<i64>,
}

type Run<'a> = &'a dyn Fn(&[Task<'_>]) -> Answers;

/// One answer for each of them.
pub type Answers = Vec<Result<Outcome>>;

/// The queue in front of a store's write path.
pub struct Combiner {
    queue: Mutex<Queue>,
    served: Condvar,
}

/// Runs a batch; a panic in it is a bug, but it must not leave the others waiting for ever.
fn run_batch(run: Run<'_>, batch: &[&Work]) -> Vec<Answers> {
    let tasks = batch.iter().flat_map(|work| work.commits.iter().map(|ops| Task { ops, at_us: work.at_us }));
    let flat: Vec<Task<'_>> = tasks.collect();
    let answers = catch_unwind(AssertUnwindSafe(|| run(&flat)))
        .unwrap_or_else(|_| vec![Err(Error::store("internal error: a commit panicked")); flat.len()]);
    let mut answers = answers.into_iter();
    batch.iter().map(|work| answers.by_ref().take(work.commits.len()).collect()).collect()
}

fn interrupted(count: usize, unsure: bool) -> Answers {
    vec![Err(Error::Interrupted { unsure }); count]
}

impl Combiner {
    /// For an engine with this many writers.
    pub fn new(writers: usize) -> Self {
        Self { queue: Mutex::new(Queue::new(writers)), served: Condvar::new() }
    }

    /// Runs `work`, alone or with others, and returns its answers.
    pub fn submit(&self, work: Work, run: Run<'_>) -> Answers {
        let mut queue = locked(&self.queue);
        let marks = queue.marks(&work);
        if let Some(batch) = queue.start(&marks) {
            drop(queue);
            let answers = run_batch(run, &[&work]).pop().unwrap_or_default();
            self.finish(batch, &[&marks]);
            return answers;
        }
        let count = work.commits.len();
        let ticket = Arc::new(Ticket { state: Mutex::new(TicketState::Waiting), wake: Condvar::new() });
        queue.push(Waiting { work, marks, caller: Caller::Thread(ticket.clone()) });
        drop(queue);
        let mut until = None;
        loop {
            let state = locked(&ticket.state);
            let waits = |state: &mut TicketState| matches!(state, TicketState::Waiting);
            let (mut state, stop) = interrupt::wait_while(&ticket.state, &ticket.wake, state, until, waits);
            match std::mem::replace(&mut *state, TicketState::Waiting) {
                TicketState::Done(answers) => return answers,
                TicketState::Lead(batch, first) => {
                    drop(state);
                    self.lead(batch, *first, run);
                }
                TicketState::Waiting => {
                    drop(state);
                    if stop && self.take_back(&ticket) {
                        return interrupted(count, false);
                    }
                    // Another thread runs it. A short wait for the outcome pays: it is often known by then.
                    match until {
                        None if stop => until = Some(instant() + interrupt::SLICE),
                        Some(until) if instant() >= until => return interrupted(count, true),
                        _ => {}
                    }
                }
            }
        }
    }

    /// Takes a caller's work out of the queue, if it is still there.
    fn take_back(&self, ticket: &Arc<Ticket>) -> bool {
        let mut queue = locked(&self.queue);
        let taken = queue.take_back(ticket);
        if taken {
            // Another caller may have waited for it.
            self.promote(&mut queue);
        }
        taken
    }

    /// Leaves `work` for the serving threads; its answers come from [`Combiner::serve`] under `number`.
    pub fn enqueue(&self, number: u64, work: Work) {
        let mut queue = locked(&self.queue);
        let marks = queue.marks(&work);
        queue.push(Waiting { work, marks, caller: Caller::Remote(number) });
        queue.remote += 1;
        self.promote(&mut queue);
    }

    /// A serving thread's loop body: leads when it is its turn, and returns answers as soon as there are some.
    /// An empty result means that the store was closed.
    pub fn serve(&self, run: Run<'_>) -> Vec<(u64, Answers)> {
        let mut queue = locked(&self.queue);
        loop {
            if let Some((batch, first)) = queue.remote_leads.pop_front() {
                drop(queue);
                self.lead(batch, first, run);
                queue = locked(&self.queue);
            } else if !queue.answered.is_empty() {
                queue.remote -= queue.answered.len();
                if queue.closed {
                    // The other threads may end now.
                    self.served.notify_all();
                }
                return std::mem::take(&mut queue.answered);
            } else if queue.closed && queue.remote == 0 {
                return Vec::new();
            } else {
                queue = self.served.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Lets the serving threads go once all is answered.
    pub fn close(&self) {
        locked(&self.queue).closed = true;
        self.served.notify_all();
    }

    fn lead(&self, batch: u64, first: Waiting, run: Run<'_>) {
        let mut members = vec![first];
        locked(&self.queue).top_up(batch, &mut members);
        let works: Vec<&Work> = members.iter().map(|member| &member.work).collect();
        let answers = run_batch(run, &works);
        let was_interrupted = |answers: &Answers| {
            !answers.is_empty()
                && answers.iter().all(|answer| matches!(answer, Err(Error::Interrupted { .. })))
        };
        if members.len() > 1 && answers.first().is_some_and(was_interrupted) {
            // The leader gave up before anything was stored; the others have not.
            return self.give_up(batch, members, answers);
        }
        // The next leader starts before this batch's callers wake: the disk is never idle while somebody waits.
        let marks: Vec<&[u64]> = members.iter().map(|member| &*member.marks).collect();
        self.finish(batch, &marks);
        let mut remote = Vec::new();
        for (member, answers) in members.iter().zip(answers) {
            match &member.caller {
                Caller::Thread(ticket) => ticket.set(TicketState::Done(answers)),
                Caller::Remote(number) => remote.push((*number, answers)),
            }
        }
        if !remote.is_empty() {
            locked(&self.queue).answered.append(&mut remote);
            self.served.notify_one();
        }
    }

    /// Ends a batch whose leader was interrupted: the others wait again, at their old places.
    fn give_up(&self, batch: u64, mut members: Vec<Waiting>, answers: Vec<Answers>) {
        let mut queue = locked(&self.queue);
        let marks: Vec<&[u64]> = members.iter().map(|member| &*member.marks).collect();
        queue.finish(batch, &marks);
        let others = members.split_off(1);
        others.into_iter().rev().for_each(|member| queue.push_first(member));
        self.promote(&mut queue);
        drop(queue);
        if let (Some(Waiting { caller: Caller::Thread(ticket), .. }), Some(answers)) =
            (members.pop(), answers.into_iter().next())
        {
            ticket.set(TicketState::Done(answers));
        }
    }

    fn finish(&self, batch: u64, marks: &[impl AsRef<[u64]>]) {
        let mut queue = locked(&self.queue);
        queue.finish(batch, marks);
        self.promote(&mut queue);
    }

    /// Lets waiting callers lead, as far as there are free writers.
    fn promote(&self, queue: &mut Queue) {
        while let Some((batch, first)) = queue.next_leader() {
            match &first.caller {
                Caller::Thread(ticket) => {
                    let ticket = ticket.clone();
                    ticket.set(TicketState::Lead(batch, Box::new(first)));
                }
                Caller::Remote(_) => {
                    queue.remote_leads.push_back((batch, first));
                    self.served.notify_one();
                }
            }
        }
    }
}
