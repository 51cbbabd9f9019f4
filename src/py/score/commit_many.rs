//! `commit_many`: independent commits in one durable write; each counts as one write. All committers are checked before
//! anything is sent, so an exception at this point means that nothing was stored.

use crate::error::{Code, Error};
use crate::op::Op;
use crate::py::args::shown;
use crate::py::committer::Committer;
use crate::py::enter::{enter_here_or_raise, enter_or_raise};
use crate::py::exceptions::{commit_error, raised, type_error};
use crate::py::reply;
use crate::py::room::Room;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyList;
use rustc_hash::FxHashSet;

type Taken = Vec<Result<(Vec<Op>, u64), Error>>;

/// Ends all committers: what is to be committed, or what was wrong with each.
fn take(py: Python<'_>, room: &Py<Room>, committers: &Bound<'_, PyAny>) -> PyResult<Taken> {
    let mut all: Vec<Bound<'_, Committer>> = Vec::new();
    for (index, one) in committers.try_iter()?.enumerate() {
        let one = one?.cast_into::<Committer>().map_err(|error| {
            let what = shown(&error.into_inner());
            type_error(py, &format!("commit_many: committers[{index}] is {what}; a committer is accepted"))
        })?;
        if !one.get().room.is(room) {
            let message = format!(
                "commit_many: committers[{index}] is of another room; one of this room's get_commit() is accepted"
            );
            return Err(type_error(py, &message));
        }
        all.push(one);
    }
    // Only now: the iterable may be a generator that commits some of them.
    let mut seen = FxHashSet::default();
    for (index, one) in all.iter().enumerate() {
        if one.get().is_used() || !seen.insert(one.as_ptr()) {
            let message =
                format!("commit_many: committers[{index}] was committed; get_commit() gives a new one");
            return Err(commit_error(py, &message, Code::BadValue, None));
        }
    }
    all.iter().map(|one| one.get().take(py)).collect()
}

/// `score.commit_many`
pub(in crate::py) fn commit_many<'py>(
    py: Python<'py>,
    room: &Py<Room>,
    committers: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyList>> {
    let work = take(py, room, committers)?;
    let answers = enter_or_raise(py, &room.get().core, |core| {
        let mut answers = core.commit_many(work);
        // It is that of all that were sent.
        let interrupted = answers.iter().position(|one| matches!(one, Err(Error::Interrupted { .. })));
        interrupted.map_or(Ok(()), |index| answers.swap_remove(index).map(drop)).map(|()| answers)
    })?;
    let list = PyList::empty(py);
    let mut failed = None;
    for answer in answers {
        match answer {
            Err(Error::Refused(refused)) => list.append(reply::of_commit(py, &Err::<(), _>(refused))?)?,
            Err(error) => {
                list.append(reply::of_store_error(py, &error.to_string())?)?;
                failed.get_or_insert(error);
            }
            Ok(_) => list.append(reply::of_commit(py, &Ok(()))?)?,
        }
    }
    if let Some(error) = failed {
        let error = raised(py, error);
        error.value(py).setattr(intern!(py, "replies"), list)?;
        return Err(error);
    }
    room.get().deliver_after(py);
    Ok(list)
}

/// `score.aio.commit_many`: hands them to the serving thread under one number. A Reply for each that was refused
/// before, None for the others: their answers come later, in order.
pub(in crate::py) fn enqueue_many<'py>(
    py: Python<'py>,
    room: &Py<Room>,
    number: u64,
    committers: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyList>> {
    let core = &room.get().core;
    core.check_open().map_err(|error| raised(py, error))?;
    let work = take(py, room, committers)?;
    let list = PyList::empty(py);
    for refused in enter_here_or_raise(py, || core.enqueue_many(number, work))? {
        match refused {
            Some(refused) => list.append(reply::of_commit(py, &Err::<(), _>(refused))?)?,
            None => list.append(py.None())?,
        }
    }
    Ok(list)
}
