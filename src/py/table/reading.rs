//! What reads a table.

use super::{Table, TableRows, arrow, rows};
use crate::py::args;
use crate::py::exit::running;
use crate::py::told::told;
use crate::table;
use pyo3::PyTraverseError;
use pyo3::exceptions::PyOverflowError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList};
use std::path::PathBuf;
use std::sync::Arc;

#[pymethods]
impl Table {
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
        let _paused = rows::Paused::new(py)?;
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
    /// ``progress(done, total)``: called with the number of written rows and that of all rows; the last call,
    /// ``(total, total)``, comes when the file is there. An exception that it raises before that ends the work, and
    /// changes no file. ``progress=True`` shows a bar.
    /// Raises ``StoreError`` if the file cannot be written.
    /// Clause R-8.
    #[pyo3(signature = (path, progress = None))]
    fn to_csv(&self, py: Python<'_>, path: PathBuf, progress: Option<Bound<'_, PyAny>>) -> PyResult<()> {
        let _running = running(py);
        let Some(progress) = args::progress(progress.as_ref(), "to_csv")? else {
            return self.on(py, move |table, store| {
                table.csv(store, &path, &mut |_| Ok(()), &mut || Ok(())).map(drop)
            });
        };
        let (table, store) = (self.core.clone(), Arc::clone(&self.store.get().core));
        let rows = told(py, &progress, move |far| {
            let total = table.len(&store)?;
            let mut told = |rows| {
                far.at(rows, total);
                Ok(())
            };
            table.csv(&store, &path, &mut told, &mut || far.ends())
        })?;
        progress.call1(py, (rows, rows)).map(drop)
    }

    /// Write the rows into a Parquet file, as a whole or not at all. Needs pyarrow or polars.
    ///
    /// ``progress``: as of ``to_csv``; polars, which writes all rows at once, makes the last call only.
    /// Clause R-8.
    #[pyo3(signature = (path, progress = None))]
    fn to_parquet<'py>(
        slf: &Bound<'py, Self>,
        path: Bound<'py, PyAny>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> PyResult<()> {
        let py = slf.py();
        let _running = running(py);
        let progress = args::progress(progress.as_ref(), "to_parquet")?;
        let progress = progress.unwrap_or_else(|| py.None());
        Self::call(slf, "files", "to_parquet", [path, progress.into_bound(py)]).map(drop)
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
