//! The order of a room's requests to one service: in each lane one after the other, with what a getter brings along,
//! and no faster than the service takes them.

use rustc_hash::FxHashMap;
use std::collections::{BTreeSet, VecDeque};

/// What a lane holds.
pub trait LaneItem: Clone {
    /// Requests of one lane keep their order; a request with `None` waits for no other.
    fn lane(&self) -> Option<i64>;
    /// Whether a getter brings something along.
    fn has_getter(&self) -> bool;
    /// Whether the service limits how many of them it takes in a second.
    fn is_limited(&self) -> bool;
}

#[derive(Debug)]
enum Stage<P> {
    /// To be sent.
    Queued,
    /// The getter runs.
    Getter,
    /// What the getter brought is here: the request waits until the service takes more.
    Ready(P),
    /// Being sent.
    Sending,
    /// The callback runs; whether its answer may send the request again.
    Callback(bool),
}

/// What can go on.
#[derive(Debug)]
pub enum Next<R, P> {
    /// The getter of this request is to be called.
    Getter(u64),
    /// This request is to be sent, with what its getter brought.
    Send(u64, R, Option<P>),
}

/// The requests of one room to one service, by number. What cannot go on yet costs nothing: nobody walks past it.
#[derive(Debug)]
pub struct Lanes<R, P> {
    requests: FxHashMap<u64, (R, Stage<P>)>,
    /// Each lane's requests, the oldest first: only that one may go on.
    queues: FxHashMap<i64, VecDeque<u64>>,
    /// Those that may go on now.
    ready: BTreeSet<u64>,
    /// Those that may go on as soon as the service takes more.
    limited: BTreeSet<u64>,
    /// The service takes no limited request before this time (ms).
    blocked_until_ms: i64,
}

impl<R, P> Default for Lanes<R, P> {
    fn default() -> Self {
        Self {
            requests: FxHashMap::default(),
            queues: FxHashMap::default(),
            ready: BTreeSet::new(),
            limited: BTreeSet::new(),
            blocked_until_ms: 0,
        }
    }
}

impl<R: LaneItem, P> Lanes<R, P> {
    /// How many requests wait.
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether no request waits.
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Adds a request; `number` rises from request to request.
    pub fn push(&mut self, number: u64, request: R) {
        let oldest = request.lane().is_none_or(|lane| {
            let lane = self.queues.entry(lane).or_default();
            lane.push_back(number);
            lane.len() == 1
        });
        self.requests.insert(number, (request, Stage::Queued));
        if oldest {
            self.line_up(number);
        }
    }

    /// What a request is about.
    pub fn about(&self, number: u64) -> Option<&R> {
        self.requests.get(&number).map(|(request, _)| request)
    }

    /// The same, to change it.
    pub fn about_mut(&mut self, number: u64) -> Option<&mut R> {
        self.requests.get_mut(&number).map(|(request, _)| request)
    }

    /// Forgets all that waits.
    pub fn clear(&mut self) {
        *self = Self { blocked_until_ms: self.blocked_until_ms, ..Self::default() };
    }

    /// The service takes more again, whatever it said before.
    pub fn unblock(&mut self) {
        self.blocked_until_ms = 0;
    }

    /// The first request up to number `last` that can go on: in each lane only the oldest one may.
    pub fn next(&mut self, now_ms: i64, last: u64) -> Option<Next<R, P>> {
        let limited = if self.is_blocked(now_ms) { None } else { self.limited.first() };
        let number =
            self.ready.first().into_iter().chain(limited).min().copied().filter(|one| *one <= last)?;
        self.ready.remove(&number);
        self.limited.remove(&number);
        let (request, stage) = self.requests.get_mut(&number)?;
        if matches!(stage, Stage::Queued) && request.has_getter() {
            *stage = Stage::Getter;
            return Some(Next::Getter(number));
        }
        let brought = match std::mem::replace(stage, Stage::Sending) {
            Stage::Ready(brought) => Some(brought),
            _ => None,
        };
        Some(Next::Send(number, request.clone(), brought))
    }

    /// What a getter brought; `None` = it failed, the request is dropped.
    pub fn brought(&mut self, number: u64, brought: Option<P>) {
        match (self.requests.get_mut(&number), brought) {
            (Some((_, stage @ Stage::Getter)), Some(brought)) => {
                *stage = Stage::Ready(brought);
                self.line_up(number);
            }
            _ => self.end(number),
        }
    }

    /// The service takes no more: the request waits until then, without calling its getter again.
    pub fn wait(&mut self, number: u64, brought: Option<P>, until_ms: i64) {
        self.blocked_until_ms = until_ms;
        self.put_back(number, brought);
    }

    /// The request was not sent after all: it may be sent at once, without calling its getter again.
    pub fn put_back(&mut self, number: u64, brought: Option<P>) {
        if let Some((_, stage)) = self.requests.get_mut(&number) {
            *stage = brought.map_or(Stage::Queued, Stage::Ready);
            self.line_up(number);
        }
    }

    /// The service answered: the callback runs next; `conflict`: after it the request may start again.
    pub fn sent(&mut self, number: u64, conflict: bool) {
        if let Some((_, stage)) = self.requests.get_mut(&number) {
            *stage = Stage::Callback(conflict);
        }
    }

    /// The callback ran: after a conflict the request starts `again`, else it ends. True if it goes on.
    pub fn answered(&mut self, number: u64, again: bool) -> bool {
        match self.requests.get_mut(&number) {
            Some((_, stage @ Stage::Callback(true))) if again => {
                *stage = Stage::Queued;
                self.line_up(number);
                true
            }
            _ => {
                self.end(number);
                false
            }
        }
    }

    /// The oldest request of its lane may go on, if it is not on its way.
    fn line_up(&mut self, number: u64) {
        let Some((request, stage)) = self.requests.get(&number) else { return };
        let is_limited = match stage {
            Stage::Queued => request.is_limited() && !request.has_getter(),
            Stage::Ready(_) => request.is_limited(),
            Stage::Getter | Stage::Sending | Stage::Callback(_) => return,
        };
        let line = if is_limited { &mut self.limited } else { &mut self.ready };
        line.insert(number);
    }

    /// Whether any request can go on.
    pub fn can_go(&self, now_ms: i64) -> bool {
        !self.ready.is_empty() || !self.is_blocked(now_ms) && !self.limited.is_empty()
    }

    /// A clock that was set back does not block for longer than a second.
    fn is_blocked(&self, now_ms: i64) -> bool {
        (1..=1000).contains(&(self.blocked_until_ms - now_ms))
    }

    /// A request ends; the next one of its lane may go on.
    pub fn end(&mut self, number: u64) {
        let Some((request, _)) = self.requests.remove(&number) else { return };
        self.ready.remove(&number);
        self.limited.remove(&number);
        let Some(lane) = request.lane() else { return };
        let Some(waiting) = self.queues.get_mut(&lane) else { return };
        if waiting.front() == Some(&number) {
            waiting.pop_front();
        } else {
            waiting.retain(|other| *other != number);
        }
        match waiting.front().copied() {
            Some(oldest) => self.line_up(oldest),
            None => drop(self.queues.remove(&lane)),
        }
    }
}
