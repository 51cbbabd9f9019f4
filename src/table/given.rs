//! A value that somebody compares a column with, before it is known what the column holds.

use super::column::{ColumnType, Field};
use crate::calendar::{iso_utc, parse_iso};
use crate::error::{Error, Result};
use crate::query::Cell;
use std::fmt;
use std::sync::Arc;

/// A value as it was given.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Given {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Arc<str>),
    /// A moment: milliseconds since 1970.
    Time(i64),
    /// Anything else, as it is shown.
    Other(String),
}

impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("None"),
            Self::Bool(true) => f.write_str("True"),
            Self::Bool(false) => f.write_str("False"),
            Self::Int(int) => int.fmt(f),
            Self::Float(float) => float.fmt(f),
            Self::Text(text) => {
                let shown: String = text.chars().take(40).collect();
                write!(f, "'{shown}{}'", if shown.len() < text.len() { "…" } else { "" })
            }
            Self::Time(ms) => f.write_str(&iso_utc(*ms)),
            Self::Other(shown) => f.write_str(shown),
        }
    }
}

impl Given {
    /// The value as a column's cells are.
    pub(super) fn cell(&self, field: &Field) -> Result<Cell> {
        let fits = match (field.holds, self) {
            (_, Self::Null) => Some(Cell::Null),
            (ColumnType::Int64, Self::Int(int)) | (ColumnType::Bool, Self::Int(int @ (0 | 1))) => {
                Some(Cell::Int(*int))
            }
            // User ids may be text, as in the calls.
            (ColumnType::Int64, Self::Text(text)) => text.parse().ok().map(Cell::Int),
            #[expect(clippy::cast_possible_truncation, reason = "it is a whole number within the range")]
            (ColumnType::Int64, Self::Float(float)) if float.fract() == 0.0 && float.abs() < 9e15 => {
                Some(Cell::Int(*float as i64))
            }
            #[expect(clippy::cast_precision_loss, reason = "floats are compared as floats")]
            (ColumnType::Float64, Self::Int(int)) => Some(Cell::Float(*int as f64)),
            (ColumnType::Float64, Self::Float(float)) => Some(Cell::Float(*float)),
            (ColumnType::String, Self::Text(text)) => Some(Cell::Text(text.clone())),
            (ColumnType::Bool, Self::Bool(bool)) => Some(Cell::Int((*bool).into())),
            (ColumnType::Timestamp, Self::Time(ms)) => Some(Cell::Int(*ms)),
            (ColumnType::Timestamp, Self::Text(text)) => parse_iso(text).map(Cell::Int),
            _ => None,
        };
        fits.ok_or_else(|| {
            Error::value(format!("{}: {self}; {} is accepted", field.name, field.holds.accepted()))
        })
    }
}
