//! One try of a transaction: lock and load, apply, store, commit.

use super::{Apply, Writer, WriterCall};
use crate::backend::mysql::address::RowAddress;
use crate::backend::mysql::failure::{Failure, Tried};
use crate::backend::mysql::link::Link;
use crate::backend::mysql::rows::RowLock;
use crate::backend::mysql::stored::Stored;
use crate::backend::{Loaded, Patience, Touch};
use crate::interrupt;
use crate::row::{Key, Row};
use mysql::prelude::Queryable;
use rustc_hash::FxHashMap;

/// At which point a transaction failed.
pub(super) enum Trouble {
    /// Before the commit: nothing was stored.
    Before(Failure),
    /// At the commit: `COMMIT` was sent, so it may have been done.
    AtCommit(Failure),
}

impl<F: Into<Failure>> From<F> for Trouble {
    fn from(failure: F) -> Self {
        Self::Before(failure.into())
    }
}

impl Writer {
    pub(super) fn transact(
        &mut self,
        link: &mut Link,
        call: &mut WriterCall<'_>,
        apply: Apply<'_>,
    ) -> Result<usize, Trouble> {
        let stored = self.load(link, call.touch)?;
        if call.unsure.is_none() {
            // Nothing was sent yet that could be stored.
            interrupt::check()?;
        }
        let slot = RowAddress::slot(self.slot);
        if self.stamp.is_none() {
            let found = stored.get(&slot);
            self.stamp = Some(found.map_or(0, |slot| slot.stamp));
            self.notes = found.map_or(self.notes, |slot| slot.row.aux);
            self.stamped = found.map_or(self.stamped, |slot| self.stamped.max(slot.row.seq));
            if let Some(found) = found.filter(|slot| slot.row.i_value == Some(self.number)) {
                link.conn.query_drop("ROLLBACK")?;
                return Ok(usize::try_from(found.row.flags).unwrap_or(0));
            }
        }
        let live = |address: &RowAddress| stored.get(address).filter(|one| !one.gone);
        let mut by_id: FxHashMap<i64, (Key, Row)> = FxHashMap::default();
        if !call.touch.ids.is_empty() {
            let live = stored.values().filter(|one| !one.gone && one.address.id != 0);
            by_id
                .extend(live.filter_map(|one| Some((one.address.id, (one.address.key()?, one.row.clone())))));
        }
        let floor = call.hosts.stamp_floor(link, call.touch.stamps)?;
        if !link.guarded {
            call.hosts.look_again(link, true)?;
        }
        let keys = &call.touch.keys;
        let changes = apply(Loaded {
            keyed: keys.iter().map(|key| live(&key.into()).map(|one| one.row.clone())).collect(),
            found: call.touch.ids.iter().map(|id| by_id.remove(id)).collect(),
            floor,
        })?;
        let applied = call.applied;
        call.applied += 1;
        if changes.rows.is_empty() && changes.notes.is_empty() && call.unsure.is_none() {
            link.conn.query_drop("ROLLBACK")?;
            return Ok(applied);
        }
        let noted = i64::try_from(changes.notes.len()).unwrap_or(0);
        let deleted = changes.rows.iter().filter(|(_, row)| row.is_none()).count() as u64;
        let writes = self.writes(&stored, changes, call.hosts.ahead_us());
        let format = call.hosts.format()?;
        let stamp = match self.store(link, &stored, writes, (applied, self.notes + noted), &format) {
            Err(Failure::Moved) => {
                link.conn.query_drop("ROLLBACK")?;
                call.hosts.look_again(link, true)?;
                return Err(Failure::Conflict("the store's format was changed".into()).into());
            }
            stamp => stamp?,
        };
        link.conn.query_drop("COMMIT").map_err(|error| Trouble::AtCommit(error.into()))?;
        self.stamp = Some(stamp);
        call.hosts.saw_stamp(self.stamped);
        self.notes += noted;
        self.deleted += deleted;
        Ok(applied)
    }

    /// Locks and reads the touched rows, in key order.
    fn load(&self, link: &mut Link, touch: &Touch) -> Tried<FxHashMap<RowAddress, Stored>> {
        let mut addresses: Vec<RowAddress> = touch.keys.iter().map(RowAddress::from).collect();
        if self.stamp.is_none() {
            addresses.insert(0, RowAddress::slot(self.slot));
            addresses.sort_unstable();
        }
        let lock = if touch.patience == Patience::Spent { RowLock::Now } else { RowLock::Wait };
        let mut found = link.find_rows(&addresses, lock)?;
        found.extend(link.find_ids(&touch.ids, lock)?);
        Ok(found.into_iter().map(|one| (one.address.clone(), one)).collect())
    }
}
