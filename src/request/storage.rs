//! A room's requests to the lobby storage: for each uid one after the other, versions obtained, conflicts retried.
//! Clauses H-2 to H-7. The rules stand in `kinds/storage.rs`, `kinds/order.rs` and `kinds/board.rs`.
//!
//! The core never calls the mod: [`Requests::step`] tells what to call next, and the caller brings the answer.

use super::lanes::{self, Lanes, Next};
use crate::call::Call;
use crate::error::{Error, Result};
use crate::kinds::board::{Page, Place};
use crate::kinds::order::Order;
use crate::kinds::storage::{self, Answer, Entity, Held};
use crate::lock::locked;
use crate::names::{STORAGE_GET, STORAGE_ORDERS, STORAGE_SET, STORAGE_SORT};
use crate::op::Op;
use rustc_hash::FxHashMap;
use std::slice::from_ref;
use std::sync::{Arc, Mutex, MutexGuard};

/// What a request is about.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as in the contract")]
pub enum Request {
    /// `LobbyGetStorage`
    Get { uid: i64, keys: Vec<Arc<str>> },
    /// `LobbyGetStorageBySort`
    Sort(Page),
    /// `LobbySetStorageAndUserItem`
    Set { uid: i64, order: Option<i64>, has_getter: bool },
    /// `QueryLobbyUserItem`
    Orders { uid: i64 },
}

impl Request {
    /// The call that it is.
    pub fn call(&self) -> Call<'_> {
        match self {
            Self::Get { uid, keys } => Call::new(STORAGE_GET, from_ref(uid), keys),
            Self::Sort(page) => Call::new(STORAGE_SORT, &[], from_ref(&page.key)),
            Self::Set { uid, .. } => Call::new(STORAGE_SET, from_ref(uid), &[]),
            Self::Orders { uid } => Call::new(STORAGE_ORDERS, from_ref(uid), &[]),
        }
    }
}

impl lanes::Request for Request {
    fn lane(&self) -> Option<i64> {
        match self {
            Self::Get { uid, .. } | Self::Set { uid, .. } | Self::Orders { uid } => Some(*uid),
            Self::Sort(_) => None,
        }
    }

    fn has_getter(&self) -> bool {
        matches!(self, Self::Set { has_getter: true, .. })
    }

    fn is_limited(&self) -> bool {
        matches!(self, Self::Set { .. })
    }
}

/// How a set went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Stored.
    Done = 0,
    /// Another room set one of the keys: it is tried again after the callback.
    DataConflict = 2,
    /// The order was shipped before.
    OrderConflict = 5,
}

/// What the mod's callback gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// What a get found.
    Data(Vec<Entity>),
    /// How a set went, and the latest of its keys.
    Set(Code, Vec<Entity>),
    /// Places of a board.
    Places(Vec<Place>),
    /// Orders that wait.
    Orders(Vec<Order>),
    /// None; the reason is for the log.
    Failed(String),
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Call the getter of this request and bring its entities to [`Requests::brought`].
    Getter(u64),
    /// Call the callback of this request and say so to [`Requests::answered`].
    Callback(u64, Reply),
}

/// The cloud as a room's requests see it.
pub trait Cloud {
    /// The values under these keys.
    fn get(&self, uid: i64, keys: &[Arc<str>]) -> Result<Vec<Held>>;
    /// Places of a board; `None` = the key is not sorted.
    fn places(&self, page: &Page) -> Result<Option<Vec<Place>>>;
    /// A player's orders that wait.
    fn orders(&self, uid: i64) -> Result<Vec<Order>>;
    /// Sends one set.
    fn set(&self, op: Op) -> Result<Answer>;
    /// Now, by the store's clock.
    fn now_ms(&self) -> i64;
}

#[derive(Default)]
struct Inner {
    lanes: Lanes<Request, Vec<Entity>>,
    obtained: FxHashMap<(i64, Arc<str>), i64>,
}

/// The requests of one room.
#[derive(Default)]
pub struct Requests {
    inner: Mutex<Inner>,
}

impl Requests {
    fn locked(&self) -> MutexGuard<'_, Inner> {
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

    /// Gives a request up.
    pub fn give_up(&self, number: u64) {
        self.locked().lanes.end(number);
    }

    /// The cloud takes more again, whatever it said before.
    pub fn unblock(&self) {
        self.locked().lanes.unblock();
    }

    /// Adds a request; `number` rises from request to request.
    pub fn push(&self, number: u64, request: Request) {
        self.locked().lanes.push(number, request);
    }

    /// What a request is about.
    pub fn about(&self, number: u64) -> Option<Request> {
        self.locked().lanes.about(number).cloned()
    }

    /// Forgets all that waits.
    pub fn clear(&self) {
        self.locked().lanes.clear();
    }

    /// What to do next among the requests up to number `last`; `None` = nothing until something else happens.
    pub fn step(&self, cloud: &dyn Cloud, game: i64, last: u64) -> Option<Step> {
        loop {
            let now_ms = cloud.now_ms();
            let next = self.locked().lanes.next(now_ms, last)?;
            let (number, request, brought) = match next {
                Next::Getter(number) => return Some(Step::Getter(number)),
                Next::Send(number, request, brought) => (number, request, brought),
            };
            let reply = match &request {
                Request::Set { uid, order, .. } => {
                    let op = self.op(game, *uid, *order, brought.as_deref().unwrap_or_default());
                    match cloud.set(op) {
                        Ok(Answer::Wait(until_ms)) => {
                            self.locked().lanes.wait(number, brought, until_ms);
                            continue;
                        }
                        answer => answer.map(|answer| self.judge(*uid, *order, answer)),
                    }
                }
                other => self.read(cloud, other),
            };
            if matches!(reply, Err(Error::Interrupted { unsure: false })) {
                self.locked().lanes.put_back(number, brought);
                return None;
            }
            let reply = reply.unwrap_or_else(|error| Reply::Failed(error.for_log()));
            self.locked().lanes.sent(number, matches!(reply, Reply::Set(Code::DataConflict, _)));
            return Some(Step::Callback(number, reply));
        }
    }

    fn op(&self, game: i64, uid: i64, order: Option<i64>, entities: &[Entity]) -> Op {
        let inner = self.locked();
        let version = |entity: &Entity| {
            inner.obtained.get(&(uid, entity.key.clone())).copied().unwrap_or(0).saturating_add(1)
        };
        let versioned: Vec<_> = entities.iter().map(|entity| (entity.clone(), version(entity))).collect();
        storage::set(game, uid, order, &versioned).into()
    }

    fn read(&self, cloud: &dyn Cloud, request: &Request) -> Result<Reply> {
        Ok(match request {
            Request::Get { uid, keys } => Reply::Data(self.obtain(*uid, cloud.get(*uid, keys)?)),
            Request::Sort(page) => cloud.places(page)?.map_or_else(
                || {
                    let key = &page.key;
                    Reply::Failed(format!("key '{key}' is not sorted; store.storage.sort_keys sorts it"))
                },
                Reply::Places,
            ),
            Request::Orders { uid } => Reply::Orders(cloud.orders(*uid)?),
            Request::Set { .. } => Reply::Failed("internal error: a set is no read".into()),
        })
    }

    fn judge(&self, uid: i64, order: Option<i64>, answer: Answer) -> Reply {
        match answer {
            Answer::Stored(held) => Reply::Set(Code::Done, self.obtain(uid, held)),
            Answer::Conflict(held) => Reply::Set(Code::DataConflict, self.obtain(uid, held)),
            Answer::Shipped(held) => Reply::Set(Code::OrderConflict, self.obtain(uid, held)),
            Answer::NoOrder => {
                Reply::Failed(format!("user {uid} has no order {}", order.unwrap_or_default()))
            }
            Answer::NotSortable(key) => Reply::Failed(format!("key '{key}' is sorted: an int64 is accepted")),
            Answer::Wait(_) => Reply::Failed("internal error: still waiting".into()),
        }
    }

    /// What the cloud tells counts as seen (clause H-5).
    fn obtain(&self, uid: i64, held: Vec<Held>) -> Vec<Entity> {
        let mut inner = self.locked();
        let seen = held.into_iter().map(|Held { entity, version }| {
            inner.obtained.insert((uid, entity.key.clone()), version);
            entity
        });
        seen.collect()
    }

    /// The getter's entities; `None` = it failed, the request is dropped (clause A-8).
    pub fn brought(&self, number: u64, entities: Option<Vec<Entity>>) {
        self.locked().lanes.brought(number, entities);
    }

    /// The callback ran, or raised (clause A-8). True if the request goes on: a data conflict is always tried again.
    pub fn answered(&self, number: u64, raised: bool) -> bool {
        self.locked().lanes.answered(number, !raised)
    }
}
