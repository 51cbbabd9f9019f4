//! Numbers that a store hands out: ids that nobody else gets, and the numbers of games.
//!
//! Ids come in blocks. The next block is fetched along with a commit when half of the last one is used, so that whoever
//! wants an id hardly ever waits for a write.

use super::Store;
use crate::clock::real_us;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::kinds::counter;
use crate::kinds::outcome::Outcome;
use crate::lock::locked;
use crate::op::Op;
use crate::row::EPOCH_US;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};

/// A block's ids. Half of one is what may be used while somebody else keeps the store from being written.
const BLOCK: i64 = 1 << 14;
/// In memory there is nobody else, and the blocks grow.
const BLOCK_MIN: i64 = 1 << 10;
const BLOCK_MAX: i64 = 1 << 16;
/// Under this number the serving thread fetches a block; asyncio's callers count from 1.
pub(super) const FETCH: u64 = 0;

/// The number that no game has: with it, a store that is opened for reading only finds nothing.
const NO_GAME: i64 = i64::MIN;

/// What this process may hand out.
#[derive(Default)]
pub(super) struct Ids {
    blocks: Mutex<Blocks>,
    fetched: Condvar,
    /// Whether the next commit is to bring a block along.
    low: AtomicBool,
}

#[derive(Default)]
struct Blocks {
    ready: VecDeque<Range<i64>>,
    /// The size of the last block, for a store in memory.
    size: i64,
    /// No id below it is handed out: those were used when the store was filled.
    floor: i64,
    fetching: bool,
}

impl Blocks {
    fn take(&mut self) -> Option<i64> {
        while let Some(first) = self.ready.front_mut() {
            if let Some(id) = first.next() {
                return Some(id);
            }
            self.ready.pop_front();
        }
        None
    }

    fn left(&self) -> i64 {
        self.ready.iter().map(|block| block.end - block.start).sum()
    }

    fn add(&mut self, first: i64, size: i64) {
        self.size = size;
        let block = first.max(self.floor)..first.saturating_add(size);
        let place = self.ready.partition_point(|other| other.start < block.start);
        if !block.is_empty() {
            self.ready.insert(place, block);
        }
    }
}

impl Store {
    /// An id that nobody else gets: not another thread, process or host, nor a later run (clause L-1).
    pub fn new_id(&self) -> Result<i64> {
        let ids = &self.common.ids;
        let mut blocks = locked(&ids.blocks);
        loop {
            if let Some(id) = blocks.take() {
                if self.is_shared() && blocks.left() < BLOCK / 2 {
                    ids.low.store(true, Ordering::Relaxed);
                }
                return Ok(id);
            }
            if blocks.fetching {
                let waits = |blocks: &mut Blocks| blocks.fetching && blocks.ready.is_empty();
                let stop;
                (blocks, stop) = interrupt::wait_while(&ids.blocks, &ids.fetched, blocks, None, waits);
                if stop {
                    return Err(Error::Interrupted { unsure: false });
                }
                continue;
            }
            blocks.fetching = true;
            let size = if self.is_shared() { BLOCK } else { (blocks.size * 4).clamp(BLOCK_MIN, BLOCK_MAX) };
            drop(blocks);
            let fetched = self.commit_one(self.block_op(size));
            blocks = locked(&ids.blocks);
            blocks.fetching = false;
            ids.fetched.notify_all();
            let Outcome::Number(first) = fetched? else {
                return Err(Error::store("internal error: no ids were handed out"));
            };
            blocks.add(first, size);
        }
    }

    /// What fetches a block. Time-ordered, so that new rows go to the right edge of the index.
    fn block_op(&self, size: i64) -> Op {
        let counts = self.common.count_ids.load(Ordering::Relaxed);
        let since_epoch_us = real_us() + self.common.backend.ahead_us() - EPOCH_US;
        counter::lease(if counts { 1 } else { (since_epoch_us / 1000).max(1) << 22 }, size).into()
    }

    /// The operation that fetches a block along with a commit that is made now: usually none.
    pub(super) fn fetch_along(&self) -> Option<Op> {
        let low = &self.common.ids.low;
        let wanted = low.load(Ordering::Relaxed) && low.swap(false, Ordering::Relaxed);
        wanted.then(|| self.block_op(BLOCK))
    }

    /// A block that came along. One that failed to come is fetched some other time.
    pub(super) fn fetched(&self, answer: Result<Outcome>) {
        if let Ok(Outcome::Number(first)) = answer {
            locked(&self.common.ids.blocks).add(first, BLOCK);
            self.common.ids.fetched.notify_all();
        }
    }

    /// Makes sure that there are ids, without waiting: the serving thread fetches them.
    pub fn fetch_ids(&self) {
        if self.check_open().is_ok() && self.is_shared() && locked(&self.common.ids.blocks).ready.is_empty() {
            self.common.combiner.enqueue(FETCH, vec![vec![self.block_op(BLOCK)]].into());
        }
    }

    /// Whether others can keep this store from being written.
    fn is_shared(&self) -> bool {
        self.common.backend.is_shared()
    }

    /// From now on ids are 1, 2, 3, …, so that a test's output is the same each time. For a store in memory.
    pub fn count_ids(&self) {
        self.common.count_ids.store(true, Ordering::Relaxed);
    }

    /// Hands out no id below `end` any more, as the store's counter does.
    pub(crate) fn begin_ids_at(&self, end: i64) {
        let mut blocks = locked(&self.common.ids.blocks);
        blocks.floor = end;
        blocks.ready.clear();
        blocks.size = 0;
    }

    /// The number of a game; a new game gets one, and the first ids along with it.
    pub(crate) fn game_number(&self, name: &Arc<str>) -> Result<i64> {
        if let Some(number) = locked(&self.common.games).get(name) {
            return Ok(*number);
        }
        let known = self.read_one(&counter::game_key(name))?.and_then(|row| row.i_value);
        let number = match known {
            Some(number) => number,
            // Not remembered: somebody who writes may make the game yet.
            None if self.common.backend.is_read_only() => return Ok(NO_GAME),
            None => self.new_game(counter::game(name.clone()).into())?,
        };
        locked(&self.common.games).insert(name.clone(), number);
        Ok(number)
    }

    fn new_game(&self, op: Op) -> Result<i64> {
        if self.is_shared() && locked(&self.common.ids.blocks).ready.is_empty() {
            self.common.ids.low.store(true, Ordering::Relaxed);
        }
        let Outcome::Number(number) = self.commit(vec![op])? else {
            return Err(Error::store("internal error: the game got no number"));
        };
        Ok(number)
    }
}
