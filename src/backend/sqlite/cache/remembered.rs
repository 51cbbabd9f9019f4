//! A view of what is in memory alone, for a call that may not wait: it fails at the first question about anything else.

use super::runs::Run;
use super::{Cache, Moment};
use crate::backend::{Facts, Snapshot, Unknown};
use crate::error::Result;
use crate::interrupt::{BYTES_AT_ONCE, ROWS_AT_ONCE};
use crate::query::{Asked, Query, Visit};
use crate::row::{Key, Note, Ordered, Range, Row};
use std::ops::ControlFlow;

struct Remembered<'c> {
    cache: &'c Cache,
    moment: Moment,
}

impl Cache {
    /// Reads what is in memory, all of it as it is at one moment.
    pub(in crate::backend::sqlite) fn recall_view(
        &self,
        read: &mut dyn FnMut(&mut dyn Snapshot) -> Result<()>,
    ) -> Result<()> {
        let (moment, _) = self.glance().filter(|(_, stands)| *stands).ok_or(Unknown)?;
        read(&mut Remembered { cache: self, moment })?;
        if self.holds(&moment) { Ok(()) } else { Err(Unknown.into()) }
    }
}

impl Snapshot for Remembered<'_> {
    fn get(&mut self, keys: &[Key]) -> Result<Vec<Option<Row>>> {
        if keys.len() > ROWS_AT_ONCE {
            return Err(Unknown.into());
        }
        let row = |key| Ok(self.cache.kept(&self.moment, key)?.map(|found| found.1.clone()));
        keys.iter().map(row).collect()
    }

    fn scan(&mut self, range: &Range, visit: &mut dyn FnMut(Key, Row) -> ControlFlow<()>) -> Result<()> {
        let run = Run::of(range).and_then(|run| self.cache.run(&self.moment, &run)).ok_or(Unknown)?;
        let bytes = run.iter().map(|(_, row)| row.text_bytes()).sum::<usize>();
        if run.len() > ROWS_AT_ONCE || bytes > BYTES_AT_ONCE {
            return Err(Unknown.into());
        }
        for (key, row) in &*run {
            if visit(key.clone(), row.clone()).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn find(&mut self, _: &[i64]) -> Result<Vec<Option<(Key, Row)>>> {
        Err(Unknown.into())
    }

    fn ordered(&mut self, _: &Ordered, _: &mut dyn FnMut(Key, Row) -> ControlFlow<()>) -> Result<()> {
        Err(Unknown.into())
    }

    fn all(&mut self, _: Option<&Key>, _: &mut dyn FnMut(Key, Row) -> ControlFlow<()>) -> Result<()> {
        Err(Unknown.into())
    }

    fn select(&mut self, _: &Query, _: Asked, _: Visit<'_>) -> Result<()> {
        Err(Unknown.into())
    }

    fn count(&mut self) -> Result<i64> {
        Err(Unknown.into())
    }

    fn messages(&mut self, _: i64, _: &str, _: &mut dyn FnMut(Key, Row) -> ControlFlow<()>) -> Result<()> {
        Err(Unknown.into())
    }

    fn notes(&mut self, _: i64) -> Result<Vec<(i64, Note)>> {
        Err(Unknown.into())
    }

    fn newest_note(&mut self) -> Result<i64> {
        Err(Unknown.into())
    }

    fn facts(&mut self) -> Result<Facts> {
        Err(Unknown.into())
    }

    fn damage(&mut self) -> Result<Vec<String>> {
        Err(Unknown.into())
    }
}
