//! Tells other processes through Redis that there is news, and hears it from them, so that nobody has to ask the
//! database all the time.
//!
//! Redis carries only hints, never the news: the notes in the database are the truth. A lost hint makes a message late,
//! by [`LOOK_EVERY_US`] at most; a false hint costs one look at the database.

mod line;
mod threads;

pub(super) use line::RedisLine;

use crate::clock::real_us;
use crate::error::Result;
use crate::lock::locked;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;
use threads::{BusShared, BusState, Side, complaint};

/// The database is asked this often even if no hint arrives.
const LOOK_EVERY_US: i64 = 5_000_000;
/// How long closing waits for the last hint to be sent.
const CLOSE_WAIT: Duration = Duration::from_secs(1);

/// The results of the last looks at the database.
#[derive(Default)]
struct Looks {
    version: i64,
    heard: i64,
    pulse: Option<i64>,
    looked_us: i64,
}

/// The bus of one store. In a forked child it must be forgotten: its threads do not exist there.
pub(super) struct Bus {
    shared: Arc<BusShared>,
    looks: Mutex<Looks>,
    /// What was wrong when the store was opened.
    warning: Option<String>,
}

impl Bus {
    /// Tries once whether Redis can be reached. If it cannot, the bus starts to work as soon as it can.
    pub(super) fn open(line: RedisLine, store: i64, writer: i64) -> Self {
        let mut state = BusState::default();
        let (channel, payload) = (format!("cloudvars:{store:x}"), format!("{writer:x}"));
        let looked = line.publish(&mut state.connection, &channel, &payload);
        let warning = looked.err().map(|error| complaint(&line, &error));
        // It was reported just now: the same outage is not reported again.
        state.out = [warning.is_some(); 2];
        let shared = BusShared {
            line,
            channel,
            payload,
            heard: AtomicI64::new(0),
            listening: AtomicBool::new(false),
            complains: AtomicBool::new(false),
            state: Mutex::new(state),
            changed: Condvar::new(),
        };
        Self { shared: Arc::new(shared), looks: Mutex::default(), warning }
    }

    pub(super) fn warning(&self) -> Option<&String> {
        self.warning.as_ref()
    }

    /// What went wrong since; each outage is reported once.
    pub(super) fn complaint(&self) -> Option<String> {
        if !self.shared.complains.load(Ordering::Relaxed) {
            return None;
        }
        self.shared.complains.store(false, Ordering::Relaxed);
        self.shared.state().complaint.take()
    }

    /// Notes were committed: they are news to this process at once, and to the others when a thread has published a
    /// hint.
    pub(super) fn tell(&self) {
        self.shared.heard.fetch_add(1, Ordering::AcqRel);
        let mut state = self.shared.state();
        self.shared.start(&mut state, Side::Tell);
        state.to_tell = true;
        self.shared.changed.notify_all();
    }

    /// A number that changes when there may be news. `ask` asks the database, which is rarely needed.
    pub(super) fn pulse(&self, ask: impl FnOnce() -> Result<i64>) -> Result<i64> {
        self.shared.listen();
        let mut looks = locked(&self.looks);
        // The order matters: the thread that began to listen has counted that as a hint before.
        let listening = self.shared.listening.load(Ordering::Acquire);
        let heard = self.shared.heard.load(Ordering::Acquire);
        if heard != looks.heard {
            looks.heard = heard;
            looks.version += 1;
            return Ok(looks.version);
        }
        let now_us = real_us();
        let fresh = (0..LOOK_EVERY_US).contains(&(now_us - looks.looked_us));
        if !listening || !fresh {
            let pulse = Some(ask()?);
            if looks.pulse != pulse {
                looks.pulse = pulse;
                looks.version += 1;
            }
            looks.looked_us = now_us;
        }
        Ok(looks.version)
    }

    /// Wakes every call that waits for a hint, so that it looks for news.
    pub(super) fn wake(&self) {
        let _state = self.shared.state();
        self.shared.heard.fetch_add(1, Ordering::AcqRel);
        self.shared.changed.notify_all();
    }

    /// Waits for a hint, or for the end of the bus.
    pub(super) fn await_news(&self, seen: i64) -> Option<i64> {
        let shared = &self.shared;
        let nothing = |state: &mut BusState| !state.ended && shared.heard.load(Ordering::Acquire) == seen;
        let state =
            shared.changed.wait_while(shared.state(), nothing).unwrap_or_else(PoisonError::into_inner);
        (!state.ended).then(|| shared.heard.load(Ordering::Acquire))
    }

    /// Ends the threads. The last hint is still sent if Redis can be reached.
    pub(super) fn close(&self) {
        let mut state = self.shared.state();
        state.ended = true;
        // Our own hint wakes the thread that listens.
        state.to_tell |= self.shared.listening.load(Ordering::Acquire);
        self.shared.changed.notify_all();
        let wait = self.shared.changed.wait_timeout_while(state, CLOSE_WAIT, |state| state.running > 0);
        let (mut state, _) = wait.unwrap_or_else(PoisonError::into_inner);
        let threads = if state.running == 0 { std::mem::take(&mut state.threads) } else { Vec::new() };
        drop(state);
        for thread in threads {
            // The threads have nothing left to do, and a panic in one was already reported.
            let _ = thread.join();
        }
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.close();
    }
}
