//! Which backend a target names, and opening it.

#[cfg(feature = "mysql")]
use super::mysql;
use super::{Backend, Durability, sqlite};
use crate::error::{Error, Reason, Result};
use std::path::PathBuf;

/// Whether a store may be created where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum New {
    /// It is created.
    Made,
    /// Opening fails.
    Refused,
    /// Opening fails, and an existing store is not written to either.
    ReadOnly,
}

/// The targets that [`open`] takes.
pub const TARGETS: &str = "a path, ':memory:' or a mysql:// URL is accepted";
/// Those of them that other processes can open too.
pub const SHARED_TARGETS: &str = "a path or a mysql:// URL is accepted";
/// How to empty a store by hand.
pub const HOW_TO_EMPTY: &str = "delete its file, or DROP TABLE cloud";

/// Whether a target names a store on servers.
pub fn is_remote(target: &str) -> bool {
    cfg!(feature = "mysql") && target.starts_with("mysql://")
}

/// Opens the store that a target names, by its scheme. At most `cache` bytes of rows are kept in memory, by an engine
/// that does so. Also returns how to show the target: without its secrets.
pub fn open(
    target: &str,
    durability: Durability,
    new: New,
    cache: u64,
) -> Result<(Box<dyn Backend>, String)> {
    if target.is_empty() {
        return Err(Error::value(format!("target: '' is empty; {TARGETS}")));
    }
    #[cfg(feature = "mysql")]
    if target.starts_with("mysql://") {
        let (store, shown) = mysql::open(target, durability, new)?;
        return Ok((Box::new(store), shown));
    }
    if let Some((scheme, _)) = target.split_once("://") {
        // The text after the scheme may hold a password: it is not repeated.
        return Err(Error::store(format!("target: '{scheme}://…' is no store of this build; {TARGETS}")));
    }
    // Somebody forgot a slash, and the rest may hold a password: it must not become the name of a file.
    let is_url = |scheme: &str| {
        target.trim_start().get(..scheme.len()).is_some_and(|it| it.eq_ignore_ascii_case(scheme))
    };
    if target.contains('@') && (is_url("mysql:") || is_url("mariadb:")) {
        return Err(Error::value(
            "target: a URL of this kind begins with mysql://; mysql://user:password@host:port/database is accepted",
        ));
    }
    let at = if target == ":memory:" {
        sqlite::SqliteTarget::Memory
    } else {
        sqlite::SqliteTarget::File(target.into())
    };
    if new == New::ReadOnly && at == sqlite::SqliteTarget::Memory {
        let empty = "target: ':memory:' is empty, there is nothing to read";
        return Err(Error::value(format!("{empty}; {SHARED_TARGETS}")));
    }
    let there = |path: &PathBuf| path.metadata().is_ok_and(|metadata| metadata.len() > 0);
    if new != New::Made && !matches!(&at, sqlite::SqliteTarget::File(path) if there(path)) {
        return Err(Reason::Missing.error(format!("there is no store at '{target}'")));
    }
    if new == New::ReadOnly
        && let sqlite::SqliteTarget::File(path) = &at
    {
        return Ok((Box::new(sqlite::open_read_only(path)?), target.to_owned()));
    }
    Ok((Box::new(sqlite::open(&at, durability, cache)?), target.to_owned()))
}
