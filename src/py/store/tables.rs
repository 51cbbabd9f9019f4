//! `store.tables`, `store.player` and `store.sql`: looking at all of a game's data.

use super::Store;
use crate::py::args::{id, not_accepted, text};
use crate::py::enter::enter_or_raise;
use crate::py::exit::running;
use crate::py::table::{self, Table};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBool;
use std::time::Duration;

#[pymethods]
impl Store {
    /// The tables of the store's game: a mapping from their names to ``Table``.
    ///
    /// In this order: ``player``, ``general``, ``money``, ``list``, ``world_data``, ``world_list``, ``with_limit``,
    /// ``name``, ``message``, ``achievement``, ``node``, ``storage``, ``order``.
    #[getter]
    fn tables<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let _running = running(py);
        py.import(intern!(py, "cloudvars.tables"))?.call_method1(intern!(py, "Tables"), (slf,))
    }

    fn _table(slf: &Bound<'_, Self>, name: &str) -> PyResult<Table> {
        table::named(slf, name)
    }

    /// Return everything that one user has, as it is at one moment.
    ///
    /// ``user_id``: an int64, or a str that is one. A user of whom nothing is stored has empty lists.
    fn player<'py>(slf: &Bound<'py, Self>, user_id: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let _running = running(py);
        let user = id(user_id, &"user_id")?;
        let parts = enter_or_raise(py, &slf.get().core, move |store| store.player(user))?;
        let game = slf.get().core.default_game().to_string();
        let tables = table::parts(py, &parts)?;
        py.import(intern!(py, "cloudvars.tables"))?.call_method1(intern!(py, "Player"), (user, game, tables))
    }

    /// Return what a query answers: a ``Table`` whose rows are read.
    ///
    /// Its tables are those of ``store.tables``, with all games, on every engine; times are ISO text in UTC, JSON is
    /// text, the value of a counter is the stored one. One statement that reads: SELECT, WITH … SELECT or VALUES.
    /// ``params``: what its question marks stand for. ``timeout``: seconds, after which it is given up.
    /// Raises ``CloudValueError`` for a query that the engine does not accept, ``StoreError`` when it took too long.
    #[pyo3(signature = (query, params = None, timeout = None),
        text_signature = "($self, query, params=(), timeout=30)")]
    fn sql(
        slf: &Bound<'_, Self>,
        query: &Bound<'_, PyAny>,
        params: Option<&Bound<'_, PyAny>>,
        timeout: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Table> {
        let py = slf.py();
        let _running = running(py);
        let query = text(query, &"query")?;
        let params = params.map_or_else(|| Ok(Vec::new()), table::params)?;
        let timeout = timeout.map_or(Ok(Duration::from_secs(30)), |given| {
            let is_bool = given.is_instance_of::<PyBool>();
            let seconds = given
                .extract::<f64>()
                .ok()
                .filter(|_| !is_bool)
                .and_then(|it| Duration::try_from_secs_f64(it).ok());
            seconds.ok_or_else(|| not_accepted(given, "timeout", "seconds above 0 are accepted"))
        })?;
        let memory = enter_or_raise(py, &slf.get().core, move |store| store.query(&query, params, timeout))?;
        Ok(table::answered(slf, memory))
    }
}
