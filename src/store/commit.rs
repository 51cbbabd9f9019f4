//! A commit's way through a store: with others into one transaction, again if the engine undid it, and alone if one of
//! them may have spoilt it.

use super::Store;
use super::ids::FETCH;
use crate::backend::{Loaded, Patience, Touch};
use crate::clock::real_us;
use crate::combine::{Answers, Task, Work};
use crate::commit;
use crate::error::{Code, Error, Refused, Result};
use crate::interrupt;
use crate::kinds::outcome::Outcome;
use crate::op::Op;
use crate::rows::{Context, Rows};
use std::cell::Cell;
use std::sync::atomic::Ordering;

/// A transaction that the engine undid is run again at most this often.
const RETRIES_MAX: usize = 5;
/// Notes are kept this long; a process that looks less often misses published values.
const NOTES_KEPT_MS: i64 = 600_000;
const SWEEP_EVERY_MS: i64 = 60_000;

thread_local! {
    /// Whether this thread's last commit failed: then the next one may fail as well.
    static FAILED: Cell<bool> = const { Cell::new(false) };
}

impl Store {
    /// Runs one commit: on this thread, or within another caller's durable write.
    pub fn commit(&self, ops: Vec<Op>) -> Result<Outcome> {
        self.commit_many(vec![ops]).pop().unwrap_or(Ok(Outcome::Done))
    }

    /// Runs independent commits, made durable together.
    pub fn commit_many(&self, mut commits: Vec<Vec<Op>>) -> Answers {
        if let Err(error) = self.not_closed().and_then(|()| interrupt::may_wait()) {
            return vec![Err(error); commits.len()];
        }
        if let [ops] = &*commits
            && let Some(refused) = self.refused_at_once(ops)
        {
            return vec![Err(refused)];
        }
        let fetches = self.fetch_along().map(|op| commits.push(vec![op])).is_some();
        let mut answers = self.common.combiner.submit(self.work(commits), &|batch| self.run(batch));
        if fetches && let Some(fetched) = answers.pop() {
            self.fetched(fetched);
        }
        self.count_stored(&answers);
        FAILED.set(matches!(&*answers, [Err(Error::Refused(Refused { op: Some(_), .. }))]));
        answers
    }

    /// Why a commit fails, where that is likely.
    fn refused_at_once(&self, ops: &[Op]) -> Option<Error> {
        match ops.iter().position(|op| self.is_doubtful(op)) {
            // What comes after an operation that fails has no say.
            Some(at) => self.refused_now(ops.get(..=at)?).or_else(|| self.refused_now(ops)),
            None if FAILED.get() => self.refused_now(ops),
            None => None,
        }
    }

    /// Whether an operation needs more than its row has, if that row is in memory. It may get that from an operation
    /// before it in the same commit: only [`Store::refused_now`] tells.
    fn is_doubtful(&self, op: &Op) -> bool {
        let lacks = || {
            let needed = op.verb().needs()?;
            let found = self.backend().recall(&op.verb().key()?.sought()).ok()?;
            Some(found.and_then(|found| found.1.i_value).unwrap_or(0) < needed)
        };
        lacks().unwrap_or(false)
    }

    /// Why a commit fails on what is stored now. A failure changes nothing, so that what held at one moment of the call
    /// decides as well as rows that are locked; it takes no lock and waits for no turn. `None`: it does not fail, or
    /// the engine cannot tell. For a commit that is stored this was a read too many: it is tried after a failure, and
    /// where something is in doubt.
    fn refused_now(&self, ops: &[Op]) -> Option<Error> {
        if !self.common.backend.reads_latest() {
            return None;
        }
        let touch = commit::touch(ops.iter()).ok()?;
        let load = || {
            if touch.ids.is_empty() {
                let found = self.common.backend.get_all(&touch.keys)?;
                let rows = found.into_iter().map(|found| found.map(|found| found.1.clone()));
                return Ok((rows.collect(), Vec::new()));
            }
            let mut loaded = (Vec::new(), Vec::new());
            self.common.backend.read(&mut |snapshot| {
                loaded = (snapshot.get(&touch.keys)?, snapshot.find(&touch.ids)?);
                Ok(())
            })?;
            Ok::<_, Error>(loaded)
        };
        let (keyed, found) = load().ok()?;
        let mut rows = Rows::new(&touch, Loaded { keyed, found, floor: 0 }).ok()?;
        let (now_ms, seq) = (self.common.clock.now_ms(), self.common.seq.load(Ordering::Acquire));
        let error =
            commit::apply(ops, &mut rows, &mut Context { now_ms, zone: &self.common.zone, seq }).err()?;
        matches!(error, Error::Refused(Refused { op: Some(_), .. })).then_some(error)
    }

    /// The same for an operation of the store's own.
    pub(super) fn commit_one(&self, op: Op) -> Result<Outcome> {
        self.not_closed()?;
        let answers = self.common.combiner.submit(self.work(vec![vec![op]]), &|batch| self.run(batch));
        answers.into_iter().next().unwrap_or(Ok(Outcome::Done))
    }

    fn work(&self, commits: Vec<Vec<Op>>) -> Work {
        Work { commits, at_us: self.common.clock.told_us() }
    }

    /// Leaves commits to the thread that calls [`Store::serve`].
    pub fn enqueue(&self, number: u64, commits: Vec<Vec<Op>>) -> Result<()> {
        self.check_open()?;
        if let Some(op) = self.fetch_along() {
            self.common.combiner.enqueue(FETCH, self.work(vec![vec![op]]));
        }
        self.common.combiner.enqueue(number, self.work(commits));
        Ok(())
    }

    /// Answers of enqueued commits, as soon as there are some; empty when the store was closed.
    pub fn serve(&self) -> Vec<(u64, Answers)> {
        if self.check_here().is_err() {
            return Vec::new();
        }
        loop {
            let mut answered = self.common.combiner.serve(&|batch| self.run(batch));
            if answered.is_empty() {
                return answered;
            }
            let fetched = answered.extract_if(.., |(number, _)| *number == FETCH);
            fetched.flat_map(|(_, answers)| answers).for_each(|answer| self.fetched(answer));
            for (_, answers) in &answered {
                self.count_stored(answers);
            }
            if !answered.is_empty() {
                return answered;
            }
        }
    }

    fn run(&self, batch: &[Task<'_>]) -> Answers {
        let patience = if batch.len() > 1 { Patience::Once } else { Patience::Full };
        match self.run_once(batch, patience) {
            Ok(answers) => answers,
            // One of them may be the cause: each gets its own chance. An unknown outcome is everybody's.
            Err(error) if undone(&error) || batch.len() > 1 && self.of_one(&error) => {
                // They waited together: if each waited again, the last one would wait for all.
                let patience = if locked_out(&error) { Patience::Spent } else { Patience::Full };
                let alone = || batch.iter().map(|task| self.run_alone(*task, patience)).collect();
                // Some would be stored, and the others not.
                if batch.len() > 1 { interrupt::deaf(alone) } else { alone() }
            }
            Err(error) => vec![Err(error); batch.len()],
        }
    }

    /// Whether one commit may have spoilt the transaction for the others in it. One writer locks everything at once.
    fn of_one(&self, error: &Error) -> bool {
        matches!(error, Error::Refused(Refused { code: Code::TooLong, .. }))
            || locked_out(error) && self.common.backend.writers() > 1
    }

    fn run_alone(&self, task: Task<'_>, patience: Patience) -> Result<Outcome> {
        let mut last = Ok(Outcome::Done);
        for _ in 0..RETRIES_MAX {
            match self.run_once(&[task], patience) {
                Ok(mut answers) => return answers.pop().unwrap_or(Ok(Outcome::Done)),
                Err(error) if undone(&error) => last = Err(error),
                Err(error) => return Err(error),
            }
        }
        last
    }

    /// One transaction: load, apply each commit, store.
    fn run_once(&self, batch: &[Task<'_>], patience: Patience) -> Result<Answers> {
        let touch = Touch { patience, ..commit::touch(batch.iter().flat_map(|task| task.ops))? };
        let ops = batch.iter().map(|task| task.ops.len()).sum();
        let mut calls = Vec::with_capacity(1);
        let stands = self.common.backend.write(&touch, &mut |loaded| {
            let seq = self.new_seq(ops, loaded.floor);
            let mut rows = Rows::new(&touch, loaded)?;
            let now_ms = self.common.clock.now_ms();
            let mut cx = Context { now_ms, zone: &self.common.zone, seq };
            let mut answers = Answers::with_capacity(batch.len());
            for task in batch {
                cx.now_ms = task.at_us.map_or(now_ms, |us| us.div_euclid(1000));
                let answer = commit::apply(task.ops, &mut rows, &mut cx);
                if let Err(error @ Error::Interrupted { .. }) = answer {
                    return Err(error);
                }
                answers.push(answer);
            }
            let changes = rows.into_changes()?;
            calls.push((answers, !changes.notes.is_empty()));
            Ok(changes)
        })?;
        if stands >= calls.len() {
            return Err(Error::store("internal error: the backend did not write"));
        }
        let (answers, noted) = calls.swap_remove(stands);
        if noted {
            self.sweep_if_due();
        }
        Ok(answers)
    }

    /// Reserves `count` order stamps and returns the one before them. `floor`: no stored stamp is larger.
    fn new_seq(&self, count: usize, floor: i64) -> i64 {
        let after = |last: i64| last.max(floor).saturating_add(i64::try_from(count).unwrap_or(0));
        let last =
            self.common.seq.fetch_update(Ordering::AcqRel, Ordering::Acquire, |last| Some(after(last)));
        last.unwrap_or_else(|last| last).max(floor)
    }

    /// Old notes are dropped now and then. A failure does not matter to this caller: its commit is done.
    fn sweep_if_due(&self) {
        let now_ms = real_us().div_euclid(1000);
        let swept = &self.common.swept_ms;
        let last = swept.load(Ordering::Acquire);
        if now_ms - last >= SWEEP_EVERY_MS
            && swept.compare_exchange(last, now_ms, Ordering::AcqRel, Ordering::Acquire).is_ok()
        {
            drop(self.common.backend.sweep(now_ms - NOTES_KEPT_MS));
        }
    }
}

/// Whether the engine undid the transaction and running it again may help.
const fn undone(error: &Error) -> bool {
    matches!(error, Error::Refused(Refused { code: Code::Deadlock, .. }))
}

/// Whether another client kept a row locked.
const fn locked_out(error: &Error) -> bool {
    matches!(error, Error::Refused(Refused { code: Code::LockTimeout, .. }))
}
