//! The row that a target holds while it is not complete.
//!
//! Row: game 0, `i_value` = rows that were copied, `aux` = rows of the source, `s_value` = its checksum, `value` = where
//! the rows came from, and the key of the last one.

use super::sum::Sum;
use crate::error::{Error, Reason, Result};
use crate::kinds::plain;
use crate::row::{Key, Kind, Row};
use serde::{Deserialize, Serialize};

/// How far a copy has come.
#[derive(Clone, Debug)]
pub(super) struct Marker {
    /// The source, as it may be shown.
    pub(super) source: String,
    pub(super) sum: Sum,
    pub(super) done: i64,
    pub(super) after: Option<Key>,
}

#[derive(Deserialize, Serialize)]
struct MarkerValue {
    source: String,
    after: Option<(i64, i64, i64, i64, String, i64)>,
}

pub(super) fn key() -> Key {
    plain(0, 0, Kind::Counter, "copy".into())
}

impl Marker {
    pub(super) fn row(&self) -> Result<Row> {
        let after = self
            .after
            .as_ref()
            .map(|key| (key.game, key.owner, key.kind.number(), key.world, key.key.to_string(), key.id));
        let value = MarkerValue { source: self.source.clone(), after };
        let json = serde_json::to_string(&value)
            .map_err(|error| Error::store(format!("internal error: a copy's marker: {error}")))?;
        Ok(Row {
            ver: 1,
            i_value: Some(self.done),
            s_value: Some(self.sum.checksum.as_str().into()),
            value: Some(json.into()),
            aux: self.sum.rows,
            ..Row::default()
        })
    }

    pub(super) fn read(row: &Row) -> Result<Self> {
        let read = || {
            let value: MarkerValue = serde_json::from_str(row.value.as_deref()?).ok()?;
            let after = match value.after {
                None => None,
                Some((game, owner, kind, world, key, id)) => {
                    Some(Key { game, owner, kind: Kind::from_number(kind)?, world, key: key.into(), id })
                }
            };
            let sum = Sum { rows: row.aux, checksum: row.s_value.as_deref()?.to_owned() };
            Some(Self { source: value.source, sum, done: row.i_value?, after })
        };
        read().ok_or_else(|| {
            Reason::Damaged.error("the store is damaged: the row of an unfinished copy cannot be read")
        })
    }
}
