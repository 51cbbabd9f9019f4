//! What memory knows of rows. It answers a call that may not wait, or that gives up.

use super::Store;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::row::{Found, Key, Row, Sought};
use std::slice::from_ref;

/// A call that may not wait is answered at most so many rows, and so many bytes of texts: to build more takes long, too.
const ROWS_MAX: usize = 256;
const BYTES_MAX: usize = 64 << 10;

fn text_bytes(found: &Found) -> usize {
    let row = &found.1;
    [&row.s_value, &row.value].into_iter().flatten().map(|text| text.len()).sum()
}

fn is_short(rows: &[Option<Found>]) -> bool {
    rows.len() <= ROWS_MAX && rows.iter().flatten().map(text_bytes).sum::<usize>() <= BYTES_MAX
}

fn may_answer(rows: &[Option<Found>]) -> bool {
    !interrupt::is_at_once() || is_short(rows)
}

impl Store {
    /// A row as it is now, if the backend knows it without waiting for anybody; `None` if it has to be read.
    pub(crate) fn recall(&self, key: &Sought<'_>) -> Option<Option<Found>> {
        self.not_closed().ok()?;
        self.common.backend.recall(key).filter(|found| may_answer(from_ref(found)))
    }

    /// The same for several rows, if all of them are known.
    pub(crate) fn recall_all(&self, keys: &[Sought<'_>]) -> Option<Vec<Option<Found>>> {
        self.not_closed().ok()?;
        self.common.backend.recall_all(keys).filter(|rows| may_answer(rows))
    }

    /// What [`Store::read_one`] answers a call that may not wait.
    pub(super) fn recalled_one(&self, key: &Key) -> Result<Option<Row>> {
        let found = self.recall(&key.sought()).ok_or(Error::Interrupted { unsure: false })?;
        Ok(found.map(|found| found.1.clone()))
    }

    /// What [`Store::read_all`] answers a call that may not wait.
    pub(super) fn recalled(&self, keys: &[Key]) -> Result<Vec<Option<Found>>> {
        let sought: Vec<Sought<'_>> = keys.iter().map(Key::sought).collect();
        self.recall_all(&sought).ok_or(Error::Interrupted { unsure: false })
    }
}
