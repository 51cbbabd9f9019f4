//! Copies a store row by row to another place, bit for bit, in steps.
//!
//! First all rows of the source are counted and summed up, then copied, then looked at again in the target and in the
//! source. Each step reads a snapshot of its own, and still the target is the source of one moment: a row that was
//! changed never becomes what it was (`ver` and `seq` rise), so what changed between the first look at any row and the
//! last one shows in a checksum. Until all is found to be right, the target holds a marker, with which no store opens.

mod marker;
mod pass;
mod sum;
mod target;

use crate::backend::{self, Backend, Durability, New, SHARED_TARGETS};
use crate::error::{Error, Reason, Result};
use marker::Marker;
use pass::Pass;
pub use sum::Sum;
use target::{CopyTarget, empty_it};

/// What a copy is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Counts the rows of the source.
    Counting,
    /// Copies them.
    Copying,
    /// Looks at what the target holds, and whether the source is as it was.
    Checking,
    /// All is done.
    Done,
}

/// How far a copy has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyProgress {
    /// What it is at.
    pub phase: Phase,
    /// Rows that this phase has seen to.
    pub done: i64,
    /// Rows that it will have; 0 while they are counted.
    pub total: i64,
}

enum CopyStage {
    Counting(Pass, Box<dyn Backend>),
    Copying(CopyTarget),
    /// The target, then the source.
    CheckingTarget(CopyTarget, Pass),
    CheckingSource(CopyTarget, Sum, Pass),
    Done,
}

/// A copy under way. Dropped before its end, it goes on where it was when the same one is made again.
pub struct Copy {
    source: Box<dyn Backend>,
    shown: String,
    /// What the source held at the beginning.
    sum: Option<Sum>,
    warnings: Vec<String>,
    state: CopyStage,
}

/// Adds to an error which argument it is about.
fn of(name: &'static str) -> impl Fn(Error) -> Error {
    move |error| {
        let said = error.to_string();
        let said = said.strip_prefix("target: ").unwrap_or(&said);
        match error {
            Error::Value { code, .. } => Error::Value { code, message: format!("{name}: {said}") },
            // There is no Reply; and what was copied so far stays.
            Error::Refused(refused) => {
                Reason::of_code(refused.code).error(format!("{name}: {said}; copy again to go on from there"))
            }
            Error::Store(unable) => unable.reason.error(format!("{name}: {said}")),
            Error::Interrupted { .. } => error,
        }
    }
}

const SOURCE: &str = "source_url";
const TARGET: &str = "target_url";

impl Copy {
    /// Opens both stores. The source must be there; a target is made where there is none. Only the durability of the
    /// target matters.
    pub fn new(source: &str, target: &str, durability: Durability) -> Result<Self> {
        for (name, given) in [(SOURCE, source), (TARGET, target)] {
            if given == ":memory:" {
                return Err(Error::value(format!("{name}: ':memory:' cannot be shared; {SHARED_TARGETS}")));
            }
        }
        let (from, shown) =
            backend::open(source, Durability::Normal, New::ReadOnly, 0).map_err(of(SOURCE))?;
        refuse_half_copied(&*from, &shown).map_err(of(SOURCE))?;
        let (to, _) = backend::open(target, durability, New::Made, 0).map_err(of(TARGET))?;
        if from.identity() == to.identity() {
            return Err(Error::value(format!(
                "{TARGET}: it is the source itself; another store is accepted"
            )));
        }
        let warnings = to.warnings();
        Ok(Self { source: from, shown, sum: None, warnings, state: CopyStage::Counting(Pass::default(), to) })
    }

    /// What keeps the target from a promise, a sentence each.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// What was copied, once it is counted.
    pub const fn sum(&self) -> Option<&Sum> {
        self.sum.as_ref()
    }

    /// Does the next part: at most some ten thousand rows.
    pub fn step(&mut self) -> Result<CopyProgress> {
        let source = &*self.source;
        // A step that fails ends the copy; another one begins where the target says.
        self.state = match std::mem::replace(&mut self.state, CopyStage::Done) {
            CopyStage::Counting(mut pass, to) => match pass.step(source).map_err(of(SOURCE))? {
                None => CopyStage::Counting(pass, to),
                Some(sum) => {
                    self.sum = Some(sum.clone());
                    CopyStage::Copying(CopyTarget::new(to, self.shown.clone(), sum).map_err(of(TARGET))?)
                }
            },
            CopyStage::Copying(mut target) => {
                let ended = target.step(source)?;
                if ended {
                    CopyStage::CheckingTarget(target, Pass::default())
                } else {
                    CopyStage::Copying(target)
                }
            }
            CopyStage::CheckingTarget(target, mut pass) => {
                match pass.step(target.backend()).map_err(of(TARGET))? {
                    None => CopyStage::CheckingTarget(target, pass),
                    Some(found) => CopyStage::CheckingSource(target, found, Pass::default()),
                }
            }
            CopyStage::CheckingSource(target, found, mut pass) => {
                match pass.step(source).map_err(of(SOURCE))? {
                    None => CopyStage::CheckingSource(target, found, pass),
                    Some(now) => {
                        self.check(&found, &now)?;
                        target.finish().and_then(|()| target.backend().close()).map_err(of(TARGET))?;
                        self.source.close().map_err(of(SOURCE))?;
                        CopyStage::Done
                    }
                }
            }
            CopyStage::Done => CopyStage::Done,
        };
        Ok(self.progress())
    }

    /// Whether the target holds what the source held at the beginning, and still holds.
    fn check(&self, found: &Sum, now: &Sum) -> Result<()> {
        let Some(sum) = &self.sum else { return Err(Error::store("internal error: nothing was counted")) };
        let Sum { rows, checksum } = sum;
        if now != sum {
            return Err(Error::store(format!(
                "{SOURCE}: it was changed while it was copied: it held {rows} rows, checksum {checksum}; now it holds \
                 {}, checksum {}. {}, or use store.backup(path), which copies while others write",
                now.rows,
                now.checksum,
                empty_it()
            )));
        }
        if found != sum {
            return Err(Error::store(format!(
                "{TARGET}: it does not hold what was copied, somebody else wrote there: {} rows, checksum {}; the \
                 source holds {rows}, checksum {checksum}. {}",
                found.rows,
                found.checksum,
                empty_it()
            )));
        }
        Ok(())
    }

    fn progress(&self) -> CopyProgress {
        let total = self.sum.as_ref().map_or(0, |sum| sum.rows);
        let (phase, done) = match &self.state {
            CopyStage::Counting(pass, _) => (Phase::Counting, pass.rows),
            CopyStage::Copying(target) => (Phase::Copying, target.done()),
            CopyStage::CheckingTarget(_, pass) => (Phase::Checking, pass.rows / 2),
            CopyStage::CheckingSource(_, found, pass) => {
                (Phase::Checking, i64::midpoint(found.rows, pass.rows))
            }
            CopyStage::Done => (Phase::Done, total),
        };
        CopyProgress { phase, done, total }
    }
}

/// Refuses a store whose copy did not come to its end.
pub(crate) fn refuse_half_copied(backend: &dyn Backend, shown: &str) -> Result<()> {
    let Some(row) = backend.get_one(&marker::key())? else { return Ok(()) };
    let Marker { source, sum, done, .. } = Marker::read(&row)?;
    Err(Error::store(format!(
        "'{shown}' is half copied from '{source}' ({done} of {} rows): run the same copy again to its end",
        sum.rows
    )))
}
