//! `Table`: rows to look at.

mod arrow;
mod given;
mod rows;

pub(super) use rows::TableRows;

use super::args::{int_from, not_accepted, shown, text};
use super::enter::enter_or_raise;
use super::exceptions::value_error;
use super::exit::running;
use super::store::Store;
use crate::error::Code;
use crate::table::{self, Memory, Path};
use pyo3::PyTraverseError;
use pyo3::exceptions::PyOverflowError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList, PyString, PyTuple, PyType};
use std::path::PathBuf;
use std::sync::Arc;

/// Rows to look at: one of ``store.tables``, or what ``store.sql`` answered.
///
/// Nothing is read before it is asked for, and each read is one consistent snapshot that costs no quota. Every
/// method that narrows returns a new table. ``polars.DataFrame(table)``, ``DuckDB`` and whatever else takes an Arrow
/// stream take it as it is.
#[pyclass(frozen, module = "cloudvars")]
pub(super) struct Table {
    /// Its rows are there, and it closes when nobody has it.
    store: Py<Store>,
    core: table::Table,
}

impl Table {
    pub(super) const fn new(store: Py<Store>, core: table::Table) -> Self {
        Self { store, core }
    }

    fn with(&self, py: Python<'_>, core: table::Table) -> Self {
        Self::new(self.store.clone_ref(py), core)
    }

    /// Runs a call on the table and its store.
    fn on<T: Send + 'static>(
        &self,
        py: Python<'_>,
        call: impl FnOnce(&table::Table, &Arc<crate::store::Store>) -> crate::error::Result<T> + Send + 'static,
    ) -> PyResult<T> {
        let (table, store) = (self.core.clone(), Arc::clone(&self.store.get().core));
        enter_or_raise(py, &self.store.get().core, move |_| call(&table, &store))
    }

    fn narrowed(&self, py: Python<'_>, core: crate::error::Result<table::Table>) -> PyResult<Self> {
        core.map(|core| self.with(py, core)).map_err(|error| super::exceptions::raised(py, error))
    }

    /// The same rows, read.
    fn gathered<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, Self>> {
        let memory = self.read(py)?;
        Bound::new(py, self.with(py, table::Table::of(memory)))
    }

    fn read(&self, py: Python<'_>) -> PyResult<Memory> {
        self.on(py, |table, store| table.rows(store))
    }

    /// Calls a function of the package with this table.
    fn call<'py>(
        slf: &Bound<'py, Self>,
        module: &str,
        function: &str,
        args: impl IntoIterator<Item = Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let all: Vec<_> = std::iter::once(slf.clone().into_any()).chain(args).collect();
        let args = PyTuple::new(py, all)?;
        py.import(format!("cloudvars.tables.{module}").as_str())?.getattr(function)?.call1(args)
    }
}

/// The type of a column that `fields` was given.
fn column_type(given: &Bound<'_, PyAny>, path: &str) -> PyResult<table::ColumnType> {
    let name = match given.cast::<PyString>() {
        Ok(name) => name.to_string_lossy().into_owned(),
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
    /// ``None`` fits a cell that holds nothing. ``game``: another game's name, a list of names, or ``None`` for every
    /// game (the default is the store's). ``since`` and ``until``: changed last at or after the first moment and before
    /// the second; aware datetimes or ISO text.
    /// Raises ``CloudValueError`` for a column that the table does not have, and for a value that it cannot hold.
    #[pyo3(name = "where", signature = (**equal))]
    fn where_(&self, py: Python<'_>, equal: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let _running = running(py);
        let mut core = self.core.clone();
        let (mut since, mut until) = (None, None);
        for (name, value) in equal.into_iter().flatten() {
            let name = text(&name, &"where")?;
            match name.as_str() {
                "since" => since = given::moment(&value, "since")?,
                "until" => until = given::moment(&value, "until")?,
                column => {
                    let given = given::values(&value, column)?;
                    core = super::args::checked(py, core.filtered(column, &given))?;
                }
            }
        }
        if since.is_some() || until.is_some() {
            core = super::args::checked(py, core.within(since, until))?;
        }
        Ok(self.with(py, core))
    }

    /// Return the rows in the order of these columns; ``"-value"`` puts the largest first.
    ///
    /// Cells that hold nothing come last. Rows that are equal stay in their order, which is at first that of their
    /// users, keys and ids.
    #[pyo3(signature = (*columns))]
    fn sort(&self, py: Python<'_>, columns: &Bound<'_, PyTuple>) -> PyResult<Self> {
        let _running = running(py);
        let mut order = Vec::new();
        for column in columns {
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
    /// list's item. A type is ``int, float, str, bool, dict`` (JSON), ``datetime`` (ISO text), or a name as in
    /// ``columns``. A cell whose path is not there, or whose value has another type, holds nothing.
    fn fields(&self, py: Python<'_>, paths: &Bound<'_, PyAny>) -> PyResult<Self> {
        let _running = running(py);
        let accepted = "a dict of paths and types, such as {'stats.level': int}, is accepted";
        let given = paths.cast::<PyDict>().map_err(|_| not_accepted(paths, "fields", accepted))?;
        let mut asked = Vec::new();
        for (path, holds) in given {
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

    /// Return the number of rows; the engine counts them where it can.
    fn count(&self, py: Python<'_>) -> PyResult<i64> {
        let _running = running(py);
        self.on(py, |table, store| table.len(store))
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        usize::try_from(self.count(py)?)
            .map_err(|_| PyOverflowError::new_err("more rows than an index can name"))
    }

    fn __bool__(&self, py: Python<'_>) -> PyResult<bool> {
        let _running = running(py);
        self.on(py, |table, store| table.limited(1, 0).len(store)).map(|count| count > 0)
    }

    /// Return a table that describes each column in a row.
    ///
    /// How many cells hold something, how many are different, and for numbers how they are spread.
    /// ``std`` is that of a sample; ``p25``, ``p50`` and ``p75`` are interpolated, as pandas does.
    fn describe(&self, py: Python<'_>) -> PyResult<Self> {
        let _running = running(py);
        let described = self.on(py, |table, store| table.describe(store))?;
        Ok(self.with(py, table::Table::of(described)))
    }

    /// Return all rows: a list of dicts, column to Python value.
    ///
    /// Timestamps are aware datetimes in UTC, JSON values are as the calls answer them.
    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let _running = running(py);
        let memory = self.read(py)?;
        rows::list(py, memory.columns(), memory.batches(), self.core.name() == "storage")
    }

    fn __iter__(&self, py: Python<'_>) -> PyResult<TableRows> {
        let _running = running(py);
        if !self.core.is_stored() {
            return Ok(TableRows::of_memory(self.read(py)?));
        }
        let stream = self.on(py, |table, store| table::Stream::open(store, table, rows::ROWS_AT_ONCE))?;
        Ok(TableRows::of_stream(stream, self.core.name() == "storage"))
    }

    /// The rows as an Arrow C stream, of one snapshot; batches of at most 65,536 rows.
    #[pyo3(signature = (requested_schema = None))]
    #[expect(unused_variables, reason = "the protocol lets a stream keep its own schema")]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _running = running(py);
        let stream = self.on(py, |table, store| table::Stream::open(store, table, table::ROWS_AT_ONCE))?;
        arrow::capsule(py, stream)
    }

    /// Return the rows as a ``pyarrow.Table``. Needs pyarrow.
    fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(slf.py());
        Self::call(slf, "frames", "needs_arrow", [])?;
        Self::call(&slf.get().gathered(slf.py())?, "frames", "to_arrow", [])
    }

    /// Return the rows as a ``pandas.DataFrame``. Needs pandas; columns with empty cells are nullable.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(slf.py());
        Self::call(slf, "frames", "needs_pandas", [])?;
        Self::call(&slf.get().gathered(slf.py())?, "frames", "to_pandas", [])
    }

    /// Return the rows as a ``polars.DataFrame``. Needs polars.
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(slf.py());
        Self::call(slf, "frames", "needs_polars", [])?;
        Self::call(&slf.get().gathered(slf.py())?, "frames", "to_polars", [])
    }

    /// Write the rows into a CSV file, as a whole or not at all.
    ///
    /// The first line has the names. A cell that holds nothing is empty, times are ISO text in UTC, JSON is text.
    /// Raises ``StoreError`` if the file cannot be written.
    fn to_csv(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        let _running = running(py);
        self.on(py, move |table, store| table.csv(store, &path, &mut |_| Ok(())).map(drop))
    }

    /// Write the rows into a Parquet file, as a whole or not at all. Needs pyarrow or polars.
    fn to_parquet<'py>(slf: &Bound<'py, Self>, path: Bound<'py, PyAny>) -> PyResult<()> {
        let _running = running(slf.py());
        Self::call(slf, "files", "to_parquet", [path]).map(drop)
    }

    /// Return an Altair chart of the rows. Needs Altair.
    ///
    /// ``x`` and ``y`` are columns. With one of them, numbers are shown as a histogram, anything else as counts.
    /// Without any, the first column that has numbers is taken. A chart has at most 5,000 rows.
    #[pyo3(signature = (x = None, y = None))]
    fn chart<'py>(
        slf: &Bound<'py, Self>,
        x: Option<Bound<'py, PyAny>>,
        y: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let _running = running(py);
        let none = || py.None().into_bound(py);
        Self::call(slf, "charts", "chart", [x.unwrap_or_else(none), y.unwrap_or_else(none)])
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let _running = running(slf.py());
        Self::call(slf, "text", "text", [])?.extract()
    }

    fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<String> {
        let _running = running(slf.py());
        Self::call(slf, "html", "html", [])?.extract()
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.store)
    }
}

/// The table of a store with this name.
pub(super) fn named(store: &Bound<'_, Store>, name: &str) -> PyResult<Table> {
    let py = store.py();
    let table = table::Table::named(name, store.get().core.default_game());
    let table = table.ok_or_else(|| {
        let message = format!("table: '{name}'; accepted are {}", table::NAMES.join(", "));
        value_error(py, &message, Code::BadValue)
    })?;
    Ok(Table::new(store.clone().unbind(), table))
}

/// What a query answered.
pub(super) fn answered(store: &Bound<'_, Store>, memory: Memory) -> Table {
    Table::new(store.clone().unbind(), table::Table::of(memory))
}

/// The parameters of a query.
pub(super) fn params(given: &Bound<'_, PyAny>) -> PyResult<Vec<crate::query::Cell>> {
    let py = given.py();
    let refused =
        || not_accepted(given, "params", "a list or tuple of int, float, str, bool and None is accepted");
    if given.is_instance_of::<PyString>() || given.is_instance_of::<PyDict>() {
        return Err(refused());
    }
    let mut cells = Vec::new();
    for (at, one) in given.try_iter().map_err(|_| refused())?.enumerate() {
        let one = one?;
        let cell = given::parameter(&one)?;
        cells.push(cell.ok_or_else(|| {
            let message =
                format!("params[{at}]: {}; int, float, str, bool and None are accepted", shown(&one));
            value_error(py, &message, Code::BadValue)
        })?);
    }
    Ok(cells)
}

/// The tables of a player, as lists of dicts.
pub(super) fn parts<'py>(py: Python<'py>, parts: &[table::Part]) -> PyResult<Bound<'py, PyDict>> {
    let all = PyDict::new(py);
    for part in parts {
        let plain = part.name == "storage";
        all.set_item(part.name, rows::list(py, &part.fields, &part.batches, plain)?)?;
    }
    Ok(all)
}
