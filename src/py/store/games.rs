//! `store.games` and `store.game`.

use super::{Rooms, Store};
use crate::py::args::text;
use crate::py::enter::enter_or_raise;
use crate::py::exceptions::raised;
use crate::py::exit::running;
use crate::py::part::Part;
use crate::store;
use pyo3::prelude::*;
use pyo3::types::PyList;

#[pymethods]
impl Store {
    /// The names of the games that the store holds, in order; its own game is always among them.
    #[getter]
    fn games<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let _running = running(py);
        let games = enter_or_raise(py, &self.core, store::Store::games)?;
        PyList::new(py, games.iter().map(|name| &**name))
    }

    /// Return the same store as another game sees it: its nodes, its storage, and rooms that name no game.
    ///
    /// All else is shared: connections, clock, faults. Closing either closes both. Nothing is written: a game that the
    /// store does not hold is made by the first thing that needs it, such as a room.
    fn game(slf: Bound<'_, Self>, name: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = slf.py();
        let _running = running(py);
        let store = slf.get();
        let core = store.core.of_game(&text(name, &"name")?).map_err(|error| raised(py, error))?;
        let clock = store.clock.clone_ref(py);
        let opened = Some(Self::_opened(slf).unbind());
        Ok(Self { core: Part::new(core), clock, opened, rooms: Rooms::default() })
    }
}
