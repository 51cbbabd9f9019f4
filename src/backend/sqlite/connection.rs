//! How a connection to the store's file is made, and with which settings.

use super::failure::be_patient;
use super::file::StoreFile;
use crate::backend::Durability;
use crate::error::{Error, Result};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

/// A WAL file that is larger than this is cut when it restarts.
const WAL_BYTES_MAX: u64 = 64 << 20;
const MMAP_BYTES: u64 = 1 << 30;

impl StoreFile {
    /// A connection to check the file before it is prepared.
    pub(super) fn bare_connection(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(self.path(), flags)?;
        be_patient(&mut connection)?;
        keep_plans(&connection)?;
        Ok(connection)
    }

    /// A connection to the prepared file, with a page cache of this many KiB.
    pub(super) fn connection(&self, durability: Durability, cache_kib: u32) -> Result<Connection> {
        let connection = self
            .bare_connection()
            .and_then(|connection| {
                durability.set(&connection)?;
                connection.execute_batch(&format!(
                    "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -{cache_kib}; PRAGMA mmap_size = {MMAP_BYTES};"
                ))?;
                connection.query_row("PRAGMA wal_autocheckpoint = 0", (), |_| Ok(()))?;
                connection.query_row(&format!("PRAGMA journal_size_limit = {WAL_BYTES_MAX}"), (), |_| Ok(()))?;
                // This opens the WAL: from here on `SQLite` does not use the path again.
                connection.query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(()))?;
                Ok(connection)
            })
            .map_err(|error| self.failed(&error))?;
        self.still_at_path().map_err(|harm| Error::Store(harm.reason()))?;
        connection.set_prepared_statement_cache_capacity(32);
        Ok(connection)
    }
}

/// Without this, `SQLite` prepares a statement again whenever `kind` is bound to another value, because an index is
/// partial on it: that costs 10 us for every single read.
pub(super) fn keep_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// After this, closing the connection neither copies the log into the file nor deletes anything.
pub(super) fn leave_alone(connection: &Connection) {
    // This fails only for an unknown setting.
    let _ = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
}
