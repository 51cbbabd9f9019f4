//! Where a row is in the table, and the rows of this backend itself (`kind` 0):
//!
//! | row | game | owner | world | key | id | holds |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | format | -1 | 0 | 0 | `format` | 0 | `i_value` = version, `aux` = the store's random id, `value` = who may use it, `seq` = the largest `seq` of deleted slots |
//! | slot: one writer | -1 | 0 | its random id | | 0 | `i_value` = number of its last commit, `flags` = number of its try, `aux` = number of its last note, `seq` = the largest order stamp that it stored |
//! | note | -1 | slot | its number | channel | 0 | `i_value` = game, `aux` = message id, `value` |
//! | swept later | -1 | -1 | time (ms) | slot | number | the address of a deleted row |
//! | a message's index | its game | 0 | 0 | its key | its id | `aux` = its target user |

use crate::row::{Key, Kind};
use std::sync::Arc;

/// The `kind` of the rows of this backend itself.
pub(super) const OWN: i64 = 0;
/// Their `game`.
pub(super) const HERE: i64 = -1;
/// The `owner` of rows that say what to sweep later.
pub(super) const SWEPT: i64 = -1;

/// A primary key of the table, in its order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct RowAddress {
    pub(super) game: i64,
    pub(super) owner: i64,
    pub(super) kind: i64,
    pub(super) world: i64,
    pub(super) key: Arc<str>,
    pub(super) id: i64,
}

impl RowAddress {
    fn own(owner: i64, world: i64, key: impl Into<Arc<str>>, id: i64) -> Self {
        Self { game: HERE, owner, kind: OWN, world, key: key.into(), id }
    }

    pub(super) fn format() -> Self {
        Self::own(0, 0, "format", 0)
    }

    pub(super) fn slot(slot: i64) -> Self {
        Self::own(0, slot, "", 0)
    }

    pub(super) fn note(slot: i64, number: i64, channel: &Arc<str>) -> Self {
        Self::own(slot, number, channel.clone(), 0)
    }

    pub(super) fn swept(now_ms: i64, slot: i64, number: i64) -> Self {
        Self::own(SWEPT, now_ms, slot.to_string(), number)
    }

    /// The address after all rows of this backend itself, and before all rows of the core.
    pub(super) fn before_all() -> Self {
        Self { game: HERE, owner: i64::MAX, kind: i64::MAX, world: i64::MAX, key: "".into(), id: i64::MAX }
    }

    /// The index entry of a message.
    pub(super) fn message(of: &Key) -> Self {
        Self { game: of.game, owner: 0, kind: OWN, world: 0, key: of.key.clone(), id: of.id }
    }

    /// The key by which the core knows the row; `None` for the rows of this backend itself.
    pub(super) fn key(&self) -> Option<Key> {
        let Self { game, owner, kind, world, key, id } = self;
        let kind = Kind::from_number(*kind)?;
        Some(Key { game: *game, owner: *owner, kind, world: *world, key: key.clone(), id: *id })
    }
}

impl From<&Key> for RowAddress {
    fn from(key: &Key) -> Self {
        let Key { game, owner, kind, world, key, id } = key;
        Self { game: *game, owner: *owner, kind: kind.number(), world: *world, key: key.clone(), id: *id }
    }
}
