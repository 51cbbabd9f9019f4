//! Rows as dicts, where several calls answer them.
//!
//! They are built by hand, and not by [`super::structured`]: a read may answer thousands of them.

use super::breath::breathe;
use super::value;
use crate::kinds::{Entry, message};
use crate::row::{Key, Row};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// The rows as a list of dicts.
pub(super) fn list<'py, T>(
    py: Python<'py>,
    rows: &[T],
    row: impl Fn(Python<'py>, &T) -> PyResult<Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    if let [one] = rows {
        return Ok(PyList::new(py, [row(py, one)?])?.into_any());
    }
    let list = PyList::empty(py);
    for one in rows {
        breathe(py, 1)?;
        list.append(row(py, one)?)?;
    }
    Ok(list.into_any())
}

/// `{uuid, user_id, key, value}`: what rows of both kinds of list hold.
pub(super) fn item<'py>(py: Python<'py>, (key, row): &Entry) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item(intern!(py, "uuid"), key.id)?;
    dict.set_item(intern!(py, "user_id"), key.owner)?;
    dict.set_item(intern!(py, "key"), value::key(py, &key.key))?;
    if let Some(json) = &row.value {
        dict.set_item(intern!(py, "value"), value::decode(py, json)?)?;
    }
    Ok(dict)
}

/// `{key, src_user_id, target_user_id, value}`: what a message has everywhere.
pub(super) fn message<'py>(py: Python<'py>, key: &Key, row: &Row) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item(intern!(py, "key"), value::key(py, &key.key))?;
    dict.set_item(intern!(py, "src_user_id"), row.aux)?;
    dict.set_item(intern!(py, "target_user_id"), key.owner)?;
    if let Some(json) = &row.value {
        dict.set_item(intern!(py, "value"), value::decode(py, json)?)?;
    }
    Ok(dict)
}

/// What a channel's callback gets: `read` is a bool (clause S-4).
pub(super) fn pushed<'py>(py: Python<'py>, key: &Key, row: &Row) -> PyResult<Bound<'py, PyDict>> {
    let dict = message(py, key, row)?;
    dict.set_item(intern!(py, "read"), message::read(row))?;
    dict.set_item(intern!(py, "message_id"), key.id)?;
    Ok(dict)
}
