//! Order stamps never fall behind what the file holds, whatever the machine's clock says, and whoever wrote.
//!
//! `format.stamped` is at least every row's `seq`. A writer that stores a larger one raises it in the same transaction, by
//! more than it needs: until somebody else does the same, what lies below is this writer's to give out. So a lone
//! writer raises it hardly ever, and one that takes turns with others begins above all of theirs.

use super::failure::Tried;
use crate::clock::real_us;
use crate::row::{Key, Row, stamp_at};
use rusqlite::Connection;

const MORE_MIN: i64 = 1 << 12;
const MORE_MAX: i64 = 1 << 24;

#[derive(Debug)]
pub(super) struct Stamps {
    /// What the file says.
    end: i64,
    /// Whether this writer was the last to raise it.
    ours: bool,
    /// The largest that this writer stored.
    newest: i64,
    /// By how much it is raised.
    more: i64,
}

impl Default for Stamps {
    fn default() -> Self {
        Self { end: i64::MIN, ours: false, newest: 0, more: MORE_MIN }
    }
}

impl Stamps {
    /// Somebody else may have raised it.
    pub(super) fn read(&mut self, connection: &Connection) -> Tried<()> {
        let end = connection.prepare_cached("SELECT stamped FROM format")?.query_row((), |row| row.get(0))?;
        if end != self.end {
            *self = Self { end, ..Self::default() };
        }
        Ok(())
    }

    /// What is larger than this and than all that was given out here is larger than every row's.
    pub(super) fn floor(&self) -> i64 {
        if self.ours { self.newest } else { self.end.max(stamp_at(real_us())) }
    }

    /// Inside the transaction that stores these rows.
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
