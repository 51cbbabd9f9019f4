//! The two threads of a bus: one publishes hints, one listens for them, and both try again while Redis is away.

use super::line::{Heard, RedisLine, said};
use crate::lock::locked;
use redis::Connection;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const PAUSE_MIN: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Tell,
    Hear,
}

#[derive(Default)]
pub(super) struct BusState {
    /// By [`Side`]: whether the thread was started, and whether it cannot reach Redis.
    pub(super) started: [bool; 2],
    pub(super) out: [bool; 2],
    pub(super) running: usize,
    pub(super) threads: Vec<JoinHandle<()>>,
    pub(super) to_tell: bool,
    pub(super) ended: bool,
    /// The connection that was made when the store was opened; the publishing thread takes it.
    pub(super) connection: Option<Connection>,
    pub(super) complaint: Option<String>,
}

pub(super) struct BusShared {
    pub(super) line: RedisLine,
    pub(super) channel: String,
    /// The id of this writer: our own hints are no news to us.
    pub(super) payload: String,
    /// The number of hints so far, including those for own commits.
    pub(super) heard: AtomicI64,
    /// Whether every hint reaches us.
    pub(super) listening: AtomicBool,
    pub(super) complains: AtomicBool,
    pub(super) state: Mutex<BusState>,
    pub(super) changed: Condvar,
}

/// The text that reports an outage.
pub(super) fn complaint(line: &RedisLine, error: &redis::RedisError) -> String {
    format!(
        "the bus {} cannot be used ({}): until it can, others' messages are looked for in the database",
        line.shown(),
        said(error)
    )
}

impl BusShared {
    pub(super) fn state(&self) -> MutexGuard<'_, BusState> {
        locked(&self.state)
    }

    /// Called when somebody wants to hear hints: starts the thread that listens.
    pub(super) fn listen(self: &Arc<Self>) {
        if !self.listening.load(Ordering::Relaxed) {
            let mut state = self.state();
            self.start(&mut state, Side::Tell);
            self.start(&mut state, Side::Hear);
        }
    }

    pub(super) fn start(self: &Arc<Self>, state: &mut BusState, side: Side) {
        if state.ended || state.started[side as usize] {
            return;
        }
        let shared = self.clone();
        let (name, work): (_, fn(&Self)) = match side {
            Side::Tell => ("cloudvars-tell", Self::tell_all),
            Side::Hear => ("cloudvars-hear", Self::hear_all),
        };
        let work = move || {
            work(&shared);
            shared.state().running -= 1;
            shared.changed.notify_all();
        };
        // Without the thread the database is polled, and the next call tries again.
        if let Ok(thread) = thread::Builder::new().name(name.into()).spawn(work) {
            state.threads.push(thread);
            state.started[side as usize] = true;
            state.running += 1;
        }
    }

    /// Notes whether a side works; an outage is reported once.
    fn fares(&self, side: Side, outcome: Result<(), &redis::RedisError>) {
        let mut state = self.state();
        if let Err(error) = outcome
            && !state.ended
            && state.out == [false; 2]
        {
            state.complaint = Some(complaint(&self.line, error));
            self.complains.store(true, Ordering::Relaxed);
        }
        state.out[side as usize] = outcome.is_err();
    }

    /// Waits before Redis is tried again; longer each time.
    fn rest(&self, pause: &mut Duration) {
        let state = self.state();
        let _ended = self.changed.wait_timeout_while(state, *pause, |state| !state.ended);
        *pause = (*pause * 2).min(PAUSE_MAX);
    }

    /// The thread that publishes. Commits that happen while a hint is on its way are covered by the next hint.
    fn tell_all(&self) {
        let mut connection = self.state().connection.take();
        let mut pause = PAUSE_MIN;
        loop {
            let state = self.state();
            let waits = |state: &mut BusState| !state.to_tell && !state.ended;
            let mut state = self.changed.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner);
            if !std::mem::take(&mut state.to_tell) {
                return;
            }
            drop(state);
            match self.line.publish(&mut connection, &self.channel, &self.payload) {
                Ok(()) => {
                    self.fares(Side::Tell, Ok(()));
                    pause = PAUSE_MIN;
                }
                Err(error) => {
                    self.fares(Side::Tell, Err(&error));
                    self.rest(&mut pause);
                    let mut state = self.state();
                    if state.ended {
                        return;
                    }
                    state.to_tell = true;
                }
            }
        }
    }

    /// The thread that listens.
    fn hear_all(&self) {
        let mut pause = PAUSE_MIN;
        while !self.state().ended {
            let outcome = self.line.subscribe(&self.channel, &mut |heard| {
                let payload = if let Heard::Payload(payload) = heard { Some(payload) } else { None };
                let begins = !self.listening.load(Ordering::Relaxed);
                if begins || payload.is_some_and(|payload| payload != self.payload.as_bytes()) {
                    self.heard.fetch_add(1, Ordering::AcqRel);
                    // This needs the lock: else a thread that is about to wait would miss the change.
                    let state = self.state();
                    self.changed.notify_all();
                    drop(state);
                }
                if begins {
                    self.listening.store(true, Ordering::Release);
                    self.fares(Side::Hear, Ok(()));
                    pause = PAUSE_MIN;
                }
                !self.state().ended
            });
            self.listening.store(false, Ordering::Release);
            if let Err(error) = outcome {
                self.fares(Side::Hear, Err(&error));
                self.rest(&mut pause);
            }
        }
    }
}
