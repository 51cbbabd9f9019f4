//! A room's requests to a service of the cloud: in each lane one after the other, with what a getter brings, versions
//! that were obtained, and again after a conflict. What the services ask and answer, and where their rules differ,
//! is in `achievement.rs` and `storage.rs`.
//!
//! The core never calls the mod: [`Requests::step`] says what to call next, and the caller brings the answer.

pub mod achievement;
pub mod lanes;
mod obtained;
pub mod storage;
pub mod tally;

use crate::call::Call;
use crate::error::{Error, Result};
use crate::lock::locked;
use lanes::{LaneItem, Lanes, Next};
use obtained::Obtained;
use std::sync::{Mutex, MutexGuard};

/// The cloud as every request sees it.
pub trait Cloud {
    /// Now, by the store's clock.
    fn now_ms(&self) -> i64;
}

/// A request to one service.
pub trait Request: LaneItem + Sized {
    /// What a getter brings.
    type Brought;
    /// What the mod's callback gets.
    type Reply;
    /// The cloud as requests to this service see it.
    type Cloud: Cloud + ?Sized;

    /// The call that it is.
    fn call(&self) -> Call<'_>;

    /// The getter is called next.
    fn before_getter(&mut self, _: &Obtained) {}

    /// Sends it, under its number.
    fn send(
        &self,
        requests: &Requests<Self>,
        cloud: &Self::Cloud,
        game: i64,
        number: u64,
        brought: Option<&Self::Brought>,
    ) -> Result<Attempt<Self::Reply>>;

    /// The reply to a request that failed; the reason is for the log.
    fn failed(reason: String) -> Self::Reply;

    /// Whether a reply says that another room's set came between: after the callback the request may start again.
    fn is_conflict(reply: &Self::Reply) -> bool;
}

/// What became of a request that was sent.
#[derive(Debug)]
pub enum Attempt<R> {
    /// The service answered.
    Replied(R),
    /// It takes no more sets before this time, ms since 1970.
    Wait(i64),
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<R> {
    /// Call the getter of this request and bring what it returned to [`Requests::brought`].
    Getter(u64),
    /// Call the callback of this request and say how that went to `Requests::answered`.
    Callback(u64, R),
}

struct RequestsInner<R: Request> {
    lanes: Lanes<R, R::Brought>,
    obtained: Obtained,
}

/// The requests of one room to one service.
pub struct Requests<R: Request> {
    inner: Mutex<RequestsInner<R>>,
}

impl<R: Request> Default for Requests<R> {
    fn default() -> Self {
        Self { inner: Mutex::new(RequestsInner { lanes: Lanes::default(), obtained: Obtained::default() }) }
    }
}

impl<R: Request> Requests<R> {
    fn locked(&self) -> MutexGuard<'_, RequestsInner<R>> {
        locked(&self.inner)
    }

    /// How many requests wait.
    pub fn len(&self) -> usize {
        self.locked().lanes.len()
    }

    /// Whether no request waits.
    pub fn is_empty(&self) -> bool {
        self.locked().lanes.is_empty()
    }

    /// Whether a request can be sent, or its getter called.
    pub fn can_go(&self, now_ms: i64) -> bool {
        self.locked().lanes.can_go(now_ms)
    }

    /// Drops a request.
    pub fn give_up(&self, number: u64) {
        self.locked().lanes.end(number);
    }

    /// The cloud takes more again, whatever it said before.
    pub fn unblock(&self) {
        self.locked().lanes.unblock();
    }

    /// Adds a request; `number` rises from request to request.
    pub fn push(&self, number: u64, request: R) {
        self.locked().lanes.push(number, request);
    }

    /// What a request is about.
    pub fn about(&self, number: u64) -> Option<R> {
        self.locked().lanes.about(number).cloned()
    }

    /// Forgets all that waits. What was obtained stays.
    pub fn clear(&self) {
        self.locked().lanes.clear();
    }

    /// What to do next among the requests up to number `last`; `None` = nothing until something else happens.
    pub fn step(&self, cloud: &R::Cloud, game: i64, last: u64) -> Option<Step<R::Reply>> {
        loop {
            let now_ms = cloud.now_ms();
            let mut inner = self.locked();
            let (number, request, brought) = match inner.lanes.next(now_ms, last)? {
                Next::Getter(number) => {
                    let RequestsInner { lanes, obtained } = &mut *inner;
                    if let Some(request) = lanes.about_mut(number) {
                        request.before_getter(obtained);
                    }
                    return Some(Step::Getter(number));
                }
                Next::Send(number, request, brought) => (number, request, brought),
            };
            // Another thread may add requests while this one is sent.
            drop(inner);
            let reply = match request.send(self, cloud, game, number, brought.as_ref()) {
                Ok(Attempt::Wait(until_ms)) => {
                    self.locked().lanes.wait(number, brought, until_ms);
                    continue;
                }
                Err(Error::Interrupted { unsure: false }) => {
                    self.locked().lanes.put_back(number, brought);
                    return None;
                }
                Ok(Attempt::Replied(reply)) => reply,
                Err(error) => R::failed(error.for_log()),
            };
            self.locked().lanes.sent(number, R::is_conflict(&reply));
            return Some(Step::Callback(number, reply));
        }
    }

    /// What the getter brought; `None` = it failed, the request is dropped (clause A-8).
    pub fn brought(&self, number: u64, brought: Option<R::Brought>) {
        self.locked().lanes.brought(number, brought);
    }

    /// The callback ran; after a conflict the request starts `again`, else it ends. True if it goes on.
    fn called_back(&self, number: u64, again: bool) -> bool {
        self.locked().lanes.answered(number, again)
    }
}
