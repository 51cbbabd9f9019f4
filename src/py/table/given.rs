//! Values that columns are compared with, as Python has them.

use crate::py::args::{Cell as Held, cell, not_accepted, shown, text};
use crate::py::clock::micros;
use crate::query::Cell;
use crate::table::Given;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyString};

/// A moment; None = not given. Milliseconds, rounded down.
pub(super) fn moment(given: &Bound<'_, PyAny>, field: &str) -> PyResult<Option<i64>> {
    if given.is_none() {
        return Ok(None);
    }
    micros(given, field).map(|us| Some(us.div_euclid(1000)))
}

/// A value, or the items of a list, an array, a column of a frame …
pub(super) fn values(given: &Bound<'_, PyAny>, field: &str) -> PyResult<Vec<Given>> {
    if let Some(one) = single(given, field)? {
        return Ok(vec![one]);
    }
    let is_open = given.is_instance_of::<PyDict>() || given.is_instance_of::<PyBytes>();
    match given.try_iter() {
        Ok(items) if !is_open => items.map(|item| value(&item?, field)).collect(),
        _ => Ok(vec![Given::Other(shown(given))]),
    }
}

fn value(given: &Bound<'_, PyAny>, field: &str) -> PyResult<Given> {
    Ok(single(given, field)?.unwrap_or_else(|| Given::Other(shown(given))))
}

fn single(given: &Bound<'_, PyAny>, field: &str) -> PyResult<Option<Given>> {
    let py = given.py();
    let given = match cell(given)? {
        Held::Missing => return Ok(Some(Given::Null)),
        Held::Changed(changed) => changed,
        Held::Plain => given.clone(),
    };
    if let Ok(bool) = given.cast::<PyBool>() {
        return Ok(Some(Given::Bool(bool.is_true())));
    }
    if given.is_instance_of::<PyString>() {
        return Ok(Some(Given::Text(text(&given, &field)?.into())));
    }
    if given.is_instance_of::<PyInt>() {
        let int = given.extract().map(Given::Int);
        return Ok(Some(int.unwrap_or_else(|_| Given::Other(shown(&given)))));
    }
    if let Ok(float) = given.cast::<PyFloat>() {
        return Ok(Some(Given::Float(float.value())));
    }
    let datetime = py.import(intern!(py, "datetime"))?.getattr(intern!(py, "datetime"))?;
    if given.is_instance(&datetime)? {
        if given.getattr(intern!(py, "tzinfo"))?.is_none() {
            return Err(not_accepted(&given, field, "an aware datetime is accepted"));
        }
        return Ok(Some(Given::Time(micros(&given, field)?.div_euclid(1000))));
    }
    // Whole numbers of other packages.
    if given.hasattr(intern!(py, "__index__"))?
        && let Ok(int) = given.call_method0(intern!(py, "__index__"))
    {
        return Ok(int.extract().ok().map(Given::Int));
    }
    Ok(None)
}

/// A parameter of a query; `None` if it cannot be one.
pub(super) fn parameter(given: &Bound<'_, PyAny>) -> PyResult<Option<Cell>> {
    Ok(match single(given, "params")? {
        Some(Given::Null) => Some(Cell::Null),
        Some(Given::Bool(bool)) => Some(Cell::Int(bool.into())),
        Some(Given::Int(int)) => Some(Cell::Int(int)),
        Some(Given::Float(float)) => Some(Cell::Float(float)),
        Some(Given::Text(text)) => Some(Cell::Text(text)),
        Some(Given::Time(ms)) => Some(Cell::Text(crate::calendar::iso_utc(ms).into())),
        Some(Given::Other(_)) | None => None,
    })
}
