//! Counters with a limit: `c.withlimit_add`, `score.withlimit_query` (clauses T-1 to T-4).

use super::args::{Fields, int, int_from, not_accepted};
use super::committer::{Committer, Queued};
use super::exceptions::{raised, value_error};
use super::score::Score;
use super::value;
use crate::calendar::{Unit, Weekday};
use crate::error::Code;
use crate::kinds::limit;
use crate::row::{Key, Row};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

const DAYS: &str =
    "'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday' or 'sunday' is accepted";

fn week_start(given: Option<&Bound<'_, PyAny>>) -> PyResult<Weekday> {
    let Some(given) = given else { return Ok(Weekday::Monday) };
    given
        .cast::<PyString>()
        .ok()
        .and_then(|text| text.to_cow().ok().and_then(|text| Weekday::parse(&text)))
        .ok_or_else(|| not_accepted(given, "week_start", DAYS))
}

/// At most one `refresh_…`; `week_start` only with weeks (clause T-1).
fn refresh(fields: &Fields<'_>, py: Python<'_>) -> PyResult<limit::Refresh> {
    let start = fields.optional(intern!(py, "week_start"))?;
    let first_day = week_start(start.as_ref())?;
    let units = [
        (intern!(py, "refresh_hour"), Unit::Hour),
        (intern!(py, "refresh_day"), Unit::Day),
        (intern!(py, "refresh_week"), Unit::Week(first_day)),
        (intern!(py, "refresh_month"), Unit::Month),
        (intern!(py, "refresh_year"), Unit::Year),
    ];
    let mut found: limit::Refresh = None;
    for (name, unit) in units {
        let Some(given) = fields.optional(name)? else { continue };
        let n = int_from(&given, name, 1)?;
        let n = u32::try_from(n)
            .map_err(|_| not_accepted(&given, &name.to_string(), "1 to 4294967295 is accepted"))?;
        if found.replace((unit, n)).is_some() {
            let message = format!("{name}: {n}; only one refresh_… is accepted");
            return Err(value_error(py, &message, Code::BadValue));
        }
    }
    if let Some(start) = start
        && !matches!(found, Some((Unit::Week(_), _)))
    {
        return Err(not_accepted(&start, "week_start", "it is accepted with refresh_week only"));
    }
    Ok(found)
}

/// `{user_id, key, value, limit, refresh_xxx?, week_start?}`
fn row<'py>(py: Python<'py>, key: &Key, row: &Row) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item(intern!(py, "user_id"), key.owner)?;
    dict.set_item(intern!(py, "key"), value::key(py, &key.key))?;
    dict.set_item(intern!(py, "value"), row.i_value.unwrap_or(0))?;
    dict.set_item(intern!(py, "limit"), row.aux)?;
    match limit::refresh(row).map_err(|error| raised(py, error))? {
        None => {}
        Some((Unit::Hour, n)) => dict.set_item(intern!(py, "refresh_hour"), n)?,
        Some((Unit::Day, n)) => dict.set_item(intern!(py, "refresh_day"), n)?,
        Some((Unit::Month, n)) => dict.set_item(intern!(py, "refresh_month"), n)?,
        Some((Unit::Year, n)) => dict.set_item(intern!(py, "refresh_year"), n)?,
        Some((Unit::Week(start), n)) => {
            dict.set_item(intern!(py, "refresh_week"), n)?;
            dict.set_item(intern!(py, "week_start"), start.name())?;
        }
    }
    Ok(dict)
}

#[pymethods]
impl Committer {
    /// Queue: add to a counter that stays within 0 to ``limit``. Fails with ``LIMIT_EXCEEDED``.
    ///
    /// The whole commit fails if the result is below 0 or above ``limit``. The counter begins at 0 again when its
    /// window has ended (n units after the start of the unit of the last add, in the store's time zone), and when the
    /// refresh differs from the stored one.
    /// Fields: ``user_id``, ``key``, ``value`` (int), ``limit`` (int), at most one ``refresh_…`` (int >= 1), and with
    /// ``refresh_week`` also ``week_start`` ("monday", the default, to "sunday").
    /// Clauses T-1 to T-3.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, user_id=..., key=..., value=..., limit=..., refresh_hour=..., refresh_day=..., refresh_week=..., refresh_month=..., refresh_year=..., week_start=...)"
    )]
    fn withlimit_add<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let game = self.room.get().core.game();
        self.queue(
            py,
            "withlimit_add",
            &[
                "user_id",
                "key",
                "value",
                "limit",
                "refresh_hour",
                "refresh_day",
                "refresh_week",
                "refresh_month",
                "refresh_year",
                "week_start",
            ],
            fields,
            keywords,
            |fields| {
                let (user, key) = (fields.id(intern!(py, "user_id"))?, fields.key(intern!(py, "key"))?);
                let amount = int(&fields.required(intern!(py, "value"))?, &"value")?;
                let most = int(&fields.required(intern!(py, "limit"))?, &"limit")?;
                let refresh = refresh(fields, py)?;
                fields.done()?;
                Ok(Queued::free(limit::add(limit::key(game, user, key), amount, most, refresh)))
            },
        )
    }
}

#[pymethods]
impl Score {
    /// Read a counter; after its window's end it is 0.
    ///
    /// After the end of the window it stores 0 and answers 0. ``{}`` if there is no counter. ``week_start`` is shown
    /// with ``refresh_week``.
    /// Fields: ``user_id``, ``key``.
    /// Returns ``{user_id, key, value, limit, refresh_xxx?, week_start?}``, or ``{}``.
    /// Clause T-4.
    #[pyo3(
        signature = (fields = None, /, **keywords),
        text_signature = "($self, fields=..., /, *, user_id=..., key=...)"
    )]
    fn withlimit_query<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let fields = Fields::new(py, "withlimit_query", &["user_id", "key"], fields, keywords)?;
        let (user, key) = (fields.id(intern!(py, "user_id"))?, fields.key(intern!(py, "key"))?);
        fields.done()?;
        let room = &self.room.get().core;
        let at = limit::key(room.game(), user, key);
        let answer = self.read(py, {
            let at = at.clone();
            move |room| room.withlimit_query(&at)
        })?;
        self.answer(py, answer, |found| {
            Ok(found.map_or_else(|| Ok(PyDict::new(py)), |found| row(py, &at, &found))?.into_any())
        })
    }
}
