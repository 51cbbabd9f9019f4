//! General storage: `c.set`, `c.add`, `c.addi`, `score.get` (clauses K-1 to K-4).

use super::args::{Fields, Given, container, number, text};
use super::committer::{Committer, Queued};
use super::exceptions::{type_error, value_error};
use super::score::{Asked, Keyed, Score};
use super::value;
use crate::error::Code;
use crate::kinds::{Entry, general};
use crate::room::Room;
use crate::row::Kind;
use crate::value::text_len;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// `{user_id, key, i_value?, s_value?, value?}`
fn row<'py>(py: Python<'py>, (key, row): &Entry) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item(intern!(py, "user_id"), key.owner)?;
    dict.set_item(intern!(py, "key"), value::key(py, &key.key))?;
    if let Some(i_value) = row.i_value {
        dict.set_item(intern!(py, "i_value"), i_value)?;
    }
    if let Some(s_value) = &row.s_value {
        dict.set_item(intern!(py, "s_value"), &**s_value)?;
    }
    if let Some(json) = &row.value {
        dict.set_item(intern!(py, "value"), value::decode(py, json)?)?;
    }
    Ok(dict)
}

/// Where `add` and `addi` read their amount: `i_value` or `value`, not both (clause K-3).
fn amount(fields: &Fields<'_>, py: Python<'_>, name: &str) -> PyResult<i64> {
    let (i_value, value) = (fields.optional(intern!(py, "i_value"))?, fields.optional(intern!(py, "value"))?);
    match (i_value, value) {
        (Some(amount), None) => number(&amount, &"i_value"),
        (None, Some(amount)) => number(&amount, &"value"),
        (None, None) => Err(fields.missing("'i_value' or 'value'")),
        (Some(_), Some(_)) => {
            let message = format!("{name}: i_value and value are two names of one amount; give one of them");
            Err(value_error(py, &message, Code::BadValue))
        }
    }
}

impl Committer {
    fn queue_add<'py>(
        &self,
        py: Python<'py>,
        name: &'static str,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let game = self.room.get().core.game();
        self.queue(py, name, &["user_id", "key", "i_value", "value"], fields, keywords, |fields| {
            let (user, key) = (fields.id(intern!(py, "user_id"))?, fields.key(intern!(py, "key"))?);
            let amount = amount(fields, py, name)?;
            fields.done()?;
            Ok(Queued::free(general::add(game, user, key, amount, name)))
        })
    }
}

#[pymethods]
impl Committer {
    /// Queue: write those of ``i_value``, ``s_value`` and ``value`` that are given; the others stay.
    ///
    /// At least one of the three is needed; a field cannot be cleared again. Ints are kept exactly; other text than a
    /// number raises.
    /// Fields: ``user_id``, ``key``, and at least one of ``i_value`` (int, float or numeric str; rounded by floor(x +
    /// 0.5)), ``s_value`` (str), ``value`` (dict or list).
    /// Clauses K-1, K-2, V-4.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, user_id=..., key=..., i_value=..., s_value=..., value=...)"
    )]
    fn set<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let game = self.room.get().core.game();
        self.queue(
            py,
            "set",
            &["user_id", "key", "i_value", "s_value", "value"],
            fields,
            keywords,
            |fields| {
                let (user, key) = (fields.id(intern!(py, "user_id"))?, fields.key(intern!(py, "key"))?);
                let i_value = fields.optional(intern!(py, "i_value"))?;
                let s_value = fields.optional(intern!(py, "s_value"))?;
                let given = fields.optional(intern!(py, "value"))?;
                fields.done()?;
                if i_value.is_none() && s_value.is_none() && given.is_none() {
                    return Err(type_error(py, "set: at least one of i_value, s_value and value is needed"));
                }
                let i_value = i_value.map(|given| number(&given, &"i_value")).transpose()?;
                let s_value = s_value.map(|given| text(&given, &"s_value")).transpose()?;
                let value = given.map(|given| container(&given)).transpose()?;
                let bytes =
                    value.as_ref().map_or(0, |value| value.len) + s_value.as_deref().map_or(0, text_len);
                Ok(Queued {
                    op: general::set(game, user, key, i_value, s_value.map(Into::into), value).into(),
                    bytes,
                })
            },
        )
    }

    /// Queue: add to ``i_value``; a missing row counts as 0. Fails with ``OUT_OF_RANGE``.
    ///
    /// A row without ``i_value`` counts as 0, other fields stay, and the result may be below zero. Beyond int64 the
    /// commit fails with ``OUT_OF_RANGE``. The amount is rounded as by ``set``.
    /// Fields: ``user_id``, ``key``, and the amount as ``i_value`` or ``value``.
    /// Clauses K-3, G-8.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, user_id=..., key=..., i_value=..., value=...)"
    )]
    fn add<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        self.queue_add(py, "add", fields, keywords)
    }

    /// Queue: the same as ``add``.
    ///
    /// Both names are the lobby's.
    /// Clause K-3.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, user_id=..., key=..., i_value=..., value=...)"
    )]
    fn addi<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        self.queue_add(py, "addi", fields, keywords)
    }
}

#[pymethods]
impl Score {
    /// Read the rows that exist under the given users and keys.
    ///
    /// Arrays ask for every combination; the rows come user by user, each once. Nothing found is ``[]``. Fields that
    /// were never set are absent.
    /// Fields: ``user_id`` and ``key``, each a scalar or an array.
    /// Returns ``(0, [{user_id, key, i_value?, s_value?, value?}, ...], None)``; counts as one read.
    /// Clauses G-5, K-4.
    #[pyo3(
        signature = (fields = None, /, *, user_id = Given(None), key = Given(None), **rest),
        text_signature = "($self, fields=..., /, *, user_id=..., key=...)"
    )]
    fn get<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        user_id: Given<'py>,
        key: Given<'py>,
        rest: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        const GET: Keyed = Keyed { name: "get", kind: Kind::General, read: Room::get, row };
        let asked = Asked { mapping: fields, user_id, key, rest };
        self.by_keys(py, &GET, &asked)
    }
}
