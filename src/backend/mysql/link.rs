//! A connection to one server, and the statements that run on it.

use super::address::RowAddress;
use super::failure::{self, Failure, Tried};
use super::rows::{self, KEYS_MAX, RowLock};
use super::stored::{self, Stored};
use crate::error::{Code, Refused};
use mysql::prelude::Queryable;
use mysql::{Binary, Conn, Params, QueryResult, Value};
use std::time::{Duration, Instant};

/// A connection to a server that is not the first in the list is closed after this time: the first may be back.
const SECOND_BEST_MAX: Duration = Duration::from_secs(30);
/// The most that the packet of a statement has in addition to its values.
const PACKET_HEAD: usize = 64 << 10;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// For snapshots: `REPEATABLE READ`, a single statement is a transaction.
    Read,
    /// For locks: `READ COMMITTED`, a transaction begins with the first statement.
    Write,
}

/// A connection that is ready for use.
pub(super) struct Link {
    pub(super) conn: Conn,
    /// The server's place in the list.
    pub(super) host: usize,
    pub(super) since: Instant,
    /// The longest packet that the server takes on this connection, in bytes.
    pub(super) packet_max: usize,
    /// Whether the table has the index `cloud_order`.
    pub(super) ordered: bool,
    /// Whether the server takes a guarded statement ([`rows::upsert`]).
    pub(super) guarded: bool,
    /// When the store's format was checked last.
    pub(super) checked: Instant,
    /// Which server process this is: connection numbers have a meaning only within it.
    pub(super) server: String,
}

/// A writer's connection that was lost; it may still hold rows locked.
pub(super) struct Lost {
    pub(super) server: String,
    pub(super) connection: u32,
    pub(super) since: Instant,
}

impl Link {
    /// Whether a server earlier in the list may be back by now.
    pub(super) fn is_stale(&self) -> bool {
        self.host > 0 && self.since.elapsed() > SECOND_BEST_MAX
    }

    /// Refuses a statement whose values have this many bytes if the server would refuse it.
    fn check_packet(&self, bytes: usize) -> Tried<()> {
        let most = self.packet_max.saturating_sub(PACKET_HEAD);
        if bytes <= most {
            return Ok(());
        }
        let said = format!("{bytes} bytes in one statement, max_allowed_packet is {}", self.packet_max);
        Err(Failure::Ours(Refused::new(Code::TooLong, failure::too_long(&said)).into()))
    }

    /// Runs a prepared statement. A statement that is too long for the server is not sent: it would end the connection.
    pub(super) fn exec<'c>(
        &'c mut self,
        sql: &str,
        params: Vec<Value>,
    ) -> Tried<QueryResult<'c, 'c, 'c, Binary>> {
        let bytes = params.iter().map(|value| usize::try_from(value.bin_len()).unwrap_or(usize::MAX)).sum();
        self.check_packet(bytes)?;
        Ok(self.conn.exec_iter(sql, Params::Positional(params))?)
    }

    /// The rows under these addresses, in any order.
    pub(super) fn find_rows(&mut self, addresses: &[RowAddress], lock: RowLock) -> Tried<Vec<Stored>> {
        let mut found = Vec::with_capacity(addresses.len());
        for addresses in addresses.chunks(KEYS_MAX) {
            let count = rows::padded(addresses.len());
            let mut params = Vec::with_capacity(6 * count);
            // The last address is repeated until the statement has one of the usual sizes.
            let rest = addresses.last().into_iter().cycle();
            for address in addresses.iter().chain(rest).take(count) {
                params.extend(stored::at(address));
            }
            let sql = match lock {
                RowLock::No if count == 1 => rows::POINT.to_owned(),
                _ => rows::by_keys(count, lock),
            };
            for row in self.exec(&sql, params)? {
                found.push(Stored::read(row?)?);
            }
        }
        Ok(found)
    }

    /// The rows with these ids, in any order.
    pub(super) fn find_ids(&mut self, ids: &[i64], lock: RowLock) -> Tried<Vec<Stored>> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(KEYS_MAX) {
            let count = rows::padded(ids.len());
            let rest = ids.last().into_iter().cycle();
            let params = ids.iter().chain(rest).take(count).map(|id| Value::from(*id)).collect();
            for row in self.exec(&rows::by_ids(count, lock), params)? {
                found.push(Stored::read(row?)?);
            }
        }
        Ok(found)
    }

    /// Ends a lost connection of ours to the same server, and its transaction with it: it may hold rows locked. The
    /// numbers of connections start again when a server restarts, so the server must have been up since before. False:
    /// try again.
    pub(super) fn kill(&mut self, lost: &Lost) -> bool {
        if self.server != lost.server {
            return true;
        }
        let up = self.conn.query_first::<(String, String), _>("SHOW GLOBAL STATUS LIKE 'Uptime'");
        let Ok(up) = up else { return false };
        let up_s = up.and_then(|(_, seconds)| seconds.parse::<u64>().ok()).unwrap_or(0);
        if up_s > lost.since.elapsed().as_secs() + 2 {
            // The connection may be gone already.
            let _ = self.conn.query_drop(format!("KILL {}", lost.connection));
        }
        true
    }
}
