//! `Store`.

mod backup;
mod check;
mod closing;
mod core;
mod dump;
mod games;
mod kit;
mod opening;
mod rooms;
mod status;
mod tables;

pub(super) use self::core::Core;
pub(super) use opening::open;

use self::rooms::Rooms;
use super::args::{Given, text};
use super::enter::enter_or_raise;
use super::exceptions::value_error;
use super::exit::running;
use super::faults::Faults;
use super::moment;
use super::node_files::Achievements;
use super::operator::Operator;
use super::part::Part;
use super::room::{Mode, Room};
use super::storage::StorageSettings;
use crate::error::Code;
use crate::room::RoomOptions;
use crate::store::{self, DEFAULT_GAME};
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::intern;
use pyo3::prelude::*;
use std::sync::Arc;

/// All data of one service. Made by ``open``; threads may share it.
#[pyclass(frozen, weakref, module = "cloudvars")]
pub(super) struct Store {
    pub(super) core: Part<store::Store>,
    clock: Py<PyAny>,
    /// The store that was opened, in one that `game` made of it. That one has the rooms of both, and the helper threads.
    opened: Option<Py<Self>>,
    rooms: Rooms,
}

impl Store {
    /// Whether it can be used, for people.
    fn state(&self) -> &'static str {
        match (self.core.is_closed(), self.core.is_read_only()) {
            (true, _) => "closed",
            (false, true) => "read-only",
            (false, false) => "open",
        }
    }

    fn new(core: Arc<store::Store>, clock: Py<PyAny>) -> Self {
        Self { core: Part::new(core), clock, opened: None, rooms: Rooms::default() }
    }

    /// The rooms of this store and of those of its other games.
    fn rooms(&self) -> &Rooms {
        self.opened.as_ref().map_or(&self.rooms, |opened| &opened.get().rooms)
    }
}

impl Drop for Store {
    /// Nobody has the store, one of its games or a room of them any more: its helper threads end.
    fn drop(&mut self) {
        if self.opened.is_none() {
            self.core.retire();
        }
    }
}

#[pymethods]
impl Store {
    /// Open a room: one running game session, with its own quota and subscriptions.
    ///
    /// Without limits nothing is counted: no reads, writes or bytes a minute, no 50 sets a second.
    /// ``name``: for people; ``game``: another game than the store's;
    /// ``delivery``: "inline" (callbacks run before the call returns) or "tick" (only ``room.tick()`` runs them; D-1);
    /// ``limits=False`` switches the quotas off, that of sets per second too.
    #[pyo3(signature = (name = None, *, game = None, delivery = Given(None), limits = Given(None)),
        text_signature = "($self, name=None, *, game=None, delivery='inline', limits=True)")]
    fn room<'py>(
        slf: Bound<'py, Self>,
        py: Python<'py>,
        name: Option<&Bound<'py, PyAny>>,
        game: Option<&Bound<'py, PyAny>>,
        delivery: Given<'py>,
        limits: Given<'py>,
    ) -> PyResult<Bound<'py, Room>> {
        let _running = running(py);
        let name = name.map_or_else(|| Ok("room".to_owned()), |name| text(name, &"name"))?;
        let game = game.map(|game| text(game, &"game")).transpose()?;
        let mode = match delivery.text("delivery", "inline")?.as_str() {
            "inline" => Mode::Inline,
            "tick" => Mode::Tick,
            other => {
                let message = format!("delivery: '{other}'; 'inline' or 'tick' is accepted");
                return Err(value_error(py, &message, Code::BadValue));
            }
        };
        let limits = limits.bool("limits", true)?;
        let options = RoomOptions { game, limits };
        let store = &slf.get().core;
        let core = enter_or_raise(py, store, {
            let store = Arc::clone(store);
            move |_| store.room(&name, &options)
        })?;
        let room = Bound::new(py, Room::new(core, slf.clone().unbind(), mode))?;
        slf.get().rooms().note(&room)?;
        Ok(room)
    }

    /// The clock that the store was opened with.
    #[getter]
    fn clock(&self, py: Python<'_>) -> Py<PyAny> {
        self.clock.clone_ref(py)
    }

    /// The achievement nodes of the store's game.
    #[getter]
    fn achievements(&self) -> Achievements {
        Achievements { store: Part::new(self.core.clone()) }
    }

    /// The lobby storage of the store's game.
    #[getter]
    fn storage(&self) -> StorageSettings {
        StorageSettings { store: Part::new(self.core.clone()) }
    }

    /// Corrections by the people who run the service, in the store's game.
    ///
    /// Clauses P-1 to P-5.
    #[getter]
    fn operator(&self) -> Operator {
        Operator { store: Part::new(self.core.clone()) }
    }

    /// Failures on purpose, for tests.
    ///
    /// The failures, delays, duplicates and conflicts that a test causes on purpose.
    /// Clauses F-1 to F-4.
    #[getter]
    fn faults(&self) -> Faults {
        Faults { store: Part::new(self.core.clone()) }
    }

    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __repr__(&self) -> String {
        let closed = match self.state() {
            "open" => String::new(),
            state => format!(", {state}"),
        };
        let game = match &**self.core.default_game() {
            DEFAULT_GAME => String::new(),
            game => format!(" of game '{game}'"),
        };
        format!("<cloudvars.Store '{}'{game}{closed}>", self.core.target())
    }

    fn _repr_html_<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(py);
        let shown = (self.core.target(), &**self.core.default_game(), self.state());
        py.import(intern!(py, "cloudvars._html"))?.call_method1(intern!(py, "store"), shown)
    }

    /// The store that was opened: the same one for all stores that ``game`` made of it.
    fn _opened(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        match &slf.get().opened {
            Some(opened) => opened.bind(slf.py()).clone(),
            None => slf,
        }
    }

    /// What a helper thread works on.
    fn _core(&self) -> Core {
        Core { core: Part::new(self.core.clone()) }
    }

    /// The time of the caller, for `_at`; None unless a store uses Python's.
    #[expect(clippy::unused_self, reason = "a method for Python")]
    fn _moment(&self, py: Python<'_>) -> PyResult<Option<i64>> {
        let _running = running(py);
        moment::now(py)
    }

    /// Calls a function on this thread with its caller's time.
    #[expect(clippy::unused_self, reason = "a method for Python")]
    fn _at<'py>(&self, moment: Option<i64>, call: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        moment::at(moment, call)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.clock)?;
        visit.call(&self.opened)?;
        self.rooms.traverse(&visit)
    }
}
