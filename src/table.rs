//! Tables: the rows of one kind, or of any SQL, as people look at them. A [`Table`] is a source and the steps that narrow
//! it, one after the other. Nothing is read before it is asked for.

mod batch;
mod catalog;
mod column;
mod csv;
mod describe;
mod field;
mod given;
mod memory;
mod pivot;
mod plan;
mod player;
mod read;
mod seen;
mod sink;
mod sort;
mod sql;
mod step;
mod stream;
mod totals;
mod work;

#[cfg(feature = "python")]
pub(crate) use batch::cell;
pub use catalog::{Definition, NAMES, all as definitions};
pub use column::{ColumnType, Field};
pub use given::Given;
pub use memory::Memory;
pub use player::Part;
pub use step::Path;
pub use stream::{ROWS_AT_ONCE, Stream};

use crate::error::{Error, Result};
use crate::key;
use std::sync::Arc;
use step::Step;

/// Where the rows come from.
#[derive(Clone)]
enum Source {
    /// A table of the store.
    Store(&'static Definition),
    /// Rows that were read before.
    Memory(Arc<Memory>),
}

/// Which games' rows a table of the store has.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Games {
    These(Vec<Arc<str>>),
    All,
}

impl Games {
    fn are_several(&self) -> bool {
        !matches!(self, Self::These(games) if games.len() == 1)
    }
}

/// Rows to look at.
#[derive(Clone)]
pub struct Table {
    source: Source,
    games: Games,
    steps: Vec<Step>,
}

impl Table {
    /// The table with this name, of one game.
    pub fn named(name: &str, game: &Arc<str>) -> Option<Self> {
        let source = Source::Store(catalog::find(name)?);
        Some(Self { source, games: Games::These(vec![game.clone()]), steps: Vec::new() })
    }

    /// Rows that were read before.
    pub fn of(memory: Memory) -> Self {
        Self { source: Source::Memory(Arc::new(memory)), games: Games::All, steps: Vec::new() }
    }

    /// What the table is called.
    pub fn name(&self) -> &str {
        match &self.source {
            Source::Store(definition) => definition.name,
            Source::Memory(memory) => memory.name,
        }
    }

    /// Its rows, if they were read before and no step changes them.
    fn as_read(&self) -> Option<&Memory> {
        match &self.source {
            Source::Memory(memory) if self.steps.is_empty() => Some(memory),
            _ => None,
        }
    }

    /// Whether its rows have to be read from the store.
    pub const fn is_stored(&self) -> bool {
        matches!(self.source, Source::Store(_))
    }

    fn with(&self, step: Step) -> Self {
        let mut table = self.clone();
        table.steps.push(step);
        table
    }

    /// The columns without any step.
    fn base(&self) -> Vec<Field> {
        match &self.source {
            Source::Store(definition) => definition.fields(),
            Source::Memory(memory) => memory.fields.clone(),
        }
    }

    /// The columns, if no key must be read to know them.
    fn known(&self) -> Option<Vec<Field>> {
        let mut fields = self.base();
        for step in &self.steps {
            fields = step.fields(fields)?;
        }
        Some(fields)
    }

    /// Only rows whose column has one of these values.
    pub fn filtered(&self, column: &str, given: &[Given]) -> Result<Self> {
        if column == "game" && self.is_stored() {
            return self.of_games(given);
        }
        let step = match self.known() {
            Some(fields) => Step::filter(&fields, column, given)?,
            None => Step::Unchecked(column.into(), given.to_vec()),
        };
        Ok(self.with(step))
    }

    fn of_games(&self, given: &[Given]) -> Result<Self> {
        let mut games = Vec::new();
        for one in given {
            match one {
                Given::Null => return Ok(self.over(Games::All)),
                Given::Text(name) => games.push(key::key(name, "game")?),
                other => {
                    let accepted = "the name of a game, a list of names, or None for every game is accepted";
                    return Err(Error::value(format!("game: {other}; {accepted}")));
                }
            }
        }
        Ok(self.over(Games::These(games)))
    }

    /// The same steps over the rows of these games.
    fn over(&self, games: Games) -> Self {
        let steps = self.steps.iter().map(|step| match step {
            Step::Pivot(pivot) => Step::Pivot(pivot.over(games.are_several()).into()),
            other => other.clone(),
        });
        Self { steps: steps.collect(), games, source: self.source.clone() }
    }

    /// Only rows that changed last in this time: from the first moment on, before the second.
    pub fn within(&self, since: Option<i64>, until: Option<i64>) -> Result<Self> {
        let column = match &self.source {
            Source::Store(definition) => definition.changed(),
            Source::Memory(_) => "updated",
        };
        let fields = self.known().unwrap_or_default();
        let Some(at) = fields.iter().position(|field| &*field.name == column) else {
            let field = if since.is_some() { "since" } else { "until" };
            return Err(Error::value(format!(
                "{field}: this table has no column '{column}' (any more); since= and until= before fields and pivot are accepted"
            )));
        };
        if fields[at].holds != ColumnType::Timestamp {
            return Err(Error::value(format!(
                "since: '{column}' holds no times; where() with a value is accepted"
            )));
        }
        Ok(self.with(Step::Within { at, since, until }))
    }

    /// In the order of these columns; `true` = the largest first.
    pub fn sorted(&self, columns: &[(String, bool)]) -> Result<Self> {
        let step = match self.known() {
            Some(fields) => Step::sort(&fields, columns)?,
            None => Step::SortUnchecked(columns.to_vec()),
        };
        Ok(self.with(step))
    }

    /// At most this many rows, after the first ones are left out.
    #[must_use]
    pub fn limited(&self, limit: u64, offset: u64) -> Self {
        self.with(Step::Limit { limit, offset })
    }

    /// With columns out of the JSON value.
    pub fn with_fields(&self, paths: Vec<Path>) -> Result<Self> {
        let fields = self
            .known()
            .ok_or_else(|| Error::value("fields: after pivot there is no value; call it before"))?;
        Ok(self.with(Step::members(self.name(), &fields, paths)?))
    }

    /// A row for each user, a column for each key.
    pub fn pivoted(&self, column: &str) -> Result<Self> {
        let fields = self.known().ok_or_else(|| Error::value("pivot: the table is pivoted already"))?;
        let Source::Store(definition) = &self.source else {
            return Err(Error::value(
                "pivot: these rows were read already; to_pandas() or to_polars() and their pivot are accepted",
            ));
        };
        let mixed = self.steps.iter().any(|step| matches!(step, Step::Sort(_)));
        let pivot = pivot::pivot(definition, &fields, column, (self.games.are_several(), mixed))?;
        Ok(self.with(Step::Pivot(Arc::new(pivot))))
    }
}
