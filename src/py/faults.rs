//! `store.faults`: failures on purpose.

mod select;

use self::select::{code as code_of, select, when};
use super::args::{Given, flag, id, int, int_from, key, not_accepted, scalar_or_array, text};
use super::enter::enter_or_raise;
use super::exceptions::{raised, type_error};
use super::exit::running;
use super::part::Part;
use super::structured::built;
use crate::error::Code;
use crate::fault::{Effect, Injected, RuleId, Select, When, known};
use crate::names;
use crate::store::Store;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use serde::Serialize;
use std::sync::Arc;

/// Failures on purpose, for tests: ``store.faults``.
///
/// A failed call has passed its argument checks and counts in the quota. The same seed and calls give the same
/// ``trace``.
/// ``op``: the public name of a call (``"commit"``, ``"get"``, ``"LobbySetAchievementStorage"`` ...) or of a
/// committer's verb (``"money_cost"``: commits that hold one); None: every call that has a Reply or a callback.
/// ``user_id``, ``key``: what the call names (a player and a node, for achievements); ``room``: who calls, by name.
/// Of the calls that match, the fault hits ``times``, from the ``nth`` on; ``times=None``: all from there on.
///
/// Every method returns a ``Fault``; as a context manager it takes itself away. A code is the final one: the store
/// does not retry it.
/// Clauses F-1 to F-4.
#[pyclass(frozen, module = "cloudvars")]
pub(super) struct Faults {
    pub(super) store: Part<Store>,
}

/// One fault of ``store.faults``: a context manager that takes it away again.
#[pyclass(frozen, module = "cloudvars")]
pub(super) struct Fault {
    store: Part<Store>,
    rule: RuleId,
}

/// What was injected; nothing in a forked child.
fn trace(store: &Store) -> Vec<Injected> {
    if store.check_here().is_ok() { store.faults().trace() } else { Vec::new() }
}

impl Faults {
    fn rule(&self, py: Python<'_>, effect: Effect, select: Select, when: When) -> PyResult<Fault> {
        self.store.check_here().map_err(|error| raised(py, error))?;
        let rule = self.store.faults().add(effect, select, when).map_err(|error| raised(py, error))?;
        Ok(Fault { store: Part::new(self.store.clone()), rule })
    }
}

/// A line of the trace.
#[derive(Serialize)]
struct Traced<'a> {
    room: &'a str,
    op: &'a str,
    user_id: Option<i64>,
    key: Option<&'a str>,
    fault: &'a str,
    code: Option<i64>,
}

#[pymethods]
#[expect(clippy::too_many_arguments, reason = "what selects a call")]
impl Faults {
    /// Make calls fail: their Reply says ``code``; the callback of an achievement or storage request gets None.
    ///
    /// ``code``: any int64 but 0, in ``cloudvars.codes`` or not; may be left out if ``op`` answers by a callback.
    /// ``applied``: the call takes effect, and still fails. Calls without a Reply (publish, subscribe) raise
    /// ``CloudError``.
    #[pyo3(signature = (op = None, code = None, *, user_id = None, key = None, room = None, nth = None, times = Given(None), applied = None),
        text_signature = "($self, op=None, code=None, *, user_id=None, key=None, room=None, nth=1, times=1, applied=False)")]
    fn fail(
        &self,
        py: Python<'_>,
        op: Option<&Bound<'_, PyAny>>,
        code: Option<&Bound<'_, PyAny>>,
        user_id: Option<&Bound<'_, PyAny>>,
        key: Option<&Bound<'_, PyAny>>,
        room: Option<&Bound<'_, PyAny>>,
        nth: Option<&Bound<'_, PyAny>>,
        times: Given<'_>,
        applied: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Fault> {
        let _running = running(py);
        let select = select(op, user_id, key, room)?;
        let codes = match code {
            Some(code) => vec![code_of(code, &"code")?],
            None if select.op.as_deref().is_some_and(|op| names::requests().any(|name| name == op)) => {
                Vec::new()
            }
            None => {
                if let Some(op) = &select.op {
                    let effect = Effect::Fail { codes: Vec::new(), applied: false };
                    known(op, &effect).map_err(|error| raised(py, error))?;
                }
                return Err(type_error(
                    py,
                    "fail: the field 'code' is missing; only a request with a callback fails without",
                ));
            }
        };
        let effect = Effect::Fail { codes, applied: flag(applied, &"applied")? };
        self.rule(py, effect, select, when(nth, &times)?)
    }

    /// Make calls slow: a ``ManualClock`` moves on by ``seconds``; with any other clock the call sleeps.
    ///
    /// ``seconds``: above 0, up to a year.
    #[pyo3(signature = (op = None, *, seconds, user_id = None, key = None, room = None, nth = None, times = Given(None)),
        text_signature = "($self, op=None, *, seconds, user_id=None, key=None, room=None, nth=1, times=1)")]
    fn delay(
        &self,
        py: Python<'_>,
        op: Option<&Bound<'_, PyAny>>,
        seconds: &Bound<'_, PyAny>,
        user_id: Option<&Bound<'_, PyAny>>,
        key: Option<&Bound<'_, PyAny>>,
        room: Option<&Bound<'_, PyAny>>,
        nth: Option<&Bound<'_, PyAny>>,
        times: Given<'_>,
    ) -> PyResult<Fault> {
        let _running = running(py);
        let select = select(op, user_id, key, room)?;
        let given: f64 = seconds.extract().unwrap_or(f64::NAN);
        // At most a year, so that the clock stays within the years that datetime knows.
        if !(given > 0.0 && given <= 31_536_000.0) {
            return Err(not_accepted(seconds, "seconds", "a number above 0, up to a year, is accepted"));
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most a year")]
        let us = (given * 1e6).ceil() as i64;
        self.rule(py, Effect::Delay(us), select, when(nth, &times)?)
    }

    /// Make deliveries come twice: the callback is called again with the same data.
    ///
    /// ``op``: ``subscribe_channel``, ``subscribe_message`` or a call that answers by a callback. Of two answers to
    /// code 5 the second counts.
    #[pyo3(signature = (op = None, *, user_id = None, key = None, room = None, nth = None, times = Given(None)),
        text_signature = "($self, op=None, *, user_id=None, key=None, room=None, nth=1, times=1)")]
    fn duplicate(
        &self,
        py: Python<'_>,
        op: Option<&Bound<'_, PyAny>>,
        user_id: Option<&Bound<'_, PyAny>>,
        key: Option<&Bound<'_, PyAny>>,
        room: Option<&Bound<'_, PyAny>>,
        nth: Option<&Bound<'_, PyAny>>,
        times: Given<'_>,
    ) -> PyResult<Fault> {
        let _running = running(py);
        self.rule(py, Effect::Twice, select(op, user_id, key, room)?, when(nth, &times)?)
    }

    /// Make a player's next set with a getter meet code 5: another room really stores this first.
    ///
    /// The version really rises and the data is really there; it counts among the 50 sets of the second.
    /// ``progress``, ``extra``: what is stored then; None: as it was. Raises ``CloudValueError`` if no room could store
    /// that: the node is unknown or complete, the progress is below what is stored or above the total.
    #[pyo3(signature = (player, node, *, progress = None, extra = None, room = None, nth = None, times = Given(None)),
        text_signature = "($self, player, node, *, progress=None, extra=None, room=None, nth=1, times=1)")]
    fn conflict(
        &self,
        py: Python<'_>,
        player: &Bound<'_, PyAny>,
        node: &Bound<'_, PyAny>,
        progress: Option<&Bound<'_, PyAny>>,
        extra: Option<&Bound<'_, PyAny>>,
        room: Option<&Bound<'_, PyAny>>,
        nth: Option<&Bound<'_, PyAny>>,
        times: Given<'_>,
    ) -> PyResult<Fault> {
        let _running = running(py);
        let (player, node) = (id(player, &"player")?, key(node, &"node")?);
        let progress = progress.map(|progress| int_from(progress, &"progress", 0)).transpose()?;
        let extra = extra.map(|extra| text(extra, &"extra")).transpose()?.map(Arc::from);
        let room = room.map(|room| text(room, &"room")).transpose()?;
        let when = when(nth, &times)?;
        let rule = enter_or_raise(py, &self.store, move |store| {
            store.add_conflict(player, &node, progress, extra, room, when)
        })?;
        Ok(Fault { store: Part::new(self.store.clone()), rule })
    }

    /// Make calls fail by chance; the same seed and the same calls give the same trace.
    ///
    /// ``rate``: 0 (none) to 1 (all); ``codes``: what is drawn from, one code or an array, as in ``fail``.
    #[pyo3(signature = (seed, rate, codes, *, op = None, user_id = None, key = None, room = None, applied = None),
        text_signature = "($self, seed, rate, codes, *, op=None, user_id=None, key=None, room=None, applied=False)")]
    fn random(
        &self,
        py: Python<'_>,
        seed: &Bound<'_, PyAny>,
        rate: &Bound<'_, PyAny>,
        codes: &Bound<'_, PyAny>,
        op: Option<&Bound<'_, PyAny>>,
        user_id: Option<&Bound<'_, PyAny>>,
        key: Option<&Bound<'_, PyAny>>,
        room: Option<&Bound<'_, PyAny>>,
        applied: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Fault> {
        let _running = running(py);
        let select = select(op, user_id, key, room)?;
        let seed = int(seed, &"seed")?.cast_unsigned();
        let chance: f64 = rate.extract().unwrap_or(f64::NAN);
        if !(0.0..=1.0).contains(&chance) {
            return Err(not_accepted(rate, "rate", "a number from 0 to 1 is accepted"));
        }
        let drawn = scalar_or_array(codes, &"codes", code_of)?;
        if drawn.is_empty() {
            return Err(not_accepted(codes, "codes", "at least one code is accepted"));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 2^53")]
        let rate = (chance * 9_007_199_254_740_992.0) as u64;
        let effect = Effect::Fail { codes: drawn, applied: flag(applied, &"applied")? };
        self.rule(py, effect, select, When::Random(seed, rate))
    }

    /// Take all faults away and forget the trace.
    fn clear(&self) {
        if self.store.check_here().is_ok() {
            self.store.faults().clear();
        }
    }

    /// What was injected, in order: ``{room, op, user_id, key, fault, code}``.
    #[getter]
    fn trace<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let traced = trace(&self.store);
        let lines = traced.iter().map(|injected| Traced {
            room: &injected.room,
            op: injected.op,
            user_id: injected.user,
            key: injected.key.as_deref(),
            fault: injected.what,
            code: injected.code.map(Code::number),
        });
        built(py, &lines.collect::<Vec<_>>())
    }

    fn __repr__(&self) -> String {
        format!("<cloudvars.Faults of '{}', {} injected>", self.store.target(), trace(&self.store).len())
    }
}

#[pymethods]
impl Fault {
    /// How many calls it hit.
    #[getter]
    fn injected(&self) -> usize {
        trace(&self.store).iter().filter(|injected| injected.rule == self.rule).count()
    }

    /// Take the fault away; twice is fine.
    fn remove(&self) {
        if self.store.check_here().is_ok() {
            self.store.faults().remove(self.rule);
        }
    }

    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, _exception: &Bound<'_, PyTuple>) {
        self.remove();
    }

    fn __repr__(&self) -> String {
        format!("<cloudvars.Fault that hit {} calls>", self.injected())
    }
}
