//! The lobby storage: versioned values under (uid, key). Clauses H-2, H-4 to H-7; a room's part in it is in
//! `request/storage.rs`, orders in `kinds/order.rs`, sorted keys in `kinds/board.rs`.

use super::outcome::Outcome;
use super::verb::{About, Calls, Verb};
use super::{board, order, plain, rate};
use crate::backend::{Snapshot, Touch};
use crate::column::{Column, Columns, Stored};
use crate::error::Result;
use crate::row::{Key, Kind, Row};
use crate::rows::{Context, Rows};
use std::borrow::Cow;
use std::sync::Arc;

pub use super::outcome::storage::{Entity, StorageAnswer, VersionedEntity};

/// Keys have at most this many characters (clause H-4).
pub const KEY_CHARS_MAX: usize = 64;
/// A value's JSON text has at most this many characters (clause H-4).
pub const VALUE_CHARS_MAX: usize = 1024 * 1024;

/// `LobbyGetStorage`
pub const STORAGE_GET: &str = "LobbyGetStorage";
/// `LobbySetStorageAndUserItem`
pub const STORAGE_SET: &str = "LobbySetStorageAndUserItem";
/// The calls of this kind.
pub const CALLS: Calls = Calls { requests: &[STORAGE_GET, STORAGE_SET], ..Calls::NONE };

/// What this kind's rows hold.
pub const COLUMNS: Columns = Columns {
    kind: Kind::Storage,
    name: "storage",
    all: &[
        // 0 = everybody's.
        Column::int("uid", Stored::Owner).shown_as("user_id"),
        Column::key("key"),
        Column::json("value"),
        Column::int("version", Stored::Ver),
    ],
    made: &[],
    table: &["user_id", "key", "value"],
};

/// The operations.
#[derive(Clone, Debug)]
pub enum Op {
    /// Made by [`set`].
    Set(Box<StorageSet>),
}

/// One set as it is sent: all of its keys and its order, or nothing.
#[derive(Clone, Debug)]
pub struct StorageSet {
    pub(crate) rate: Option<Key>,
    pub(crate) game: i64,
    pub(crate) uid: i64,
    pub(crate) order: Option<i64>,
    pub(crate) parts: Vec<SetPart>,
}

/// One key of a set.
#[derive(Clone, Debug)]
pub(crate) struct SetPart {
    pub(crate) key: Key,
    pub(crate) board: Key,
    pub(crate) place: Key,
    pub(crate) json: Arc<str>,
    pub(crate) version: i64,
}

/// The row of a storage key.
pub fn key(game: i64, uid: i64, key: Arc<str>) -> Key {
    plain(game, uid, Kind::Storage, key)
}

/// A set of these keys, each with its version: the last one that the room obtained plus one.
pub fn set(game: i64, uid: i64, order: Option<i64>, entities: &[(Entity, i64)]) -> Op {
    let parts = entities.iter().map(|(entity, version)| SetPart {
        key: key(game, uid, entity.key.clone()),
        board: board::key(game, entity.key.clone()),
        place: board::place(game, uid, &entity.key),
        json: entity.json.clone(),
        version: *version,
    });
    // Counted apart from the achievements' sets.
    let rate = Some(rate::key(game, "storage"));
    Op::Set(Box::new(StorageSet { rate, game, uid, order, parts: parts.collect() }))
}

impl StorageSet {
    /// The rows that it reads or writes.
    fn keys(&self) -> impl Iterator<Item = Key> {
        let parts = self.parts.iter().flat_map(|part| [&part.key, &part.board, &part.place]);
        parts.chain(&self.rate).cloned()
    }
}

impl Verb for Op {
    fn name(&self) -> &'static str {
        STORAGE_SET
    }

    fn key(&self) -> Option<&Key> {
        let Self::Set(set) = self;
        set.parts.first().map(|part| &part.key)
    }

    fn touch(&self, touch: &mut Touch) {
        let Self::Set(set) = self;
        touch.keys.extend(set.keys());
        touch.ids.extend(set.order);
    }

    fn about(&self) -> About<'_> {
        let Self::Set(set) = self;
        (Some(set.uid), self.key().map(|key| Cow::Borrowed(&*key.key)))
    }

    fn is_call(&self) -> bool {
        true
    }

    fn lift_limit(&mut self) {
        let Self::Set(set) = self;
        set.rate = None;
    }

    fn apply(&self, rows: &mut Rows, cx: &Context<'_>) -> Result<Outcome> {
        let Self::Set(set) = self;
        apply_set(rows, cx, set).map(Outcome::Storage)
    }
}

fn apply_set(rows: &mut Rows, cx: &Context<'_>, set: &StorageSet) -> Result<StorageAnswer> {
    if let Some(until) = rate::count(rows, cx, set.rate.as_ref())? {
        return Ok(StorageAnswer::Wait(until));
    }
    // The order is checked first: a shipped order is final, but a conflict is tried again.
    match set.order.map(|id| order::state(rows, set.game, set.uid, id)) {
        Some(order::OrderState::Unknown) => return Ok(StorageAnswer::NoOrder),
        Some(order::OrderState::Shipped) => return Ok(StorageAnswer::Shipped(latest(rows, set)?)),
        Some(order::OrderState::Open) | None => {}
    }
    for part in &set.parts {
        if rows.get(&part.board)?.is_some() && board::number(&part.json).is_none() {
            return Ok(StorageAnswer::NotSortable(part.key.key.clone()));
        }
    }
    for part in &set.parts {
        if rows.get(&part.key)?.map_or(0, |row| row.ver).checked_add(1) != Some(part.version) {
            return Ok(StorageAnswer::Conflict(latest(rows, set)?));
        }
    }
    for part in &set.parts {
        let row = rows.get(&part.key)?.cloned().unwrap_or_default();
        rows.put(&part.key, Some(Row { value: Some(part.json.clone()), updated: cx.now_ms, ..row }));
        board::apply_place(rows, cx, set.uid, &part.key.key, &part.place, &part.json)?;
    }
    if let Some(id) = set.order {
        order::apply_ship(rows, cx, id);
    }
    Ok(StorageAnswer::Stored(latest(rows, set)?))
}

fn latest(rows: &Rows, set: &StorageSet) -> Result<Vec<VersionedEntity>> {
    let mut found = Vec::with_capacity(set.parts.len());
    for part in &set.parts {
        found.extend(rows.get(&part.key)?.map(|row| held(&part.key.key, row)));
    }
    Ok(found)
}

fn held(key: &Arc<str>, row: &Row) -> VersionedEntity {
    let json = row.value.clone().unwrap_or_else(|| "null".into());
    VersionedEntity { entity: Entity { key: key.clone(), json }, version: row.ver }
}

/// What is stored under these keys, in their order; one that was never set is absent (clause H-2).
pub fn query(
    snapshot: &mut dyn Snapshot,
    game: i64,
    uid: i64,
    keys: &[Arc<str>],
) -> Result<Vec<VersionedEntity>> {
    let keys: Vec<Key> = super::product(game, Kind::Storage, &[uid], keys)?.collect();
    let rows = snapshot.get(&keys)?;
    Ok(keys.iter().zip(rows).filter_map(|(key, row)| Some(held(&key.key, &row?))).collect())
}
