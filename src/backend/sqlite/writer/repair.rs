//! How the log becomes certain again after a commit that could not be flushed.

use super::Writer;
use crate::backend::Durability;
use crate::backend::sqlite::failure::{Failure, Tried};
use crate::backend::sqlite::wal;

impl Writer {
    /// After a `COMMIT` that may be in the log: makes sure that it never appears, and that all before it is on the
    /// disk.
    ///
    /// After a flush that failed, the kernel treats the pages that it could not write as written, so flushing again
    /// proves nothing. So every page of the log since it began is read, checked by its checksum, and written again;
    /// then a commit that changes nothing replaces the failed one, and the pages and this commit are flushed. What the
    /// failed commit left after it in the log is no longer part of the chain of checksums. The index of the log, in the
    /// memory that this process shares with others, knows where the last good commit ended: so this must be done before
    /// the last connection to the file is closed.
    pub(in crate::backend::sqlite) fn heal(&mut self) -> Tried<()> {
        if let Some(shared) = &self.shared {
            let (store, before) = (shared.store.clone(), shared.store.guard().newest());
            Durability::Full.set(&self.connection)?;
            self.set = Durability::Full;
            let frames = wal::frames(&self.connection)?;
            self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute(())?;
            // The frames can be counted only before the transaction. Whoever takes no turns may have emptied the log since.
            let stands = if store.guard().newest() == before { Ok(()) } else { Err(Failure::Busy) };
            let healed =
                stands.and_then(|()| self.look(store.guard().index())).and_then(|()| self.renew(frames));
            self.roll_back();
            if healed.is_err() {
                self.forget();
            }
            healed?;
        }
        self.broken = None;
        Ok(())
    }

    fn renew(&self, frames: i64) -> Tried<()> {
        if let Some(shared) = &self.shared {
            wal::renew(&shared.store, frames)?;
        }
        let version: i32 = self.connection.query_row("PRAGMA user_version", (), |row| row.get(0))?;
        // The page is written although nothing in it changes.
        self.connection.execute_batch(&format!("PRAGMA user_version = {version}; COMMIT"))?;
        Ok(())
    }
}
