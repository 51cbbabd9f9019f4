//! World data: a value under a (user, key, world). Clause W-2. World lists stand in `list.rs`.
//!
//! Row: `value`.

use crate::commit::Context;
use crate::error::Result;
use crate::op::Op;
use crate::row::{Key, Kind};
use crate::rows::Rows;
use crate::value::Value;
use std::sync::Arc;

/// The row of a world's data.
pub fn key(game: i64, user: i64, key: Arc<str>, world: i64) -> Key {
    Key { game, owner: user, kind: Kind::WorldData, world, key, id: 0 }
}

/// `c.world_data_set`; without a value nothing changes.
pub fn set(key: Key, value: Option<Value>) -> Op {
    Op::WorldDataSet { key, value }
}

pub(crate) fn apply_set(rows: &mut Rows, cx: &Context<'_>, key: &Key, value: Option<&Value>) -> Result<()> {
    if let Some(value) = value {
        let mut row = rows.get(key)?.cloned().unwrap_or_default();
        row.value = Some(value.json.clone());
        row.updated = cx.now_ms;
        rows.put(key, Some(row));
    }
    Ok(())
}
