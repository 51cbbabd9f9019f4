//! What storage getters bring and callbacks get: dicts of JSON values, and the texts of the codes 0, 2 and 5 (clauses
//! H-2 to H-6).

use super::args::{key_of, not_accepted, shown, text};
use super::callback;
use super::exceptions::value_error;
use super::structured::built;
use crate::error::Code;
use crate::kinds::board::Place;
use crate::kinds::order::Order;
use crate::kinds::storage::{Entity, KEY_CHARS_MAX, VALUE_CHARS_MAX};
use crate::request::storage::{StorageCode, StorageReply};
use pyo3::exceptions::{PyRecursionError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};
use serde::Serialize;
use std::sync::Arc;

/// A storage key: 1 to 64 characters.
pub(super) fn storage_key(given: &Bound<'_, PyAny>, field: &dyn std::fmt::Display) -> PyResult<Arc<str>> {
    key_of(given, field, KEY_CHARS_MAX)
}

/// What a getter returned: `[{"key", "value"}, …]` (clause H-4).
pub(super) fn entities(given: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<Entity>> {
    let py = given.py();
    let field = &format!("{}()", callback::getter_name(name));
    let accepted = "a list of {'key': str, 'value': JSON} is accepted";
    if !given.is_instance_of::<PyList>() && !given.is_instance_of::<PyTuple>() {
        return Err(not_accepted(given, field, accepted));
    }
    let mut entities: Vec<Entity> = Vec::new();
    for (index, one) in given.try_iter()?.enumerate() {
        let (one, at) = (one?, format!("{field}[{index}]"));
        let dict = one.cast::<PyDict>().map_err(|_| not_accepted(&one, &at, accepted))?;
        let (Some(key), Some(value)) =
            (dict.get_item(intern!(py, "key"))?, dict.get_item(intern!(py, "value"))?)
        else {
            return Err(not_accepted(&one, &at, accepted));
        };
        let key = storage_key(&key, &format!("{at}['key']"))?;
        if entities.iter().any(|entity| entity.key == key) {
            let message = format!("{at}['key']: the key '{key}' appears twice");
            return Err(value_error(py, &message, Code::BadValue));
        }
        entities.push(Entity { key, json: json(&value, &format!("{at}['value']"))? });
    }
    Ok(entities)
}

/// The value as the service's JSON, with what that does to it: int keys become text, tuples lists.
fn json(value: &Bound<'_, PyAny>, field: &str) -> PyResult<Arc<str>> {
    let py = value.py();
    let kwargs = PyDict::new(py);
    kwargs.set_item(intern!(py, "ensure_ascii"), false)?;
    kwargs.set_item(intern!(py, "allow_nan"), false)?;
    kwargs.set_item(intern!(py, "separators"), (",", ":"))?;
    let dumped = py.import(intern!(py, "json"))?.call_method("dumps", (value,), Some(&kwargs));
    let dumped = dumped.map_err(|error| {
        let refusal = error.is_instance_of::<PyTypeError>(py)
            || error.is_instance_of::<PyValueError>(py)
            || error.is_instance_of::<PyRecursionError>(py);
        if !refusal {
            return error;
        }
        let message = format!("{field}: {} is not JSON ({})", shown(value), error.value(py));
        value_error(py, &message, Code::BadValue)
    })?;
    let text = text(&dumped, &field)?;
    let chars = if text.len() > VALUE_CHARS_MAX { text.chars().count() } else { 0 };
    if chars > VALUE_CHARS_MAX {
        let message = format!("{field}: {chars} characters as JSON; at most {VALUE_CHARS_MAX} are accepted");
        return Err(value_error(py, &message, Code::TooLong));
    }
    Ok(text.into())
}

/// An answer without a code: of places and orders.
#[derive(Serialize)]
struct Listed<T> {
    entity: T,
}

#[derive(Serialize)]
struct Places<'a> {
    data: &'a [Place],
}

#[derive(Serialize)]
struct Orders<'a> {
    orders: &'a [Order],
}

/// What the callback gets.
pub(super) fn answer<'py>(py: Python<'py>, reply: &StorageReply) -> PyResult<Bound<'py, PyAny>> {
    let (code, found) = match reply {
        StorageReply::Failed(_) => return Ok(py.None().into_bound(py)),
        StorageReply::Places(data) => return built(py, &Listed { entity: Places { data } }),
        StorageReply::Orders(orders) => return built(py, &Listed { entity: Orders { orders } }),
        StorageReply::Data(found) => (None, found),
        StorageReply::Set(code, found) => (Some(*code), found),
    };
    let (dict, entity) = (PyDict::new(py), PyDict::new(py));
    if let Some(code) = code {
        dict.set_item(intern!(py, "code"), code as i64)?;
        dict.set_item(intern!(py, "message"), message(code))?;
    }
    entity.set_item(intern!(py, "data"), data(py, found)?)?;
    dict.set_item(intern!(py, "entity"), entity)?;
    Ok(dict.into_any())
}

const fn message(code: StorageCode) -> &'static str {
    match code {
        StorageCode::Done => "正常返回",
        StorageCode::DataConflict => "数据冲突",
        StorageCode::OrderConflict => "订单冲突",
    }
}

/// The values are whatever JSON the mod stored, with ints of any size: only Python's own `json` reads them as the mod
/// wrote them. So these dicts are built by hand.
fn data<'py>(py: Python<'py>, found: &[Entity]) -> PyResult<Bound<'py, PyList>> {
    let (json, list) = (py.import(intern!(py, "json"))?, PyList::empty(py));
    for Entity { key, json: text } in found {
        let one = PyDict::new(py);
        one.set_item(intern!(py, "key"), &**key)?;
        one.set_item(intern!(py, "value"), json.call_method1(intern!(py, "loads"), (&**text,))?)?;
        list.append(one)?;
    }
    Ok(list)
}
