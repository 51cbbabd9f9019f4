//! All rows of a store in a few numbers.

use super::catalog::{self, Definition};
use super::memory::Memory;
use super::plan::plan;
use super::read::Reading;
use super::{Games, Table};
use crate::error::{Error, Result};
use crate::query::{Asked, CellRef, From, Query, Record};
use crate::store::Store;
use std::ops::ControlFlow;

/// The columns of the sums over balances.
const SUMS: [&str; 5] = ["key", "holders", "total", "least", "most"];

/// How many rows each table has.
type Counts = Vec<(&'static str, i64)>;

impl Store {
    /// How many rows each table has, all counted in one pass; of the store's game, or of `every` game.
    pub fn count_tables(&self, every: bool) -> Result<Counts> {
        self.read(|snapshot| {
            let mut reading = Reading::new(self, snapshot)?;
            let mut tally = Tally { rows: vec![0; catalog::all().len()], user: None };
            if let Some(query) = self.of_money(&reading, every)? {
                let query = Query { from: From::Any, ..query };
                reading.select(&query, Asked::Tally, &mut |record| {
                    tally.add(record)?;
                    Ok(ControlFlow::Continue(()))
                })?;
            }
            Ok(tally.counts())
        })
    }

    /// What there is of each currency: `key`, the number of its `holders`, the `total` of their balances (a float if it is
    /// no int64), the `least` and the `most`.
    pub fn currencies(&self) -> Result<Memory> {
        let rows = self.read(|snapshot| {
            let mut reading = Reading::new(self, snapshot)?;
            let mut rows = Vec::new();
            if let Some(query) = self.of_money(&reading, false)? {
                let named = |name| query.columns.iter().find(move |column| column.shown == name).copied();
                let columns = [named("key"), named("value")].into_iter().flatten().collect();
                reading.select(&Query { columns, ..query }, Asked::Sums, &mut |record| {
                    let cells = (0..record.len()).map(|at| Ok(record.cell(at)?.to_cell()));
                    rows.push(cells.collect::<Result<Vec<_>>>()?);
                    Ok(ControlFlow::Continue(()))
                })?;
            }
            Ok(rows)
        })?;
        Memory::of_cells("economy", SUMS.map(str::to_owned).to_vec(), rows)
    }

    /// The query for all balances; `None` if the game does not exist.
    fn of_money(&self, reading: &Reading<'_>, every: bool) -> Result<Option<Query>> {
        let missing = || Error::store("internal error: a store without balances");
        let definition = catalog::find("money").ok_or_else(missing)?;
        let mut table = Table::named(definition.name, self.default_game()).ok_or_else(missing)?;
        if every {
            table = table.over(Games::All);
        }
        Ok(plan(&table, definition, &reading.names, &table.base())?.query)
    }
}

/// Counts of all tables.
struct Tally {
    /// The rows of each table, in their order.
    rows: Vec<i64>,
    /// The last game and user that was counted as a row of the table of users.
    user: Option<(i64, i64)>,
}

impl Tally {
    /// Adds the rows of one user and kind.
    fn add(&mut self, record: &dyn Record) -> Result<()> {
        let int = |at| Ok::<_, Error>(if let CellRef::Int(int) = record.cell(at)? { int } else { 0 });
        let (game, owner, kind, rows) = (int(0)?, int(1)?, int(2)?, int(3)?);
        for (count, Definition { from, .. }) in self.rows.iter_mut().zip(catalog::all()) {
            match from {
                From::Kind(of) if of.number() == kind => *count += rows,
                From::Nobody(of) if of.number() == kind && owner == 0 => *count += rows,
                From::Users(users) => {
                    let is_shared = owner == 0 && users.shared.number() == kind;
                    let is_new = self.user != Some((game, owner));
                    if is_new && !is_shared && users.kinds.iter().any(|of| of.number() == kind) {
                        self.user = Some((game, owner));
                        *count += 1;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn counts(self) -> Counts {
        catalog::all().iter().map(|table| table.name).zip(self.rows).collect()
    }
}
