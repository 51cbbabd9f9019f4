//! `Table`: rows to look at.

mod arrow;
mod foreign;
mod given;
mod narrowing;
mod reading;
mod rows;

pub(super) use rows::TableRows;

use super::args::{not_accepted, shown};
use super::enter::enter_or_raise;
use super::exceptions::value_error;
use super::store::Store;
use crate::error::Code;
use crate::table::{self, Memory};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
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
