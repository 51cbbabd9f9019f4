//! Reads the rows of a bulk: a committer takes each as it takes any call, and is emptied again.

use crate::error::{Code, Error, Refused};
use crate::names;
use crate::op::Op;
use crate::py::args::{Cell, cell, not_accepted, text};
use crate::py::committer::{Committer, cause};
use crate::py::exceptions::{raised, value_error};
use crate::py::room::Room;
use crate::py::spelling;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping};

/// A row that can be stored.
pub(super) struct Parsed {
    pub(super) index: usize,
    pub(super) ops: Vec<Op>,
    pub(super) bytes: u64,
    pub(super) uuid: Option<i64>,
}

pub(super) struct Reader {
    pub(super) verb: &'static str,
    committer: Py<Committer>,
    call: Py<PyAny>,
    /// The fields that the verb knows.
    known: Vec<String>,
    /// Whether fields that it does not know are left out, and not refused.
    lenient: bool,
}

impl Reader {
    pub(super) fn new(py: Python<'_>, room: &Py<Room>, verb: &Bound<'_, PyAny>) -> PyResult<Self> {
        let verb = named(verb)?;
        let committer = Bound::new(py, Committer::for_room(py, room)?)?;
        let call = committer.getattr(verb)?;
        let known = fields(&call)?;
        Ok(Self { verb, committer: committer.unbind(), call: call.unbind(), known, lenient: false })
    }

    /// The same that leaves out fields which the verb does not know.
    pub(super) fn lenient(self, lenient: bool) -> Self {
        Self { lenient, ..self }
    }

    /// Has the committer read a row. `Err`: why the row fails.
    pub(super) fn parse(
        &self,
        py: Python<'_>,
        index: usize,
        row: &Bound<'_, PyAny>,
    ) -> PyResult<Result<Parsed, Refused>> {
        let called = self.cleaned(row).and_then(|row| self.call.bind(py).call1((row,)));
        let drained = self.committer.get().drain();
        match called {
            Ok(answer) => {
                let (ops, bytes) = drained.map_err(|error| raised(py, error))?;
                Ok(Ok(Parsed { index, ops, bytes, uuid: answer.extract().ok() }))
            }
            Err(error) => match cause(py, &error, self.verb) {
                Some(Error::Refused(refused)) => Ok(Err(refused)),
                _ => Err(error),
            },
        }
    }

    /// The row as the committer takes it: without what is missing, and without numpy.
    fn cleaned<'py>(&self, row: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = row.py();
        let fields = match row.cast::<PyDict>() {
            Ok(dict) => dict.clone(),
            Err(_) if row.cast::<PyMapping>().is_ok() => {
                py.get_type::<PyDict>().call1((row,))?.cast_into::<PyDict>()?
            }
            // The committer says why not.
            Err(_) => return Ok(row.clone()),
        };
        let known = |name: &Bound<'_, PyAny>| {
            name.extract::<&str>().is_ok_and(|name| self.known.iter().any(|known| known == name))
        };
        let mut changed = None;
        for (name, value) in fields.iter() {
            let held = if self.lenient && !known(&name) { Cell::Missing } else { cell(&value)? };
            match held {
                Cell::Plain => continue,
                // A field that is not known is refused, with a value or without.
                Cell::Missing if !self.lenient && !known(&name) => continue,
                Cell::Missing | Cell::Changed(_) => {}
            }
            if changed.is_none() {
                changed = Some(fields.copy()?);
            }
            if let Some(changed) = &changed {
                match held {
                    Cell::Changed(plain) => changed.set_item(name, plain)?,
                    _ => changed.del_item(name)?,
                }
            }
        }
        Ok(changed.unwrap_or(fields).into_any())
    }
}

/// The verb of a committer with this name.
fn named(verb: &Bound<'_, PyAny>) -> PyResult<&'static str> {
    let name = text(verb, &"verb")
        .map_err(|_| not_accepted(verb, "verb", "the name of an operation is accepted"))?;
    names::verbs().find(|verb| *verb == name).ok_or_else(|| {
        let meant = spelling::nearest(&name, names::verbs());
        let hint = meant.map(|meant| format!(" (did you mean '{meant}'?)")).unwrap_or_default();
        let accepted: Vec<_> = names::verbs().collect();
        let message = format!("verb: '{name}'{hint}; accepted are {}", accepted.join(", "));
        value_error(verb.py(), &message, Code::BadValue)
    })
}

/// The names of the fields that a verb takes, as its signature has them.
fn fields(call: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let signature: String = call.getattr(intern!(call.py(), "__text_signature__"))?.extract()?;
    let named = signature.rsplit("*, ").next().unwrap_or_default().trim_end_matches(')');
    Ok(named.split(", ").filter_map(|field| field.split('=').next()).map(str::to_owned).collect())
}
