//! A store: all data of one service. It opens the backend that its target names, lets concurrent commits share one durable
//! write, hands out ids and rooms.

mod board;
mod closing;
mod commit;
mod copy_in_memory;
mod fault;
mod games;
mod ids;
mod node;
mod operator;
mod recall;
mod status;
mod streams;

use crate::backend::{self, Backend, New, Snapshot, read_only};
use crate::calendar::Zone;
use crate::channel::Feed;
use crate::clock::{Clock, SystemClock};
use crate::combine::Combiner;
use crate::copy;
use crate::error::{Error, Reason, Result};
use crate::fault::Faults;
use crate::fork::Process;
use crate::interrupt;
use crate::journal::Journal;
use crate::key;
use crate::row::{Found, Key, Row};
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub use crate::backend::Durability;

/// The game of a store that names none.
pub const DEFAULT_GAME: &str = "default";

/// How to open a store.
pub struct Options {
    /// A path, `:memory:`, or a `mysql://` URL.
    pub target: String,
    /// What an acknowledged commit survives.
    pub durability: Durability,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// IANA name of the zone of calendar windows and printed times.
    pub timezone: String,
    /// The game of rooms that do not name one.
    pub game: String,
    /// Nothing is written, and nothing is made.
    pub readonly: bool,
    /// How many bytes of rows are kept in memory, at most.
    pub cache: u64,
}

/// The cache of a store that names no size.
pub const CACHE_BYTES: u64 = 64 << 20;

impl Default for Options {
    fn default() -> Self {
        Self {
            target: ":memory:".into(),
            durability: Durability::Full,
            clock: Arc::new(SystemClock),
            timezone: "Asia/Shanghai".into(),
            game: DEFAULT_GAME.into(),
            readonly: false,
            cache: CACHE_BYTES,
        }
    }
}

/// All data of one service, as one of its games sees it.
pub struct Store {
    common: Arc<Common>,
    game: Arc<str>,
}

/// What the stores of all games share that were made of one opened store.
struct Common {
    process: Process,
    backend: Box<dyn Backend>,
    target: String,
    durability: Durability,
    clock: Arc<dyn Clock>,
    zone: Zone,
    combiner: Combiner,
    feed: Feed,
    faults: Faults,
    journal: Journal,
    ids: ids::Ids,
    games: Mutex<FxHashMap<Arc<str>, i64>>,
    seq: AtomicI64,
    tokens: AtomicU64,
    swept_ms: AtomicI64,
    /// Commits that were stored since it was opened.
    stored: AtomicU64,
    /// How many threads read tables ahead.
    streams: streams::Streams,
    /// Ids are 1, 2, 3, …: only for a store that nobody else opens.
    count_ids: AtomicBool,
    retired: AtomicBool,
    closed: AtomicBool,
}

impl Store {
    /// Opens a store, or makes a new one where there is none.
    pub fn open(options: &Options) -> Result<Arc<Self>> {
        let zone = Zone::parse(&options.timezone)?;
        let game = key::key(&options.game, "game")?;
        let new = if options.readonly { New::ReadOnly } else { New::Made };
        let (backend, target) = backend::open(&options.target, options.durability, new, options.cache)?;
        copy::refuse_half_copied(&*backend, &target)?;
        let combiner = Combiner::new(backend.writers());
        let common = Common {
            process: Process::current(),
            backend,
            target,
            durability: options.durability,
            clock: options.clock.clone(),
            zone,
            combiner,
            feed: Feed::default(),
            faults: Faults::default(),
            journal: Journal::default(),
            ids: ids::Ids::default(),
            games: Mutex::default(),
            seq: AtomicI64::new(0),
            tokens: AtomicU64::new(0),
            swept_ms: AtomicI64::new(0),
            stored: AtomicU64::new(0),
            streams: streams::Streams::default(),
            count_ids: AtomicBool::new(false),
            retired: AtomicBool::new(false),
            closed: AtomicBool::new(false),
        };
        Ok(Arc::new(Self { common: Arc::new(common), game }))
    }

    /// Drops what was left behind before this moment (ms since 1970), as the store does by itself every minute.
    pub fn sweep(&self, before_ms: i64) -> Result<()> {
        self.not_closed()?;
        self.common.backend.sweep(before_ms)
    }

    /// Reads in one consistent snapshot.
    pub fn read<T>(&self, mut read: impl FnMut(&mut dyn Snapshot) -> Result<T>) -> Result<T> {
        self.not_closed()?;
        let mut answer = None;
        let mut read = |snapshot: &mut dyn Snapshot| {
            answer = Some(read(snapshot)?);
            Ok(())
        };
        let backend = &self.common.backend;
        if interrupt::is_at_once() { backend.recall_view(&mut read) } else { backend.read(&mut read) }?;
        answer.ok_or_else(|| Error::store("internal error: the backend did not read"))
    }

    /// Reads one row.
    pub fn read_one(&self, key: &Key) -> Result<Option<Row>> {
        self.not_closed()?;
        if interrupt::is_at_once() { self.recalled_one(key) } else { self.common.backend.get_one(key) }
    }

    /// Reads rows as they are at one moment, in the order of their keys.
    pub fn read_all(&self, keys: &[Key]) -> Result<Vec<Option<Found>>> {
        self.not_closed()?;
        if interrupt::is_at_once() { self.recalled(keys) } else { self.common.backend.get_all(keys) }
    }

    /// Looks for messages and published values that arrived.
    pub(crate) fn poll(&self) -> Result<()> {
        self.not_closed()?;
        self.common.feed.poll(&*self.common.backend)
    }

    /// Waits until something may have arrived that is not known by the number `seen` (-1: any is); `None` when the store
    /// is closed, or must be asked.
    pub fn await_news(&self, seen: i64) -> Option<i64> {
        let over = self.not_closed().is_err() || self.common.retired.load(Ordering::Acquire);
        if over { None } else { self.common.backend.await_news(seen) }
    }

    /// Whether a call may wait for another machine, deaf to everything else.
    pub fn is_remote(&self) -> bool {
        self.common.backend.is_remote()
    }

    /// How many calls are worth making side by side.
    pub fn readers(&self) -> usize {
        self.common.backend.readers()
    }

    /// How many batches of commits may run side by side.
    pub fn writers(&self) -> usize {
        self.common.backend.writers()
    }

    pub(crate) fn backend(&self) -> &dyn Backend {
        &*self.common.backend
    }

    pub(crate) fn feed(&self) -> (&Feed, &dyn Backend) {
        (&self.common.feed, &*self.common.backend)
    }

    /// A number that no other subscription or request of this process has.
    pub(crate) fn new_token(&self) -> u64 {
        self.common.tokens.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Now, by the store's clock.
    pub fn now_ms(&self) -> i64 {
        self.common.clock.now_ms()
    }

    /// Lets time pass, by the store's clock.
    pub(crate) fn wait_us(&self, us: i64) -> Result<()> {
        if self.common.clock.skips_us(us) {
            return Ok(());
        }
        interrupt::pause(Duration::from_micros(us.max(0).unsigned_abs()))
    }

    /// The faults that a test planned.
    pub fn faults(&self) -> &Faults {
        &self.common.faults
    }

    /// The rooms' last calls.
    pub fn journal(&self) -> &Journal {
        &self.common.journal
    }

    /// The store's time zone.
    pub fn zone(&self) -> &Zone {
        &self.common.zone
    }

    /// What keeps the engine from a promise, a sentence each.
    pub fn warnings(&self) -> Vec<String> {
        self.common.backend.warnings()
    }

    /// What went wrong since the store was opened without harm to any call; each is reported once.
    pub fn complaint(&self) -> Option<String> {
        self.common.backend.complaint()
    }

    /// Where the data lies, as it was opened, without secrets.
    pub fn target(&self) -> &str {
        &self.common.target
    }

    /// Whether [`Store::close`] was called.
    pub fn is_closed(&self) -> bool {
        self.common.closed.load(Ordering::Acquire)
    }

    /// Whether it was opened to be read only.
    pub fn is_read_only(&self) -> bool {
        self.common.backend.is_read_only()
    }

    /// A store that is only read refuses what would be stored later.
    pub(crate) fn check_writable(&self) -> Result<()> {
        if self.is_read_only() { Err(read_only()) } else { Ok(()) }
    }

    /// A closed store, or one that a forked child inherited, refuses every call. What reaches the backend is
    /// checked there for the fork.
    pub fn check_open(&self) -> Result<()> {
        self.not_closed()?;
        self.common.backend.check()
    }

    /// Fails in a forked child. There even a lock of the store must not be waited for: whoever held it is the parent's.
    pub(crate) fn check_here(&self) -> Result<()> {
        self.common.process.check()?;
        self.common.backend.check()
    }

    pub(crate) fn not_closed(&self) -> Result<()> {
        self.common.process.check()?;
        if self.is_closed() {
            return Err(Reason::Closed.error("the store is closed"));
        }
        Ok(())
    }
}
