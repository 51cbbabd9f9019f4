//! What narrows a table, and its columns.

use super::{Table, given};
use crate::error::Code;
use crate::py::args::{checked, int_from, not_accepted, shown, text};
use crate::py::exceptions::{type_error, value_error};
use crate::py::exit::running;
use crate::table::{self, Path};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple, PyType};

/// The type of a column that `fields` was given.
fn column_type(given: &Bound<'_, PyAny>, path: &str) -> PyResult<table::ColumnType> {
    let name = match given.cast::<PyString>() {
        Ok(name) => match name.to_string_lossy().as_ref() {
            // As on the command line.
            "int" => "int64".to_owned(),
            "float" => "float64".to_owned(),
            "str" => "string".to_owned(),
            other => other.to_owned(),
        },
        Err(_) => given.cast::<PyType>().ok().and_then(|of| of.name().ok()).map_or_else(String::new, |of| {
            match of.to_string_lossy().as_ref() {
                "int" => "int64",
                "float" => "float64",
                "str" => "string",
                "dict" | "list" | "object" => "json",
                "datetime" => "timestamp",
                "bool" => "bool",
                _ => "",
            }
            .to_owned()
        }),
    };
    table::ColumnType::named(&name).ok_or_else(|| {
        let accepted = "int, float, str, bool, dict, datetime, or the name of a column's type is accepted";
        not_accepted(given, &format!("fields['{path}']"), accepted)
    })
}

/// One dict, or the same as keywords (clause G-3).
fn either<'a, 'py>(
    dict: Option<&'a Bound<'py, PyAny>>,
    keywords: Option<&'a Bound<'py, PyDict>>,
    field: &str,
    accepted: &str,
) -> PyResult<Option<&'a Bound<'py, PyDict>>> {
    match (dict, keywords) {
        (None, keywords) => Ok(keywords),
        (Some(dict), None) => dict.cast().map(Some).map_err(|_| not_accepted(dict, field, accepted)),
        (Some(dict), Some(_)) => {
            Err(type_error(dict.py(), &format!("{field}: a dict and keywords; one of them is accepted")))
        }
    }
}

#[pymethods]
impl Table {
    /// What the table is called: ``"money"``; ``"sql"`` for what a query answered.
    #[getter]
    fn name(&self) -> &str {
        self.core.name()
    }

    /// The columns, in order: name to type, one of "int64", "float64", "string", "json", "bool", "timestamp".
    ///
    /// Timestamps are in UTC, in milliseconds; "json" is text in Arrow, CSV and views, and Python objects in rows.
    #[getter]
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let _running = running(py);
        let columns = PyDict::new(py);
        for field in self.on(py, |table, store| table.fields(store))? {
            columns.set_item(&*field.name, field.holds.name())?;
        }
        Ok(columns)
    }

    /// Return the rows whose columns have these values: a value, or a list of values of which one must fit.
    ///
    /// ``columns``: the same as a dict, for names such as ``{"stats.level": 3}``.
    /// ``None`` fits a cell that holds nothing, and so do NaN, ``NaT`` and ``NA``; numbers, texts and arrays of numpy
    /// and pandas are what they stand for. ``game``: another game's name, a list of names, or ``None`` for every game
    /// (the default is the store's). ``since`` and ``until``: changed last at or after the first moment and before the
    /// second; aware datetimes or ISO text.
    /// Raises ``CloudValueError`` for a column that the table does not have, and for a value that it cannot hold.
    #[pyo3(name = "where", signature = (columns = None, /, **equal), text_signature = "($self, columns=None, /, **equal)")]
    fn where_(
        &self,
        py: Python<'_>,
        columns: Option<&Bound<'_, PyAny>>,
        equal: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let _running = running(py);
        let mut core = self.core.clone();
        let (mut since, mut until) = (None, None);
        let given =
            either(columns, equal, "where", "key='gold', or a dict of columns and values, is accepted")?;
        for (name, value) in given.into_iter().flatten() {
            let name = text(&name, &"where")?;
            match name.as_str() {
                "since" => since = given::moment(&value, "since")?,
                "until" => until = given::moment(&value, "until")?,
                column => {
                    let given = given::values(&value, column)?;
                    core = checked(py, core.filtered(column, &given))?;
                }
            }
        }
        if since.is_some() || until.is_some() {
            core = checked(py, core.within(since, until))?;
        }
        Ok(self.with(py, core))
    }

    /// Return the rows in the order of these columns; ``"-value"`` puts the largest first.
    ///
    /// Cells that hold nothing come last. Rows that are equal stay in their order, which is at first that of their
    /// users, keys and ids.
    #[pyo3(signature = (*columns, **others), text_signature = "($self, *columns)")]
    fn sort(
        &self,
        py: Python<'_>,
        columns: &Bound<'_, PyTuple>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let _running = running(py);
        if let Some((name, value)) = others.and_then(|others| others.iter().next()) {
            let message = format!(
                "sort: {name}={}; names of columns are accepted, '-value' for the largest first",
                shown(&value)
            );
            return Err(type_error(py, &message));
        }
        let mut order = Vec::new();
        let listed = match columns.iter().next().filter(|_| columns.len() == 1) {
            Some(one) if one.is_instance_of::<PyList>() || one.is_instance_of::<PyTuple>() => one,
            _ => columns.clone().into_any(),
        };
        for column in listed.try_iter()? {
            let column = column?;
            let column = text(&column, &"sort")?;
            order.push(
                column.strip_prefix('-').map_or((column.clone(), false), |name| (name.to_owned(), true)),
            );
        }
        if order.is_empty() {
            return Err(value_error(py, "sort: no column; the name of a column is accepted", Code::BadValue));
        }
        self.narrowed(py, self.core.sorted(&order))
    }

    /// Return at most ``n`` rows, after leaving out the first ``offset``.
    #[pyo3(signature = (n, offset = None))]
    #[pyo3(text_signature = "($self, n, offset=0)")]
    fn limit(
        &self,
        py: Python<'_>,
        n: &Bound<'_, PyAny>,
        offset: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let _running = running(py);
        let limit = int_from(n, &"n", 0)?.unsigned_abs();
        let offset = offset.map_or(Ok(0), |offset| int_from(offset, &"offset", 0))?.unsigned_abs();
        Ok(self.with(py, self.core.limited(limit, offset)))
    }

    /// Return the rows with more columns, taken out of the JSON ``value``: path to type.
    ///
    /// A path has dots between names: ``{"class": str, "stats.level": int}``; a number is an int key, or the place of a
    /// list's item. ``"$.key"`` is the path of ``"key"`` where the table has a column of that name. A type is
    /// ``int, float, str, bool, dict`` (JSON), ``datetime`` (ISO text), or a name as in ``columns``. A cell whose path
    /// is not there, or whose value has another type, holds nothing.
    #[pyo3(signature = (paths = None, /, **more), text_signature = "($self, paths=None, /, **more)")]
    fn fields(
        &self,
        py: Python<'_>,
        paths: Option<&Bound<'_, PyAny>>,
        more: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let _running = running(py);
        let accepted = "a dict of paths and types, such as {'stats.level': int}, is accepted";
        let given = either(paths, more, "fields", accepted)?;
        let mut asked = Vec::new();
        for (path, holds) in given.into_iter().flatten() {
            let path = text(&path, &"fields")?;
            if path.is_empty() || path.split('.').any(str::is_empty) {
                let message = format!("fields: '{path}'; names with dots between them are accepted");
                return Err(value_error(py, &message, Code::BadValue));
            }
            asked.push(Path { holds: column_type(&holds, &path)?, name: path.into() });
        }
        self.narrowed(py, self.core.with_fields(asked))
    }

    /// Return a table with one row for each user and one column for each key, which holds the cells of ``column``.
    ///
    /// For tables in which a user has one row of a key: ``general``, ``money``, ``world_data`` (a row for each user and
    /// world), ``with_limit``, ``achievement``, ``storage``. With rows of several games the first column is the game.
    fn pivot(&self, py: Python<'_>, column: &Bound<'_, PyAny>) -> PyResult<Self> {
        let _running = running(py);
        self.narrowed(py, self.core.pivoted(&text(column, &"pivot")?))
    }
}
