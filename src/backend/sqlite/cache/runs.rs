//! Runs of rows in memory: all rows that a user has in one kind and world, or all under one key there (a list), also if
//! there is none. What is said in [`super`] of rows is true of them.

use super::{Cache, Moment, TEXT_BYTES};
use crate::row::{Key, Kind, Range, Row};
use quick_cache::sync::{Cache as Shards, DefaultLifecycle};
use quick_cache::{OptionsBuilder, Weighter};
use rustc_hash::FxBuildHasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What an entry takes beside its rows, and a row beside its texts.
const ENTRY_BYTES: u64 = 200;
const ROW_BYTES: u64 = 160;
/// A longer run is not kept: it is rarely read, and would push out many others.
pub(in crate::backend::sqlite) const ROWS_MAX: usize = 256;
/// At first there is room for this many runs; more is made when needed.
const RUNS_MIN: usize = 256;
/// A part must have room for a run.
const PARTS: usize = 4;

/// Which rows: those of one (game, owner, kind, world), under any key or under one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::backend::sqlite) struct Run {
    game: i64,
    owner: i64,
    kind: Kind,
    world: i64,
    key: Option<Arc<str>>,
}

impl Run {
    /// The run that is this range, if it is one.
    pub(in crate::backend::sqlite) fn of(range: &Range) -> Option<Self> {
        let Range { game, owner, kind, world, from, to } = range;
        let key = match to {
            None if from.is_empty() => None,
            Some(to) if to == from => Some(from.clone()),
            _ => return None,
        };
        Some(Self { game: *game, owner: *owner, kind: *kind, world: *world, key })
    }

    /// The two runs that a row is in.
    fn with(key: &Key) -> [Self; 2] {
        let Key { game, owner, kind, world, key, .. } = key;
        let at = |key| Self { game: *game, owner: *owner, kind: *kind, world: *world, key };
        [at(None), at(Some(key.clone()))]
    }
}

/// The rows of a run, in key order.
pub(in crate::backend::sqlite) type Kept = Arc<[(Key, Row)]>;

#[derive(Clone, Debug)]
struct Weight;

impl Weighter<Run, (u64, Kept)> for Weight {
    fn weight(&self, _: &Run, (_, rows): &(u64, Kept)) -> u64 {
        let text = |text: &str| TEXT_BYTES + text.len() as u64;
        let one = |(key, row): &(Key, Row)| {
            ROW_BYTES + text(&key.key) + row.texts().map(|one| text(one)).sum::<u64>()
        };
        ENTRY_BYTES + rows.iter().map(one).sum::<u64>()
    }
}

type Runs = Shards<Run, (u64, Kept), Weight, FxBuildHasher, DefaultLifecycle<Run, (u64, Kept)>>;

/// The runs that are kept, each with the epoch that it is of.
#[derive(Debug)]
pub(super) struct AllRuns {
    runs: Runs,
    /// The kinds that runs were kept of, a bit each: a changed row of another one is in none.
    kinds: [AtomicU64; 2],
}

impl AllRuns {
    pub(super) fn new(bytes: u64) -> Option<Self> {
        let options = OptionsBuilder::new()
            .estimated_items_capacity(RUNS_MIN)
            .weight_capacity(bytes)
            .shards(PARTS)
            .build()
            .ok()?;
        let runs = Shards::with_options(options, Weight, FxBuildHasher, DefaultLifecycle::default());
        Some(Self { runs, kinds: Default::default() })
    }

    pub(super) fn get(&self, run: &Run, epoch: u64) -> Option<Kept> {
        self.runs.get(run).filter(|(of, _)| *of == epoch).map(|(_, rows)| rows)
    }

    pub(super) fn put(&self, run: Run, epoch: u64, rows: Kept) {
        let (word, bit) = self.bit(run.kind);
        word.fetch_or(bit, Ordering::Relaxed);
        self.runs.insert(run, (epoch, rows));
    }

    /// A row changes: forgets the runs that it is in.
    pub(super) fn forget(&self, key: &Key) {
        let (word, bit) = self.bit(key.kind);
        if word.load(Ordering::Relaxed) & bit != 0 {
            for run in Run::with(key) {
                self.runs.remove(&run);
            }
        }
    }

    pub(super) fn clear(&self) {
        self.runs.clear();
    }

    fn bit(&self, kind: Kind) -> (&AtomicU64, u64) {
        let number = kind.number();
        (&self.kinds[usize::from(number >= 64)], 1 << (number % 64))
    }
}

impl Cache {
    /// What is known of a run. Use it only if the moment [`Cache::holds`] afterwards.
    pub(in crate::backend::sqlite) fn run(&self, moment: &Moment, run: &Run) -> Option<Kept> {
        self.runs.get(run, moment.epoch)
    }

    /// Keeps a run, as [`Cache::keep`] keeps rows.
    pub(in crate::backend::sqlite) fn keep_run(&self, moment: &Moment, run: Run, rows: Vec<(Key, Row)>) {
        let _with_others = self.with_others();
        if self.turn.load(Ordering::Relaxed) == moment.turn {
            self.runs.put(run, moment.epoch, rows.into());
        }
    }
}
