//! Numbers: ints, and what counts as one.

use super::refusal::{not_accepted, shown};
use crate::error::Code;
use crate::number::{self, Number};
use crate::py::exceptions::value_error;
use crate::py::value::is_container;
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyString};

/// An int, an object with `__index__` or a whole float, within int64; never a bool.
pub(super) fn whole(what: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
    if what.is_exact_instance_of::<PyInt>() {
        return Ok(what.extract().ok());
    }
    if what.is_instance_of::<PyBool>() || what.is_instance_of::<PyString>() {
        return Ok(None);
    }
    if let Ok(real) = what.cast::<PyFloat>() {
        return Ok(number::whole_of(real.value()));
    }
    let py = what.py();
    let found = what.hasattr(intern!(py, "__index__")).and_then(|is_there| {
        if !is_there {
            return Ok(None);
        }
        let index = what.call_method0(intern!(py, "__index__"))?;
        Ok(index.cast::<PyInt>().ok().and_then(|int| int.extract().ok()))
    });
    // An object whose `__index__` fails is not a number; Ctrl-C is raised.
    found.or_else(|error| if error.is_instance_of::<PyException>(py) { Ok(None) } else { Err(error) })
}

/// An int64 argument.
pub(in crate::py) fn int(what: &Bound<'_, PyAny>, field: &dyn std::fmt::Display) -> PyResult<i64> {
    whole(what)?.ok_or_else(|| not_accepted(what, field, "an int within int64 is accepted"))
}

/// An int64 argument that must be at least `least`.
pub(in crate::py) fn int_from(
    what: &Bound<'_, PyAny>,
    field: &dyn std::fmt::Display,
    least: i64,
) -> PyResult<i64> {
    whole(what)?
        .filter(|int| *int >= least)
        .ok_or_else(|| not_accepted(what, field, &format!("an int of at least {least} is accepted")))
}

/// `i_value` or an amount for it: rounded as the lobby rounds, refused in its words (clause K-2).
pub(in crate::py) fn number(what: &Bound<'_, PyAny>, field: &dyn std::fmt::Display) -> PyResult<i64> {
    let py = what.py();
    let number = if what.is_instance_of::<PyBool>() {
        None
    } else if let Ok(text) = what.cast::<PyString>() {
        text.to_cow().ok().and_then(|text| number::number_text(&text))
    } else if let Ok(real) = what.cast::<PyFloat>() {
        Some(Number::Real(real.value()))
    } else if what.is_instance_of::<PyInt>() || what.hasattr(intern!(py, "__index__"))? {
        return int(what, field);
    } else {
        None
    };
    let number = number.ok_or_else(|| {
        let accepted = "an int, a float or a numeric str is accepted";
        let message = format!("attempt to add a '{}' with a 'number'", lua_type(what));
        value_error(py, &format!("{field}: {message}: {}; {accepted}", shown(what)), Code::BadValue)
    })?;
    let rounded = match number {
        Number::Whole(whole) => Some(whole),
        Number::Real(real) => number::round(real),
    };
    rounded.ok_or_else(|| not_accepted(what, field, "a finite number within int64 is accepted"))
}

/// The name of the type in the lobby's scripts.
fn lua_type(what: &Bound<'_, PyAny>) -> &'static str {
    if what.is_instance_of::<PyBool>() {
        "boolean"
    } else if what.is_instance_of::<PyString>() {
        "string"
    } else if what.is_none() {
        "nil"
    } else if what.is_callable() {
        "function"
    } else if is_container(what) {
        "table"
    } else {
        "userdata"
    }
}
