//! Requests that a room sends in its own time: in each lane one after the other, with what a getter brings along, and
//! not before a service that is asked too much takes more.

use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// What a lane holds.
pub trait Request: Clone {
    /// Requests of one lane keep their order; `None` waits for nobody.
    fn lane(&self) -> Option<i64>;
    /// Whether a getter brings something along.
    fn has_getter(&self) -> bool;
    /// Whether the service takes only so many of them in a second.
    fn is_limited(&self) -> bool;
}

#[derive(Debug)]
enum State<P> {
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

/// The requests of one room to one service, by number.
#[derive(Debug)]
pub struct Lanes<R, P> {
    waiting: BTreeMap<u64, (R, State<P>)>,
    /// The service takes no limited request before this time (ms).
    blocked_until_ms: i64,
}

impl<R, P> Default for Lanes<R, P> {
    fn default() -> Self {
        Self { waiting: BTreeMap::new(), blocked_until_ms: 0 }
    }
}

impl<R: Request, P> Lanes<R, P> {
    /// Whether no request waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Adds a request; `number` rises from request to request.
    pub fn push(&mut self, number: u64, request: R) {
        self.waiting.insert(number, (request, State::Queued));
    }

    /// What a request is about.
    pub fn about(&self, number: u64) -> Option<&R> {
        self.waiting.get(&number).map(|(request, _)| request)
    }

    /// Forgets all that waits.
    pub fn clear(&mut self) {
        self.waiting.clear();
    }

    /// The first request up to number `last` that can go on: in each lane only the oldest one may.
    pub fn next(&mut self, now_ms: i64, last: u64) -> Option<Next<R, P>> {
        // A clock that was set back does not block for longer than a second.
        let blocked = (1..=1000).contains(&(self.blocked_until_ms - now_ms));
        let mut served = FxHashSet::default();
        for (number, (request, state)) in self.waiting.range_mut(..=last) {
            if request.lane().is_some_and(|lane| !served.insert(lane)) {
                continue;
            }
            match state {
                State::Queued if request.has_getter() => {
                    *state = State::Getter;
                    return Some(Next::Getter(*number));
                }
                State::Queued | State::Ready(_) if blocked && request.is_limited() => {}
                State::Queued | State::Ready(_) => {
                    let brought = match std::mem::replace(state, State::Sending) {
                        State::Ready(brought) => Some(brought),
                        _ => None,
                    };
                    return Some(Next::Send(*number, request.clone(), brought));
                }
                State::Getter | State::Sending | State::Callback(_) => {}
            }
        }
        None
    }

    /// What a getter brought; `None` = it failed, the request is dropped.
    pub fn brought(&mut self, number: u64, brought: Option<P>) {
        match (self.waiting.get_mut(&number), brought) {
            (Some((_, state @ State::Getter)), Some(brought)) => *state = State::Ready(brought),
            _ => drop(self.waiting.remove(&number)),
        }
    }

    /// The service takes no more: the request waits until then, without calling its getter again.
    pub fn wait(&mut self, number: u64, brought: Option<P>, until_ms: i64) {
        self.blocked_until_ms = until_ms;
        if let Some((_, state)) = self.waiting.get_mut(&number) {
            *state = brought.map_or(State::Queued, State::Ready);
        }
    }

    /// The service answered: the callback runs next; `conflict`: after it the request may start again.
    pub fn sent(&mut self, number: u64, conflict: bool) {
        if let Some((_, state)) = self.waiting.get_mut(&number) {
            *state = State::Callback(conflict);
        }
    }

    /// The callback ran: after a conflict the request starts `again`, else it ends. True if it goes on.
    pub fn answered(&mut self, number: u64, again: bool) -> bool {
        match self.waiting.get_mut(&number) {
            Some((_, state @ State::Callback(true))) if again => {
                *state = State::Queued;
                true
            }
            _ => {
                self.waiting.remove(&number);
                false
            }
        }
    }
}
