//! Sums over the rows of a query. `SQLite` would sort all rows to group them: to add them up as they come takes half as
//! long.

use super::failure::Tried;
use super::query;
use crate::backend::sql::Dialect;
use crate::query::{Asked, Cell, CellRef, Query, Visit};
use rusqlite::Connection;
use rustc_hash::FxHashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

struct Sum {
    count: i64,
    /// So many int64 that their sum is no i128 fit into no file.
    total: i128,
    least: i64,
    most: i64,
}

impl Sum {
    const fn new(int: i64) -> Self {
        Self { count: 1, total: int as i128, least: int, most: int }
    }

    fn add(&mut self, int: i64) {
        self.count += 1;
        self.total += i128::from(int);
        self.least = self.least.min(int);
        self.most = self.most.max(int);
    }

    #[expect(clippy::cast_precision_loss, reason = "a sum that is no int64 is a float")]
    fn row(&self, of: Arc<str>) -> Vec<Cell> {
        let total = i64::try_from(self.total).map_or(Cell::Float(self.total as f64), Cell::Int);
        vec![Cell::Text(of), Cell::Int(self.count), total, Cell::Int(self.least), Cell::Int(self.most)]
    }
}

/// Answers [`Asked::Sums`]; reports whether the schema has moved.
pub(super) fn sums(connection: &Connection, query: &Query, visit: Visit<'_>) -> Tried<bool> {
    let text = Dialect::Sqlite.asked(query, Asked::Rows);
    let mut found: FxHashMap<Arc<str>, Sum> = FxHashMap::default();
    let moved = query::select(connection, &text, query, &mut |record| {
        if let (CellRef::Text(of), CellRef::Int(int)) = (record.cell(0)?, record.cell(1)?) {
            match found.get_mut(of) {
                Some(sum) => sum.add(int),
                None => _ = found.insert(of.into(), Sum::new(int)),
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for (of, sum) in found {
        if visit(&sum.row(of))?.is_break() {
            break;
        }
    }
    Ok(moved)
}
