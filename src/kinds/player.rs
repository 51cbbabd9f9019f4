//! Which users played which game. Clause O-1.
//!
//! Row: game 0, owner = user, key = the game's name.

use super::outcome::Outcome;
use super::plain;
use super::verb::{Calls, Verb};
use crate::backend::Snapshot;
use crate::error::Result;
use crate::row::{Key, Kind, Range, Row};
use crate::rows::{Context, Rows};
use std::ops::ControlFlow;
use std::sync::Arc;

/// The calls of this kind.
pub const CALLS: Calls = Calls { reads: &["is_old_player"], ..Calls::NONE };

/// The operations.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "said at the functions that make them")]
pub enum Op {
    /// Made by [`join`].
    Join { key: Key },
}

/// `room.player_join`
pub fn join(user: i64, game_name: Arc<str>) -> Op {
    Op::Join { key: plain(0, user, Kind::Joined, game_name) }
}

impl Verb for Op {
    fn name(&self) -> &'static str {
        "player_join"
    }

    fn key(&self) -> Option<&Key> {
        let Self::Join { key } = self;
        Some(key)
    }

    fn apply(&self, rows: &mut Rows, cx: &Context<'_>) -> Result<Outcome> {
        let Self::Join { key } = self;
        apply_join(rows, cx, key)?;
        Ok(Outcome::Done)
    }
}

fn apply_join(rows: &mut Rows, cx: &Context<'_>, key: &Key) -> Result<()> {
    if rows.get(key)?.is_none() {
        rows.put(key, Some(Row { created: cx.now_ms, updated: cx.now_ms, ..Row::default() }));
    }
    Ok(())
}

/// Whether the user has joined a room of another game than this one.
pub fn is_old(snapshot: &mut dyn Snapshot, user: i64, game_name: &str) -> Result<bool> {
    let range = Range { game: 0, owner: user, kind: Kind::Joined, world: 0, from: "".into(), to: None };
    let mut old = false;
    snapshot.scan(&range, &mut |key, _| {
        old = &*key.key != game_name;
        if old { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(old)
}
