//! A question about many rows of one table, as data: which columns of which rows, in which order. A backend answers it.

use crate::column::Column;
use crate::error::{Error, Result};
use crate::row::Kind;
use std::ops::ControlFlow;
use std::sync::Arc;

/// What a cell holds, or is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// An int, a bool (0 or 1), or a time in milliseconds since 1970.
    Int(i64),
    /// A float.
    Float(f64),
    /// A text.
    Text(Arc<str>),
}

/// A cell of a row that an engine holds.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "as in `Cell`")]
pub enum CellRef<'r> {
    Null,
    Int(i64),
    Float(f64),
    Text(&'r str),
}

impl CellRef<'_> {
    /// The cell, kept.
    pub fn to_cell(self) -> Cell {
        match self {
            Self::Null => Cell::Null,
            Self::Int(int) => Cell::Int(int),
            Self::Float(float) => Cell::Float(float),
            Self::Text(text) => Cell::Text(text.into()),
        }
    }
}

impl Cell {
    /// The cell, lent.
    pub fn lent(&self) -> CellRef<'_> {
        match self {
            Self::Null => CellRef::Null,
            Self::Int(int) => CellRef::Int(*int),
            Self::Float(float) => CellRef::Float(*float),
            Self::Text(text) => CellRef::Text(text),
        }
    }
}

/// A found row.
pub trait Record {
    /// How many cells it has.
    fn len(&self) -> usize;
    /// Whether it has no cell.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// One of its cells.
    fn cell(&self, at: usize) -> Result<CellRef<'_>>;
    /// Adds all of its cells, in order: for one who wants all, this is faster than one by one.
    fn cells<'r>(&'r self, cells: &mut Vec<CellRef<'r>>) -> Result<()> {
        for at in 0..self.len() {
            cells.push(self.cell(at)?);
        }
        Ok(())
    }
}

impl Record for Vec<Cell> {
    fn len(&self) -> usize {
        self.as_slice().len()
    }

    fn cell(&self, at: usize) -> Result<CellRef<'_>> {
        Ok(self[at].lent())
    }
}

/// What gets the found rows, one after the other, until it breaks.
pub type Visit<'v> = &'v mut dyn FnMut(&dyn Record) -> Result<ControlFlow<()>>;

/// Which rows a table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// Those of one kind.
    Kind(Kind),
    /// Those of one kind whose rows have no user: an engine need not look for them among the users' rows.
    Nobody(Kind),
    /// One for each user, made of the user's rows.
    Users(&'static Users),
    /// Those of all kinds.
    Any,
}

/// The rows that belong to users.
#[derive(Debug, PartialEq, Eq)]
pub struct Users {
    /// Of these kinds.
    pub kinds: &'static [Kind],
    /// Of this one, those of user 0 belong to everybody.
    pub shared: Kind,
}

/// Of which games.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Games {
    /// Of those with these numbers.
    These(Vec<i64>),
    /// Of all.
    All,
}

/// What a row must have.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// One of these values.
    In(Vec<Cell>),
    /// A number that is not smaller.
    From(i64),
    /// A number that is smaller.
    Below(i64),
}

/// What is asked of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The rows.
    Rows,
    /// How many rows there are without the limit: one cell.
    Count,
    /// The different rows of the columns, in any order and without the limit.
    Distinct,
    /// For each user, in the order of games and users, and each kind: the numbers of the game, the user and the kind, and how
    /// many rows there are.
    Tally,
    /// For each text of the first column, in any order: it, how many ints the second column has beside it, their sum (a
    /// float if it is no int64), the least and the largest.
    Sums,
}

/// The rows of a table, or some of them.
#[derive(Clone, Debug)]
pub struct Query {
    /// The table.
    pub from: From,
    /// Of which games.
    pub games: Games,
    /// The names of games, by their numbers: a game's cell is its name.
    pub names: Arc<Vec<(i64, Arc<str>)>>,
    /// What is asked for.
    pub columns: Vec<Column>,
    /// All of these hold.
    pub tests: Vec<(Column, Test)>,
    /// First by the first, then by the second … ; `true` = the largest first. Nulls come last, and rows that are equal
    /// come in the order of their keys.
    pub order: Vec<(Column, bool)>,
    /// How many rows are left out at the beginning.
    pub offset: u64,
    /// How many come at most.
    pub limit: Option<u64>,
    /// Whether the engine should use little memory, because nobody knows how many rows come.
    pub sparing: bool,
}

impl Query {
    /// Whether all rows are of the same game.
    pub fn is_of_one_game(&self) -> bool {
        matches!(&self.games, Games::These(games) if games.len() == 1)
    }
}

/// A statement that somebody wrote.
#[derive(Clone, Debug)]
pub struct Statement {
    /// It begins with SELECT, WITH or VALUES.
    pub sql: String,
    /// What its question marks stand for.
    pub params: Vec<Cell>,
    /// It is given up after this time.
    pub timeout: std::time::Duration,
}

/// What is wrong with a statement whose rows hold bytes.
pub fn no_text() -> Error {
    Error::value("query: a cell holds bytes that are no text in UTF-8; hex(…) is accepted")
}
