//! The version of a store's format, and who may use it: the same numbers for files and servers.

use crate::error::{Error, Reason, Result};

/// The version that this code makes. It also reads and writes all earlier versions, after it has migrated them.
pub const VERSION: i64 = 3;

/// What a store says of its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// Its version.
    pub version: i64,
    /// A program that knows this version, or a later one, may read the store.
    pub least_reader: i64,
    /// A program that knows this version, or a later one, may write to the store.
    pub least_writer: i64,
}

impl Format {
    /// What this code makes. Code of version 1 compares only the version itself, and refuses any other.
    pub const OURS: Self = Self { version: VERSION, least_reader: 1, least_writer: 3 };

    /// Stores of version 1 do not say which other versions may use them.
    pub const FIRST: Self = Self { version: 1, least_reader: 1, least_writer: 1 };

    /// Refuses a store that this code must not write to. `store`: its name in the error.
    pub fn check_write(self, store: &str) -> Result<()> {
        self.check(store, self.least_writer, "write")
    }

    /// Refuses a store that this code does not understand.
    pub fn check_read(self, store: &str) -> Result<()> {
        self.check(store, self.least_reader, "read")
    }

    fn check(self, store: &str, least: i64, what: &str) -> Result<()> {
        if least <= VERSION {
            return Ok(());
        }
        let version = self.version;
        Err(Reason::Newer.error(format!(
            "{store} has format version {version}: to {what} it takes a cloudvars that knows version {least}, this one \
             knows up to version {VERSION}: upgrade cloudvars; nothing was stored"
        )))
    }
}

/// The store has a version, but does not say who may use it: somebody changed the number, or the version is one that
/// this code cannot know.
pub fn undescribed(store: &str, version: i64) -> Error {
    Reason::Newer.error(format!(
        "{store} has format version {version}, and does not say who may use that; this cloudvars knows up to version \
         {VERSION}: upgrade cloudvars, or use a copy from before that number was changed"
    ))
}
