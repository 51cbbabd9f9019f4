//! World data: a value under a (user, key, world). Clause W-2. World lists are in `list.rs`.

use super::outcome::Outcome;
use super::verb::{Calls, Verb};
use crate::column::{Column, Columns, Stored};
use crate::error::Result;
use crate::row::{Key, Kind};
use crate::rows::{Context, Rows};
use crate::value::Value;
use std::sync::Arc;

/// The calls of this kind.
pub const CALLS: Calls = Calls { reads: &["world_data_get"], verbs: &["world_data_set"], ..Calls::NONE };

/// What this kind's rows hold.
pub const COLUMNS: Columns = Columns {
    kind: Kind::WorldData,
    name: "world_data",
    all: &[
        Column::int("user_id", Stored::Owner),
        Column::key("key"),
        Column::int("world_id", Stored::World),
        Column::json("value"),
    ],
    made: &[],
    table: &["user_id", "key", "world_id", "value"],
};

/// The operations.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "said at the functions that make them")]
pub enum Op {
    /// Made by [`set`].
    Set { key: Key, value: Option<Value> },
}

/// The row of a world's data.
pub fn key(game: i64, user: i64, key: Arc<str>, world: i64) -> Key {
    Key { game, owner: user, kind: Kind::WorldData, world, key, id: 0 }
}

/// `c.world_data_set`; without a value nothing changes.
pub fn set(key: Key, value: Option<Value>) -> Op {
    Op::Set { key, value }
}

impl Verb for Op {
    fn name(&self) -> &'static str {
        "world_data_set"
    }

    fn key(&self) -> Option<&Key> {
        let Self::Set { key, .. } = self;
        Some(key)
    }

    fn apply(&self, rows: &mut Rows, cx: &Context<'_>) -> Result<Outcome> {
        let Self::Set { key, value } = self;
        apply_set(rows, cx, key, value.as_ref())?;
        Ok(Outcome::Done)
    }
}

fn apply_set(rows: &mut Rows, cx: &Context<'_>, key: &Key, value: Option<&Value>) -> Result<()> {
    if let Some(value) = value {
        let mut row = rows.get(key)?.cloned().unwrap_or_default();
        row.value = Some(value.json.clone());
        row.updated = cx.now_ms;
        rows.put(key, Some(row));
    }
    Ok(())
}
