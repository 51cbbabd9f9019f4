//! General storage: a counter, a text and a value under one (user, key). Clauses K-1 to K-4.
//!
//! Row: `i_value`, `s_value`, `value`.

use super::{plain, sum};
use crate::commit::Context;
use crate::error::Result;
use crate::op::Op;
use crate::row::{Key, Kind};
use crate::rows::Rows;
use crate::value::Value;
use std::sync::Arc;

/// `c.set`: only the given fields are written (clause K-1).
pub fn set(
    game: i64,
    user: i64,
    key: Arc<str>,
    i_value: Option<i64>,
    s_value: Option<Arc<str>>,
    value: Option<Value>,
) -> Op {
    Op::Set { key: plain(game, user, Kind::General, key), i_value, s_value, value }
}

/// `c.add` and `c.addi`, one operation under two names (clause K-3).
pub fn add(game: i64, user: i64, key: Arc<str>, amount: i64, name: &'static str) -> Op {
    Op::Add { key: plain(game, user, Kind::General, key), amount, name }
}

pub(crate) fn apply_set(
    rows: &mut Rows,
    cx: &Context<'_>,
    key: &Key,
    i_value: Option<i64>,
    s_value: Option<&Arc<str>>,
    value: Option<&Value>,
) -> Result<()> {
    let mut row = rows.get(key)?.cloned().unwrap_or_default();
    row.i_value = i_value.or(row.i_value);
    row.s_value = s_value.cloned().or(row.s_value);
    row.value = value.map(|value| value.json.clone()).or(row.value);
    row.updated = cx.now_ms;
    rows.put(key, Some(row));
    Ok(())
}

pub(crate) fn apply_add(rows: &mut Rows, cx: &Context<'_>, key: &Key, amount: i64) -> Result<()> {
    let mut row = rows.get(key)?.cloned().unwrap_or_default();
    row.i_value = Some(sum(row.i_value.unwrap_or(0), amount, key)?);
    row.updated = cx.now_ms;
    rows.put(key, Some(row));
    Ok(())
}
