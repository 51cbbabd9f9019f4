//! The rules of the contract, one kind a file: its key, its row, what its operations do, how it is read.

pub mod achievement;
pub mod board;
pub mod channel;
pub mod counter;
pub mod delete;
pub mod general;
pub mod limit;
pub mod list;
pub mod message;
pub mod money;
pub mod name;
pub mod node;
pub mod order;
pub mod outcome;
pub mod player;
pub mod rate;
pub mod save;
pub mod storage;
pub mod verb;
pub mod world;

use crate::column::Columns;
use crate::error::{Code, Error, Refused, Result};
use crate::row::{Key, Kind};
use crate::rows::{Context, Rows};
use std::sync::Arc;

/// What the rows of the kinds that users see hold, in the order of a dump.
pub const COLUMNS: [Columns; 15] = [
    general::COLUMNS,
    money::COLUMNS,
    list::COLUMNS,
    world::COLUMNS,
    list::WORLD_COLUMNS,
    limit::COLUMNS,
    name::COLUMNS,
    message::COLUMNS,
    node::COLUMNS,
    achievement::COLUMNS,
    storage::COLUMNS,
    order::COLUMNS,
    board::COLUMNS,
    board::NICKNAME_COLUMNS,
    save::COLUMNS,
];

/// The other kinds: the store's own bookkeeping. The headers of `player`, `counter`, `rate` and `board` say what their
/// rows hold.
pub const INTERNAL: [Kind; 5] = [Kind::Joined, Kind::Game, Kind::Counter, Kind::SetRate, Kind::Place];

/// A row with its key, as queries answer.
pub type Entry = (Key, crate::row::Row);

/// The key of a row that has neither world nor id.
pub fn plain(game: i64, owner: i64, kind: Kind, key: Arc<str>) -> Key {
    Key { game, owner, kind, world: 0, key, id: 0 }
}

/// The most pairs of a user and a key in one read, and the most items in one array: what an argument
/// asks for is never more than a machine can hold.
pub const PAIRS_MAX: usize = 1 << 22;

/// The product of users and keys in request order, user-major, each once (clause G-5). It is made pair by pair: all of
/// it may be far more than the rows that there are.
pub fn product<'k>(
    game: i64,
    kind: Kind,
    users: &'k [i64],
    keys: &'k [Arc<str>],
) -> Result<impl Iterator<Item = Key> + Clone> {
    Ok(pairs(users, keys)?.map(move |(user, key)| plain(game, user, kind, key.clone())))
}

/// The same product, before its pairs are keys.
pub fn pairs<'k>(
    users: &'k [i64],
    keys: &'k [Arc<str>],
) -> Result<impl Iterator<Item = (i64, &'k Arc<str>)> + Clone> {
    let (users, keys) = (unique(users), unique(keys));
    let pairs = users.len().saturating_mul(keys.len());
    if pairs > PAIRS_MAX {
        let message = format!(
            "user_id and key: {} users x {} keys are {pairs} pairs; at most {PAIRS_MAX} in one read are accepted: ask for \
             fewer users at a time",
            users.len(),
            keys.len()
        );
        return Err(Error::Value { code: Code::TooLong, message });
    }
    Ok((0..pairs).map(move |at| (*users[at / keys.len()], keys[at % keys.len()])))
}

fn unique<T: Eq + std::hash::Hash>(items: &[T]) -> Vec<&T> {
    let mut seen = rustc_hash::FxHashSet::default();
    items.iter().filter(|item| items.len() == 1 || seen.insert(*item)).collect()
}

/// Adds to the counter of a row; a row that is not there counts 0.
pub(crate) fn add_to_counter(rows: &mut Rows, cx: &Context<'_>, key: &Key, amount: i64) -> Result<()> {
    let mut row = rows.get(key)?.cloned().unwrap_or_default();
    row.i_value = Some(sum(row.i_value.unwrap_or(0), amount, key)?);
    row.updated = cx.now_ms;
    rows.put(key, Some(row));
    Ok(())
}

/// Deletes a row; one that is not there needs no deletion.
pub(crate) fn remove(rows: &mut Rows, key: &Key) -> Result<()> {
    if rows.get(key)?.is_some() {
        rows.put(key, None);
    }
    Ok(())
}

/// A counter plus an amount, or the refusal of clause G-8.
pub(crate) fn sum(old: i64, amount: i64, what: &Key) -> Result<i64> {
    old.checked_add(amount).ok_or_else(|| {
        Refused::new(
            Code::OutOfRange,
            format!("{old} + {amount} of user {} key '{}' is outside int64", what.owner, what.key),
        )
        .into()
    })
}
