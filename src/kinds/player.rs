//! Who played which game. Clause O-1.
//!
//! Row: game 0, owner = user, key = the game's name.

use super::plain;
use crate::backend::Snapshot;
use crate::commit::Context;
use crate::error::Result;
use crate::op::Op;
use crate::row::{Key, Kind, Range, Row};
use crate::rows::Rows;
use std::ops::ControlFlow;
use std::sync::Arc;

/// `room.player_join`
pub fn join(user: i64, game_name: Arc<str>) -> Op {
    Op::PlayerJoin { key: plain(0, user, Kind::Joined, game_name) }
}

pub(crate) fn apply_join(rows: &mut Rows, cx: &Context<'_>, key: &Key) -> Result<()> {
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
