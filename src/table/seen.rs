//! A row as people see it, made of one that an engine gives.

use super::catalog::Definition;
use super::column::place;
use super::plan::Names;
use crate::calendar::Zone;
use crate::column::{Source, Type};
use crate::error::{Error, Result};
use crate::kinds::limit;
use crate::query::{Cell, CellRef, Games, Query, Record};
use crate::row::Row;
use std::sync::Arc;

/// What makes the rows of a query such as people see them. The first column of every table is the game.
pub(super) struct Sight {
    /// The game of all rows, for which the engine is not asked then.
    game: Option<Arc<str>>,
    /// The games by their numbers, which the engine gives otherwise.
    names: Names,
    /// The columns that hold times, in which 0 is none.
    times: Vec<usize>,
}

impl Sight {
    /// Keeps the query from asking for what is known.
    pub(super) fn of(definition: &Definition, query: &mut Query) -> Self {
        let names = query.names.clone();
        let game = match &query.games {
            Games::These(games) if games.len() == 1 => named(&names, games[0]).cloned(),
            _ => None,
        };
        if game.is_some() {
            query.columns.remove(0);
        }
        let columns = definition.columns.iter().enumerate();
        let times = columns.filter(|(_, column)| column.holds == Type::Millis).map(|(at, _)| at).collect();
        Self { game, names, times }
    }

    pub(super) fn of_row<'r>(&'r self, record: &'r dyn Record) -> Seen<'r> {
        Seen { record, sight: self }
    }

    fn of_number(&self, cell: CellRef<'_>) -> CellRef<'_> {
        let CellRef::Int(number) = cell else { return CellRef::Null };
        named(&self.names, number).map_or(CellRef::Null, |name| CellRef::Text(name))
    }
}

fn named(names: &Names, number: i64) -> Option<&Arc<str>> {
    names.iter().find(|(known, _)| *known == number).map(|(_, name)| name)
}

/// A row as people see it.
pub(super) struct Seen<'r> {
    record: &'r dyn Record,
    sight: &'r Sight,
}

impl Record for Seen<'_> {
    fn len(&self) -> usize {
        self.record.len() + usize::from(self.sight.game.is_some())
    }

    fn cell(&self, at: usize) -> Result<CellRef<'_>> {
        let cell = match (&self.sight.game, at) {
            (Some(game), 0) => return Ok(CellRef::Text(game)),
            (None, 0) => return Ok(self.sight.of_number(self.record.cell(0)?)),
            (Some(_), at) => self.record.cell(at - 1)?,
            (None, at) => self.record.cell(at)?,
        };
        let none = cell == CellRef::Int(0) && self.sight.times.contains(&at);
        Ok(if none { CellRef::Null } else { cell })
    }

    fn cells<'r>(&'r self, cells: &mut Vec<CellRef<'r>>) -> Result<()> {
        let first = cells.len();
        if let Some(game) = &self.sight.game {
            cells.push(CellRef::Text(game));
            self.record.cells(cells)?;
        } else {
            self.record.cells(cells)?;
            cells[first] = self.sight.of_number(cells[first]);
        }
        for at in &self.sight.times {
            let cell = &mut cells[first + at];
            if *cell == CellRef::Int(0) {
                *cell = CellRef::Null;
            }
        }
        Ok(())
    }
}

/// What a counter counts now, and until when.
pub(super) struct Counting<'z> {
    zone: &'z Zone,
    now_ms: i64,
    value: usize,
    refresh: usize,
    expires: usize,
    updated: usize,
}

pub(super) struct Counted<'r> {
    record: &'r dyn Record,
    value: (usize, CellRef<'r>),
    expires: (usize, Cell),
}

impl Record for Counted<'_> {
    fn len(&self) -> usize {
        self.record.len()
    }

    fn cell(&self, at: usize) -> Result<CellRef<'_>> {
        if at == self.value.0 {
            Ok(self.value.1)
        } else if at == self.expires.0 {
            Ok(self.expires.1.lent())
        } else {
            self.record.cell(at)
        }
    }
}

impl<'z> Counting<'z> {
    pub(super) fn of(definition: &Definition, zone: &'z Zone, now_ms: i64) -> Result<Option<Self>> {
        if definition.columns.iter().all(|column| column.source != Source::Running) {
            return Ok(None);
        }
        let fields = definition.fields();
        let at = |column: &str| place(&fields, column, "with_limit");
        let (value, refresh) = (at("value")?, at("refresh")?);
        Ok(Some(Self { zone, now_ms, value, refresh, expires: at("expires")?, updated: at("updated")? }))
    }

    pub(super) fn row<'r>(&self, record: &'r dyn Record) -> Result<Counted<'r>> {
        let int = |at| {
            let cell = record.cell(at)?;
            Ok::<_, Error>(if let CellRef::Int(int) = cell { int } else { 0 })
        };
        let refresh = record.cell(self.refresh)?;
        let s_value = if let CellRef::Text(text) = refresh { Some(text.into()) } else { None };
        let row = Row { s_value, flags: int(self.expires)?, updated: int(self.updated)?, ..Row::default() };
        let end = limit::window_end(&row, self.zone)?;
        let is_over = end.is_some_and(|end| end <= self.now_ms);
        let value = if is_over { CellRef::Int(0) } else { record.cell(self.value)? };
        let expires = end.map_or(Cell::Null, Cell::Int);
        Ok(Counted { record, value: (self.value, value), expires: (self.expires, expires) })
    }
}
