//! The format of a store on servers: which version it is, who may use it, and how an older store gets our version.

use super::failure::{Failure, Tried};
use crate::backend::Facts;
use crate::backend::format::{Format, VERSION, undescribed};
use crate::clock::real_us;
use crate::error::{Error, Result};
use mysql::Conn;
use mysql::prelude::Queryable;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Reads the format row; it takes no parameters.
const FORMAT: &str = "SELECT i_value, aux, value, CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED) \
    FROM cloud WHERE game = -1 AND owner = 0 AND kind = 0 AND world = 0 AND `key` = 'format' AND id = 0";

/// A table with more rows than this, or one whose user has no right to make an index, does not get the index by itself:
/// people choose the time for it.
const INDEX_ROWS_MAX: u64 = 100_000;
/// The statement that makes the index; people can also run it by hand.
const INDEX: &str = "CREATE INDEX cloud_order ON cloud (game, kind, world, `key`, flags, owner, seq)";
/// The error of a server where somebody else made the index meanwhile.
const INDEX_IS_THERE: u16 = 1061;

/// The format row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FormatSaid {
    pub(super) version: i64,
    /// The store's random id.
    pub(super) store: i64,
    /// JSON that says who may use the store, from version 2 on.
    pub(super) who: Option<Arc<str>>,
    /// By how many microseconds the server's clock is ahead of ours.
    pub(super) ahead_us: i64,
}

#[derive(Deserialize, Serialize)]
struct Who {
    version: i64,
    least_reader: i64,
    least_writer: i64,
}

/// What the format row of a store of our version says about who may use it.
pub(super) fn ours() -> Result<Arc<str>> {
    let Format { version, least_reader, least_writer } = Format::OURS;
    let json = serde_json::to_string(&Who { version, least_reader, least_writer });
    json.map(Into::into).map_err(|error| Error::store(format!("internal error: the format: {error}")))
}

/// The format row, if there is one.
pub(super) fn read(conn: &mut Conn) -> std::result::Result<Option<FormatSaid>, mysql::Error> {
    let before = real_us();
    let found: Option<(i64, i64, Option<String>, i64)> = conn.query_first(FORMAT)?;
    let after = real_us();
    Ok(found.map(|(version, store, who, now_us)| {
        // If the server's clock may be equal to ours, it counts as equal: so two processes of one machine agree.
        let is_ours = (before..=after).contains(&now_us);
        let ahead_us = if is_ours { 0 } else { now_us - before.midpoint(after) };
        FormatSaid { version, store, who: who.map(Into::into), ahead_us }
    }))
}

/// The version of the store, and about how much of the server's disk it takes.
pub(super) fn facts(conn: &mut Conn) -> std::result::Result<Facts, mysql::Error> {
    let version = read(conn)?.map_or(VERSION, |said| said.version);
    let sql = "SELECT CAST(data_length + index_length AS SIGNED) FROM information_schema.tables \
        WHERE table_schema = DATABASE() AND table_name = 'cloud'";
    Ok(Facts { version, bytes: conn.query_first::<i64, _>(sql)?.unwrap_or(0) })
}

impl FormatSaid {
    /// Refuses a store that this code does not understand, or must not write to. `here`: the server.
    pub(super) fn check(&self, here: &str, writes: bool) -> Result<()> {
        let format = match &self.who {
            _ if self.version == Format::FIRST.version => Format::FIRST,
            Some(who) => match serde_json::from_str::<Who>(who) {
                Ok(Who { version, least_reader, least_writer }) if version == self.version => {
                    Format { version, least_reader, least_writer }
                }
                _ => return Err(undescribed(here, self.version)),
            },
            None => return Err(undescribed(here, self.version)),
        };
        if writes { format.check_write(here) } else { format.check_read(here) }
    }
}

/// Brings a store of an older version to our version. If several processes do this at once, one of them succeeds.
pub(super) fn bring_up(conn: &mut Conn) -> Tried<()> {
    let sql = "UPDATE cloud SET i_value = ?, value = ?, stamp = stamp + 1 WHERE game = -1 AND owner = 0 AND kind = 0 \
        AND world = 0 AND `key` = 'format' AND id = 0 AND i_value < ?";
    conn.exec_drop(sql, (VERSION, ours()?.as_bytes(), VERSION))?;
    Ok(conn.query_drop("COMMIT")?)
}

/// Whether the table has the index that version 2 added.
pub(super) fn has_index(conn: &mut Conn) -> Tried<bool> {
    let sql = "SELECT COUNT(*) FROM information_schema.statistics \
        WHERE table_schema = DATABASE() AND table_name = 'cloud' AND index_name = 'cloud_order'";
    Ok(conn.query_first::<i64, _>(sql)?.unwrap_or(0) > 0)
}

/// Makes that index, if this is allowed and quick. Otherwise returns a warning.
pub(super) fn add_index(here: &str, conn: &mut Conn) -> Tried<Option<String>> {
    let slower = "what is newest in a list and what is unread is found by reading all of it";
    let sql = "SELECT table_rows FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'cloud'";
    let rows: Option<u64> = conn.query_first(sql)?;
    if rows.is_some_and(|rows| rows > INDEX_ROWS_MAX) {
        return Ok(Some(format!(
            "{here} holds a large table of version 1 without the index cloud_order: {slower}; run, when there is time: {INDEX}"
        )));
    }
    match conn.query_drop(INDEX) {
        Ok(()) => Ok(None),
        Err(mysql::Error::MySqlError(error)) if error.code == INDEX_IS_THERE => Ok(None),
        Err(mysql::Error::MySqlError(error)) => Ok(Some(format!(
            "{here} did not let this user make the index cloud_order ({}: {}): {slower}; GRANT INDEX on the database, or \
             run: {INDEX}",
            error.code, error.message
        ))),
        Err(error) => Err(Failure::from(error)),
    }
}
