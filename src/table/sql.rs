//! A query that somebody wrote, over the tables.

use super::catalog;
use super::memory::Memory;
use crate::backend::sql::Named;
use crate::error::{Error, Result};
use crate::query::{Cell, Statement, no_text};
use crate::store::Store;
use std::ops::ControlFlow;
use std::time::Duration;

/// A query that is to run longer than this is refused: it would keep the log of a file from being emptied.
const TIMEOUT_MAX: Duration = Duration::from_secs(24 * 3600);

impl Store {
    /// What a query answers. Its tables are those of all games.
    pub fn query(&self, sql: &str, params: Vec<Cell>, timeout: Duration) -> Result<Memory> {
        self.not_closed()?;
        if timeout.is_zero() || timeout > TIMEOUT_MAX {
            let seconds = timeout.as_secs_f64();
            return Err(Error::value(format!(
                "timeout: {seconds}; seconds above 0, at most 86400, are accepted"
            )));
        }
        let tables: Vec<Named<'_>> =
            catalog::all().iter().map(|table| (table.name, table.from, &table.columns[..])).collect();
        let statement = Statement { sql: sql.to_owned(), params, timeout };
        let found = std::cell::RefCell::new((Vec::new(), Vec::new()));
        let ran = self.backend().run(
            &statement,
            &tables,
            &mut |names| {
                *found.borrow_mut() = (names, Vec::new());
                Ok(())
            },
            &mut |record| {
                let row = (0..record.len()).map(|at| Ok(record.cell(at).map_err(|_| no_text())?.to_cell()));
                found.borrow_mut().1.push(row.collect::<Result<Vec<Cell>>>()?);
                Ok(ControlFlow::Continue(()))
            },
        );
        ran.map_err(|error| taught(error, &tables))?;
        let (names, rows) = found.into_inner();
        Memory::of_cells("sql", names, rows)
    }
}

/// The error with the names that there are, if it says that one is unknown.
fn taught(error: Error, tables: &[Named<'_>]) -> Error {
    let Error::Value { code, message } = error else { return error };
    let says = |words: [&str; 2]| words.iter().any(|words| message.contains(words));
    let names = if says(["no such table", "doesn't exist"]) {
        let names: Vec<&str> = tables.iter().map(|(name, ..)| *name).collect();
        format!("; the tables are {}", names.join(", "))
    } else if says(["no such column", "Unknown column"]) {
        "; store.tables[…].columns has the columns of a table".to_owned()
    } else {
        String::new()
    };
    Error::Value { code, message: message + &names }
}
