//! What a cell of a frame stands for: nothing, or a number of numpy.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat, PyInt, PyList, PyString};

/// The value of one cell.
pub(in crate::py) enum Cell<'py> {
    /// It is as the calls take it.
    Plain,
    /// None, NaN, `NaT` or NA: nothing.
    Missing,
    /// What a numpy scalar or array stands for.
    Changed(Bound<'py, PyAny>),
}

pub(in crate::py) fn cell<'py>(value: &Bound<'py, PyAny>) -> PyResult<Cell<'py>> {
    if value.is_exact_instance_of::<PyInt>()
        || value.is_exact_instance_of::<PyString>()
        || value.is_exact_instance_of::<PyDict>()
        || value.is_exact_instance_of::<PyList>()
    {
        return Ok(Cell::Plain);
    }
    if value.is_none() || is_nan(value) {
        return Ok(Cell::Missing);
    }
    if value.is_exact_instance_of::<PyFloat>() {
        return Ok(Cell::Plain);
    }
    let (class, py) = (value.get_type(), value.py());
    // `pandas.NaT` and `pandas.NA` are equal to nothing; they have a class of their own each.
    let name = class.name()?;
    if name == "NaTType" || name == "NAType" {
        return Ok(Cell::Missing);
    }
    if class.module()? != "numpy" {
        return Ok(Cell::Plain);
    }
    let changed = value.call_method0(intern!(py, "tolist"))?;
    if changed.is_none() || is_nan(&changed) {
        return Ok(Cell::Missing);
    }
    // Of a time without a zone it would be a number of nanoseconds.
    let is_time = name == "datetime64" || name == "timedelta64";
    Ok(if is_time { Cell::Plain } else { Cell::Changed(changed) })
}

fn is_nan(value: &Bound<'_, PyAny>) -> bool {
    value.cast::<PyFloat>().is_ok_and(|real| real.value().is_nan())
}
