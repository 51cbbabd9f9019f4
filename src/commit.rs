//! Operations and loaded rows in, changed rows out: all or nothing, in order, with no I/O (clauses C-1 to C-4).

use crate::backend::Touch;
use crate::calendar::Zone;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::kinds::{achievement, counter, general, limit, list, message, money, name, node, player, world};
use crate::kinds::{board, order, storage};
use crate::op::Op;
use crate::row::Note;
use crate::rows::Rows;
use crate::sort::sort;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

/// What a commit may know besides its rows.
pub struct Context<'a> {
    /// Now, by the store's clock: milliseconds since 1970.
    pub now_ms: i64,
    /// The store's time zone.
    pub zone: &'a Zone,
    /// The order stamp of the operation: rises with every operation of the store.
    pub seq: i64,
}

/// What an operation has to say besides "done".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// Applied.
    #[default]
    Done,
    /// A number was handed out.
    Number(i64),
    /// The answer to an achievement set.
    Achievement(achievement::Answer),
    /// The answer to a storage set.
    Storage(storage::Answer),
}

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
        touch.durable |= op.durable();
        touch.notes |= op.leaves_note();
        touch.stamps |= matches!(op, Op::ListAdd { .. } | Op::ListModify { .. } | Op::MessageSend { .. });
        match op {
            // A new uuid or message id is in no row yet.
            Op::ListAdd { .. } | Op::MessageSend { .. } | Op::Publish { .. } | Op::OrderPlace { .. } => {}
            Op::ListModify { uuid: id, .. }
            | Op::ListDelete { uuid: id, .. }
            | Op::MessageRead { id, .. }
            | Op::MessageDelete { id, .. } => touch.ids.push(*id),
            Op::AchievementSet { key, node, rate, .. } => {
                touch.keys.extend([key.clone(), node.clone()]);
                touch.keys.extend(rate.clone());
            }
            Op::StorageSet(set) => {
                touch.keys.extend(set.keys());
                touch.ids.extend(set.order);
            }
            Op::GameNumber { key, counter } => touch.keys.extend([key.clone(), counter.clone()]),
            Op::Lease { counter: key, .. }
            | Op::Set { key, .. }
            | Op::Add { key, .. }
            | Op::MoneyAdd { key, .. }
            | Op::MoneyCost { key, .. }
            | Op::WorldDataSet { key, .. }
            | Op::NameNew { key, .. }
            | Op::LimitAdd { key, .. }
            | Op::LimitExpire { key }
            | Op::NodeDefine { key, .. }
            | Op::PlayerJoin { key }
            | Op::BoardSort { key }
            | Op::BoardRefresh { key, .. }
            | Op::Nickname { key, .. } => touch.keys.push(key.clone()),
        }
    }
    Ok(touch)
}

/// What these operations touch or make, and the notes, as hashes: commits that share none of them may run side by side.
pub fn marks<'a>(ops: impl Iterator<Item = &'a Op> + Clone) -> Vec<u64> {
    // Whoever is to give up does so when it waits, or runs.
    let touch = interrupt::deaf(|| collect(ops.clone())).unwrap_or_default();
    let made = ops.filter_map(|op| match op {
        Op::ListAdd { key, .. } | Op::MessageSend { key, .. } | Op::OrderPlace { key, .. } => Some(key.id),
        _ => None,
    });
    let mut marks: Vec<u64> = touch.keys.iter().map(|key| FxBuildHasher.hash_one(key)).collect();
    marks.extend(touch.ids.iter().copied().chain(made).map(|id| FxBuildHasher.hash_one(id)));
    marks.extend(touch.notes.then(|| FxBuildHasher.hash_one("notes")));
    marks
}

/// Applies one commit to the rows. On a fault the rows are as before, and the fault names the operation (clause C-2). When
/// it is interrupted they are of no use any more.
pub fn apply(ops: &[Op], rows: &mut Rows, cx: &mut Context<'_>) -> Result<Outcome> {
    rows.begin(cx.now_ms);
    let mut outcome = Outcome::Done;
    for (index, op) in ops.iter().enumerate() {
        interrupt::row()?;
        cx.seq += 1;
        match apply_one(op, rows, cx).and_then(|told| rows.check_versions().map(|()| told)) {
            Ok(Outcome::Done) => {}
            Ok(told) => outcome = told,
            Err(error) => {
                rows.undo();
                return Err(match error {
                    Error::Fault(fault) => Error::Fault(fault.at(index, op.name())),
                    other => other,
                });
            }
        }
    }
    Ok(outcome)
}

fn apply_one(op: &Op, rows: &mut Rows, cx: &Context<'_>) -> Result<Outcome> {
    match op {
        Op::Set { key, i_value, s_value, value } => {
            general::apply_set(rows, cx, key, *i_value, s_value.as_ref(), value.as_ref())?;
        }
        Op::Add { key, amount, .. } => general::apply_add(rows, cx, key, *amount)?,
        Op::MoneyAdd { key, amount } => money::apply_add(rows, cx, key, *amount)?,
        Op::MoneyCost { key, amount } => money::apply_cost(rows, cx, key, *amount)?,
        Op::ListAdd { key, value } => list::apply_add(rows, cx, key, value),
        Op::ListModify { list, uuid, value } => list::apply_modify(rows, cx, *list, *uuid, value),
        Op::ListDelete { list, uuid } => list::apply_delete(rows, *list, *uuid),
        Op::WorldDataSet { key, value } => world::apply_set(rows, cx, key, value.as_ref())?,
        Op::NameNew { key, value } => name::apply_new(rows, cx, key, value)?,
        Op::LimitAdd { key, amount, limit, refresh } => {
            limit::apply_add(rows, cx, key, *amount, *limit, *refresh)?;
        }
        Op::LimitExpire { key } => limit::apply_expire(rows, cx, key)?,
        Op::MessageSend { key, src, read, deleted, value } => {
            message::apply_send(rows, cx, key, *src, *read, *deleted, value);
        }
        Op::MessageRead { game, id, read } => message::apply_read(rows, cx, *game, *id, *read),
        Op::MessageDelete { game, id } => message::apply_delete(rows, cx, *game, *id),
        Op::Publish { game, channel, value } => {
            rows.note(Note { game: *game, channel: channel.clone(), id: 0, value: Some(value.json.clone()) });
        }
        Op::AchievementSet { key, node, rate, delta, extra, version, direct } => {
            let (rate, extra, version) = (rate.as_ref(), extra.as_ref(), *version);
            let set = achievement::Set { key, node, rate, delta: *delta, extra, version, direct: *direct };
            return achievement::apply_set(rows, cx, &set).map(Outcome::Achievement);
        }
        Op::NodeDefine { key, node } => node::apply_define(rows, cx, key, node)?,
        Op::PlayerJoin { key } => player::apply_join(rows, cx, key)?,
        Op::GameNumber { key, counter } => {
            return counter::apply_game(rows, cx, key, counter).map(Outcome::Number);
        }
        Op::Lease { counter, floor, count } => {
            return counter::apply_lease(rows, cx, counter, *floor, *count).map(Outcome::Number);
        }
        Op::StorageSet(set) => return storage::apply_set(rows, cx, set).map(Outcome::Storage),
        Op::OrderPlace { key, cmd, count } => order::apply_place(rows, cx, key, cmd, *count),
        Op::BoardSort { key } => board::apply_sort(rows, cx, key)?,
        Op::BoardRefresh { key, ver, ends } => board::apply_refresh(rows, cx, key, *ver, ends)?,
        Op::Nickname { key, name } => board::apply_nickname(rows, cx, key, name)?,
    }
    Ok(Outcome::Done)
}
