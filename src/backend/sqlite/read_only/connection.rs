//! Makes a connection that writes nothing, not even a lock.

use super::ReadOnlyInner;
use super::footing::Footing;
use crate::backend::sqlite::connection::keep_plans;
use crate::backend::sqlite::failure::Tried;
use crate::backend::sqlite::{query, version};
use rusqlite::{Connection, OpenFlags};
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

const CACHE_KIB: u32 = 32 << 10;

impl ReadOnlyInner {
    pub(super) fn connect(&self, footing: Footing) -> Tried<Connection> {
        let how = match footing {
            Footing::Log => "readonly_shm=1",
            Footing::Still(_) => "immutable=1",
        };
        let flags =
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        let mut connection = Connection::open_with_flags(uri(self.store.path(), how), flags)?;
        connection.busy_timeout(Duration::ZERO)?;
        keep_plans(&connection)?;
        query::watch(&mut connection)?;
        connection.execute_batch(&format!(
            "PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA cache_size = -{CACHE_KIB};"
        ))?;
        connection.set_prepared_statement_cache_capacity(32);
        version::check_read(&connection, &self.store.shown())?;
        Ok(connection)
    }
}

fn uri(path: &Path, how: &str) -> String {
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                uri.push(char::from(*byte));
            }
            other => _ = write!(uri, "%{other:02x}"),
        }
    }
    uri + "?mode=ro&" + how
}
