//! One row is deleted, of any table of users' data: `store.operator.delete`. Clause P-5.

use super::outcome::Outcome;
use super::verb::{Calls, Verb};
use super::{achievement, board, limit, name, node, plain, remove, storage, world};
use crate::backend::Touch;
use crate::error::Result;
use crate::row::{Key, Kind};
use crate::rows::{Context, Rows};
use std::sync::Arc;

/// No call of a room does this.
pub const CALLS: Calls = Calls::NONE;

/// Which row.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as in the contract")]
pub enum Target {
    General {
        user: i64,
        key: Arc<str>,
    },
    Money {
        user: i64,
        key: Arc<str>,
    },
    WorldData {
        user: i64,
        key: Arc<str>,
        world: i64,
    },
    Limit {
        user: i64,
        key: Arc<str>,
    },
    Name {
        key: Arc<str>,
        name: Arc<str>,
    },
    Achievement {
        player: i64,
        node: Arc<str>,
    },
    Node {
        node: Arc<str>,
    },
    Storage {
        user: i64,
        key: Arc<str>,
    },
    /// What has an id of its own.
    Item(Item),
}

/// An item of a list, a message or an order: by its id, and by what else the caller says of it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Item {
    pub kind: Kind,
    pub id: i64,
    pub user: Option<i64>,
    pub key: Option<Arc<str>>,
    pub world: Option<i64>,
}

impl Item {
    fn is(&self, game: i64, key: &Key) -> bool {
        (key.game, key.kind, key.id) == (game, self.kind, self.id)
            && self.user.is_none_or(|user| user == key.owner)
            && self.key.as_ref().is_none_or(|wanted| *wanted == key.key)
            && self.world.is_none_or(|world| world == key.world)
    }
}

/// The operations.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "said at the function that makes them")]
pub enum Op {
    /// Made by [`delete`]; `place` is what a board knows of a stored value.
    Row { key: Key, place: Option<Key> },
    /// Made by [`delete`].
    Item { game: i64, item: Item },
}

/// `store.operator.delete`
pub fn delete(game: i64, target: Target) -> Op {
    let mut place = None;
    let key = match target {
        Target::General { user, key } => plain(game, user, Kind::General, key),
        Target::Money { user, key } => plain(game, user, Kind::Money, key),
        Target::WorldData { user, key, world } => world::key(game, user, key, world),
        Target::Limit { user, key } => limit::key(game, user, key),
        Target::Name { key, name } => name::key(game, &key, &name),
        Target::Achievement { player, node } => achievement::key(game, player, node),
        Target::Node { node } => node::key(game, node),
        Target::Storage { user, key } => {
            place = Some(board::place(game, user, &key));
            storage::key(game, user, key)
        }
        Target::Item(item) => return Op::Item { game, item },
    };
    Op::Row { key, place }
}

impl Verb for Op {
    fn name(&self) -> &'static str {
        "delete"
    }

    fn key(&self) -> Option<&Key> {
        match self {
            Self::Row { key, .. } => Some(key),
            Self::Item { .. } => None,
        }
    }

    fn touch(&self, touch: &mut Touch) {
        match self {
            Self::Row { key, place } => touch.keys.extend([key].into_iter().chain(place).cloned()),
            Self::Item { item, .. } => touch.ids.push(item.id),
        }
    }

    fn apply(&self, rows: &mut Rows, _cx: &Context<'_>) -> Result<Outcome> {
        match self {
            Self::Row { key, place } => {
                remove(rows, key)?;
                place.as_ref().map_or(Ok(()), |place| remove(rows, place))?;
            }
            Self::Item { game, item } => {
                let found = rows.find(item.id).map(|(key, _)| key.clone());
                if let Some(key) = found.filter(|key| item.is(*game, key)) {
                    rows.put(&key, None);
                }
            }
        }
        Ok(Outcome::Done)
    }
}
