//! Money: an int64 that a cost never takes below zero. Clauses M-1 to M-4.
//!
//! Row: `i_value` = the balance.

use super::{plain, sum};
use crate::commit::Context;
use crate::error::{Code, Fault, Result};
use crate::op::Op;
use crate::row::{Key, Kind};
use crate::rows::Rows;
use std::sync::Arc;

/// `c.money_add`: any amount; the balance may go below zero (clause M-2).
pub fn add(game: i64, user: i64, key: Arc<str>, amount: i64) -> Op {
    Op::MoneyAdd { key: plain(game, user, Kind::Money, key), amount }
}

/// `c.money_cost`: a positive amount that the balance must cover (clause M-3).
pub fn cost(game: i64, user: i64, key: Arc<str>, amount: i64) -> Op {
    Op::MoneyCost { key: plain(game, user, Kind::Money, key), amount }
}

pub(crate) fn apply_add(rows: &mut Rows, cx: &Context<'_>, key: &Key, amount: i64) -> Result<()> {
    let mut row = rows.get(key)?.cloned().unwrap_or_default();
    row.i_value = Some(sum(row.i_value.unwrap_or(0), amount, key)?);
    row.updated = cx.now_ms;
    rows.put(key, Some(row));
    Ok(())
}

pub(crate) fn apply_cost(rows: &mut Rows, cx: &Context<'_>, key: &Key, amount: i64) -> Result<()> {
    let balance = rows.get(key)?.and_then(|row| row.i_value).unwrap_or(0);
    if balance < amount {
        return Err(Fault::new(
            Code::NotEnoughMoney,
            format!("user {} has {balance} of '{}', the cost is {amount}", key.owner, key.key),
        )
        .into());
    }
    apply_add(rows, cx, key, -amount)
}
