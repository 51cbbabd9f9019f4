//! Money: `c.money_add`, `c.money_cost`, `score.money_get` (clauses M-1 to M-3).

use super::args::{Given, int, int_from};
use super::committer::{Committer, Queued};
use super::score::{Asked, Keyed, Score};
use super::value;
use crate::kinds::{Entry, money};
use crate::room::Room;
use crate::row::Kind;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// `{user_id, key, value}`
fn row<'py>(py: Python<'py>, (key, row): &Entry) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item(intern!(py, "user_id"), key.owner)?;
    dict.set_item(intern!(py, "key"), value::key(py, &key.key))?;
    dict.set_item(intern!(py, "value"), row.i_value.unwrap_or(0))?;
    Ok(dict)
}

#[pymethods]
impl Committer {
    /// Queue: add ``value`` (an int, may be negative) to a balance; it may go below 0.
    ///
    /// ``2.0`` counts as 2; text, fractions and bools are refused.
    /// Fields: ``user_id``, ``key``, ``value``.
    /// Fails with ``OUT_OF_RANGE``.
    /// Clause M-2.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, user_id=..., key=..., value=...)"
    )]
    fn money_add<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let game = self.room.get().core.game();
        self.queue(py, "money_add", &["user_id", "key", "value"], fields, keywords, |fields| {
            let (user, key) = (fields.id(intern!(py, "user_id"))?, fields.key(intern!(py, "key"))?);
            let amount = int(&fields.required(intern!(py, "value"))?, &"value")?;
            fields.done()?;
            Ok(Queued::free(money::add(game, user, key, amount)))
        })
    }

    /// Queue: take ``value`` (an int > 0) from a balance. Fails with ``NOT_ENOUGH_MONEY``.
    ///
    /// The exact balance may be spent. If it does not suffice, the whole commit fails.
    /// Fields: ``user_id``, ``key``, ``value``.
    /// Clause M-3.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, user_id=..., key=..., value=...)"
    )]
    fn money_cost<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let game = self.room.get().core.game();
        self.queue(py, "money_cost", &["user_id", "key", "value"], fields, keywords, |fields| {
            let (user, key) = (fields.id(intern!(py, "user_id"))?, fields.key(intern!(py, "key"))?);
            let amount = int_from(&fields.required(intern!(py, "value"))?, &"value", 1)?;
            fields.done()?;
            Ok(Queued::free(money::cost(game, user, key, amount)))
        })
    }
}

#[pymethods]
impl Score {
    /// Read balances: ``(0, [{user_id, key, value}, ...], None)``.
    ///
    /// Arrays ask for every combination; the rows come user by user, each once. Nothing found is ``[]``. Balances are
    /// int64.
    /// Fields: ``user_id`` and ``key``, each a scalar or an array; counts as one read.
    /// Clauses M-1, G-5.
    #[pyo3(
        signature = (fields = None, /, *, user_id = Given(None), key = Given(None), **rest),
        text_signature = "($self, fields=..., /, *, user_id=..., key=...)"
    )]
    fn money_get<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        user_id: Given<'py>,
        key: Given<'py>,
        rest: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        const MONEY_GET: Keyed = Keyed { name: "money_get", kind: Kind::Money, read: Room::money_get, row };
        let asked = Asked { mapping: fields, user_id, key, rest };
        self.by_keys(py, &MONEY_GET, &asked)
    }
}
