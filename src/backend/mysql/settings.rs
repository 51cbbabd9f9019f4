//! What a server says of itself: which one it is, and whether it keeps the promises.

use super::failure::{Failure, Outcome};
use crate::backend::Durability;
use crate::error::Error;
use mysql::Conn;
use mysql::prelude::Queryable;
use rustc_hash::FxHashMap;

/// One value may have 32 MiB, its row and the packet some more.
const PACKET_MIN: i64 = 34 << 20;

/// A server's variables.
pub(super) struct Settings(FxHashMap<String, String>);

impl Settings {
    pub(super) fn read(conn: &mut Conn) -> Outcome<Self> {
        let rows: Vec<(String, String)> = conn.query(
            "SHOW VARIABLES WHERE Variable_name IN ('hostname', 'port', 'server_uuid', 'wsrep_on', \
             'max_allowed_packet', 'innodb_flush_log_at_trx_commit', 'log_bin', 'sync_binlog', 'read_only', \
             'innodb_read_only', 'tidb_txn_entry_size_limit')",
        )?;
        Ok(Self(rows.into_iter().collect()))
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

    /// Whether it is a node of a Galera cluster.
    pub(super) fn is_galera(&self) -> bool {
        self.is_on("wsrep_on")
    }

    /// Which server process this is.
    pub(super) fn server(&self) -> String {
        format!("{} {} {}", self.text("hostname"), self.text("port"), self.text("server_uuid"))
    }

    /// The longest packet that the server takes, in bytes.
    pub(super) fn packet_max(&self) -> usize {
        self.text("max_allowed_packet").parse().unwrap_or(usize::MAX)
    }

    /// Fails if this server breaks a promise; else what keeps it from one, a sentence each. `here`: its address.
    pub(super) fn check(&self, here: &str, durability: Durability) -> Outcome<Vec<String>> {
        if self.is_on("read_only") || self.is_on("innodb_read_only") {
            return Err(Failure::Unfit("the server is read-only".into()));
        }
        if durability == Durability::Full {
            self.check_flushes(here)?;
        }
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

    fn check_flushes(&self, here: &str) -> Outcome<()> {
        let other = |name: &str| self.number(name).filter(|number| *number != 1);
        if let Some(flush) = other("innodb_flush_log_at_trx_commit") {
            return Err(Failure::Ours(Error::store(format!(
                "{here} has innodb_flush_log_at_trx_commit = {flush}: it may lose acknowledged commits; set it to 1, \
                 or open with durability='normal'"
            ))));
        }
        // A server recovers only those transactions that it finds in its binary log.
        if let Some(sync) = other("sync_binlog").filter(|_| self.is_on("log_bin")) {
            return Err(Failure::Ours(Error::store(format!(
                "{here} has a binary log and sync_binlog = {sync}: a power cut may lose acknowledged commits; set it \
                 to 1, or open with durability='normal'"
            ))));
        }
        Ok(())
    }
}
