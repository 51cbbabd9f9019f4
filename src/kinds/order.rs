//! Orders of the lobby's goods: placed by a purchase, shipped once. Clause H-6.

use super::outcome::Outcome;
use super::verb::{Calls, Verb};
use crate::backend::Snapshot;
use crate::column::{Column, Columns, Stored};
use crate::error::Result;
use crate::row::{Key, Kind, Range, Row};
use crate::rows::{Context, Rows};
use serde::Serialize;
use std::ops::ControlFlow;
use std::sync::Arc;

/// `QueryLobbyUserItem`
pub const STORAGE_ORDERS: &str = "QueryLobbyUserItem";
/// The calls of this kind.
pub const CALLS: Calls = Calls { requests: &[STORAGE_ORDERS], ..Calls::NONE };

const SHIPPED: i64 = 1;

/// What this kind's rows hold.
pub const COLUMNS: Columns = Columns {
    kind: Kind::Order,
    name: "order",
    all: &[
        Column::int("uid", Stored::Owner).shown_as("user_id"),
        Column::int("order_id", Stored::Id),
        // What is to be carried out.
        Column::text("cmd", Stored::SValue),
        Column::int("product_count", Stored::IValue),
        Column::millis("created", Stored::Created),
        Column::bit("shipped", SHIPPED),
        // When it was shipped, if it was.
        Column::millis("updated", Stored::Updated),
    ],
    made: &[],
    table: &["order_id", "user_id", "cmd", "product_count", "shipped"],
};

/// The operations.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "said at the functions that make them")]
pub enum Op {
    /// Made by [`place`].
    Place { key: Key, cmd: Arc<str>, count: i64 },
}

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
pub(crate) enum OrderState {
    Unknown,
    Open,
    Shipped,
}

/// A purchase; the id was handed out by the store.
pub fn place(game: i64, uid: i64, id: i64, cmd: Arc<str>, count: i64) -> Op {
    Op::Place { key: Key { game, owner: uid, kind: Kind::Order, world: 0, key: "".into(), id }, cmd, count }
}

impl Verb for Op {
    fn name(&self) -> &'static str {
        "place_order"
    }

    fn key(&self) -> Option<&Key> {
        let Self::Place { key, .. } = self;
        Some(key)
    }

    fn makes_row(&self) -> bool {
        true
    }

    fn apply(&self, rows: &mut Rows, cx: &Context<'_>) -> Result<Outcome> {
        let Self::Place { key, cmd, count } = self;
        apply_place(rows, cx, key, cmd, *count);
        Ok(Outcome::Done)
    }
}

fn apply_place(rows: &mut Rows, cx: &Context<'_>, key: &Key, cmd: &Arc<str>, count: i64) {
    let (i_value, s_value) = (Some(count), Some(cmd.clone()));
    rows.put(key, Some(Row { i_value, s_value, created: cx.now_ms, updated: cx.now_ms, ..Row::default() }));
}

pub(crate) fn state(rows: &Rows, game: i64, uid: i64, id: i64) -> OrderState {
    match rows.find(id) {
        Some((key, row)) if (key.game, key.owner, key.kind) == (game, uid, Kind::Order) => {
            if row.flags & SHIPPED == 0 { OrderState::Open } else { OrderState::Shipped }
        }
        _ => OrderState::Unknown,
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
