//! A row for each user, with a column for each key.

use super::catalog::Definition;
use super::column::{Field, place};
use super::sink::{Next, Sink};
use super::sort::Sorter;
use crate::column::{Source as Stored, Stored as Column};
use crate::error::{Error, Result};
use crate::query::{Cell, CellRef, Record};
use rustc_hash::FxHashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// A table is not made wider than this.
pub(super) const KEYS_MAX: usize = 2000;

/// What a pivot does.
#[derive(Clone, Debug)]
pub(super) struct Pivot {
    /// The columns that say whose a row is.
    whose: Vec<usize>,
    whose_fields: Vec<Field>,
    /// The column with the game, which stands first where there are rows of several.
    game: Field,
    /// The column with the keys.
    pub(super) key: usize,
    value: usize,
    value_field: Field,
    /// Whether the rows of a user may be apart.
    mixed: bool,
}

/// Makes one. `several`: whether there may be rows of several games; `mixed`: whether the rows of a user may be apart.
pub(super) fn pivot(
    definition: &Definition,
    fields: &[Field],
    column: &str,
    (several, mixed): (bool, bool),
) -> Result<Pivot> {
    if !definition.has_one_of_each() {
        return Err(Error::value(format!(
            "pivot: a user may have several rows of one key in '{}'; general, money, world_data, with_limit, achievement and \
             storage are accepted",
            definition.name
        )));
    }
    let is = |wanted: Column| {
        let from = move |from: &crate::column::Column| from.source == Stored::Whole(wanted);
        definition.columns.iter().position(from)
    };
    let whose: Vec<usize> = is(Column::Owner).into_iter().chain(is(Column::World)).collect();
    let key = is(Column::Key).unwrap_or(0);
    let value = place(fields, column, "pivot")?;
    if whose.contains(&value) || value == key || value == 0 {
        return Err(Error::value(format!(
            "pivot: '{column}' says whose the row is; a column with values is accepted"
        )));
    }
    let whose_fields = whose.iter().map(|at| fields[*at].clone()).collect();
    let pivot = Pivot {
        whose,
        whose_fields,
        game: fields[0].clone(),
        key,
        value,
        value_field: fields[value].clone(),
        mixed,
    };
    Ok(pivot.over(several))
}

impl Pivot {
    /// The same of rows of several games, or of one.
    pub(super) fn over(&self, several: bool) -> Self {
        let mut pivot = self.clone();
        let has_game = pivot.whose.first() == Some(&0);
        if several && !has_game {
            pivot.whose.insert(0, 0);
            pivot.whose_fields.insert(0, pivot.game.clone());
        } else if has_game && !several {
            pivot.whose.remove(0);
            pivot.whose_fields.remove(0);
        }
        pivot
    }

    pub(super) fn fields(&self, keys: &[Arc<str>]) -> Vec<Field> {
        let wide = keys.iter().map(|key| Field::new(key.clone(), self.value_field.holds));
        self.whose_fields.iter().cloned().chain(wide).collect()
    }

    /// Refuses keys that cannot all be names of columns.
    pub(super) fn check(&self, keys: &[Arc<str>]) -> Result<()> {
        if keys.len() > KEYS_MAX {
            return Err(Error::value(format!(
                "pivot: {} different keys; at most {KEYS_MAX} are accepted: where(key=[…]) before it chooses some",
                keys.len()
            )));
        }
        match keys.iter().find(|key| self.whose_fields.iter().any(|field| field.name == **key)) {
            None => Ok(()),
            Some(key) => Err(Error::value(format!(
                "pivot: the key '{key}' would hide the column '{key}'; where(key=[…]) without it is accepted"
            ))),
        }
    }
}

/// The step at work.
pub(super) fn working<'s>(pivot: &Arc<Pivot>, keys: &[Arc<str>], next: Next<'s>) -> Next<'s> {
    let places = keys.iter().cloned().zip(0..).collect();
    let worker = Box::new(Worker { pivot: pivot.clone(), places, whose: Vec::new(), wide: Vec::new(), next });
    if pivot.mixed {
        let order = pivot.whose.iter().map(|at| (*at, false)).collect();
        return Box::new(Sorter::new(order, None, worker));
    }
    worker
}

struct Worker<'s> {
    pivot: Arc<Pivot>,
    places: FxHashMap<Arc<str>, usize>,
    /// Whose row is being made; empty before the first.
    whose: Vec<Cell>,
    wide: Vec<Cell>,
    next: Next<'s>,
}

impl Worker<'_> {
    fn hand_on(&mut self) -> Result<ControlFlow<()>> {
        if self.whose.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        let mut row = std::mem::take(&mut self.whose);
        row.append(&mut self.wide);
        self.next.row(&row)
    }
}

impl Sink for Worker<'_> {
    fn row(&mut self, row: &dyn Record) -> Result<ControlFlow<()>> {
        let whose = &self.pivot.whose;
        let mut same = !self.whose.is_empty();
        for (at, cell) in whose.iter().zip(&self.whose) {
            same = same && row.cell(*at)? == cell.lent();
        }
        if !same {
            if self.hand_on()?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            let whose = self.pivot.whose.iter();
            self.whose = whose.map(|at| Ok(row.cell(*at)?.to_cell())).collect::<Result<_>>()?;
            self.wide = vec![Cell::Null; self.places.len()];
        }
        if let CellRef::Text(key) = row.cell(self.pivot.key)?
            && let Some(place) = self.places.get(key)
        {
            self.wide[*place] = row.cell(self.pivot.value)?.to_cell();
        }
        Ok(ControlFlow::Continue(()))
    }

    fn end(&mut self) -> Result<()> {
        let _ = self.hand_on()?;
        self.next.end()
    }
}
