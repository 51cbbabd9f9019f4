//! The Python bindings: they parse arguments and build answers. They hold no rule of the contract.

mod achievement;
mod apart;
mod args;
mod breath;
mod callback;
mod channel;
mod clock;
mod committer;
mod context;
mod copy;
mod enter;
mod entity;
mod exceptions;
mod exit;
mod faults;
mod fork;
mod general;
mod hooks;
mod host;
mod interpreter;
mod kept;
mod limit;
mod list;
mod log;
mod main_thread;
mod message;
mod moment;
mod money;
mod name;
mod node;
mod node_files;
mod operator;
mod part;
mod prototype;
mod reply;
mod room;
mod rows;
mod score;
mod shared;
mod spelling;
mod storage;
mod store;
mod structured;
mod table;
mod told;
mod turn;
mod value;
mod warning;
mod whole;
mod world;

use pyo3::prelude::*;

/// The Rust core of cloudvars.
#[pymodule]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::achievement::Achievement;
    #[pymodule_export]
    use super::clock::{ManualClock, PythonClock, SystemClock};
    #[pymodule_export]
    use super::committer::Committer;
    #[pymodule_export]
    use super::copy::Copy;
    #[pymodule_export]
    use super::faults::{Fault, Faults};
    #[pymodule_export]
    use super::node_files::{Achievements, examine_nodes};
    #[pymodule_export]
    use super::operator::Operator;
    #[pymodule_export]
    use super::room::Room;
    #[pymodule_export]
    use super::score::{Bulk, Score};
    #[pymodule_export]
    use super::storage::{Storage, StorageSettings};
    #[pymodule_export]
    use super::store::{Core, Store, open};
    #[pymodule_export]
    use super::table::{Table, TableRows};
    #[pymodule_export]
    use super::whole::write_file;
    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "the name that Python expects")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::interpreter::only_one(module.py())?;
        super::main_thread::watch(module.py())?;
        super::exit::watch(module)?;
        super::fork::watch(module)
    }
}
