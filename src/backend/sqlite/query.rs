//! Questions about many rows: those of tables, and the statements that people write.

use super::failure::{Failure, Tried, reason};
use super::rows;
use crate::backend::sql::{Dialect, Named, Text, prepared};
use crate::clock::instant;
use crate::error::{Error, Reason, Result};
use crate::interrupt;
use crate::query::{Cell, CellRef, Query, Record, Statement, Visit};
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ErrorCode, Row, Statement as Prepared, ToSql, params_from_iter};

/// `SQLite` asks after this many steps of its machine whether to go on: some ten microseconds.
const STEPS: i32 = 4_000;
/// The same in a statement that somebody wrote, of which each step may make a cell of many megabytes.
const STEPS_OF_ANYBODY: i32 = 500;

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Int(int) => ToSqlOutput::Owned(Value::Integer(*int)),
            Self::Float(float) => ToSqlOutput::Owned(Value::Real(*float)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

/// A row that was found, with the number of its cells.
struct Found<'r, 's>(&'r Row<'s>, usize);

impl Record for Found<'_, '_> {
    fn len(&self) -> usize {
        self.1
    }

    fn cell(&self, at: usize) -> Result<CellRef<'_>> {
        Ok(match self.0.get_ref(at).map_err(|_| damaged())? {
            ValueRef::Null => CellRef::Null,
            ValueRef::Integer(int) => CellRef::Int(int),
            ValueRef::Real(float) => CellRef::Float(float),
            ValueRef::Text(text) | ValueRef::Blob(text) => CellRef::Text(utf8(text)?),
        })
    }

    /// A cell is made where it stays: to move it costs as much as to read it.
    fn cells<'r>(&'r self, cells: &mut Vec<CellRef<'r>>) -> Result<()> {
        cells.reserve(self.1);
        for at in 0..self.1 {
            match self.0.get_ref(at) {
                Ok(ValueRef::Integer(int)) => cells.push(CellRef::Int(int)),
                Ok(ValueRef::Text(text) | ValueRef::Blob(text)) => cells.push(CellRef::Text(utf8(text)?)),
                Ok(ValueRef::Null) => cells.push(CellRef::Null),
                Ok(ValueRef::Real(float)) => cells.push(CellRef::Float(float)),
                Err(_) => return Err(damaged()),
            }
        }
        Ok(())
    }
}

fn utf8(text: &[u8]) -> Result<&str> {
    std::str::from_utf8(text).map_err(|_| damaged())
}

fn damaged() -> Error {
    Reason::Damaged.error("the store is damaged: a row holds a text that is no UTF-8")
}

/// Long statements on this connection end when the call is interrupted.
pub(super) fn watch(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.progress_handler(STEPS, Some(interrupt::due))
}

/// Runs a statement over tables; reports whether the schema has moved.
pub(super) fn select(connection: &Connection, text: &Text, query: &Query, visit: Visit<'_>) -> Tried<bool> {
    let is_sorted = !query.order.is_empty() && query.limit.is_none();
    let settings = [query.sparing.then_some(UNMAPPED), is_sorted.then_some(IN_PARTS)];
    let before = settings.into_iter().flatten().map(|(name, value)| (name, set(connection, name, value)));
    let before: Vec<_> = before.collect();
    let ran = connection.prepare(&text.sql).map_err(Failure::from).and_then(|mut statement| {
        each(&mut statement, &text.params, visit)?;
        Ok(rows::moved(&statement))
    });
    for (name, value) in before {
        set(connection, name, value);
    }
    ran
}

/// The file is read without mapping it: mapped pages stay in memory for as long as there is room.
const UNMAPPED: (&str, i64) = ("mmap_size", 0);
/// `SQLite` sorts as much at once as its cache holds, and asks nobody meanwhile. Parts of 4 MiB are sorted in some ten
/// milliseconds, and all of them in less time than as a whole.
const IN_PARTS: (&str, i64) = ("cache_size", -4096);

/// Changes a setting of a connection; returns the one before. (A store in memory has no such file to map.)
fn set(connection: &Connection, name: &str, value: i64) -> i64 {
    let before = connection.query_row(&format!("PRAGMA {name}"), (), |row| row.get(0)).unwrap_or(value);
    if before != value {
        let _ = connection.query_row(&format!("PRAGMA {name} = {value}"), (), |_| Ok(()));
    }
    before
}

fn each(statement: &mut Prepared<'_>, params: &[Cell], visit: Visit<'_>) -> Tried<()> {
    let cells = statement.column_count();
    let mut rows = statement.query(params_from_iter(params))?;
    while let Some(found) = rows.next()? {
        interrupt::row()?;
        if visit(&Found(found, cells))?.is_break() {
            break;
        }
    }
    Ok(())
}

/// What a statement that somebody wrote may do: read.
fn allow(asked: AuthContext<'_>) -> Authorization {
    match asked.action {
        AuthAction::Function { function_name } if function_name.eq_ignore_ascii_case("load_extension") => {
            Authorization::Deny
        }
        AuthAction::Select
        | AuthAction::Read { .. }
        | AuthAction::Function { .. }
        | AuthAction::Recursive => Authorization::Allow,
        _ => Authorization::Deny,
    }
}

/// Runs a statement that somebody wrote, on a connection of its own or one that nobody else uses meanwhile.
pub(super) fn run(
    connection: &mut Connection,
    statement: &Statement,
    tables: &[Named<'_>],
    head: &mut dyn FnMut(Vec<String>) -> Result<()>,
    visit: Visit<'_>,
) -> Tried<()> {
    let sql = prepared(Dialect::Sqlite, &statement.sql, tables)?;
    let until = instant().checked_add(statement.timeout);
    let over = move || until.is_some_and(|until| instant() >= until);
    connection.progress_handler(STEPS_OF_ANYBODY, Some(move || interrupt::due() || over()))?;
    let (name, value) = IN_PARTS;
    let before = set(connection, name, value);
    connection.authorizer(Some(allow))?;
    let ran = refused_or_run(connection, &sql, statement, head, &mut |record| {
        // Most rows cost few steps.
        if over() { Err(late(statement)) } else { visit(record) }
    });
    connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>)?;
    set(connection, name, before);
    watch(connection)?;
    match ran {
        Err(Failure::Sql(error)) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
            interrupt::check()?;
            Err(late(statement).into())
        }
        ran => ran,
    }
}

fn late(statement: &Statement) -> Error {
    let seconds = statement.timeout.as_secs_f64();
    Error::store(format!(
        "the query took longer than timeout={seconds} s and was given up; nothing was changed"
    ))
}

fn refused_or_run(
    connection: &Connection,
    sql: &str,
    statement: &Statement,
    head: &mut dyn FnMut(Vec<String>) -> Result<()>,
    visit: Visit<'_>,
) -> Tried<()> {
    let mut made = connection.prepare(sql).map_err(|error| refused(&error))?;
    let (wanted, given) = (made.parameter_count(), statement.params.len());
    if wanted != given {
        let message =
            format!("params: {given} given, the query has {wanted} question marks; as many are accepted");
        return Err(Error::value(message).into());
    }
    head(made.column_names().map(str::to_owned).collect())?;
    each(&mut made, &statement.params, visit).map_err(|failure| match failure {
        Failure::Sql(error) => match error.sqlite_error_code() {
            Some(ErrorCode::Unknown | ErrorCode::AuthorizationForStatementDenied) => refused(&error),
            _ => Failure::Sql(error),
        },
        failure => failure,
    })
}

/// What is wrong with the statement.
fn refused(error: &rusqlite::Error) -> Failure {
    match error.sqlite_error_code() {
        Some(ErrorCode::AuthorizationForStatementDenied) => {
            Error::value(format!("query: {}; a statement that only reads is accepted", reason(error))).into()
        }
        Some(ErrorCode::Unknown | ErrorCode::TypeMismatch | ErrorCode::TooBig) | None => {
            Error::value(format!("query: {}", reason(error))).into()
        }
        Some(_) => Error::store(format!("the store failed: {}", reason(error))).into(),
    }
}
