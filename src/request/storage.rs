//! A room's requests to the lobby storage. Clauses H-2 to H-7. The rules are in `kinds/storage.rs`, `kinds/order.rs`
//! and `kinds/board.rs`.
//!
//! What differs from the achievements' requests:
//! - The lane is the uid's; a page of a board has none.
//! - Every set names a version for each of its keys, which the getter brings: they are the ones after those that the
//!   room obtained until it sends.
//! - After a data conflict (code 2) a set is sent again whatever the callback returned, unless it raised
//!   (`Requests::answered`).

use super::lanes::LaneItem;
use super::{Attempt, Cloud, Request, Requests};
use crate::call::Call;
use crate::error::Result;
use crate::kinds::board::{Page, Place};
use crate::kinds::order::Order;
use crate::kinds::storage::{self, Entity, StorageAnswer, VersionedEntity};
use crate::names::{STORAGE_GET, STORAGE_ORDERS, STORAGE_SET, STORAGE_SORT};
use crate::op::Op;
use std::slice::from_ref;
use std::sync::Arc;

/// What a request is about.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as in the contract")]
pub enum StorageRequest {
    /// `LobbyGetStorage`
    Get { uid: i64, keys: Vec<Arc<str>> },
    /// `LobbyGetStorageBySort`
    Sort(Page),
    /// `LobbySetStorageAndUserItem`
    Set { uid: i64, order: Option<i64>, has_getter: bool },
    /// `QueryLobbyUserItem`
    Orders { uid: i64 },
}

/// How a set went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageCode {
    /// Stored.
    Done = 0,
    /// Another room set one of the keys: it is tried again after the callback.
    DataConflict = 2,
    /// The order was shipped before.
    OrderConflict = 5,
}

/// What the mod's callback gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageReply {
    /// What a get found.
    Data(Vec<Entity>),
    /// How a set went, and the latest of its keys.
    Set(StorageCode, Vec<Entity>),
    /// Places of a board.
    Places(Vec<Place>),
    /// Orders that wait.
    Orders(Vec<Order>),
    /// None; the reason is for the log.
    Failed(String),
}

/// The cloud as storage requests see it.
pub trait StorageCloud: Cloud {
    /// The values under these keys.
    fn get(&self, uid: i64, keys: &[Arc<str>]) -> Result<Vec<VersionedEntity>>;
    /// Places of a board; `None` = the key is not sorted.
    fn places(&self, page: &Page) -> Result<Option<Vec<Place>>>;
    /// A player's orders that wait.
    fn orders(&self, uid: i64) -> Result<Vec<Order>>;
    /// Sends one set.
    fn set(&self, op: Op) -> Result<StorageAnswer>;
}

impl LaneItem for StorageRequest {
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

impl Request for StorageRequest {
    type Brought = Vec<Entity>;
    type Reply = StorageReply;
    type Cloud = dyn StorageCloud;

    fn call(&self) -> Call<'_> {
        match self {
            Self::Get { uid, keys } => Call::new(STORAGE_GET, from_ref(uid), keys),
            Self::Sort(page) => Call::new(STORAGE_SORT, &[], from_ref(&page.key)),
            Self::Set { uid, .. } => Call::new(STORAGE_SET, from_ref(uid), &[]),
            Self::Orders { uid } => Call::new(STORAGE_ORDERS, from_ref(uid), &[]),
        }
    }

    fn send(
        &self,
        requests: &Requests<Self>,
        cloud: &Self::Cloud,
        game: i64,
        _: u64,
        entities: Option<&Vec<Entity>>,
    ) -> Result<Attempt<StorageReply>> {
        Ok(Attempt::Replied(match self {
            Self::Get { uid, keys } => {
                StorageReply::Data(requests.obtain(*uid, keys, cloud.get(*uid, keys)?))
            }
            Self::Sort(page) => cloud.places(page)?.map_or_else(
                || {
                    let key = &page.key;
                    let message = format!("key '{key}' is not sorted; store.storage.sort_keys sorts it");
                    StorageReply::Failed(message)
                },
                StorageReply::Places,
            ),
            Self::Orders { uid } => StorageReply::Orders(cloud.orders(*uid)?),
            Self::Set { uid, order, .. } => {
                let entities = entities.map_or(&[][..], Vec::as_slice);
                match cloud.set(requests.op(game, *uid, *order, entities))? {
                    StorageAnswer::Wait(until_ms) => return Ok(Attempt::Wait(until_ms)),
                    answer => requests.judge(*uid, *order, entities, answer),
                }
            }
        }))
    }

    fn failed(reason: String) -> StorageReply {
        StorageReply::Failed(reason)
    }

    fn is_conflict(reply: &StorageReply) -> bool {
        matches!(reply, StorageReply::Set(StorageCode::DataConflict, _))
    }
}

impl Requests<StorageRequest> {
    fn op(&self, game: i64, uid: i64, order: Option<i64>, entities: &[Entity]) -> Op {
        let inner = self.locked();
        let versioned: Vec<_> =
            entities.iter().map(|entity| (entity.clone(), inner.obtained.next(uid, &entity.key))).collect();
        storage::set(game, uid, order, &versioned).into()
    }

    fn judge(
        &self,
        uid: i64,
        order: Option<i64>,
        entities: &[Entity],
        answer: StorageAnswer,
    ) -> StorageReply {
        let set = |code, found| {
            let keys: Vec<_> = entities.iter().map(|entity| entity.key.clone()).collect();
            StorageReply::Set(code, self.obtain(uid, &keys, found))
        };
        match answer {
            StorageAnswer::Stored(found) => set(StorageCode::Done, found),
            StorageAnswer::Conflict(found) => set(StorageCode::DataConflict, found),
            StorageAnswer::Shipped(found) => set(StorageCode::OrderConflict, found),
            StorageAnswer::NoOrder => {
                StorageReply::Failed(format!("user {uid} has no order {}", order.unwrap_or_default()))
            }
            StorageAnswer::NotSortable(key) => {
                StorageReply::Failed(format!("key '{key}' is sorted: an int64 is accepted"))
            }
            StorageAnswer::Wait(_) => StorageReply::Failed("internal error: still waiting".into()),
        }
    }

    /// The versions that the cloud answers for these keys count as obtained (clause H-5). A key that an operator deleted
    /// is as one that was never set.
    fn obtain(&self, uid: i64, keys: &[Arc<str>], found: Vec<VersionedEntity>) -> Vec<Entity> {
        let mut inner = self.locked();
        for key in keys {
            inner.obtained.forget(uid, key);
        }
        let seen = found.into_iter().map(|VersionedEntity { entity, version }| {
            inner.obtained.put(uid, entity.key.clone(), version);
            entity
        });
        seen.collect()
    }

    /// The callback ran, or raised (clause A-8). True if the request goes on.
    pub fn answered(&self, number: u64, raised: bool) -> bool {
        self.called_back(number, !raised)
    }
}
