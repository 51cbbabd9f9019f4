//! Notes: who wrote something new, in the order in which it can be seen here.
//!
//! Every writer numbers its notes and keeps the number of its last one in its slot, so a look at all slots tells
//! what is new, and no clock decides. The cursors that the core sees are this process's own.

use super::failure::{Failure, Tried};
use super::link::Link;
use super::rows;
use super::stored::{self, Stored};
use crate::error::Reason;
use crate::lock::locked;
use crate::row::Note;
use mysql::Value;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

#[derive(Default)]
struct OutboxState {
    /// The last note of each slot that was seen; `None`: nobody has looked yet.
    seen: Option<FxHashMap<i64, i64>>,
    /// The newest cursor. One that was skipped stands for notes that were purged before anybody looked.
    newest: i64,
    fresh: VecDeque<(i64, Note)>,
}

/// What this process has seen of the notes.
#[derive(Default)]
pub(super) struct Outbox(Mutex<OutboxState>);

/// All slots with the number of their last note.
fn heads(link: &mut Link) -> Tried<Vec<(i64, i64)>> {
    let mut heads = Vec::new();
    for row in link.exec(rows::SLOTS, Vec::new())? {
        let mut row = row?;
        let pair = stored::number(row.take::<Value, _>(0)).zip(stored::number(row.take::<Value, _>(1)));
        heads.push(
            pair.ok_or_else(|| Failure::Ours(Reason::Damaged.error("the store is damaged: a bad slot")))?,
        );
    }
    Ok(heads)
}

impl Outbox {
    fn state(&self) -> MutexGuard<'_, OutboxState> {
        locked(&self.0)
    }

    /// Reads what is new, inside a snapshot. What there was before the first look is not news.
    pub(super) fn look(&self, link: &mut Link) -> Tried<()> {
        let mut state = self.state();
        let heads = heads(link)?;
        let Some(seen) = &state.seen else {
            state.seen = Some(heads.into_iter().collect());
            return Ok(());
        };
        let last = |slot: &i64| seen.get(slot).copied().unwrap_or(0);
        let news: Vec<(i64, i64, i64)> = heads
            .into_iter()
            .map(|(slot, head)| (slot, last(&slot), head))
            .filter(|news| news.2 > news.1)
            .collect();
        let mut found = Vec::new();
        let mut missing = 0;
        for (slot, from, to) in &news {
            let before = found.len();
            for row in link.exec(rows::NOTES, vec![slot.into(), from.into(), to.into()])? {
                found.push(Stored::read(row?)?);
            }
            missing += to - from - i64::try_from(found.len() - before).unwrap_or(0);
        }
        // Between writers by their time; each writer's own stay in order, for its times never go back.
        found.sort_by_key(|note| (note.row.created, note.address.owner, note.address.world));
        state.newest += missing.max(0);
        for Stored { address, row, .. } in found {
            state.newest += 1;
            let game = row.i_value.unwrap_or(0);
            let note = Note { game, channel: address.key, id: row.aux, value: row.value };
            let cursor = state.newest;
            state.fresh.push_back((cursor, note));
        }
        if let Some(seen) = &mut state.seen {
            seen.extend(news.into_iter().map(|(slot, _, head)| (slot, head)));
        }
        Ok(())
    }

    /// The notes after a cursor; those up to it are not asked for again.
    pub(super) fn after(&self, cursor: i64) -> Vec<(i64, Note)> {
        let mut state = self.state();
        while state.fresh.front().is_some_and(|(at, _)| *at <= cursor) {
            state.fresh.pop_front();
        }
        state.fresh.iter().cloned().collect()
    }

    pub(super) fn newest(&self) -> i64 {
        self.state().newest
    }
}
