//! Notes: who wrote something new, in the order in which this process can see it.
//!
//! Every writer numbers its notes and keeps the number of the last one in its slot. So one look at all slots shows what
//! is new, and no clock decides it. The cursors that the core sees belong to this process alone.

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
    /// The number of the last note that was seen of each slot; `None`: nobody has looked yet.
    seen: Option<FxHashMap<i64, i64>>,
    /// The newest cursor. A skipped cursor means that notes were purged before anybody looked.
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

    /// Reads the new notes, inside a snapshot. Notes from before the first look are not news.
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
        // Notes of different writers are ordered by time. Those of one writer stay in order, because its times never go
        // back.
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

    /// The notes after a cursor. The notes up to it are dropped, because nobody asks for them again.
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
