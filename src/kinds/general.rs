//! General storage: a counter, a text and a value under one (user, key). Clauses K-1 to K-4.

use super::outcome::Outcome;
use super::verb::{Calls, Verb};
use super::{add_to_counter, plain};
use crate::column::{Column, Columns, Stored};
use crate::error::Result;
use crate::row::{Key, Kind};
use crate::rows::{Context, Rows};
use crate::value::Value;
use std::sync::Arc;

/// The calls of this kind.
pub const CALLS: Calls = Calls { reads: &["get"], verbs: &["set", "add", "addi"], ..Calls::NONE };

/// What this kind's rows hold.
pub const COLUMNS: Columns = Columns {
    kind: Kind::General,
    name: "general",
    all: &[
        Column::int("user_id", Stored::Owner),
        Column::key("key"),
        Column::int("i_value", Stored::IValue),
        Column::text("s_value", Stored::SValue),
        Column::json("value"),
    ],
    made: &[],
    table: &["user_id", "key", "i_value", "s_value", "value"],
};

/// The operations.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "said at the functions that make them")]
pub enum Op {
    /// Made by [`set`].
    Set { key: Key, i_value: Option<i64>, s_value: Option<Arc<str>>, value: Option<Value> },
    /// Made by [`add`]; `name` is the verb that was called.
    Add { key: Key, amount: i64, name: &'static str },
}

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

impl Verb for Op {
    fn name(&self) -> &'static str {
        match self {
            Self::Set { .. } => "set",
            Self::Add { name, .. } => name,
        }
    }

    fn key(&self) -> Option<&Key> {
        match self {
            Self::Set { key, .. } | Self::Add { key, .. } => Some(key),
        }
    }

    fn apply(&self, rows: &mut Rows, cx: &Context<'_>) -> Result<Outcome> {
        match self {
            Self::Set { key, i_value, s_value, value } => {
                apply_set(rows, cx, key, *i_value, s_value.as_ref(), value.as_ref())?;
            }
            Self::Add { key, amount, .. } => add_to_counter(rows, cx, key, *amount)?,
        }
        Ok(Outcome::Done)
    }
}

fn apply_set(
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
