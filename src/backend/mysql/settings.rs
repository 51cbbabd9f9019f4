//! The settings that a server reports: which server it is, and whether it keeps the promises.

use super::failure::{Failure, Tried};
use crate::backend::Durability;
use crate::error::Reason;
use mysql::Conn;
use mysql::prelude::Queryable;
use rustc_hash::FxHashMap;
use std::fmt::{Display, Write};

/// One value may have 32 MiB, and its row and the packet need some more.
const PACKET_MIN: i64 = 34 << 20;
/// With a smaller limit, not even small commits fit.
const PACKET_LEAST: i64 = 1 << 20;
/// The server ends a connection that is silent for this long, and with it the locks of a lost transaction.
const WAIT_TIMEOUT_S: u32 = 120;
/// Resets what a server's defaults, or its `init_connect`, may have changed, and what could cut the list of its
/// variables.
const PLAIN: &str = "SET SESSION character_set_client = utf8mb4, character_set_connection = utf8mb4, \
    character_set_results = utf8mb4, sql_select_limit = 18446744073709551615, sql_big_selects = 1, autocommit = 1";
/// The same, for variables that only some servers have: each changes what a statement means, or how much it returns.
const PLAIN_IF_KNOWN: [(&str, &str); 4] = [
    ("sql_safe_updates", "0"),
    ("completion_type", "0"),
    ("max_statement_time", "0"),
    ("max_execution_time", "0"),
];

/// Whether an engine can undo a transaction: `InnoDB` is the only one in use that can.
pub(super) fn is_innodb(engine: &str) -> bool {
    engine.eq_ignore_ascii_case("InnoDB")
}

/// A server's variables.
pub(super) struct Settings(FxHashMap<String, String>);

impl Settings {
    pub(super) fn read(conn: &mut Conn) -> Tried<Self> {
        conn.query_drop(PLAIN)?;
        let rows: Vec<(String, String)> = conn.query(
            "SHOW VARIABLES WHERE Variable_name IN ('hostname', 'port', 'server_uuid', 'wsrep_on', \
             'max_allowed_packet', 'innodb_flush_log_at_trx_commit', 'log_bin', 'sync_binlog', 'read_only', \
             'innodb_read_only', 'tidb_txn_entry_size_limit', 'innodb_lock_wait_timeout', 'lock_wait_timeout', \
             'enforce_storage_engine', 'sql_safe_updates', 'completion_type', 'max_statement_time', \
             'max_execution_time')",
        )?;
        Ok(Self(rows.into_iter().collect()))
    }

    /// The statement that sets up each connection.
    pub(super) fn session(&self, lock_s: u64) -> String {
        let mut sql = format!(
            "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', \
             wait_timeout = {WAIT_TIMEOUT_S}, innodb_lock_wait_timeout = {lock_s}"
        );
        let mut set = |name: &str, value: &dyn Display| _ = write!(sql, ", {name} = {value}");
        if self.0.contains_key("lock_wait_timeout") {
            set("lock_wait_timeout", &lock_s);
        }
        for (name, value) in PLAIN_IF_KNOWN.iter().filter(|(name, _)| self.0.contains_key(*name)) {
            set(name, value);
        }
        // For Galera: a read on another server sees everything that was acknowledged before.
        if self.is_on("wsrep_on") {
            set("wsrep_sync_wait", &1);
        }
        sql
    }

    fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.text(name).parse().ok()
    }

    fn is_on(&self, name: &str) -> bool {
        !matches!(self.text(name), "" | "OFF" | "0")
    }

    /// Which server process this is.
    pub(super) fn server(&self) -> String {
        format!("{} {} {}", self.text("hostname"), self.text("port"), self.text("server_uuid"))
    }

    /// The longest packet that the server takes, in bytes.
    pub(super) fn packet_max(&self) -> usize {
        self.text("max_allowed_packet").parse().unwrap_or(usize::MAX)
    }

    /// Fails if this server breaks a promise; otherwise returns why it cannot keep one, one sentence each. `here`: its
    /// address.
    pub(super) fn check(&self, here: &str, durability: Durability) -> Tried<Vec<String>> {
        if self.is_on("read_only") || self.is_on("innodb_read_only") {
            return Err(Failure::Unfit("the server is read-only".into()));
        }
        if durability == Durability::Full {
            self.check_flushes(here)?;
        }
        self.check_engine(here)?;
        let mut warnings = Vec::new();
        if let Some(packet) = self.number("max_allowed_packet").filter(|packet| *packet < PACKET_MIN) {
            warnings.push(format!(
                "{here} has max_allowed_packet = {packet}: larger values fail with 1405; set it to 67108864 (64 MiB)"
            ));
        }
        let entry = self.number("tidb_txn_entry_size_limit");
        if let Some(entry) = entry.filter(|entry| *entry < PACKET_MIN && *entry != 0) {
            warnings.push(format!(
                "{here} has tidb_txn_entry_size_limit = {entry}: larger values fail with 1405"
            ));
        }
        Ok(warnings)
    }

    fn check_engine(&self, here: &str) -> Tried<()> {
        let why = match self.text("enforce_storage_engine") {
            "" if self.0.contains_key("innodb_lock_wait_timeout") => None,
            "" => Some(format!("{here} has no InnoDB: no other engine keeps the promises")),
            engine if is_innodb(engine) => None,
            engine => Some(format!(
                "{here} has enforce_storage_engine = {engine}, and only InnoDB keeps the promises; unset it"
            )),
        };
        let packet = self.number("max_allowed_packet").filter(|packet| *packet < PACKET_LEAST);
        let why = why.or_else(|| {
            packet.map(|packet| {
                format!(
                    "{here} has max_allowed_packet = {packet}: too little for any commit; set it to 67108864 (64 MiB)"
                )
            })
        });
        why.map_or(Ok(()), |why| Err(Failure::Ours(Reason::Refused.error(why))))
    }

    fn check_flushes(&self, here: &str) -> Tried<()> {
        let other = |name: &str| self.number(name).filter(|number| *number != 1);
        if let Some(flush) = other("innodb_flush_log_at_trx_commit") {
            return Err(Failure::Ours(Reason::Refused.error(format!(
                "{here} has innodb_flush_log_at_trx_commit = {flush}: it may lose acknowledged commits; set it to 1, \
                 or open with durability='normal'"
            ))));
        }
        // After a crash, a server recovers only those transactions that it finds in its binary log.
        if let Some(sync) = other("sync_binlog").filter(|_| self.is_on("log_bin")) {
            return Err(Failure::Ours(Reason::Refused.error(format!(
                "{here} has a binary log and sync_binlog = {sync}: a power cut may lose acknowledged commits; set it \
                 to 1, or open with durability='normal'"
            ))));
        }
        Ok(())
    }
}
