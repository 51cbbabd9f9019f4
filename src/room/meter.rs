//! How much a read moves (clause Q-2), checked while it is read.

use crate::error::Result;
use crate::kinds::Entry;
use crate::quota;
use crate::value::{json_len, json_len_max, text_len};
use std::borrow::Borrow;

/// Weighs the rows of one read; their exact lengths are looked at only when they may be too many.
pub(super) struct Meter {
    limits: bool,
    /// Rows that were looked at, and the bytes of their texts.
    seen: usize,
    text_bytes: usize,
    /// Rows whose lengths were counted, and their sum.
    weighed: usize,
    bytes: u64,
}

impl Meter {
    /// Without limits, no read is too large.
    pub(super) const fn new(limits: bool) -> Self {
        Self { limits, seen: 0, text_bytes: 0, weighed: 0, bytes: 0 }
    }

    /// Looks at what was added to the rows since it looked last.
    pub(super) fn weigh(&mut self, rows: &[impl Borrow<Entry>]) -> Result<()> {
        if !self.limits {
            return Ok(());
        }
        for entry in rows.get(self.seen..).unwrap_or_default() {
            let (_, row) = entry.borrow();
            let texts = [&row.value, &row.s_value].into_iter().flatten();
            self.text_bytes += texts.map(|text| text.len() + 8).sum::<usize>();
        }
        self.seen = rows.len();
        if json_len_max(self.text_bytes) <= quota::CALL_BYTES_MAX {
            return Ok(());
        }
        for entry in rows.get(self.weighed..).unwrap_or_default() {
            let (_, row) = entry.borrow();
            self.bytes += row.value.as_ref().map_or(Ok(0), |json| json_len(json))?;
            self.bytes += row.s_value.as_ref().map_or(0, |text| text_len(text));
        }
        self.weighed = rows.len();
        Ok(quota::one_call(self.bytes, "read")?)
    }
}
