//! The rules of the contract, one kind a file: its key, its row, what its operations do, how it is read.

pub mod achievement;
pub mod board;
pub mod counter;
pub mod general;
pub mod limit;
pub mod list;
pub mod message;
pub mod money;
pub mod name;
pub mod node;
pub mod order;
pub mod player;
pub mod rate;
pub mod storage;
pub mod world;

use crate::error::{Code, Fault, Result};
use crate::row::{Key, Kind};
use std::sync::Arc;

/// A row with its key, as queries answer.
pub type Entry = (Key, crate::row::Row);

/// The key of a row that has neither world nor id.
pub fn plain(game: i64, owner: i64, kind: Kind, key: Arc<str>) -> Key {
    Key { game, owner, kind, world: 0, key, id: 0 }
}

/// The product of users and keys in request order, user-major, each once (clause G-5).
pub fn product(game: i64, kind: Kind, users: &[i64], keys: &[Arc<str>]) -> Vec<Key> {
    let (users, keys) = (unique(users), unique(keys));
    users.iter().flat_map(|user| keys.iter().map(|key| plain(game, *user, kind, key.clone()))).collect()
}

fn unique<T: Clone + Eq + std::hash::Hash>(items: &[T]) -> Vec<T> {
    let mut seen = rustc_hash::FxHashSet::default();
    items.iter().filter(|item| items.len() == 1 || seen.insert((*item).clone())).cloned().collect()
}

/// A counter plus an amount, or clause G-8's fault.
pub(crate) fn sum(old: i64, amount: i64, what: &Key) -> Result<i64> {
    old.checked_add(amount).ok_or_else(|| {
        Fault::new(
            Code::OutOfRange,
            format!("{old} + {amount} of user {} key '{}' is outside int64", what.owner, what.key),
        )
        .into()
    })
}
