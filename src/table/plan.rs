//! What of a table the engine does, and what is left to do with the rows that it gives.

use super::catalog::Definition;
use super::column::Field;
use super::step::Step;
use super::{Games, Table};
use crate::column::{Column, Source, Stored};
use crate::error::Result;
use crate::query::{From, Games as Numbers, Query, Test};
use crate::row::Kind;
use std::sync::Arc;

/// An engine gets at most this many values to compare with.
const CELLS_MAX: usize = 500;

/// The numbers and names of the games.
pub(super) type Names = Arc<Vec<(i64, Arc<str>)>>;

/// A plan for a table of the store.
pub(super) struct Plan {
    /// What the engine is asked; `None` = there are no such rows.
    pub(super) query: Option<Query>,
    /// The steps after it.
    pub(super) rest: Vec<Step>,
}

/// Whether an engine compares the cells of a column as we do. A counter's value depends on the time; parts of a key are
/// compared by the rules of languages on some servers; a game's cell is its name.
fn is_plain(definition: &Definition, column: Column) -> bool {
    let counter = definition.from == From::Kind(Kind::Limit) && column.source == Source::Whole(Stored::Flags);
    !counter
        && !matches!(
            column.source,
            Source::Running | Source::KeyHead | Source::KeyTail | Source::Member(_) | Source::Game
        )
}

pub(super) fn plan(table: &Table, definition: &Definition, names: &Names, fields: &[Field]) -> Result<Plan> {
    let games = match &table.games {
        Games::All => Numbers::All,
        Games::These(wanted) => {
            let known = names.iter().filter(|(_, name)| wanted.contains(name));
            Numbers::These(known.map(|(number, _)| *number).collect())
        }
    };
    let is_empty = games == Numbers::These(Vec::new());
    let mut query = Query {
        from: definition.from,
        games,
        names: names.clone(),
        columns: definition.columns.clone(),
        tests: Vec::new(),
        order: Vec::new(),
        offset: 0,
        limit: None,
        sparing: false,
    };
    let mut done = 0;
    for step in &table.steps {
        if !add(&mut query, definition, &step.checked(fields)?) {
            break;
        }
        done += 1;
    }
    let rest = table.steps[done..].to_vec();
    Ok(Plan { query: Some(query).filter(|_| !is_empty), rest })
}

/// Adds a step to what the engine is asked, if it can do it.
fn add(query: &mut Query, definition: &Definition, step: &Step) -> bool {
    let column = |at: usize| definition.columns[at];
    let plain = |at: usize| is_plain(definition, column(at));
    match step {
        Step::Filter { at, cells } => {
            let given: usize = query.tests.iter().map(|(_, test)| values(test)).sum();
            if query.limit.is_some() || !plain(*at) || given + cells.len() > CELLS_MAX {
                return false;
            }
            query.tests.push((column(*at), Test::In(cells.to_vec())));
        }
        Step::Within { at, since, until } => {
            if query.limit.is_some() || !plain(*at) {
                return false;
            }
            query.tests.extend(since.map(|since| (column(*at), Test::From(since))));
            query.tests.extend(until.map(|until| (column(*at), Test::Below(until))));
        }
        Step::Sort(order) => {
            let game = |at: usize| column(at).source == Source::Game;
            if query.limit.is_some() || !order.iter().all(|(at, _)| plain(*at) || game(*at)) {
                return false;
            }
            // What was sorted before decides between rows that are equal now.
            query.order.splice(0..0, order.iter().map(|(at, largest_first)| (column(*at), *largest_first)));
        }
        Step::Limit { limit, offset } => {
            let left = query.limit.map(|left| left.saturating_sub(*offset));
            query.offset = query.offset.saturating_add(*offset);
            query.limit = Some(left.map_or(*limit, |left| left.min(*limit)));
        }
        _ => return false,
    }
    true
}

fn values(test: &Test) -> usize {
    if let Test::In(cells) = test { cells.len() } else { 1 }
}

impl Plan {
    /// How many rows the engine gives, of so many that fulfil all tests.
    pub(super) fn counted(&self, found: i64) -> i64 {
        let Some(query) = &self.query else { return 0 };
        let offset = i64::try_from(query.offset).unwrap_or(i64::MAX);
        let limit = query.limit.and_then(|limit| i64::try_from(limit).ok()).unwrap_or(i64::MAX);
        found.saturating_sub(offset).clamp(0, limit)
    }
}
