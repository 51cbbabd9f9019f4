//! The rooms of a store that are in use: closing the store ends them.

use crate::lock::{locked, try_locked};
use crate::py::room::Room;
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyWeakrefMethods, PyWeakrefReference};
use std::sync::Mutex;

/// Rooms that are gone are not looked for among fewer than this.
const ROOMS_MIN: usize = 64;

#[derive(Default)]
pub(super) struct Rooms(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    made: Vec<Py<PyWeakrefReference>>,
    /// When there are more than this, those that are gone are forgotten.
    most: usize,
}

impl Rooms {
    /// Remembers a room, weakly.
    pub(super) fn note(&self, room: &Bound<'_, Room>) -> PyResult<()> {
        let py = room.py();
        let weak = PyWeakrefReference::new(room)?.unbind();
        let mut rooms = locked(&self.0);
        rooms.made.push(weak);
        let mut gone = Vec::new();
        if rooms.made.len() > rooms.most {
            let all = std::mem::take(&mut rooms.made);
            (rooms.made, gone) = all.into_iter().partition(|weak| weak.bind(py).upgrade().is_some());
            rooms.most = (2 * rooms.made.len()).max(ROOMS_MIN);
        }
        drop(rooms);
        drop(gone);
        Ok(())
    }

    /// The rooms that are in use, in the order in which they were opened.
    pub(super) fn opened(&self, py: Python<'_>) -> Vec<Py<Room>> {
        let made: Vec<_> = locked(&self.0).made.iter().map(|weak| weak.clone_ref(py)).collect();
        let rooms = made.iter().filter_map(|weak| weak.bind(py).upgrade()?.cast_into::<Room>().ok());
        rooms.map(Bound::unbind).collect()
    }

    pub(super) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        let Some(rooms) = try_locked(&self.0) else { return Ok(()) };
        rooms.made.iter().try_for_each(|room| visit.call(room))
    }
}
