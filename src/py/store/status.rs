//! What the page shows of a store as a whole.

use super::Store;
use crate::backend::Durability;
use crate::fault::Planned;
use crate::py::enter::enter_or_raise;
use crate::py::exit::running;
use crate::py::moment;
use crate::py::structured::built;
use crate::py::table::{self, Table};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde::Serialize;

#[derive(Serialize)]
struct Status {
    target: String,
    game: String,
    durability: &'static str,
    closed: bool,
    readonly: bool,
    writers: usize,
    commits: u64,
    rooms: Vec<RoomStatus>,
    faults: Vec<FaultStatus>,
}

#[derive(Serialize)]
struct RoomStatus {
    name: String,
    game: String,
    reads: u32,
    writes: u32,
    bytes: u64,
}

#[derive(Serialize)]
struct FaultStatus {
    fault: &'static str,
    op: Option<String>,
    user_id: Option<i64>,
    key: Option<String>,
    room: Option<String>,
    injected: u64,
}

#[pymethods]
impl Store {
    /// What the store is and does: for the page. It asks no engine.
    fn _status<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(py);
        moment::refresh(py)?;
        let opened = self.rooms().opened(py);
        let rooms = opened.iter().map(|room| &room.get().core).filter(|room| room.check_open().is_ok());
        let rooms = rooms.map(|room| {
            let left = room.budget();
            RoomStatus {
                name: room.name().to_owned(),
                game: room.game_name().to_owned(),
                reads: left.reads,
                writes: left.writes,
                bytes: left.bytes,
            }
        });
        let status = Status {
            target: self.core.target().to_owned(),
            game: self.core.default_game().to_string(),
            durability: match self.core.durability() {
                Durability::Full => "full",
                Durability::Normal => "normal",
                Durability::Off => "off",
            },
            closed: self.core.is_closed(),
            readonly: self.core.check_writable().is_err(),
            writers: self.core.writers(),
            commits: self.core.stored(),
            rooms: rooms.collect(),
            faults: self.core.faults().planned().into_iter().map(fault).collect(),
        };
        built(py, &status)
    }

    /// How many rows each table has, counted in one pass: of the store's game, or of every game.
    fn _counts<'py>(&self, py: Python<'py>, every: bool) -> PyResult<Bound<'py, PyDict>> {
        let _running = running(py);
        let counts = enter_or_raise(py, &self.core, move |store| store.count_tables(every))?;
        let counted = PyDict::new(py);
        for (name, rows) in counts {
            counted.set_item(name, rows)?;
        }
        Ok(counted)
    }

    /// What there is of each currency: a table with key, holders, total, least and most, in any order.
    fn _currencies(slf: &Bound<'_, Self>) -> PyResult<Table> {
        let py = slf.py();
        let _running = running(py);
        let memory = enter_or_raise(py, &slf.get().core, crate::store::Store::currencies)?;
        Ok(table::answered(slf, memory))
    }
}

fn fault(rule: Planned) -> FaultStatus {
    FaultStatus {
        fault: rule.what,
        op: rule.select.op,
        user_id: rule.select.user,
        key: rule.select.key,
        room: rule.select.room,
        injected: rule.injected,
    }
}
