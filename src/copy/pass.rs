//! A pass over all rows of a store, in steps: how many there are, and their checksum.

use super::marker;
use super::sum::Sum;
use crate::backend::Backend;
use crate::error::{Error, Result};
use crate::row::{Key, Row};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::ops::ControlFlow;

/// A step looks at this many rows at most, or at about this many bytes.
const STEP_ROWS: i64 = 10_000;
const STEP_BYTES: usize = 64 << 20;

/// A pass that is under way.
#[derive(Clone, Default)]
pub(super) struct Pass {
    after: Option<Key>,
    pub(super) rows: i64,
    hash: Sha256,
}

/// About as many bytes as a row takes.
pub(super) fn bytes_of(key: &Key, row: &Row) -> usize {
    let text = |text: Option<usize>| text.unwrap_or(0);
    128 + key.key.len()
        + text(row.s_value.as_ref().map(|text| text.len()))
        + text(row.value.as_ref().map(|text| text.len()))
}

impl Pass {
    /// Looks at the next rows. At the end of the store, what was found.
    pub(super) fn step(&mut self, store: &dyn Backend) -> Result<Option<Sum>> {
        let mut answer = None;
        store.read(&mut |snapshot| {
            // From where the last step ended: this may be called again.
            let mut pass = self.clone();
            let (mut rows, mut bytes) = (0, 0);
            snapshot.all(self.after.as_ref(), &mut |key, row| {
                rows += 1;
                bytes += bytes_of(&key, &row);
                pass.add(&key, &row);
                pass.after = Some(key);
                if rows < STEP_ROWS && bytes < STEP_BYTES {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            })?;
            answer = Some((pass, rows < STEP_ROWS && bytes < STEP_BYTES));
            Ok(())
        })?;
        let (pass, ended) = answer.ok_or_else(|| Error::store("internal error: the backend did not read"))?;
        *self = pass;
        Ok(ended.then(|| self.sum()))
    }

    /// The encoding of a row can be read in one way only: numbers have 8 bytes, texts say their length.
    fn add(&mut self, key: &Key, row: &Row) {
        if *key == marker::key() {
            return;
        }
        self.rows += 1;
        let Key { game, owner, kind, world, key, id } = key;
        let Row { ver, i_value, s_value, value, aux, flags, created, updated, seq } = row;
        let mut numbers = [0; 14 * 8];
        let all = [
            *game,
            *owner,
            kind.number(),
            *world,
            *id,
            *ver,
            i64::from(i_value.is_some()),
            i_value.unwrap_or(0),
            *aux,
            *flags,
            *created,
            *updated,
            *seq,
            i64::from(s_value.is_some()) | i64::from(value.is_some()) << 1,
        ];
        for (place, number) in numbers.as_chunks_mut().0.iter_mut().zip(all) {
            *place = number.to_le_bytes();
        }
        self.hash.update(numbers);
        for text in [Some(key), s_value.as_ref(), value.as_ref()].into_iter().flatten() {
            self.hash.update((text.len() as u64).to_le_bytes());
            self.hash.update(text.as_bytes());
        }
    }

    fn sum(&self) -> Sum {
        let mut checksum = String::new();
        for byte in self.hash.clone().finalize() {
            let _ = write!(checksum, "{byte:02x}");
        }
        Sum { rows: self.rows, checksum }
    }
}
