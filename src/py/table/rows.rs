//! Rows of tables as dicts.

use crate::py::breath::breathe;
use crate::py::clock;
use crate::py::enter::enter_here_or_raise;
use crate::py::exit::running;
use crate::py::part::Part;
use crate::py::value;
use crate::query::CellRef;
use crate::table::{ColumnType, Field, Memory, Stream, cell};
use arrow_array::RecordBatch;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyList, PyString};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// A loop over rows reads this many at a time.
pub(super) const ROWS_AT_ONCE: usize = 4096;

/// Python's collector of cycles stands still while this lives. It would look through all rows that were made so far, again
/// and again, which takes a third of the time; and new rows are in no cycle.
pub(super) struct Paused<'py>(Option<Bound<'py, PyModule>>);

impl<'py> Paused<'py> {
    pub(super) fn new(py: Python<'py>) -> PyResult<Self> {
        let gc = py.import(intern!(py, "gc"))?;
        let works: bool = gc.call_method0(intern!(py, "isenabled"))?.extract()?;
        if works {
            gc.call_method0(intern!(py, "disable"))?;
        }
        Ok(Self(works.then_some(gc)))
    }
}

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        if let Some(gc) = &self.0 {
            drop(gc.call_method0(intern!(gc.py(), "enable")));
        }
    }
}

/// Makes dicts of rows.
struct Maker<'py> {
    py: Python<'py>,
    columns: Vec<(Bound<'py, PyString>, ColumnType)>,
    /// Whether JSON is as it is stored, or plain.
    plain: bool,
    /// The last times, which come again and again.
    times: [Option<(i64, Bound<'py, PyAny>)>; 4],
}

impl<'py> Maker<'py> {
    fn new(py: Python<'py>, fields: &[Field], plain: bool) -> Self {
        let columns = fields.iter().map(|field| (PyString::new(py, &field.name), field.holds)).collect();
        Self { py, columns, plain, times: [None, None, None, None] }
    }

    fn time(&mut self, ms: i64) -> PyResult<Bound<'py, PyAny>> {
        let slot = usize::try_from(ms.rem_euclid(4)).unwrap_or(0);
        if let Some((known, time)) = &self.times[slot]
            && *known == ms
        {
            return Ok(time.clone());
        }
        let time = clock::at(self.py, ms.saturating_mul(1000))?;
        self.times[slot] = Some((ms, time.clone()));
        Ok(time)
    }

    fn json(&self, json: &str) -> PyResult<Bound<'py, PyAny>> {
        if !self.plain {
            return value::decode(self.py, json);
        }
        // The lobby's storage holds any JSON, also numbers outside int64.
        self.py.import(intern!(self.py, "json"))?.call_method1(intern!(self.py, "loads"), (json,))
    }

    fn row(&mut self, batch: &RecordBatch, row: usize) -> PyResult<Bound<'py, PyDict>> {
        let py = self.py;
        let dict = PyDict::new(py);
        for at in 0..self.columns.len() {
            let holds = self.columns[at].1;
            let found = cell(batch.column(at), holds, row);
            let object = match (holds, found) {
                (_, CellRef::Null) => py.None().into_bound(py),
                (ColumnType::Bool, CellRef::Int(int)) => PyBool::new(py, int != 0).to_owned().into_any(),
                (ColumnType::Timestamp, CellRef::Int(ms)) => self.time(ms)?,
                (_, CellRef::Int(int)) => int.into_pyobject(py)?.into_any(),
                (_, CellRef::Float(float)) => float.into_pyobject(py)?.into_any(),
                (ColumnType::Json, CellRef::Text(json)) => self.json(json)?,
                (_, CellRef::Text(text)) => PyString::new(py, text).into_any(),
            };
            dict.set_item(&self.columns[at].0, object)?;
        }
        Ok(dict)
    }
}

/// All rows of these batches.
pub(super) fn list<'py>(
    py: Python<'py>,
    fields: &[Field],
    batches: &[RecordBatch],
    plain: bool,
) -> PyResult<Bound<'py, PyList>> {
    let mut maker = Maker::new(py, fields, plain);
    let list = PyList::empty(py);
    for batch in batches {
        for row in 0..batch.num_rows() {
            breathe(py, 1)?;
            list.append(maker.row(batch, row)?)?;
        }
    }
    Ok(list)
}

/// The rows of a table, one after the other; all are of one snapshot.
#[pyclass(frozen, name = "_TableRows", module = "cloudvars._native")]
pub(crate) struct TableRows {
    fields: Vec<Field>,
    /// `None` if all rows were read before.
    stream: Option<Part<Stream>>,
    plain: bool,
    ready: Mutex<VecDeque<Py<PyDict>>>,
    batches: Mutex<VecDeque<RecordBatch>>,
}

impl TableRows {
    pub(super) fn of_memory(memory: Memory) -> Self {
        let (fields, batches) = (memory.columns().to_vec(), memory.batches().iter().cloned().collect());
        Self { fields, stream: None, plain: false, ready: Mutex::default(), batches: Mutex::new(batches) }
    }

    pub(super) fn of_stream(stream: Stream, plain: bool) -> Self {
        let fields = stream.fields().to_vec();
        let stream = Some(Part::new(Arc::new(stream)));
        Self { fields, stream, plain, ready: Mutex::default(), batches: Mutex::default() }
    }

    fn batch(&self, py: Python<'_>) -> PyResult<Option<RecordBatch>> {
        match &self.stream {
            None => Ok(crate::lock::locked(&self.batches).pop_front()),
            Some(stream) => enter_here_or_raise(py, || stream.next_batch()),
        }
    }
}

#[pymethods]
impl TableRows {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<PyDict>>> {
        let _running = running(py);
        if let Some(row) = crate::lock::locked(&self.ready).pop_front() {
            return Ok(Some(row));
        }
        let Some(batch) = self.batch(py)? else { return Ok(None) };
        let _paused = Paused::new(py)?;
        let mut maker = Maker::new(py, &self.fields, self.plain);
        let rows = (0..batch.num_rows()).map(|row| {
            breathe(py, 1)?;
            maker.row(&batch, row).map(Bound::unbind)
        });
        let rows: VecDeque<Py<PyDict>> = rows.collect::<PyResult<_>>()?;
        let mut ready = crate::lock::locked(&self.ready);
        ready.extend(rows);
        Ok(ready.pop_front())
    }
}
