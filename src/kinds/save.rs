//! The save of a room: what the mods in it attach to players and to the level. Clause E-10.

use super::outcome::Outcome;
use super::remove;
use super::verb::{Calls, Verb};
use crate::column::{Column, Columns, Stored};
use crate::error::Result;
use crate::row::{Key, Kind, Row};
use crate::rows::{Context, Rows};
use std::sync::Arc;

/// No call of this kind can be made to fail.
pub const CALLS: Calls = Calls::NONE;

/// What this kind's rows hold.
pub const COLUMNS: Columns = Columns {
    kind: Kind::Save,
    name: "save",
    all: &[
        // The player; 0 where it is the level.
        Column::int("user_id", Stored::Owner),
        // 1: of a player, 0: of the level.
        Column::int("of_player", Stored::World),
        Column::key("room"),
        // What is attached, by the way in which it is.
        Column::json("value"),
    ],
    made: &[],
    table: &[],
};

/// The operations.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "said at the functions that make them")]
pub enum Op {
    /// Made by [`put`].
    Put { key: Key, value: Arc<str> },
}

/// The row of a player, or of the level (`None`), in the save of a room.
pub fn key(game: i64, player: Option<i64>, room: Arc<str>) -> Key {
    let world = i64::from(player.is_some());
    Key { game, owner: player.unwrap_or(0), kind: Kind::Save, world, key: room, id: 0 }
}

/// Keeps what is attached: JSON text of a dict; an empty one is no row.
pub fn put(key: Key, value: Arc<str>) -> Op {
    Op::Put { key, value }
}

impl Verb for Op {
    fn name(&self) -> &'static str {
        "save"
    }

    fn key(&self) -> Option<&Key> {
        let Self::Put { key, .. } = self;
        Some(key)
    }

    fn apply(&self, rows: &mut Rows, cx: &Context<'_>) -> Result<Outcome> {
        let Self::Put { key, value } = self;
        if &**value == "{}" {
            remove(rows, key)?;
        } else {
            let row = rows.get(key)?.cloned().unwrap_or_default();
            if row.value.as_ref() != Some(value) {
                rows.put(key, Some(Row { value: Some(value.clone()), updated: cx.now_ms, ..row }));
            }
        }
        Ok(Outcome::Done)
    }
}
