//! How many sets a game sent in the running second, over all its rooms (clause Q-4).
//!
//! Row: key = whose sets (empty: the achievements'), `created` = when the second began, `i_value` = sets in it.

use super::plain;
use crate::error::Result;
use crate::row::{Key, Kind};
use crate::rows::{Context, Rows};

/// Sets per second.
pub const SETS_PER_SECOND: i64 = 50;

pub(super) fn key(game: i64, whose: &str) -> Key {
    plain(game, 0, Kind::SetRate, whose.into())
}

/// Counts one set. `Some`: the second is full, and ends then. A set without a rate is never counted and never waits.
pub(super) fn count(rows: &mut Rows, cx: &Context<'_>, rate: Option<&Key>) -> Result<Option<i64>> {
    let Some(rate) = rate else { return Ok(None) };
    let mut row = rows.get(rate)?.cloned().unwrap_or_default();
    let ends = row.created.saturating_add(1000);
    let running = (row.created..ends).contains(&cx.now_ms);
    let sets = if running { row.i_value.unwrap_or(0) } else { 0 };
    if sets >= SETS_PER_SECOND {
        return Ok(Some(ends));
    }
    if !running {
        row.created = cx.now_ms;
    }
    row.i_value = Some(sets + 1);
    rows.put(rate, Some(row));
    Ok(None)
}
