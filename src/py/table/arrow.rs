//! Rows that leave as an Arrow C stream.

use crate::py::enter::enter_here_or_raise;
use crate::py::exit::is_running;
use crate::table::Stream;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

/// The capsule that `__arrow_c_stream__` returns.
pub(super) fn capsule(py: Python<'_>, stream: Stream) -> PyResult<Bound<'_, PyCapsule>> {
    let stream = FFI_ArrowArrayStream::new(Box::new(Reader(stream)));
    PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
}

struct Reader(Stream);

impl Reader {
    /// The caller may hold the interpreter or not. It waits without it, and hears signals.
    ///
    /// Inside a call of ours, a library may have let go of the interpreter without our knowledge: then nothing of Python
    /// is touched.
    fn read(&self) -> Result<Option<RecordBatch>, String> {
        if is_running() {
            return self.0.next_batch().map_err(|error| error.to_string());
        }
        let read = Python::try_attach(|py| {
            enter_here_or_raise(py, || self.0.next_batch()).map_err(|error| {
                let said = error.value(py).to_string();
                if error.is_instance_of::<PyKeyboardInterrupt>(py) {
                    // The library that asks would turn it into an error of its own: it is raised again after that. No
                    // Python code may run here any more, or it would be raised here, and be lost.
                    let thread = py.import(intern!(py, "_thread"));
                    drop(thread.and_then(|thread| thread.call_method0(intern!(py, "interrupt_main"))));
                    return "interrupted".into();
                }
                said
            })
        });
        read.unwrap_or_else(|| Err("the interpreter is ending".into()))
    }
}

impl Iterator for Reader {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().map_err(ArrowError::CDataInterface).transpose()
    }
}

impl RecordBatchReader for Reader {
    fn schema(&self) -> SchemaRef {
        self.0.schema().clone()
    }
}
