//! A scalar or an array where both are accepted.

use super::number::whole;
use crate::error::Code;
use crate::kinds::PAIRS_MAX;
use crate::py::exceptions::value_error;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyInt, PyList, PyMapping, PyString, PyTuple};

/// A scalar, or the items of an array (clause G-5).
pub(in crate::py) fn scalar_or_array<T>(
    what: &Bound<'_, PyAny>,
    field: &dyn std::fmt::Display,
    item: impl Fn(&Bound<'_, PyAny>, &dyn std::fmt::Display) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    let at = |index: usize| format!("{field}[{index}]");
    let too_many = || {
        let message =
            format!("{field}: more than {PAIRS_MAX} items; at most {PAIRS_MAX} in one call are accepted");
        value_error(what.py(), &message, Code::TooLong)
    };
    if let Ok(list) = what.cast::<PyList>() {
        if list.len() > PAIRS_MAX {
            return Err(too_many());
        }
        return list.iter().enumerate().map(|(index, one)| item(&one, &at(index))).collect();
    }
    if let Ok(tuple) = what.cast::<PyTuple>() {
        if tuple.len() > PAIRS_MAX {
            return Err(too_many());
        }
        return tuple.iter().enumerate().map(|(index, one)| item(&one, &at(index))).collect();
    }
    // A pandas column and a numpy array are arrays; texts, numbers, mappings and sets are not (a set has no order). The
    // check for a mapping comes last, because it runs Python code.
    let refused = what.is_exact_instance_of::<PyInt>()
        || what.is_instance_of::<PyString>()
        || what.is_instance_of::<PyBytes>()
        || what.is_instance_of::<PyByteArray>()
        || whole(what)?.is_some()
        || what.cast::<PyMapping>().is_ok();
    let py = what.py();
    if !refused && what.hasattr(intern!(py, "__len__"))? && what.hasattr(intern!(py, "__getitem__"))? {
        let mut items = Vec::new();
        for (index, one) in what.try_iter()?.enumerate() {
            // There may be more items than `__len__` says.
            if index == PAIRS_MAX {
                return Err(too_many());
            }
            items.push(item(&one?, &at(index))?);
        }
        return Ok(items);
    }
    Ok(vec![item(what, field)?])
}
