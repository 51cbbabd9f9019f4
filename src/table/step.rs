//! The steps that narrow a table.

use super::column::{ColumnType, Field, place};
use super::given::Given;
use super::pivot::Pivot;
use crate::error::{Error, Result};
use crate::query::Cell;
use std::sync::Arc;

/// Where a new column's cells are in the JSON value: names with dots between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The name of the column: the path as it was written.
    pub name: Arc<str>,
    /// What its cells are; anything else is null.
    pub holds: ColumnType,
}

/// One step.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Rows that have one of these cells there.
    Filter {
        at: usize,
        cells: Arc<Vec<Cell>>,
    },
    /// Rows whose time there is in this span.
    Within {
        at: usize,
        since: Option<i64>,
        until: Option<i64>,
    },
    /// The largest first, where it says `true`. Rows that are equal stay in their order.
    Sort(Vec<(usize, bool)>),
    Limit {
        limit: u64,
        offset: u64,
    },
    /// New columns from the JSON in the column at `from`.
    Members {
        from: usize,
        paths: Arc<Vec<Path>>,
    },
    Pivot(Arc<Pivot>),
    /// A filter and an order on columns that are not known yet.
    Unchecked(Arc<str>, Vec<Given>),
    SortUnchecked(Vec<(String, bool)>),
}

impl Step {
    pub(super) fn filter(fields: &[Field], column: &str, given: &[Given]) -> Result<Self> {
        // What people write who know other query languages.
        let of = if column.contains("__") {
            "where, which knows equality only (store.sql knows more)"
        } else {
            "where"
        };
        let at = place(fields, column, of)?;
        let cells = given.iter().map(|one| one.cell(&fields[at])).collect::<Result<_>>()?;
        Ok(Self::Filter { at, cells: Arc::new(cells) })
    }

    pub(super) fn sort(fields: &[Field], columns: &[(String, bool)]) -> Result<Self> {
        let find = |(name, largest_first): &(String, bool)| {
            let of = if *largest_first { format!("sort: '-{name}'") } else { "sort".into() };
            Ok((place(fields, name, &of)?, *largest_first))
        };
        Ok(Self::Sort(columns.iter().map(find).collect::<Result<_>>()?))
    }

    /// `table`: its name.
    pub(super) fn members(table: &str, fields: &[Field], paths: Vec<Path>) -> Result<Self> {
        let value = |field: &Field| {
            &*field.name == "value" && matches!(field.holds, ColumnType::Json | ColumnType::String)
        };
        let Some(from) = fields.iter().position(value) else {
            return Err(Error::value(format!(
                "fields: the table '{table}' has no JSON column 'value'; general, list, message and others have"
            )));
        };
        for (at, path) in paths.iter().enumerate() {
            let taken =
                fields.iter().map(|field| &field.name).chain(paths[..at].iter().map(|other| &other.name));
            if taken.into_iter().any(|name| *name == path.name) {
                return Err(Error::value(format!(
                    "fields: there is a column '{0}' already; the path '$.{0}' is accepted",
                    path.name
                )));
            }
        }
        Ok(Self::Members { from, paths: Arc::new(paths) })
    }

    /// The columns after this step; `None` if they are not known before something is read.
    pub(super) fn fields(&self, mut fields: Vec<Field>) -> Option<Vec<Field>> {
        match self {
            Self::Members { paths, .. } => {
                fields.extend(paths.iter().map(|path| Field::new(path.name.clone(), path.holds)));
                Some(fields)
            }
            Self::Pivot(_) => None,
            _ => Some(fields),
        }
    }

    /// The step on columns that are known now.
    pub(super) fn checked(&self, fields: &[Field]) -> Result<Self> {
        match self {
            Self::Unchecked(column, given) => Self::filter(fields, column, given),
            Self::SortUnchecked(columns) => Self::sort(fields, columns),
            other => Ok(other.clone()),
        }
    }
}
