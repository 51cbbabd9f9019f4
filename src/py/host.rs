//! What the host of a mod, which plays the engine around it, calls on `room.achievement`. The names are private.

use super::achievement::Achievement;
use super::args::{checked, id, int_from, key, optional_callable};
use super::enter::enter_or_raise;
use super::exit::running;
use super::node::ENGINE;
use super::value;
use crate::room;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::atomic::Ordering;

#[pymethods]
#[expect(non_snake_case, reason = "the parameter names of the lobby")]
impl Achievement {
    /// Calls ``fn(playerId, node)`` each time a custom node completes; None = nobody is called.
    fn _on_complete(&self, completed: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let completed = optional_callable(completed, "fn")?;
        let before = std::mem::replace(&mut *self.room.get().hooks.completed(), completed);
        drop(before);
        Ok(())
    }

    /// Fetches a player's progress on all cloud nodes, as the engine does when their mods are loaded.
    fn _load_cloud(&self, py: Python<'_>, playerId: &Bound<'_, PyAny>) -> PyResult<()> {
        let _running = running(py);
        let player = id(playerId, &"playerId")?;
        enter_or_raise(py, &self.room.get().core, move |room| room.load_cloud(player))
    }

    /// Every custom node's JSON by its id, in node order.
    fn _nodes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let _running = running(py);
        let dict = PyDict::new(py);
        for node in enter_or_raise(py, &self.room.get().core, room::Room::nodes)? {
            dict.set_item(&*node.id, value::decode(py, &node.value)?)?;
        }
        Ok(dict)
    }

    /// ``AddNodeProgress`` by the engine, for goals that count themselves: sent without callback and extra.
    fn _auto(
        &self,
        py: Python<'_>,
        playerId: &Bound<'_, PyAny>,
        nodeId: &Bound<'_, PyAny>,
        delta: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let _running = running(py);
        let (player, node) = (id(playerId, &"playerId")?, key(nodeId, &"nodeId")?);
        let delta = int_from(delta, &"delta", 1)?;
        self.advance(py, ENGINE, player, &node, Some(delta), (None, None))
    }

    /// Keeps what mods attach to a player, or to the level (None), in the save of this room's name: a dict.
    #[pyo3(signature = (playerId, value))]
    fn _write_save(
        &self,
        py: Python<'_>,
        playerId: Option<&Bound<'_, PyAny>>,
        value: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let _running = running(py);
        let player = playerId.map(|player| id(player, &"playerId")).transpose()?;
        let value = checked(py, value::encode(value, "value"))?;
        enter_or_raise(py, &self.room.get().core, move |room| room.write_save(player, value.json))
    }

    /// What mods attached to a player, or to the level (None), in the save of this room's name: a dict, or None.
    #[pyo3(signature = (playerId))]
    fn _read_save<'py>(
        &self,
        py: Python<'py>,
        playerId: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let _running = running(py);
        let player = playerId.map(|player| id(player, &"playerId")).transpose()?;
        let found = enter_or_raise(py, &self.room.get().core, move |room| room.read_save(player))?;
        found.map(|json| value::decode(py, &json)).transpose()
    }

    /// While True, ``GetNodeDetailInfo`` raises ``RuntimeError``.
    fn _forbid(&self, forbidden: bool) {
        self.room.get().hooks.forbidden.store(forbidden, Ordering::Release);
    }

    /// A player's progress on a custom node, as far as this room knows; 0 for an unknown node.
    fn _progress(
        &self,
        py: Python<'_>,
        playerId: &Bound<'_, PyAny>,
        nodeId: &Bound<'_, PyAny>,
    ) -> PyResult<i64> {
        let _running = running(py);
        let (player, node) = (id(playerId, &"playerId")?, key(nodeId, &"nodeId")?);
        let Some(node) = self.node(py, &node)? else { return Ok(0) };
        enter_or_raise(py, &self.room.get().core, move |room| room.progress(player, &node))
    }
}
