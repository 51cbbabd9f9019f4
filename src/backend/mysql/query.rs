//! Questions about many rows: those of tables, and the statements that people write.

use super::Mysql;
use super::failure::{Failure, Tried};
use super::link::{Link, Role};
use super::stored;
use crate::backend::sql::{Dialect, Named, Text, prepared};
use crate::error::{Error, Result};
use crate::query::{Cell, CellRef, Record, Statement, Visit, no_text};
use mysql::consts::ColumnType;
use mysql::prelude::Queryable;
use mysql::{Params, Value};
use std::time::Duration;

/// What a statement of people means is the same as in a file.
const MODE: &str = "SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES'";
/// How long a server may take to say that a statement took too long.
const ANSWER_MAX: Duration = Duration::from_secs(5);
/// Only the time-out ends a recursion, as in a file.
const RECURSION_MAX: u32 = u32::MAX;
/// The codes of statements that were ended because they took too long.
const LATE: [u16; 3] = [1969, 3024, 1317];

impl From<&Cell> for Value {
    fn from(cell: &Cell) -> Self {
        match cell {
            Cell::Null => Self::NULL,
            Cell::Int(int) => (*int).into(),
            Cell::Float(float) => (*float).into(),
            Cell::Text(text) => stored::text(text),
        }
    }
}

/// A row that was found.
struct Found(Vec<Cell>);

impl Record for Found {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn cell(&self, at: usize) -> Result<CellRef<'_>> {
        Ok(self.0[at].lent())
    }
}

impl Found {
    fn new(row: mysql::Row) -> Tried<Self> {
        let types: Vec<ColumnType> = row.columns_ref().iter().map(mysql::Column::column_type).collect();
        let cells = row.unwrap().into_iter().zip(types).map(|(value, of)| cell(value, of));
        Ok(Self(cells.collect::<Tried<_>>()?))
    }
}

fn cell(value: Value, of: ColumnType) -> Tried<Cell> {
    Ok(match value {
        Value::NULL => Cell::Null,
        Value::Int(int) => Cell::Int(int),
        Value::UInt(int) => i64::try_from(int).map_or_else(|_| Cell::Text(int.to_string().into()), Cell::Int),
        Value::Float(float) => Cell::Float(float.into()),
        Value::Double(float) => Cell::Float(float),
        Value::Bytes(bytes) => {
            let text = String::from_utf8(bytes).map_err(|_| stored::damaged())?;
            let is_decimal = matches!(of, ColumnType::MYSQL_TYPE_DECIMAL | ColumnType::MYSQL_TYPE_NEWDECIMAL);
            match (text.parse(), text.parse()) {
                (Ok(int), _) if is_decimal => Cell::Int(int),
                (_, Ok(float)) if is_decimal => Cell::Float(float),
                _ => Cell::Text(text.into()),
            }
        }
        time @ (Value::Date(..) | Value::Time(..)) => Cell::Text(time.as_sql(true).trim_matches('\'').into()),
    })
}

/// Runs a statement over tables.
pub(super) fn select(link: &mut Link, text: &Text, visit: Visit<'_>) -> Tried<()> {
    let params = text.params.iter().map(Value::from).collect();
    for row in link.exec(&text.sql, params)? {
        if visit(&Found::new(row?)?)?.is_break() {
            break;
        }
    }
    Ok(())
}

impl Mysql {
    /// Runs a statement that somebody wrote, on a connection that is closed afterwards.
    pub(super) fn run_once(
        &self,
        statement: &Statement,
        tables: &[Named<'_>],
        head: &mut dyn FnMut(Vec<String>) -> Result<()>,
        visit: Visit<'_>,
    ) -> Result<()> {
        self.may_reach()?;
        let _inside = self.readers.enter();
        let patience = Some(statement.timeout + ANSWER_MAX);
        let mut link = self.hosts.connect_for(Role::Read, self.hosts.deadline(), patience)?;
        run(&mut link, statement, tables, head, visit).map_err(Failure::surfaced)
    }
}

fn run(
    link: &mut Link,
    statement: &Statement,
    tables: &[Named<'_>],
    head: &mut dyn FnMut(Vec<String>) -> Result<()>,
    visit: Visit<'_>,
) -> Tried<()> {
    let sql = prepared(Dialect::Mysql, &statement.sql, tables)?;
    link.conn.query_drop(MODE)?;
    let ms = statement.timeout.as_millis().clamp(1, 1 << 30);
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of at most twelve days")]
    let seconds = ms as f64 / 1000.0;
    // MariaDB knows the first variables, others the second. MariaDB would leave out rows without an error.
    let mariadb = format!("max_statement_time = {seconds}, max_recursive_iterations = {RECURSION_MAX}");
    if link.conn.query_drop(format!("SET SESSION {mariadb}")).is_err() {
        let others = format!("max_execution_time = {ms}, cte_max_recursion_depth = {RECURSION_MAX}");
        link.conn.query_drop(format!("SET SESSION {others}"))?;
    }
    link.conn.query_drop("START TRANSACTION READ ONLY")?;
    let made = link.conn.prep(&sql).map_err(|error| refused(error, statement))?;
    let (wanted, given) = (usize::from(made.num_params()), statement.params.len());
    if wanted != given {
        let message =
            format!("params: {given} given, the query has {wanted} question marks; as many are accepted");
        return Err(Error::value(message).into());
    }
    let params: Vec<Value> = statement.params.iter().map(Value::from).collect();
    let params = if params.is_empty() { Params::Empty } else { Params::Positional(params) };
    let found = link.conn.exec_iter(&made, params).map_err(|error| refused(error, statement))?;
    head(found.columns().as_ref().iter().map(|column| column.name_str().into_owned()).collect())?;
    for row in found {
        let row = row.map_err(|error| refused(error, statement))?;
        if visit(&Found::new(row).map_err(|_| no_text())?)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// What is wrong with the statement, or with the server.
fn refused(error: mysql::Error, statement: &Statement) -> Failure {
    match error {
        mysql::Error::MySqlError(error) if LATE.contains(&error.code) => {
            let seconds = statement.timeout.as_secs_f64();
            Failure::Ours(Error::store(format!(
                "the query took longer than timeout={seconds} s and was given up; nothing was changed"
            )))
        }
        mysql::Error::MySqlError(error) => {
            Failure::Ours(Error::value(format!("query: {} ({})", error.message, error.code)))
        }
        error => error.into(),
    }
}
