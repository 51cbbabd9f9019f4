//! Rows by users and keys: `score.get` and `score.money_get` (clause G-5).

use super::Score;
use crate::error::{Refused, Result};
use crate::interrupt;
use crate::kinds::Entry;
use crate::py::args::{Fields, Given, key};
use crate::py::enter::at_once;
use crate::py::exit::running;
use crate::py::{prototype, rows};
use crate::room::Room;
use crate::row::{Found, Kind};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyString};
use std::sync::Arc;

type Read = fn(&Room, &[i64], &[Arc<str>]) -> Result<Vec<Found>>;
type Build = for<'py> fn(Python<'py>, &Entry) -> PyResult<Bound<'py, PyDict>>;

/// One of the calls.
pub(in crate::py) struct Keyed {
    pub(in crate::py) name: &'static str,
    pub(in crate::py) kind: Kind,
    pub(in crate::py) read: Read,
    pub(in crate::py) row: Build,
}

/// What it was given. The fields of one row are arguments of their own: to make a dict of them costs a tenth of the call.
pub(in crate::py) struct Asked<'a, 'py> {
    pub(in crate::py) mapping: Option<&'a Bound<'py, PyAny>>,
    pub(in crate::py) user_id: Given<'py>,
    pub(in crate::py) key: Given<'py>,
    pub(in crate::py) rest: Option<&'a Bound<'py, PyDict>>,
}

impl<'py> Asked<'_, 'py> {
    /// The user and the key of one row, as most calls give them: an int, a str, and nothing else.
    fn one_row(&self, py: Python<'py>) -> PyResult<Option<(i64, Bound<'py, PyString>)>> {
        let (user, key) = match (self.mapping, self.rest) {
            (None, None) => (self.user_id.0.clone(), self.key.0.clone()),
            (Some(mapping), None) if self.user_id.0.is_none() && self.key.0.is_none() => {
                let Ok(dict) = mapping.cast_exact::<PyDict>() else { return Ok(None) };
                if dict.len() != 2 {
                    return Ok(None);
                }
                (dict.get_item(intern!(py, "user_id"))?, dict.get_item(intern!(py, "key"))?)
            }
            _ => return Ok(None),
        };
        let is_int = |user: &Bound<'_, PyAny>| user.is_exact_instance_of::<PyInt>();
        let user = user.filter(is_int).and_then(|user| user.extract().ok());
        Ok(user.zip(key.and_then(|key| key.cast_into_exact().ok())))
    }
}

impl Score {
    /// What memory answers; at most so much as this score may take time for.
    fn in_memory<T>(
        &self,
        py: Python<'_>,
        call: impl FnOnce() -> Result<T>,
    ) -> PyResult<Option<Result<T, Refused>>> {
        at_once(py, || if self.at_once { interrupt::at_once(call) } else { call() })
    }

    /// Rows that are in memory are answered at once; for others the interpreter is let go of.
    pub(in crate::py) fn by_keys<'py>(
        &self,
        py: Python<'py>,
        call: &Keyed,
        asked: &Asked<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(py);
        let &Keyed { name, kind, read, row } = call;
        let room = &self.room.get().core;
        let list = |found: &[Found]| {
            if found.len() > prototype::ROWS_MAX {
                return rows::list(py, found, |py, found| row(py, found));
            }
            rows::list(py, found, |py, found| prototype::dict(py, found, row))
        };
        let one = asked.one_row(py)?;
        if let Some((user, Ok(key))) = one.as_ref().map(|(user, key)| (user, key.to_str()))
            && let Some(answer) = self.in_memory(py, || room.recall(kind, *user, key))?
        {
            return self.answer(py, answer, |found| list(found.as_slice()));
        }
        let (users, keys) = if let Some((user, text)) = &one {
            (vec![*user], vec![key(text, &"key")?])
        } else {
            let named = [(intern!(py, "user_id"), &asked.user_id), (intern!(py, "key"), &asked.key)];
            let fields = Fields::gathered(py, name, &["user_id", "key"], asked.mapping, named, asked.rest)?;
            let given = fields.users_and_keys()?;
            fields.done()?;
            given
        };
        let known =
            if one.is_none() { self.in_memory(py, || room.recall_all(kind, &users, &keys))? } else { None };
        let answer = match known {
            Some(answer) => answer,
            None => self.wait(py, move |room| read(room, &users, &keys))?,
        };
        self.answer(py, answer, |found| list(&found))
    }
}
