//! The store's own counters: numbers of games, and blocks of ids that are never handed out twice (clause L-1).
//!
//! Row: game 0, `i_value` = the last game number, or the first id that is still free.

use super::outcome::Outcome;
use super::verb::{Calls, Verb};
use super::{plain, sum};
use crate::backend::{Snapshot, Touch};
use crate::error::Result;
use crate::row::{Key, Kind, Range, Row};
use crate::rows::{Context, Rows};
use std::ops::ControlFlow;
use std::sync::Arc;

/// No call of this kind can be made to fail.
pub const CALLS: Calls = Calls::NONE;

/// The operations.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "said at the functions that make them")]
pub enum Op {
    /// Made by [`game`].
    Game { key: Key, counter: Key },
    /// Made by [`lease`].
    Lease { counter: Key, floor: i64, count: i64 },
}

/// The number of the game with this name; a new name gets the next number.
pub fn game(name: Arc<str>) -> Op {
    Op::Game { key: game_key(&name), counter: plain(0, 0, Kind::Counter, "games".into()) }
}

/// The row of a game.
pub(crate) fn game_key(name: &Arc<str>) -> Key {
    plain(0, 0, Kind::Game, name.clone())
}

/// The games of a store, in order of name.
pub(crate) fn games(snapshot: &mut dyn Snapshot) -> Result<Vec<Arc<str>>> {
    let range = Range { game: 0, owner: 0, kind: Kind::Game, world: 0, from: "".into(), to: None };
    let mut names = Vec::new();
    snapshot.scan(&range, &mut |key, _| {
        names.push(key.key);
        ControlFlow::Continue(())
    })?;
    Ok(names)
}

/// `count` ids that nobody else gets, from `floor` on or later.
pub fn lease(floor: i64, count: i64) -> Op {
    Op::Lease { counter: plain(0, 0, Kind::Counter, "ids".into()), floor, count }
}

/// The rows of a store that holds nothing but its own bookkeeping; `None` if it holds data.
pub(crate) fn bookkeeping(snapshot: &mut dyn Snapshot) -> Result<Option<Vec<Key>>> {
    let mut found = Some(Vec::new());
    snapshot.all(None, &mut |key, _| match &mut found {
        Some(keys) if matches!(key.kind, Kind::Game | Kind::Counter | Kind::SetRate) => {
            keys.push(key);
            ControlFlow::Continue(())
        }
        _ => {
            found = None;
            ControlFlow::Break(())
        }
    })?;
    Ok(found)
}

/// The numbers that these games have, or would get now, one after the other.
pub(crate) fn numbers(snapshot: &mut dyn Snapshot, names: &[Arc<str>]) -> Result<Vec<i64>> {
    let mut keys: Vec<Key> = names.iter().map(game_key).collect();
    keys.push(plain(0, 0, Kind::Counter, "games".into()));
    let mut rows = snapshot.get(&keys)?;
    let counter = rows.pop().flatten().and_then(|row| row.i_value);
    let mut free = counter.unwrap_or(0).max(1)..i64::MAX;
    let there = rows.into_iter().map(|row| row.and_then(|row| row.i_value));
    Ok(there.map(|number| number.or_else(|| free.next()).unwrap_or(i64::MAX)).collect())
}

impl Verb for Op {
    fn name(&self) -> &'static str {
        match self {
            Self::Game { .. } => "game",
            Self::Lease { .. } => "lease",
        }
    }

    fn key(&self) -> Option<&Key> {
        match self {
            Self::Game { key, .. } | Self::Lease { counter: key, .. } => Some(key),
        }
    }

    fn touch(&self, touch: &mut Touch) {
        match self {
            Self::Game { key, counter } => touch.keys.extend([key.clone(), counter.clone()]),
            Self::Lease { counter, .. } => touch.keys.push(counter.clone()),
        }
    }

    fn apply(&self, rows: &mut Rows, cx: &Context<'_>) -> Result<Outcome> {
        match self {
            Self::Game { key, counter } => apply_game(rows, cx, key, counter),
            Self::Lease { counter, floor, count } => apply_lease(rows, cx, counter, *floor, *count),
        }
        .map(Outcome::Number)
    }
}

fn apply_game(rows: &mut Rows, cx: &Context<'_>, key: &Key, counter: &Key) -> Result<i64> {
    if let Some(number) = rows.get(key)?.and_then(|row| row.i_value) {
        return Ok(number);
    }
    let number = apply_lease(rows, cx, counter, 1, 1)?;
    let row = Row { i_value: Some(number), created: cx.now_ms, updated: cx.now_ms, ..Row::default() };
    rows.put(key, Some(row));
    Ok(number)
}

fn apply_lease(rows: &mut Rows, cx: &Context<'_>, counter: &Key, floor: i64, count: i64) -> Result<i64> {
    let mut row = rows.get(counter)?.cloned().unwrap_or_default();
    let first = row.i_value.unwrap_or(0).max(floor);
    row.i_value = Some(sum(first, count, counter)?);
    row.updated = cx.now_ms;
    rows.put(counter, Some(row));
    Ok(first)
}
