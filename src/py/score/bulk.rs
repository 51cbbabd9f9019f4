//! `score.bulk`: one row is one operation, read by a committer as any other; a chunk of them is made durable together
//! (clauses B-1 to B-4). Where rows come from is in `python/cloudvars/_bulk.py`.

mod reader;
mod results;

use self::reader::{Parsed, Reader};
use self::results::Results;
use crate::error::{Code, Error, Refused};
use crate::py::args::{self, Given, int_from};
use crate::py::breath::breathe;
use crate::py::committer::{Queue, Queued};
use crate::py::enter::{enter, enter_here};
use crate::py::exceptions::raised;
use crate::py::exit::running;
use crate::py::reply;
use crate::py::room::Room;
use crate::quota::CALL_BYTES_MAX;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyIterator;

/// Rows of a chunk, if the caller does not say.
const CHUNK: i64 = 1000;
/// After a row other threads and signals are looked at as after this many rows of a read.
const ROW_COST: usize = 4;

/// A bulk that runs: `read`, `store` and `tell`, as long as `read` is true; then `report`.
#[pyclass(name = "_Bulk", module = "cloudvars")]
pub(in crate::py) struct Bulk {
    room: Py<Room>,
    reader: Reader,
    rows: Py<PyIterator>,
    /// How many rows there are, if that is known.
    total: Option<usize>,
    chunk: usize,
    progress: Option<Py<PyAny>>,
    /// The one commit of an atomic bulk.
    atomic: Option<Queue>,
    /// How many rows were read.
    read: usize,
    ended: bool,
    /// What this chunk stores, and its bytes.
    pending: Vec<Parsed>,
    bytes: u64,
    /// A row that is too large for the chunk in which it was read.
    held: Option<Parsed>,
    results: Results,
    /// The answer of all rows after the quota was used up.
    used_up: Option<Py<PyAny>>,
}

impl Bulk {
    pub(super) fn begin(
        py: Python<'_>,
        room: &Py<Room>,
        verb: &Bound<'_, PyAny>,
        rows: &Bound<'_, PyAny>,
        options: (Option<&Bound<'_, PyAny>>, &Given<'_>, Option<&Bound<'_, PyAny>>),
    ) -> PyResult<Self> {
        let (chunk, atomic, progress) = options;
        let reader = Reader::new(py, room, verb)?;
        let chunk = chunk.map_or(Ok(CHUNK), |chunk| int_from(chunk, &"chunk", 1))?;
        let atomic = atomic.bool("atomic", false)?;
        let progress = args::progress(progress, "bulk")?;
        let module = py.import(intern!(py, "cloudvars._bulk"))?;
        let (from, lenient): (Bound<'_, PyAny>, bool) =
            module.call_method1(intern!(py, "source"), (rows,))?.extract()?;
        let total = match progress {
            Some(_) => module.call_method1(intern!(py, "count"), (rows,))?.extract()?,
            None => None,
        };
        Ok(Self {
            room: room.clone_ref(py),
            reader: reader.lenient(lenient),
            rows: from.try_iter()?.unbind(),
            total,
            chunk: usize::try_from(chunk).unwrap_or(usize::MAX),
            progress,
            atomic: atomic.then(Queue::default),
            read: 0,
            ended: false,
            pending: Vec::new(),
            bytes: 0,
            held: None,
            results: Results::default(),
            used_up: None,
        })
    }

    /// All of it, on this thread.
    pub(super) fn run(mut self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        let mut part = || {
            let some = self.read(py)?;
            if some {
                self.store(py)?;
                self.tell(py)?;
            }
            Ok(some)
        };
        loop {
            match part() {
                Ok(true) => {}
                Ok(false) => return self.report(py),
                Err(error) => {
                    let error: PyErr = error;
                    self.explain(error.value(py));
                    return Err(error);
                }
            }
        }
    }

    /// Takes a row that was read into the chunk, or into the one commit. False: it is for the next chunk.
    fn take(&mut self, py: Python<'_>, parsed: Result<Parsed, Refused>) -> PyResult<bool> {
        let (verb, index) = (self.reader.verb, self.read - 1);
        match (parsed, &mut self.atomic) {
            (Ok(parsed), None) => {
                if !self.pending.is_empty() && self.bytes.saturating_add(parsed.bytes) > CALL_BYTES_MAX {
                    self.held = Some(parsed);
                    return Ok(false);
                }
                self.put(parsed);
            }
            (Ok(Parsed { ops, bytes, uuid, .. }), Some(queue)) => {
                for op in ops {
                    // A commit that has become too large is refused as a whole.
                    queue.push(verb, Queued { op, bytes });
                }
                self.results.note(index, uuid);
            }
            (Err(refused), None) => self.results.fail(py, index, refused.at(0, verb))?,
            (Err(refused), Some(queue)) => {
                queue.poison(verb, refused.clone().into());
                self.results.fail(py, index, refused.at(index, verb))?;
            }
        }
        Ok(true)
    }

    fn put(&mut self, parsed: Parsed) {
        self.bytes += parsed.bytes;
        self.pending.push(parsed);
    }

    /// Stores a chunk: each row is a commit of its own.
    fn store_chunk(&mut self, py: Python<'_>) -> PyResult<()> {
        let (mut commits, mut rows) = (Vec::with_capacity(self.pending.len()), Vec::new());
        let bytes = std::mem::take(&mut self.bytes);
        for Parsed { index, ops, uuid, .. } in self.pending.drain(..) {
            commits.push(ops);
            rows.push((index, uuid));
        }
        let answers = match enter(py, &self.room.get().core, move |room| room.commit_chunk(commits, bytes))? {
            Ok(answers) => answers,
            Err(refused) => {
                let reply = reply::of_commit(py, &Err::<(), _>(refused.clone()))?.unbind();
                for (index, _) in rows {
                    self.results.fail_with(index, reply.clone_ref(py));
                }
                self.used_up = (refused.code == Code::Quota).then_some(reply);
                return Ok(());
            }
        };
        let mut broken = None;
        for ((index, uuid), answer) in rows.into_iter().zip(answers) {
            match answer {
                Ok(_) => {
                    self.results.stored += 1;
                    self.results.note(index, uuid);
                }
                Err(Error::Refused(refused)) => self.results.fail(py, index, refused)?,
                Err(error) => {
                    let reply = reply::of_store_error(py, &error.to_string())?;
                    self.results.fail_with(index, reply.unbind());
                    broken.get_or_insert(error);
                }
            }
        }
        broken.map_or(Ok(()), |error| Err(raised(py, error)))
    }

    /// Stores all rows as one commit, or none: then every row fails, one that is malformed for its own reason.
    fn store_all(&mut self, py: Python<'_>, queue: Queue) -> PyResult<()> {
        let core = &self.room.get().core;
        let answer = match queue.into_ended() {
            Ok((ops, bytes)) => enter(py, core, move |room| room.commit(ops, bytes))?,
            Err(error) => enter_here(py, || core.refused(error))?,
        };
        match answer {
            Ok(_) => self.results.stored = self.read,
            Err(refused) => {
                let reply = reply::of_commit(py, &Err::<(), _>(refused))?.unbind();
                self.results.fail_all(py, self.read, &reply);
            }
        }
        Ok(())
    }

    /// How many rows are dealt with.
    fn dealt(&self) -> usize {
        self.read - usize::from(self.held.is_some())
    }
}

#[pymethods]
impl Bulk {
    /// Reads the next chunk; false if there is none.
    fn read(&mut self, py: Python<'_>) -> PyResult<bool> {
        let _running = running(py);
        let mut count = 0;
        if let Some(held) = self.held.take() {
            self.put(held);
            count = 1;
        }
        let was_ended = self.ended;
        while count < self.chunk && !self.ended {
            let Some(row) = self.rows.bind(py).clone().next().transpose()? else {
                self.ended = true;
                break;
            };
            self.read += 1;
            count += 1;
            breathe(py, ROW_COST)?;
            if let Some(reply) = &self.used_up {
                self.results.fail_with(self.read - 1, reply.clone_ref(py));
                continue;
            }
            let parsed = self.reader.parse(py, self.read - 1, &row)?;
            if !self.take(py, parsed)? {
                break;
            }
        }
        let ends = self.atomic.is_some() && self.ended && !was_ended && self.read > 0;
        Ok(count > 0 || ends)
    }

    /// Stores what was read.
    fn store(&mut self, py: Python<'_>) -> PyResult<()> {
        let _running = running(py);
        match &mut self.atomic {
            None if self.used_up.is_some() => Ok(()),
            None => self.store_chunk(py),
            Some(_) if !self.ended => Ok(()),
            Some(queue) => {
                let queue = std::mem::take(queue);
                self.store_all(py, queue)
            }
        }
    }

    /// Says how far it is; of an atomic bulk only when it is stored.
    fn tell(&self, py: Python<'_>) -> PyResult<()> {
        let _running = running(py);
        match &self.progress {
            Some(progress) if self.atomic.is_none() || self.ended => {
                progress.call1(py, (self.dealt(), self.total)).map(drop)
            }
            _ => Ok(()),
        }
    }

    /// What became of the rows.
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(py);
        let uuids = if self.reader.verb.ends_with("list_add") { self.dealt() } else { 0 };
        self.results.report(py, uuids)
    }

    /// Has an exception that ended the bulk say what was stored before it.
    fn explain(&self, raised: &Bound<'_, PyAny>) {
        let py = raised.py();
        let _running = running(py);
        let note = format!("score.bulk: {} rows were stored before this", self.results.stored);
        // An exception that takes neither is raised as it is.
        let _ = self.report(py).and_then(|report| raised.setattr(intern!(py, "report"), report));
        let _ = raised.call_method1(intern!(py, "add_note"), (note,));
    }
}
