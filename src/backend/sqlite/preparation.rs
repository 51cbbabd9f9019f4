//! What is done before a file is used: its schema is made, or brought up to our version, and its log is switched on.

use super::file::StoreFile;
use super::path::{APPLICATION_ID, foreign};
use super::schema;
use super::version::{self, Cookie};
use crate::backend::Durability;
use crate::error::{Error, Reason, Result};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::fs;

impl StoreFile {
    /// Whether the file can be used without writing anything to it first.
    pub(super) fn is_ready(&self) -> Result<bool> {
        if fs::metadata(self.path()).is_ok_and(|metadata| metadata.len() == 0) {
            return Ok(false);
        }
        let connection = self.bare_connection().map_err(|error| self.failed(&error))?;
        let fails = |error| self.failed(&error);
        // This may be the only connection for now: closing it must not copy the log into the file or delete it.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(fails)?;
        let mode: String =
            connection.query_row("PRAGMA journal_mode", (), |row| row.get(0)).map_err(fails)?;
        if mode != "wal"
            || connection.is_readonly("main").map_err(fails)?
            || !version::is_current(self.path(), &connection).map_err(|failure| self.explained(failure))?
        {
            return Ok(false);
        }
        version::check_write(&connection, &self.shown()).map_err(|failure| self.explained(failure))?;
        self.found_ours(Cookie::of(&connection).map_err(fails)?);
        Ok(true)
    }

    /// Makes the schema if the file is new, and prepares everything else. Call it only when it is this store's turn.
    pub(super) fn prepare(&self) -> Result<()> {
        let fails = |error| self.failed(&error);
        if fs::metadata(self.path()).is_ok_and(|metadata| metadata.len() == 0) {
            // These files belonged to a deleted file, and may still be in use: `SQLite` would take them for its own.
            for suffix in ["-wal", "-shm"] {
                let _ = fs::remove_file(self.beside(suffix));
            }
        }
        let mut connection = self.bare_connection().map_err(fails)?;
        if connection.is_readonly("main").map_err(fails)? {
            return Err(
                Reason::Permission.error(format!("'{}' is read-only for this user", self.path().display()))
            );
        }
        // The setting is always "full", because a process that comes later may promise more than this store does.
        // (SQLite flushes the folder, with the names in it, when a connection flushes a log for the first time.)
        Durability::Full.set(&connection).map_err(fails)?;
        let version: i64 =
            connection.query_row("PRAGMA user_version", (), |row| row.get(0)).map_err(fails)?;
        if version == 0 {
            let tables: i64 = connection
                .query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))
                .map_err(fails)?;
            if tables > 0 {
                return Err(
                    Reason::Foreign.error(foreign(self.path(), "it is a database of another program"))
                );
            }
            make_schema(&mut connection).map_err(fails)?;
        } else {
            version::check_write(&connection, &self.shown()).map_err(|failure| self.explained(failure))?;
            version::bring_up(self.path(), &mut connection, version)?;
        }
        self.found_ours(Cookie::of(&connection).map_err(fails)?);
        let mode: String =
            connection.query_row("PRAGMA journal_mode = WAL", (), |row| row.get(0)).map_err(fails)?;
        if mode != "wal" {
            let path = self.path().display();
            return Err(Error::store(format!(
                "'{path}' lies on a file system that cannot share memory (WAL)"
            )));
        }
        Ok(())
    }
}

/// Makes the schema in one transaction, in a file or in memory.
pub(super) fn make_schema(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    schema::step_up(&transaction, 0)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.commit()
}
