//! Counters with a limit and a calendar window. Clauses T-1 to T-5, P-4.

use super::outcome::Outcome;
use super::plain;
use super::verb::{Calls, Verb};
use crate::calendar::{Unit, Weekday, Zone, is_within};
use crate::column::{Column, Columns, Source, Stored, Type};
use crate::error::{Code, Reason, Refused, Result};
use crate::row::{Key, Kind, Row};
use crate::rows::{Context, Rows};
use std::sync::Arc;

/// The calls of this kind.
pub const CALLS: Calls = Calls { reads: &["withlimit_query"], verbs: &["withlimit_add"], ..Calls::NONE };

/// What this kind's rows hold.
pub const COLUMNS: Columns = Columns {
    kind: Kind::Limit,
    name: "with_limit",
    all: &[
        Column::int("user_id", Stored::Owner),
        Column::key("key"),
        Column::int("value", Stored::IValue),
        // Of the last add.
        Column::int("limit", Stored::Aux),
        // "day 1", "week 2 sunday"
        Column::text("refresh", Stored::SValue),
        // When the last successful add was: the window is the one in which it lies.
        Column::millis("updated", Stored::Updated),
        // When that window ends; nothing if it never ends. Rows that were stored before version 3 do not have it.
        Column::millis("expires", Stored::Flags),
    ],
    made: &[
        // Until the window ends.
        Column::made("value", Source::Running, Type::Int),
    ],
    table: &["user_id", "key", "value", "limit", "refresh", "expires"],
};

/// The operations.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "said at the functions that make them")]
pub enum Op {
    /// Made by [`add`].
    Add { key: Key, amount: i64, limit: i64, refresh: Refresh },
    /// Made by [`expire`].
    Expire { key: Key },
    /// Made by [`reset`].
    Reset { key: Key },
}

/// How a counter starts anew: every n units.
pub type Refresh = Option<(Unit, u32)>;

/// The row of a counter.
pub fn key(game: i64, user: i64, key: Arc<str>) -> Key {
    plain(game, user, Kind::Limit, key)
}

/// `c.withlimit_add`
pub fn add(key: Key, amount: i64, limit: i64, refresh: Refresh) -> Op {
    Op::Add { key, amount, limit, refresh }
}

/// Stores 0 if the window has ended.
pub const fn expire(key: Key) -> Op {
    Op::Expire { key }
}

/// `store.operator.reset_limit` (clause P-4).
pub const fn reset(key: Key) -> Op {
    Op::Reset { key }
}

fn written(refresh: Refresh) -> Option<Arc<str>> {
    let (unit, n) = refresh?;
    Some(match unit {
        Unit::Hour => format!("hour {n}").into(),
        Unit::Day => format!("day {n}").into(),
        Unit::Week(start) => format!("week {n} {}", start.name()).into(),
        Unit::Month => format!("month {n}").into(),
        Unit::Year => format!("year {n}").into(),
    })
}

/// The refresh that a row holds.
pub fn refresh(row: &Row) -> Result<Refresh> {
    let Some(text) = &row.s_value else { return Ok(None) };
    let mut words = text.split(' ');
    let (unit, n, start) = (words.next(), words.next(), words.next());
    let unit = match (unit, start) {
        (Some("hour"), None) => Some(Unit::Hour),
        (Some("day"), None) => Some(Unit::Day),
        (Some("week"), Some(start)) => Weekday::parse(start).map(Unit::Week),
        (Some("month"), None) => Some(Unit::Month),
        (Some("year"), None) => Some(Unit::Year),
        _ => None,
    };
    let n = n.and_then(|n| n.parse().ok());
    unit.zip(n)
        .map(Some)
        .ok_or_else(|| Reason::Damaged.error(format!("the store is damaged: '{text}' is not a refresh")))
}

/// Whether the window that the last add opened has ended (clause T-3).
pub fn expired(row: &Row, zone: &Zone, now_ms: i64) -> Result<bool> {
    Ok(window_end(row, zone)?.is_some_and(|end| end <= now_ms))
}

/// When the window ends that the last add opened; `None` = never.
pub fn window_end(row: &Row, zone: &Zone) -> Result<Option<i64>> {
    if row.flags != 0 {
        return Ok(Some(row.flags));
    }
    let Some((unit, n)) = refresh(row)? else { return Ok(None) };
    Ok(Some(zone.window_end_ms(row.updated, unit, n)?).filter(|end| is_within(*end)))
}

impl Verb for Op {
    fn name(&self) -> &'static str {
        match self {
            Self::Add { .. } => "withlimit_add",
            Self::Expire { .. } => "withlimit_query",
            Self::Reset { .. } => "reset_limit",
        }
    }

    fn key(&self) -> Option<&Key> {
        match self {
            Self::Add { key, .. } | Self::Expire { key } | Self::Reset { key } => Some(key),
        }
    }

    fn apply(&self, rows: &mut Rows, cx: &Context<'_>) -> Result<Outcome> {
        match self {
            Self::Add { key, amount, limit, refresh } => {
                apply_add(rows, cx, key, *amount, *limit, *refresh)?;
            }
            Self::Expire { key } => apply_expire(rows, cx, key)?,
            Self::Reset { key } => apply_reset(rows, key)?,
        }
        Ok(Outcome::Done)
    }
}

fn apply_add(
    rows: &mut Rows,
    cx: &Context<'_>,
    key: &Key,
    amount: i64,
    limit: i64,
    refresh: Refresh,
) -> Result<()> {
    let row = rows.get(key)?.cloned().unwrap_or_default();
    let s_value = written(refresh);
    let running = s_value == row.s_value && !expired(&row, cx.zone, cx.now_ms)?;
    let old = if running { row.i_value.unwrap_or(0) } else { 0 };
    let value = old.checked_add(amount).filter(|value| (0..=limit).contains(value)).ok_or_else(|| {
        Refused::new(
            Code::LimitExceeded,
            format!("{old} + {amount} of user {} key '{}' is not within 0 to {limit}", key.owner, key.key),
        )
    })?;
    let row = Row { i_value: Some(value), aux: limit, s_value, updated: cx.now_ms, flags: 0, ..row };
    let flags = window_end(&row, cx.zone)?.unwrap_or(0);
    rows.put(key, Some(Row { flags, ..row }));
    Ok(())
}

fn apply_expire(rows: &mut Rows, cx: &Context<'_>, key: &Key) -> Result<()> {
    if let Some(row) = rows.get(key)?.cloned()
        && row.i_value != Some(0)
        && expired(&row, cx.zone, cx.now_ms)?
    {
        rows.put(key, Some(Row { i_value: Some(0), ..row }));
    }
    Ok(())
}

/// The limit and the window stay: `updated` is what the window's end is counted from.
fn apply_reset(rows: &mut Rows, key: &Key) -> Result<()> {
    if let Some(row) = rows.get(key)?.filter(|row| row.i_value != Some(0)).cloned() {
        rows.put(key, Some(Row { i_value: Some(0), ..row }));
    }
    Ok(())
}
