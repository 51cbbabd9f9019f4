//! Deletes what nobody needs any more. What is not finished now is finished by the next sweep.

use super::failure::{Failure, Tried};
use super::link::Link;
use super::rows;
use super::stored::{self, Stored};
use mysql::Value;
use mysql::prelude::Queryable;

/// The limits are for one statement: a sweep must not make anybody wait.
const NOTES: &str = "DELETE FROM cloud WHERE game = -1 AND owner > 0 AND kind = 0 AND created < ? LIMIT 5000";
const SLOTS: &str =
    "DELETE FROM cloud WHERE game = -1 AND owner = 0 AND kind = 0 AND world > 0 AND updated < ? LIMIT 1000";
const REDATE: &str = "UPDATE cloud SET created = ? \
    WHERE game = -1 AND owner > 0 AND kind = 0 AND created > ? LIMIT 5000";
const REDATE_SLOTS: &str = "UPDATE cloud SET updated = ? \
    WHERE game = -1 AND owner = 0 AND kind = 0 AND world > 0 AND updated > ? LIMIT 1000";
const DELETED: &str = "SELECT game, owner, kind, world, `key`, id, stamp, gone, \
    ver, i_value, s_value, value, aux, flags, created, updated, seq FROM cloud \
    WHERE game = -1 AND owner = -1 AND kind = 0 AND (world < ? OR world > ?) ORDER BY world LIMIT 500";
const ROW: &str = "DELETE FROM cloud \
    WHERE game = ? AND owner = ? AND kind = ? AND world = ? AND `key` = ? AND id = ? AND gone = 1";
const ENTRY: &str = "DELETE FROM cloud \
    WHERE game = ? AND owner = ? AND kind = ? AND world = ? AND `key` = ? AND id = ?";
const DAY_MS: i64 = 86_400_000;

pub(super) fn sweep(link: &mut Link, before_ms: i64, now_ms: i64) -> Tried<()> {
    // A note with a date in the future comes from a clock that was set back since: it gets the current time.
    let late_ms = before_ms.max(now_ms) + DAY_MS;
    link.exec(REDATE, vec![now_ms.into(), late_ms.into()])?;
    delete(link, NOTES, vec![before_ms.into()])?;
    let stamped: Option<Option<i64>> = link.conn.query_first(rows::STAMPED)?;
    keep_stamped(link, stamped.flatten().unwrap_or(0))?;
    link.exec(REDATE_SLOTS, vec![now_ms.into(), late_ms.into()])?;
    delete(link, SLOTS, vec![before_ms.min(before_ms - DAY_MS).into()])?;
    let mut lying = Vec::new();
    for row in link.exec(DELETED, vec![before_ms.into(), late_ms.into()])? {
        lying.push(Stored::read(row?)?);
    }
    for entry in &lying {
        let row = &entry.row;
        let key = row.s_value.as_deref().unwrap_or_default();
        let address = vec![
            row.i_value.unwrap_or(0).into(),
            row.aux.into(),
            row.flags.into(),
            row.updated.into(),
            stored::text(key),
            row.seq.into(),
        ];
        link.exec(ROW, address)?;
        link.exec(ENTRY, stored::at(&entry.address).to_vec())?;
    }
    Ok(link.conn.query_drop("COMMIT")?)
}

/// Deletes the slots of closed writers: every look for news reads all slots, so their number must stay small.
pub(super) fn leave(link: &mut Link, slots: &[i64], stamped: i64) -> Tried<()> {
    keep_stamped(link, stamped)?;
    let marks = vec!["?"; slots.len()].join(", ");
    let sql = format!(
        "DELETE FROM cloud WHERE game = -1 AND owner = 0 AND kind = 0 AND world IN ({marks}) AND `key` = '' AND id = 0 \
         AND aux = 0"
    );
    delete(link, &sql, slots.iter().copied().map(Value::from).collect())
}

/// Saves the largest order stamp of the slots, which must not be deleted with them.
fn keep_stamped(link: &mut Link, stamped: i64) -> Tried<()> {
    if stamped > 0 {
        link.exec(rows::KEEP_STAMPED, vec![stamped.into(), stamped.into()])?;
    }
    Ok(())
}

/// Deletes rows, and releases the locks.
fn delete(link: &mut Link, sql: &str, params: Vec<Value>) -> Result<(), Failure> {
    link.exec(sql, params)?;
    Ok(link.conn.query_drop("COMMIT")?)
}
