//! What memory knows of rows. It answers a call that may not wait, or that gives up.

use super::Store;
use crate::backend::Unknown;
use crate::error::Result;
use crate::interrupt;
use crate::row::{Found, Key, Row, Sought};
use std::cell::Cell;
use std::slice::from_ref;

/// If memory had no answer for so many reads one after the other, only one read in `TRY_EVERY` looks there: a look that
/// finds nothing costs a tenth of the read that follows.
const MISSES_MAX: u32 = 8;
const TRY_EVERY: u32 = 16;

thread_local! {
    /// How many looks of this thread found nothing, or were left out, since one found a row.
    static MISSES: Cell<u32> = const { Cell::new(0) };
}

/// Looks into memory, unless that was in vain many times. A call that may not wait always looks.
fn looked<T>(look: impl FnOnce() -> Result<T, Unknown>) -> Result<T, Unknown> {
    let misses = MISSES.get();
    let is_tried = misses < MISSES_MAX || misses.is_multiple_of(TRY_EVERY) || interrupt::is_at_once();
    let found = if is_tried { look() } else { Err(Unknown) };
    MISSES.set(if found.is_ok() { 0 } else { misses.wrapping_add(1) });
    found
}

fn is_short(rows: &[Option<Found>]) -> bool {
    let bytes = rows.iter().flatten().map(|found| found.1.text_bytes()).sum::<usize>();
    rows.len() <= interrupt::ROWS_AT_ONCE && bytes <= interrupt::BYTES_AT_ONCE
}

fn check_short(rows: &[Option<Found>]) -> Result<(), Unknown> {
    if interrupt::is_at_once() && !is_short(rows) { Err(Unknown) } else { Ok(()) }
}

impl Store {
    /// A row as it is now, if it is in memory.
    pub(crate) fn recall(&self, key: &Sought<'_>) -> Result<Option<Found>, Unknown> {
        self.not_closed().map_err(|_| Unknown)?;
        let found = looked(|| self.backend().recall(key))?;
        check_short(from_ref(&found)).map(|()| found)
    }

    /// Rows as they are at this moment, if all of them are in memory.
    pub(crate) fn recall_all(&self, keys: &[Sought<'_>]) -> Result<Vec<Option<Found>>, Unknown> {
        self.not_closed().map_err(|_| Unknown)?;
        let rows = looked(|| self.backend().recall_all(keys))?;
        check_short(&rows).map(|()| rows)
    }

    /// What [`Store::read_one`] answers a call that may not wait.
    pub(super) fn recalled_one(&self, key: &Key) -> Result<Option<Row>> {
        Ok(self.recall(&key.sought())?.map(|found| found.1.clone()))
    }

    /// What [`Store::read_all`] answers a call that may not wait.
    pub(super) fn recalled(&self, keys: &[Key]) -> Result<Vec<Option<Found>>> {
        let sought: Vec<Sought<'_>> = keys.iter().map(Key::sought).collect();
        Ok(self.recall_all(&sought)?)
    }
}
