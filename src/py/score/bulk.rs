//! `score.bulk`: one row is one operation, read by a committer as any other; a chunk of them is made durable together
//! (clauses B-1 to B-4). Where rows come from is in `python/cloudvars/_bulk.py`.

mod cell;

use self::cell::{Cell, cell};
use crate::error::{Code, Error, Refused};
use crate::names;
use crate::op::Op;
use crate::py::args::{self, int_from, not_accepted, text};
use crate::py::committer::{Committer, Queue, Queued, cause};
use crate::py::enter::{breathe, enter, enter_here};
use crate::py::exceptions::{raised, value_error};
use crate::py::exit::running;
use crate::py::reply;
use crate::py::room::Room;
use crate::py::spelling;
use crate::quota::CALL_BYTES_MAX;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyIterator, PyMapping};

/// After a row other threads and signals are looked at as after this many rows of a read.
const ROW_COST: usize = 4;

/// A row that can be stored.
struct Parsed {
    index: usize,
    ops: Vec<Op>,
    bytes: u64,
    uuid: Option<i64>,
}

/// A bulk that runs: `read`, `store` and `tell`, as long as `read` is true; then `report`.
#[pyclass(name = "_Bulk", module = "cloudvars")]
pub(in crate::py) struct Bulk {
    room: Py<Room>,
    verb: &'static str,
    /// It reads every row, and is emptied after each.
    committer: Py<Committer>,
    call: Py<PyAny>,
    /// The fields that the verb knows.
    known: Vec<String>,
    rows: Py<PyIterator>,
    /// How many rows there are, if that is known.
    total: Option<usize>,
    /// Whether fields that the verb does not know are left out, and not refused.
    lenient: bool,
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
    stored: usize,
    failed: Vec<(usize, Py<PyAny>)>,
    uuids: Vec<Option<i64>>,
    /// The answer of all rows after the quota was used up.
    used_up: Option<Py<PyAny>>,
}

impl Bulk {
    pub(super) fn begin(
        py: Python<'_>,
        room: &Py<Room>,
        verb: &Bound<'_, PyAny>,
        rows: &Bound<'_, PyAny>,
        options: (Option<&Bound<'_, PyAny>>, bool, Option<&Bound<'_, PyAny>>),
    ) -> PyResult<Self> {
        let verb = named(verb)?;
        let (chunk, atomic, progress) = options;
        let chunk = chunk.map_or(Ok(1000), |chunk| int_from(chunk, &"chunk", 1))?;
        let progress = args::progress(progress, verb)?;
        let committer = Bound::new(py, Committer::for_room(py, room)?)?;
        let call = committer.getattr(verb)?;
        let module = py.import(intern!(py, "cloudvars._bulk"))?;
        let (from, lenient): (Bound<'_, PyAny>, bool) =
            module.call_method1(intern!(py, "source"), (rows,))?.extract()?;
        let total = match progress {
            Some(_) => module.call_method1(intern!(py, "count"), (rows,))?.extract()?,
            None => None,
        };
        Ok(Self {
            room: room.clone_ref(py),
            verb,
            known: fields(&call)?,
            committer: committer.unbind(),
            call: call.unbind(),
            rows: from.try_iter()?.unbind(),
            total,
            lenient,
            chunk: usize::try_from(chunk).unwrap_or(usize::MAX),
            progress,
            atomic: atomic.then(Queue::default),
            read: 0,
            ended: false,
            pending: Vec::new(),
            bytes: 0,
            held: None,
            stored: 0,
            failed: Vec::new(),
            uuids: Vec::new(),
            used_up: None,
        })
    }

    /// All of it, on this thread.
    pub(super) fn run<'py>(mut self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let done = loop {
            let went_on = self.read(py).and_then(|some| {
                if some {
                    self.store(py)?;
                    self.tell(py)?;
                }
                Ok(some)
            });
            match went_on {
                Ok(true) => {}
                Ok(false) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        if let Err(error) = done {
            self.explain(error.value(py));
            return Err(error);
        }
        self.report(py)
    }

    /// Has the committer read a row. `Err`: why the row fails.
    fn parse(&self, py: Python<'_>, row: &Bound<'_, PyAny>) -> PyResult<Result<Parsed, Refused>> {
        let called = self.cleaned(row).and_then(|row| self.call.bind(py).call1((row,)));
        let drained = self.committer.get().drain();
        let index = self.read - 1;
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
            let cell = if self.lenient && !known(&name) { Cell::Missing } else { cell(&value)? };
            match cell {
                Cell::Plain => continue,
                // A field that is not known is refused, with a value or without.
                Cell::Missing if !self.lenient && !known(&name) => continue,
                Cell::Missing | Cell::Changed(_) => {}
            }
            if changed.is_none() {
                changed = Some(fields.copy()?);
            }
            if let Some(changed) = &changed {
                match cell {
                    Cell::Changed(plain) => changed.set_item(name, plain)?,
                    _ => changed.del_item(name)?,
                }
            }
        }
        Ok(changed.unwrap_or(fields).into_any())
    }

    /// Takes a row that was read into the chunk, or into the one commit. False: it is for the next chunk.
    fn take(&mut self, py: Python<'_>, parsed: Result<Parsed, Refused>) -> PyResult<bool> {
        let (verb, index) = (self.verb, self.read - 1);
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
                self.uuids.resize(index, None);
                self.uuids.push(uuid);
            }
            (Err(refused), None) => self.fail(py, index, refused.at(0, verb))?,
            (Err(refused), Some(queue)) => {
                queue.poison(verb, refused.clone().into());
                self.fail(py, index, refused.at(index, verb))?;
            }
        }
        Ok(true)
    }

    fn put(&mut self, parsed: Parsed) {
        self.bytes += parsed.bytes;
        self.pending.push(parsed);
    }

    fn fail(&mut self, py: Python<'_>, index: usize, refused: Refused) -> PyResult<()> {
        let reply = reply::of_commit(py, &Err::<(), _>(refused))?;
        self.failed.push((index, reply.unbind()));
        Ok(())
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
                self.failed.extend(rows.iter().map(|(index, _)| (*index, reply.clone_ref(py))));
                self.used_up = (refused.code == Code::Quota).then_some(reply);
                return Ok(());
            }
        };
        let mut broken = None;
        for ((index, uuid), answer) in rows.into_iter().zip(answers) {
            match answer {
                Ok(_) => {
                    self.stored += 1;
                    if uuid.is_some() {
                        self.uuids.resize(index, None);
                        self.uuids.push(uuid);
                    }
                }
                Err(Error::Refused(refused)) => self.fail(py, index, refused)?,
                Err(error) => {
                    let reply = reply::of_store_error(py, &error.to_string())?;
                    self.failed.push((index, reply.unbind()));
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
            Ok((ops, bytes)) => enter(py, core, move |room| room.commit(ops, bytes)),
            Err(error) => enter_here(py, || core.refused(error)),
        };
        if matches!(answer, Ok(Ok(_))) {
            self.stored = self.read;
            return Ok(());
        }
        self.uuids.clear();
        if let Err(refused) = answer? {
            let reply = reply::of_commit(py, &Err::<(), _>(refused))?.unbind();
            let mut own = std::mem::take(&mut self.failed).into_iter().peekable();
            for index in 0..self.read {
                let found = own.next_if(|(of, _)| *of == index);
                self.failed.push(found.unwrap_or_else(|| (index, reply.clone_ref(py))));
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
                self.failed.push((self.read - 1, reply.clone_ref(py)));
                continue;
            }
            let parsed = self.parse(py, &row)?;
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
        if self.atomic.is_none() {
            return if self.used_up.is_some() { Ok(()) } else { self.store_chunk(py) };
        }
        match self.atomic.take_if(|_| self.ended) {
            Some(queue) => {
                let stored = self.store_all(py, queue);
                self.atomic = Some(Queue::default());
                stored
            }
            None => Ok(()),
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
        let mut failed: Vec<_> =
            self.failed.iter().map(|(index, reply)| (*index, reply.clone_ref(py))).collect();
        failed.sort_unstable_by_key(|(index, _)| *index);
        let mut uuids = self.uuids.clone();
        if self.verb.ends_with("list_add") {
            uuids.resize(self.dealt(), None);
        } else {
            uuids.clear();
        }
        let class = py.import(intern!(py, "cloudvars._bulk"))?.getattr(intern!(py, "BulkReport"))?;
        class.call1((self.stored, failed, uuids))
    }

    /// Has an exception that ended the bulk say what was stored before it.
    fn explain(&self, raised: &Bound<'_, PyAny>) {
        let py = raised.py();
        let note = format!("score.bulk: {} rows were stored before this", self.stored);
        // An exception that takes neither is raised as it is.
        let _ = self.report(py).and_then(|report| raised.setattr(intern!(py, "report"), report));
        let _ = raised.call_method1(intern!(py, "add_note"), (note,));
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
