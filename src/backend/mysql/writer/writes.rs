//! The rows that a transaction writes: each over the stamp that it was loaded with, in one statement if possible.

use super::Writer;
use crate::backend::Changes;
use crate::backend::mysql::address::RowAddress;
use crate::backend::mysql::failure::{Failure, Tried};
use crate::backend::mysql::format::FormatSaid;
use crate::backend::mysql::link::Link;
use crate::backend::mysql::rows::{self, ROWS_MAX};
use crate::backend::mysql::stored::Stored;
use crate::clock::real_us;
use crate::row::{Kind, Row};
use rustc_hash::{FxHashMap, FxHashSet};

/// A statement carries about this many bytes at most; a larger row gets a statement of its own.
const BYTES_MAX: usize = 8 << 20;

impl Writer {
    /// All rows to write, except the slot: in key order, each with its next stamp.
    pub(super) fn writes(
        &mut self,
        stored: &FxHashMap<RowAddress, Stored>,
        changes: Changes,
        ahead_us: i64,
    ) -> Vec<Stored> {
        self.noted_ms = self.noted_ms.max((real_us() + ahead_us) / 1000);
        let now_ms = self.noted_ms;
        let own = |address, row| Stored { address, stamp: 1, gone: false, row };
        let seqs = changes.rows.iter().filter_map(|(_, row)| Some(row.as_ref()?.seq));
        self.stamped = seqs.fold(self.stamped, i64::max);
        let at_now = Row { ver: 1, created: now_ms, updated: now_ms, ..Row::default() };
        let mut writes: Vec<Stored> = Vec::with_capacity(changes.rows.len() + stored.len());
        let mut written = FxHashSet::default();
        for (number, (key, row)) in (0..).zip(changes.rows) {
            let address = RowAddress::from(&key);
            let stamp = stored.get(&address).map_or(0, |one| one.stamp);
            written.insert(address.clone());
            if let Some(row) = row {
                if key.kind == Kind::Message && stamp == 0 {
                    writes.push(own(RowAddress::message(&key), Row { aux: key.owner, ..at_now.clone() }));
                }
                writes.push(Stored { address, stamp: stamp + 1, gone: false, row });
            } else {
                let RowAddress { game, owner, kind, world, key, id } = address.clone();
                let lies = Row {
                    i_value: Some(game),
                    aux: owner,
                    flags: kind,
                    updated: world,
                    s_value: Some(key),
                    seq: id,
                    ..at_now.clone()
                };
                let number = (self.number << 20) + number;
                writes.push(own(RowAddress::swept(now_ms, self.slot, number), lies));
                writes.push(Stored { address, stamp: stamp + 1, gone: true, row: Row::default() });
            }
        }
        // Decisions depend on these rows, too: if another transaction changed one meanwhile, this transaction stops.
        for one in
            stored.values().filter(|one| one.address.key().is_some() && !written.contains(&one.address))
        {
            let row = Row { ver: rows::GUARD_ONLY, ..Row::default() };
            writes.push(Stored { address: one.address.clone(), stamp: one.stamp + 1, gone: one.gone, row });
        }
        for (number, note) in (self.notes + 1..).zip(changes.notes) {
            let row = Row { i_value: Some(note.game), aux: note.id, value: note.value, ..at_now.clone() };
            writes.push(own(RowAddress::note(self.slot, number, &note.channel), row));
        }
        writes.sort_by(|a, b| a.address.cmp(&b.address));
        writes
    }

    /// Writes the rows: in one statement, or, if one cannot hold them, in several that are chained by the slot's stamp.
    /// So if the engine silently undid one of them, the next one fails. Returns the slot's stamp.
    pub(super) fn store(
        &self,
        link: &mut Link,
        stored: &FxHashMap<RowAddress, Stored>,
        writes: Vec<Stored>,
        (applied, notes): (usize, i64),
        format: &FormatSaid,
    ) -> Tried<i64> {
        let mut stamp = self.stamp.unwrap_or(0);
        let slot_row = Row {
            ver: 1,
            i_value: Some(self.number),
            flags: i64::try_from(applied).unwrap_or(i64::MAX),
            aux: notes,
            updated: self.noted_ms,
            seq: self.stamped,
            ..Row::default()
        };
        let bytes_max = BYTES_MAX.min(link.packet_max / 2);
        let mut rest = &*writes;
        loop {
            let mut bytes = 0;
            let count = rest.iter().take(ROWS_MAX - 1).take_while(|one| {
                bytes += one.len();
                bytes <= bytes_max
            });
            let (now, later) = rest.split_at(count.count().max(1).min(rest.len()));
            rest = later;
            let slot = Stored {
                address: RowAddress::slot(self.slot),
                stamp: stamp + 1,
                gone: false,
                row: slot_row.clone(),
            };
            let old =
                now.iter().filter(|one| stored.contains_key(&one.address)).count() + usize::from(stamp > 0);
            let expected = now.len() + 1 + old;
            stamp += 1;
            let shape = rows::padded(now.len() + 1);
            let mut params = Vec::new();
            for one in now {
                one.push(&mut params);
            }
            // The slot is repeated until the statement has one of the usual sizes: over itself it writes nothing.
            (now.len()..shape).for_each(|_| slot.push(&mut params));
            if link.guarded {
                rows::guard(&mut params, format);
            }
            let written = link.exec(&rows::upsert(shape, link.guarded), params)?.affected_rows();
            if written != expected as u64 {
                return Err(Failure::Conflict("another commit wrote a row at the same time".into()));
            }
            if rest.is_empty() {
                return Ok(stamp);
            }
        }
    }
}
