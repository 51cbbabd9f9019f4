//! Unique names: `c.name_new`, `score.name_search` (clauses N-1 and N-2).

use super::args::{Fields, text};
use super::committer::{Committer, Queued};
use super::enter::enter;
use super::rows;
use super::score::Score;
use crate::kinds::name::{self, Name};
use crate::value::text_len;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

#[pymethods]
impl Committer {
    /// Queue: claim ``name`` (1 to 180 characters) under ``key``. Fails with ``NAME_TAKEN``.
    ///
    /// A name can be taken once under its key. If it is taken already, the whole commit fails, even if the same commit
    /// took it.
    /// Fields: ``key``, ``name`` (1 to 180 characters), ``value`` (str).
    /// Clause N-1.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, key=..., name=..., value=...)"
    )]
    fn name_new<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let game = self.room.get().core.game();
        self.queue(py, "name_new", &["key", "name", "value"], fields, keywords, |fields| {
            let (key, name) = (fields.key(intern!(py, "key"))?, fields.key(intern!(py, "name"))?);
            let value = text(&fields.required(intern!(py, "value"))?, &"value")?;
            fields.done()?;
            let bytes = text_len(&value);
            Ok(Queued { op: name::new(game, &key, &name, value.into()).into(), bytes })
        })
    }
}

#[pymethods]
impl Score {
    /// Read the names that begin with a prefix; shorter ones first.
    ///
    /// ``%``, ``_`` and ``\`` are ordinary characters. Names of equal length come by code point; the number of rows is
    /// not limited.
    /// Fields: ``key``, ``name_prefix`` (str).
    /// Returns rows ``{key, name, value}``.
    /// Clause N-2.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, key=..., name_prefix=...)"
    )]
    fn name_search<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let fields = Fields::new(py, "name_search", &["key", "name_prefix"], fields, keywords)?;
        let key = fields.key(intern!(py, "key"))?;
        let prefix = text(&fields.required(intern!(py, "name_prefix"))?, &"name_prefix")?;
        fields.done()?;
        let room = &self.room.get().core;
        let answer = enter(py, room, {
            let key = key.clone();
            move |room| room.name_search(&key, &prefix)
        })?;
        self.answer(py, answer, |names| {
            rows::list(py, &names, |py, found: &Name| {
                let dict = PyDict::new(py);
                dict.set_item(intern!(py, "key"), &*key)?;
                dict.set_item(intern!(py, "name"), &*found.name)?;
                dict.set_item(intern!(py, "value"), &*found.value)?;
                Ok(dict)
            })
        })
    }
}
