//! What the cloud answers to a set of the lobby storage.

use std::sync::Arc;

/// One key and its value, as the mod sends and gets them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// The storage key.
    pub key: Arc<str>,
    /// JSON text.
    pub json: Arc<str>,
}

/// What is stored under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionedEntity {
    /// Key and value.
    pub entity: Entity,
    /// How often it was set.
    pub version: i64,
}

/// The cloud's answer to one set; each with the latest of the keys that it named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageAnswer {
    /// Code 0: all keys are stored, and the order is shipped.
    Stored(Vec<VersionedEntity>),
    /// Code 2: another room set one of the keys meanwhile; nothing stored (clause H-5).
    Conflict(Vec<VersionedEntity>),
    /// Code 5: the order was shipped before; nothing stored (clause H-6).
    Shipped(Vec<VersionedEntity>),
    /// Nobody placed this order, or another player did.
    NoOrder,
    /// This key is sorted, and the value is not an int64 (clause H-3).
    NotSortable(Arc<str>),
    /// Too many sets in this second; it ends then (clause H-7), ms since 1970.
    Wait(i64),
}
