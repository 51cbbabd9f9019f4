//! Order stamps are always larger than those in the file, whatever the machine's clock says and whichever process wrote them.
//!
//! `format.stamped` is at least every row's `seq`. A writer that stores a larger one raises `stamped` in the same
//! transaction, by more than it needs: until somebody else raises it, all stamps below it belong to this writer. So a
//! single writer rarely has to raise it, and a writer that takes turns with others begins above all their stamps.

use super::failure::Tried;
use crate::clock::real_us;
use crate::row::{Key, Row, stamp_at};
use rusqlite::Connection;

const MORE_MIN: i64 = 1 << 12;
const MORE_MAX: i64 = 1 << 24;

#[derive(Debug)]
pub(super) struct Stamps {
    /// The value of `format.stamped`.
    end: i64,
    /// Whether this writer was the last to raise it.
    ours: bool,
    /// The largest stamp that this writer stored.
    newest: i64,
    /// By how much more than needed it is raised.
    more: i64,
}

impl Default for Stamps {
    fn default() -> Self {
        Self { end: i64::MIN, ours: false, newest: 0, more: MORE_MIN }
    }
}

impl Stamps {
    /// Reads `format.stamped` again, because somebody else may have raised it.
    pub(super) fn read(&mut self, connection: &Connection) -> Tried<()> {
        let end = connection.prepare_cached("SELECT stamped FROM format")?.query_row((), |row| row.get(0))?;
        if end != self.end {
            *self = Self { end, ..Self::default() };
        }
        Ok(())
    }

    /// A stamp that is larger than this, and than all that were given out here, is larger than every row's.
    pub(super) fn floor(&self) -> i64 {
        if self.ours { self.newest } else { self.end.max(stamp_at(real_us())) }
    }

    /// Raises `format.stamped` if these rows need it. Call it inside the transaction that stores them.
    pub(super) fn cover(&mut self, connection: &Connection, rows: &[(Key, Option<Row>)]) -> Tried<()> {
        let newest = rows.iter().filter_map(|(_, row)| Some(row.as_ref()?.seq)).max().unwrap_or(0);
        self.newest = self.newest.max(newest);
        if newest <= self.end {
            return Ok(());
        }
        self.more = if self.ours { (self.more * 16).min(MORE_MAX) } else { MORE_MIN };
        self.end = newest.saturating_add(self.more);
        self.ours = true;
        connection.prepare_cached("UPDATE format SET stamped = ?1")?.execute((self.end,))?;
        Ok(())
    }
}
