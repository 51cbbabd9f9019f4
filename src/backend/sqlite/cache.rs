//! Rows in memory, each as it is at one known state of the file. They are answered only while the file is in that
//! state, so that an answer is never older than a read by `SQLite` would be.
//!
//! A commit of this store carries the rows along: it knows what it changed, and `SQLite` tells how long it left the log, so
//! that the state after it is known to be its own, and nobody's who came next. After a commit of anybody else all rows are
//! forgotten. A row that is not there is kept, too.
//!
//! Two things keep a reader from mixing two states. `turn` is odd while a commit is carried over; a reader that finds it
//! changed asks `SQLite`. And what was read is kept only under `change`, after a look at the state that finds it the
//! same as before the read.

mod commit;
mod full;
mod known;
mod remembered;
pub(super) mod runs;
mod seen;

use super::head::{Head, Sight, WORDS};
use crate::backend::Unknown;
use crate::row::{Found, Key, Sought};
pub(super) use commit::Held;
use full::Full;
use quick_cache::sync::Cache as Shards;
use quick_cache::{Equivalent, OptionsBuilder, Weighter};
use runs::AllRuns;
use rustc_hash::FxBuildHasher;
use seen::Seen;
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering, fence};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// What an entry takes beside its texts: measured, with the allocator's share.
const ENTRY_BYTES: u64 = 320;
/// The part of all bytes that is for runs: one in so many.
const RUNS_PART: u64 = 8;
/// Up to so many rows at once are kept when they are first read, while there is room.
const FEW: usize = 64;
/// What a text takes beside its bytes.
const TEXT_BYTES: u64 = 24;
/// At first there is room for this many entries; more is made when needed.
const ENTRIES_MIN: usize = 1024;
/// Several threads read at the same time, each another part.
const PARTS: usize = 16;

#[derive(Clone, Debug)]
struct Kept {
    epoch: u64,
    row: Option<Found>,
}

#[derive(Clone, Debug)]
struct Weight;

impl Weighter<Key, Kept> for Weight {
    fn weight(&self, key: &Key, kept: &Kept) -> u64 {
        let text = |text: &str| TEXT_BYTES + text.len() as u64;
        let texts = kept.row.iter().flat_map(|found| found.1.texts());
        ENTRY_BYTES + text(&key.key) + texts.map(|one| text(one)).sum::<u64>()
    }
}

type Rows = Shards<Key, Kept, Weight, FxBuildHasher, Full>;

/// See above.
#[derive(Debug)]
pub(super) struct Cache {
    rows: Rows,
    full: Full,
    runs: AllRuns,
    seen: Seen,
    /// `None`: a store in memory, which only one connection changes.
    sight: Option<Sight>,
    turn: AtomicU64,
    /// The state that the rows of `epoch` are at. These two change only while `turn` is odd.
    head: [AtomicU64; WORDS],
    epoch: AtomicU64,
    /// Held by whoever keeps a row that was read, or, alone, by whoever changes the state.
    change: RwLock<()>,
    /// Whether a commit of this store is at its end: the new state is its own.
    commits: AtomicBool,
}

/// A moment at which the rows were at the state of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    turn: u64,
    epoch: u64,
    head: Head,
}

impl Moment {
    /// The state of the file.
    pub(super) const fn head(&self) -> &Head {
        &self.head
    }
}

impl Cache {
    pub(super) fn new(bytes: u64, sight: Option<Sight>) -> Option<Self> {
        let options = OptionsBuilder::new()
            .estimated_items_capacity(ENTRIES_MIN)
            .weight_capacity(bytes - bytes / RUNS_PART)
            .shards(PARTS)
            .build()
            .ok()
            .filter(|_| bytes > 0)?;
        let full = Full::new();
        Some(Self {
            rows: Shards::with_options(options, Weight, FxBuildHasher, full.clone()),
            full,
            runs: AllRuns::new(bytes / RUNS_PART)?,
            seen: Seen::new(bytes),
            sight,
            turn: AtomicU64::new(0),
            head: Default::default(),
            epoch: AtomicU64::new(0),
            change: RwLock::default(),
            commits: AtomicBool::new(false),
        })
    }

    fn reads_state(&self) -> Option<Head> {
        self.sight.as_ref().map_or(Some(Head::default()), Sight::head)
    }

    fn alone(&self) -> RwLockWriteGuard<'_, ()> {
        self.change.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn with_others(&self) -> RwLockReadGuard<'_, ()> {
        self.change.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state that the rows are at.
    fn known(&self) -> Head {
        Head(std::array::from_fn(|index| self.head[index].load(Ordering::Relaxed)))
    }

    /// Looks at the file. `None`: no row may be answered now.
    pub(super) fn look(&self) -> Option<Moment> {
        let (moment, stands) = self.glance()?;
        self.agreed(moment, stands)
    }

    fn agreed(&self, moment: Moment, stands: bool) -> Option<Moment> {
        if stands {
            return self.holds(&moment).then_some(moment);
        }
        self.begin_anew()
    }

    /// The same, without waiting for anybody; also says whether the file is in the state that the rows are at.
    fn glance(&self) -> Option<(Moment, bool)> {
        self.at(|| self.reads_state())
    }

    fn at(&self, head: impl FnOnce() -> Option<Head>) -> Option<(Moment, bool)> {
        let turn = self.turn.load(Ordering::Acquire);
        if turn % 2 == 1 {
            return None;
        }
        let head = head()?;
        let moment = Moment { turn, epoch: self.epoch.load(Ordering::Relaxed), head };
        Some((moment, self.known() == head))
    }

    /// Somebody else has committed: forgets all rows.
    #[cold]
    fn begin_anew(&self) -> Option<Moment> {
        let _alone = self.alone();
        if self.commits.load(Ordering::Relaxed) {
            return None;
        }
        let head = self.reads_state()?;
        if self.known() != head {
            self.turns(|| {
                self.set(&head);
                self.epoch.fetch_add(1, Ordering::Relaxed);
            });
        }
        let (turn, epoch) = (self.turn.load(Ordering::Relaxed), self.epoch.load(Ordering::Relaxed));
        Some(Moment { turn, epoch, head })
    }

    /// Forgets all rows.
    pub(super) fn forget(&self) {
        let _alone = self.alone();
        self.turns(|| {
            self.rows.clear();
            self.full.empty();
            self.runs.clear();
            self.epoch.fetch_add(1, Ordering::Relaxed);
        });
    }

    fn set(&self, head: &Head) {
        for (kept, word) in self.head.iter().zip(head.0) {
            kept.store(word, Ordering::Relaxed);
        }
    }

    /// Changes the state, or rows. Call it only under `change`, alone.
    fn turns(&self, work: impl FnOnce()) {
        self.turn.fetch_add(1, Ordering::Relaxed);
        fence(Ordering::Release);
        work();
        self.turn.fetch_add(1, Ordering::Release);
    }

    /// Whether no commit was carried over since that moment: what was got since is of one state.
    pub(super) fn holds(&self, moment: &Moment) -> bool {
        fence(Ordering::Acquire);
        self.turn.load(Ordering::Relaxed) == moment.turn
    }

    /// Whether the rows, and the file, are still in the state of that moment.
    pub(super) fn stands(&self, moment: &Moment) -> bool {
        self.reads_state() == Some(moment.head) && self.holds(moment)
    }

    fn kept(&self, moment: &Moment, key: &(impl Hash + Equivalent<Key>)) -> Result<Option<Found>, Unknown> {
        self.rows.get(key).filter(|kept| kept.epoch == moment.epoch).map(|kept| kept.row).ok_or(Unknown)
    }

    /// What memory answers at this moment; it waits for nobody.
    fn at_once<T>(&self, answer: impl FnOnce(&Moment) -> Result<T, Unknown>) -> Result<T, Unknown> {
        let (moment, _) = self.glance().filter(|(_, stands)| *stands).ok_or(Unknown)?;
        let answer = answer(&moment)?;
        if self.holds(&moment) { Ok(answer) } else { Err(Unknown) }
    }

    /// A row as it is now, if that is known.
    pub(super) fn recall(&self, key: &Sought<'_>) -> Result<Option<Found>, Unknown> {
        self.at_once(|moment| self.kept(moment, key))
    }

    /// Rows as they are at this moment, if all of them are known.
    pub(super) fn recall_all(&self, keys: &[Sought<'_>]) -> Result<Vec<Option<Found>>, Unknown> {
        self.at_once(|moment| keys.iter().map(|key| self.kept(moment, key)).collect())
    }

    /// Keeps rows that `SQLite` read after that moment; of many at once, and if memory is full, those that were read before.
    /// The file must have stood after they were read.
    pub(super) fn keep(&self, moment: &Moment, keys: &[Key], rows: &[Option<Found>]) {
        let _with_others = self.with_others();
        if self.turn.load(Ordering::Relaxed) == moment.turn {
            let is_full = self.full.is_full();
            for (key, row) in keys.iter().zip(rows) {
                if keys.len() <= FEW && !is_full || self.seen.again(key, is_full) {
                    self.rows.insert(key.clone(), Kept { epoch: moment.epoch, row: row.clone() });
                }
            }
        }
    }
}
