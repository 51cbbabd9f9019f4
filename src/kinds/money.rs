//! Money: an int64 that a cost never takes below zero. Clauses M-1 to M-4, P-2.

use super::outcome::Outcome;
use super::verb::{Calls, Verb};
use super::{add_to_counter, plain};
use crate::column::{Column, Columns, Stored};
use crate::error::{Code, Refused, Result};
use crate::row::{Key, Kind};
use crate::rows::{Context, Rows};
use std::sync::Arc;

/// The calls of this kind.
pub const CALLS: Calls = Calls { reads: &["money_get"], verbs: &["money_add", "money_cost"], ..Calls::NONE };

/// What this kind's rows hold.
pub const COLUMNS: Columns = Columns {
    kind: Kind::Money,
    name: "money",
    all: &[Column::int("user_id", Stored::Owner), Column::key("key"), Column::int("value", Stored::IValue)],
    made: &[],
    table: &["user_id", "key", "value"],
};

/// The operations.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "said at the functions that make them")]
pub enum Op {
    /// Made by [`add`].
    Add { key: Key, amount: i64 },
    /// Made by [`cost`].
    Cost { key: Key, amount: i64 },
    /// Made by [`balance`].
    Balance { key: Key, value: i64 },
}

/// `c.money_add`: any amount; the balance may go below zero (clause M-2).
pub fn add(game: i64, user: i64, key: Arc<str>, amount: i64) -> Op {
    Op::Add { key: plain(game, user, Kind::Money, key), amount }
}

/// `c.money_cost`: a positive amount that the balance must cover (clause M-3).
pub fn cost(game: i64, user: i64, key: Arc<str>, amount: i64) -> Op {
    Op::Cost { key: plain(game, user, Kind::Money, key), amount }
}

/// `store.operator.set_balance` (clause P-2).
pub fn balance(game: i64, user: i64, key: Arc<str>, value: i64) -> Op {
    Op::Balance { key: plain(game, user, Kind::Money, key), value }
}

impl Verb for Op {
    fn name(&self) -> &'static str {
        match self {
            Self::Add { .. } => "money_add",
            Self::Cost { .. } => "money_cost",
            Self::Balance { .. } => "set_balance",
        }
    }

    fn key(&self) -> Option<&Key> {
        match self {
            Self::Add { key, .. } | Self::Cost { key, .. } | Self::Balance { key, .. } => Some(key),
        }
    }

    fn needs(&self) -> Option<i64> {
        if let Self::Cost { amount, .. } = self { Some(*amount) } else { None }
    }

    fn apply(&self, rows: &mut Rows, cx: &Context<'_>) -> Result<Outcome> {
        match self {
            Self::Add { key, amount } => add_to_counter(rows, cx, key, *amount)?,
            Self::Cost { key, amount } => apply_cost(rows, cx, key, *amount)?,
            Self::Balance { key, value } => apply_balance(rows, cx, key, *value)?,
        }
        Ok(Outcome::Done)
    }
}

fn apply_cost(rows: &mut Rows, cx: &Context<'_>, key: &Key, amount: i64) -> Result<()> {
    let balance = rows.get(key)?.and_then(|row| row.i_value).unwrap_or(0);
    if balance < amount {
        return Err(Refused::new(
            Code::NotEnoughMoney,
            format!("user {} has {balance} of '{}', the cost is {amount}", key.owner, key.key),
        )
        .into());
    }
    add_to_counter(rows, cx, key, -amount)
}

/// Adds what is missing from the balance to the value, as [`add`] would.
fn apply_balance(rows: &mut Rows, cx: &Context<'_>, key: &Key, value: i64) -> Result<()> {
    let balance = rows.get(key)?.and_then(|row| row.i_value).unwrap_or(0);
    let amount = value.checked_sub(balance).ok_or_else(|| {
        let message = format!(
            "user {} has {balance} of '{}': the difference to {value} is outside int64",
            key.owner, key.key
        );
        Refused::new(Code::OutOfRange, message)
    })?;
    add_to_counter(rows, cx, key, amount)
}
