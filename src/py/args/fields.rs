//! The fields of a call: one mapping, or the same fields as keywords (clauses G-2 to G-4).

use super::array::scalar_or_array;
use super::given::Given;
use super::id::id;
use super::refusal::shown;
use super::text::key;
use crate::py::exceptions::type_error;
use crate::py::exit::{Running, running};
use crate::py::spelling;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyString};
use std::cell::Cell;
use std::sync::Arc;

/// The fields of one call.
pub(in crate::py) struct Fields<'py> {
    call: &'static str,
    accepted: &'static [&'static str],
    dict: Bound<'py, PyDict>,
    seen: Cell<usize>,
    _running: Running,
}

impl<'py> Fields<'py> {
    /// From a mapping or from keywords, not both.
    pub(in crate::py) fn new(
        py: Python<'py>,
        call: &'static str,
        accepted: &'static [&'static str],
        mapping: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Self> {
        let running = running(py);
        let dict = match (mapping, keywords) {
            (None, None) => PyDict::new(py),
            (None, Some(keywords)) => keywords.clone(),
            (Some(_), Some(keywords)) if !keywords.is_empty() => {
                let message = format!("{call}: takes one mapping or keywords, not both");
                return Err(type_error(py, &message));
            }
            (Some(mapping), _) => match mapping.cast::<PyDict>() {
                Ok(dict) => dict.clone(),
                Err(_) if mapping.cast::<PyMapping>().is_ok() => {
                    py.get_type::<PyDict>().call1((mapping,))?.cast_into::<PyDict>()?
                }
                Err(_) => {
                    let message = format!("{call}: takes one mapping or keywords, not {}", shown(mapping));
                    return Err(type_error(py, &message));
                }
            },
        };
        Ok(Self { call, accepted, dict, seen: Cell::new(0), _running: running })
    }

    /// The same, if these keywords were taken apart by their names, and the rest is in a dict.
    pub(in crate::py) fn gathered<const N: usize>(
        py: Python<'py>,
        call: &'static str,
        accepted: &'static [&'static str],
        mapping: Option<&Bound<'py, PyAny>>,
        named: [(&Bound<'py, PyString>, &Given<'py>); N],
        rest: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Self> {
        let keywords = rest.cloned().unwrap_or_else(|| PyDict::new(py));
        for (name, Given(given)) in named {
            given.as_ref().map_or(Ok(()), |given| keywords.set_item(name, given))?;
        }
        Self::new(py, call, accepted, mapping, Some(&keywords).filter(|keywords| !keywords.is_empty()))
    }

    /// The field as given, an explicit None included.
    pub(in crate::py) fn given(&self, name: &Bound<'py, PyString>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let value = self.dict.get_item(name)?;
        if value.is_some() {
            self.seen.set(self.seen.get() + 1);
        }
        Ok(value)
    }

    /// An optional field; None = left out.
    pub(in crate::py) fn optional(&self, name: &Bound<'py, PyString>) -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(self.given(name)?.filter(|value| !value.is_none()))
    }

    /// A field that must be there.
    pub(in crate::py) fn required(&self, name: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyAny>> {
        self.given(name)?.ok_or_else(|| self.missing(&format!("'{name}'")))
    }

    /// An error that says which field is missing, and which was there instead (clause G-3).
    pub(in crate::py) fn missing(&self, what: &str) -> PyErr {
        let missing = format!("{}: the field {what} is missing", self.call);
        let message =
            self.unknown().map_or_else(|| missing.clone(), |unknown| format!("{missing}; {unknown}"));
        type_error(self.dict.py(), &message)
    }

    /// Refuses unknown fields (clause G-3).
    pub(in crate::py) fn done(&self) -> PyResult<()> {
        if self.seen.get() == self.dict.len() {
            return Ok(());
        }
        let unknown = self.unknown().unwrap_or_else(|| "the fields changed while they were read".into());
        Err(type_error(self.dict.py(), &format!("{}: {unknown}", self.call)))
    }

    /// The fields that this call does not know, each with the one that may have been meant; `None` if it knows all.
    fn unknown(&self) -> Option<String> {
        let names = self.dict.keys();
        let given: Vec<String> = names.iter().filter_map(|name| name.extract().ok()).collect();
        let absent = || self.accepted.iter().copied().filter(|name| !given.iter().any(|given| given == name));
        let unknown: Vec<String> = names
            .iter()
            .filter_map(|name| {
                let text = name.extract::<String>().ok();
                if text.as_ref().is_some_and(|text| self.accepted.contains(&text.as_str())) {
                    return None;
                }
                let meant = text.and_then(|text| spelling::nearest(&text, absent()));
                let hint = meant.map(|meant| format!(" (did you mean '{meant}'?)")).unwrap_or_default();
                Some(format!("{}{hint}", shown(&name)))
            })
            .collect();
        let fields = if unknown.len() == 1 { "field" } else { "fields" };
        let accepted = self.accepted.join(", ");
        (!unknown.is_empty())
            .then(|| format!("unknown {fields} {}; accepted are {accepted}", unknown.join(", ")))
    }

    /// `user_id` (or another id field) as int64.
    pub(in crate::py) fn id(&self, name: &Bound<'py, PyString>) -> PyResult<i64> {
        id(&self.required(name)?, name)
    }

    /// A key or name.
    pub(in crate::py) fn key(&self, name: &Bound<'py, PyString>) -> PyResult<Arc<str>> {
        key(&self.required(name)?, name)
    }

    /// `user_id` and `key`, each a scalar or an array (clause G-5).
    pub(in crate::py) fn users_and_keys(&self) -> PyResult<(Vec<i64>, Vec<Arc<str>>)> {
        let py = self.dict.py();
        let users = scalar_or_array(&self.required(intern!(py, "user_id"))?, &"user_id", id)?;
        let keys = scalar_or_array(&self.required(intern!(py, "key"))?, &"key", key)?;
        Ok((users, keys))
    }
}
