//! Orders of the lobby's goods: placed by a purchase, shipped once. Clause H-6.
//!
//! Row: owner = uid, the key's id = the order's, `s_value` = what is to be carried out, `i_value` = how many, `flags` = 1
//! once shipped, `created` = when it was placed, `updated` = when it was shipped.

use crate::backend::Snapshot;
use crate::commit::Context;
use crate::error::Result;
use crate::op::Op;
use crate::row::{Key, Kind, Range, Row};
use crate::rows::Rows;
use serde::Serialize;
use std::ops::ControlFlow;
use std::sync::Arc;

const SHIPPED: i64 = 1;

/// An order that waits, as the mod gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Order {
    pub order_id: i64,
    pub timestamp: i64,
    pub cmd: Arc<str>,
    pub product_count: i64,
}

/// How far an order is.
pub(crate) enum State {
    Unknown,
    Open,
    Shipped,
}

/// A purchase; the id was handed out by the store.
pub fn place(game: i64, uid: i64, id: i64, cmd: Arc<str>, count: i64) -> Op {
    Op::OrderPlace {
        key: Key { game, owner: uid, kind: Kind::Order, world: 0, key: "".into(), id },
        cmd,
        count,
    }
}

pub(crate) fn apply_place(rows: &mut Rows, cx: &Context<'_>, key: &Key, cmd: &Arc<str>, count: i64) {
    let (i_value, s_value) = (Some(count), Some(cmd.clone()));
    rows.put(key, Some(Row { i_value, s_value, created: cx.now_ms, updated: cx.now_ms, ..Row::default() }));
}

pub(crate) fn state(rows: &Rows, game: i64, uid: i64, id: i64) -> State {
    match rows.find(id) {
        Some((key, row)) if (key.game, key.owner, key.kind) == (game, uid, Kind::Order) => {
            if row.flags & SHIPPED == 0 { State::Open } else { State::Shipped }
        }
        _ => State::Unknown,
    }
}

pub(crate) fn apply_ship(rows: &mut Rows, cx: &Context<'_>, id: i64) {
    if let Some((key, row)) = rows.find(id).map(|(key, row)| (key.clone(), row.clone())) {
        rows.put(&key, Some(Row { flags: row.flags | SHIPPED, updated: cx.now_ms, ..row }));
    }
}

/// A player's orders that wait, oldest first.
pub fn query(snapshot: &mut dyn Snapshot, game: i64, uid: i64) -> Result<Vec<Order>> {
    let range = Range { game, owner: uid, kind: Kind::Order, world: 0, from: "".into(), to: None };
    let mut found = Vec::new();
    snapshot.scan(&range, &mut |key, row| {
        if row.flags & SHIPPED == 0 {
            found.push(Order {
                order_id: key.id,
                timestamp: row.created.div_euclid(1000),
                cmd: row.s_value.unwrap_or_default(),
                product_count: row.i_value.unwrap_or(1),
            });
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}
