//! Operations and loaded rows in, changed rows out: all or nothing, in order, with no I/O (clauses C-1 to C-4).

use crate::backend::Touch;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::kinds::outcome::Outcome;
use crate::op::Op;
use crate::rows::{Context, Rows};
use crate::sort::sort;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

/// Collects the rows that these operations touch: sorted, without duplicates.
pub fn touch<'a>(ops: impl Iterator<Item = &'a Op>) -> Result<Touch> {
    let mut touch = collect(ops)?;
    sort(&mut touch.keys, Ord::cmp)?;
    touch.keys.dedup();
    sort(&mut touch.ids, Ord::cmp)?;
    touch.ids.dedup();
    Ok(touch)
}

fn collect<'a>(ops: impl Iterator<Item = &'a Op>) -> Result<Touch> {
    let mut touch = Touch::default();
    for op in ops {
        interrupt::row()?;
        let verb = op.verb();
        touch.durable |= verb.durable();
        touch.notes |= verb.leaves_note();
        touch.stamps |= verb.stamps();
        verb.touch(&mut touch);
    }
    Ok(touch)
}

/// What these operations touch or make, and the notes, as hashes: commits that share none of them may run side by side.
pub fn marks<'a>(ops: impl Iterator<Item = &'a Op> + Clone) -> Vec<u64> {
    // A caller that is to give up does so later, when it waits or runs.
    let touch = interrupt::deaf(|| collect(ops.clone())).unwrap_or_default();
    let made =
        ops.map(Op::verb).filter(|verb| verb.makes_row()).filter_map(|verb| verb.key()).map(|key| key.id);
    let mut marks: Vec<u64> = touch.keys.iter().map(|key| FxBuildHasher.hash_one(key)).collect();
    marks.extend(touch.ids.iter().copied().chain(made).map(|id| FxBuildHasher.hash_one(id)));
    marks.extend(touch.notes.then(|| FxBuildHasher.hash_one("notes")));
    marks
}

/// Applies one commit to the rows. After a refusal the rows are as before, and it names the operation (clause C-2). When
/// it is interrupted they are of no use any more.
pub fn apply(ops: &[Op], rows: &mut Rows, cx: &mut Context<'_>) -> Result<Outcome> {
    rows.begin(cx.now_ms);
    let mut outcome = Outcome::Done;
    for (index, op) in ops.iter().enumerate() {
        interrupt::row()?;
        cx.seq += 1;
        match op.verb().apply(rows, cx).and_then(|told| rows.check_versions().map(|()| told)) {
            Ok(Outcome::Done) => {}
            Ok(told) => outcome = told,
            Err(error) => {
                rows.undo();
                return Err(match error {
                    Error::Refused(refused) => Error::Refused(refused.at(index, op.name())),
                    other => other,
                });
            }
        }
    }
    Ok(outcome)
}
