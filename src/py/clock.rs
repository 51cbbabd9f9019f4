//! `ManualClock` and `SystemClock`.

use super::args::{checked, not_accepted};
use super::exit::running;
use super::moment;
use crate::clock::{self, Clock};
use crate::lock::{locked, try_locked};
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyFloat, PyInt, PyString, PyType};
use std::sync::{Arc, Mutex};

const ACCEPTED: &str = "an aware datetime, or an ISO 8601 str with an offset, is accepted";

/// The machine's clock.
#[pyclass(frozen, module = "cloudvars")]
pub(super) struct SystemClock;

#[pymethods]
impl SystemClock {
    #[new]
    const fn new() -> Self {
        Self
    }

    /// Return the present moment: an aware datetime in UTC.
    #[expect(clippy::unused_self, reason = "a method for Python")]
    fn now<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        at(py, clock::SystemClock.now_us())
    }

    #[expect(clippy::unused_self, reason = "a method for Python")]
    fn __repr__(&self) -> &'static str {
        "SystemClock()"
    }
}

/// The clock that ``time.time_ns()`` shows, replaced (freezegun, time-machine) or not; ``open(clock="python")``.
#[pyclass(frozen, module = "cloudvars")]
pub(super) struct PythonClock;

#[pymethods]
impl PythonClock {
    #[new]
    const fn new() -> Self {
        Self
    }

    /// Return what ``time.time_ns()`` says: an aware datetime in UTC.
    #[expect(clippy::unused_self, reason = "a method for Python")]
    fn now<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        at(py, moment::python_us(py)?)
    }

    #[expect(clippy::unused_self, reason = "a method for Python")]
    fn __repr__(&self) -> &'static str {
        "PythonClock()"
    }
}

/// A clock that moves only when ``advance`` or ``set`` moves it. ``start``: as for ``set``.
#[pyclass(frozen, module = "cloudvars")]
pub(super) struct ManualClock {
    clock: Arc<clock::ManualClock>,
    /// The time zone of the datetime that it was last set to; None: UTC.
    zone: Mutex<Option<Py<PyAny>>>,
}

fn datetime(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "datetime", "datetime")
}

fn utc(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    py.import(intern!(py, "datetime"))?.getattr(intern!(py, "timezone"))?.getattr(intern!(py, "utc"))
}

/// Microseconds since 1970, and the time zone that was given.
fn micros_and_zone<'py>(what: &Bound<'py, PyAny>, field: &str) -> PyResult<(i64, Bound<'py, PyAny>)> {
    let py = what.py();
    let _running = running(py);
    let parsed = if what.is_instance_of::<PyString>() {
        datetime(py)?
            .call_method1(intern!(py, "fromisoformat"), (what,))
            .map_err(|_| not_accepted(what, field, ACCEPTED))?
    } else if what.is_instance(datetime(py)?)? {
        what.clone()
    } else {
        return Err(not_accepted(what, field, ACCEPTED));
    };
    let zone = parsed.getattr(intern!(py, "tzinfo"))?;
    if zone.is_none() {
        return Err(not_accepted(what, field, ACCEPTED));
    }
    let epoch = datetime(py)?.call1((1970, 1, 1, 0, 0, 0, 0, utc(py)?))?;
    Ok((whole_micros(&parsed.sub(epoch)?)?, zone))
}

/// The microseconds since 1970 of an aware datetime or its ISO text.
pub(super) fn micros(what: &Bound<'_, PyAny>, field: &str) -> PyResult<i64> {
    micros_and_zone(what, field).map(|(us, _)| us)
}

fn whole_micros(delta: &Bound<'_, PyAny>) -> PyResult<i64> {
    let py = delta.py();
    let days: i64 = delta.getattr(intern!(py, "days"))?.extract()?;
    let seconds: i64 = delta.getattr(intern!(py, "seconds"))?.extract()?;
    let micros: i64 = delta.getattr(intern!(py, "microseconds"))?.extract()?;
    // There may be a thousand million days. What is outside int64 becomes its bound, which datetime's years do not
    // reach.
    let whole = (i128::from(days) * 86_400 + i128::from(seconds)) * 1_000_000 + i128::from(micros);
    Ok(i64::try_from(whole).unwrap_or(if days < 0 { i64::MIN } else { i64::MAX }))
}

/// An aware datetime in UTC.
pub(super) fn at(py: Python<'_>, us: i64) -> PyResult<Bound<'_, PyAny>> {
    let _running = running(py);
    let delta = py.import(intern!(py, "datetime"))?.getattr(intern!(py, "timedelta"))?;
    let since = delta.call1((0, us.div_euclid(1_000_000), us.rem_euclid(1_000_000)))?;
    datetime(py)?.call1((1970, 1, 1, 0, 0, 0, 0, utc(py)?))?.add(since)
}

impl ManualClock {
    /// A moment in the clock's time zone.
    fn shown<'py>(&self, py: Python<'py>, us: i64) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(py);
        let zone = locked(&self.zone).as_ref().map(|zone| zone.clone_ref(py).into_bound(py));
        let zone = zone.map_or_else(|| utc(py), Ok)?;
        at(py, us)?.call_method1(intern!(py, "astimezone"), (zone,))
    }
}

#[pymethods]
impl ManualClock {
    #[new]
    #[pyo3(signature = (start = None))]
    fn new(py: Python<'_>, start: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let default = PyString::new(py, "2026-01-01T00:00:00+08:00").into_any();
        let (us, zone) = micros_and_zone(start.unwrap_or(&default), "start")?;
        Ok(Self { clock: Arc::new(clock::ManualClock::new(us)), zone: Mutex::new(Some(zone.unbind())) })
    }

    /// Return the clock's time: an aware datetime.
    fn now<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.shown(py, self.clock.now_us())
    }

    /// Move the clock on (back, if negative).
    #[pyo3(signature = (*, days = None, hours = None, minutes = None, seconds = None))]
    fn advance(
        &self,
        py: Python<'_>,
        days: Option<&Bound<'_, PyAny>>,
        hours: Option<&Bound<'_, PyAny>>,
        minutes: Option<&Bound<'_, PyAny>>,
        seconds: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let _running = running(py);
        let kwargs = pyo3::types::PyDict::new(py);
        for (name, given) in [("days", days), ("hours", hours), ("minutes", minutes), ("seconds", seconds)] {
            if let Some(given) = given {
                if !given.is_instance_of::<PyInt>() && !given.is_instance_of::<PyFloat>() {
                    return Err(not_accepted(given, name, "an int or a float is accepted"));
                }
                kwargs.set_item(name, given)?;
            }
        }
        let class = py.import(intern!(py, "datetime"))?.getattr(intern!(py, "timedelta"))?;
        let step = class.call((), Some(&kwargs)).and_then(|delta| whole_micros(&delta));
        // `now` could not return a time beyond datetime's years 1 to 9999.
        let checked_step =
            step.and_then(|step| self.shown(py, self.clock.now_us().saturating_add(step)).map(|_| step));
        let step = checked_step
            .map_err(|_| not_accepted(&kwargs, "advance", "a step within the years 1 to 9999 is accepted"))?;
        checked(py, self.clock.advance(step))
    }

    /// Set the clock to an aware datetime, or an ISO 8601 str with an offset.
    fn set(&self, when: &Bound<'_, PyAny>) -> PyResult<()> {
        let (us, zone) = micros_and_zone(when, "when")?;
        self.clock.set(us);
        let before = locked(&self.zone).replace(zone.unbind());
        drop(before);
        Ok(())
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let Some(zone) = try_locked(&self.zone) else { return Ok(()) };
        visit.call(&*zone)
    }

    fn __clear__(&self) {
        let gone = try_locked(&self.zone).and_then(|mut zone| zone.take());
        drop(gone);
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let _running = running(py);
        let now = self.now(py)?.call_method0(intern!(py, "isoformat"))?;
        Ok(format!("ManualClock('{now}')"))
    }
}

/// The clock that `open(clock=…)` was given.
pub(super) fn given(clock: Option<&Bound<'_, PyAny>>) -> PyResult<Arc<dyn Clock>> {
    let Some(clock) = clock else { return Ok(Arc::new(clock::SystemClock)) };
    if let Ok(manual) = clock.cast::<ManualClock>() {
        return Ok(manual.get().clock.clone());
    }
    if clock.cast::<SystemClock>().is_ok() {
        return Ok(Arc::new(clock::SystemClock));
    }
    if clock.cast::<PythonClock>().is_ok() {
        return moment::clock(clock.py());
    }
    Err(not_accepted(clock, "clock", "a SystemClock, a ManualClock or 'python' is accepted"))
}

/// `'python'` as the clock that it stands for.
pub(super) fn named(clock: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    let py = clock.py();
    let python = clock.cast::<PyString>().is_ok_and(|text| text == "python");
    if python { Ok(Bound::new(py, PythonClock)?.into_any()) } else { Ok(clock) }
}

/// Another clock that shows the same time now.
pub(super) fn twin<'py>(clock: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let Ok(manual) = clock.cast::<ManualClock>() else { return Ok(clock.clone()) };
    let (py, manual) = (clock.py(), manual.get());
    let zone = locked(&manual.zone).as_ref().map(|zone| zone.clone_ref(py));
    let twin = ManualClock {
        clock: Arc::new(clock::ManualClock::new(manual.clock.now_us())),
        zone: Mutex::new(zone),
    };
    Ok(Bound::new(py, twin)?.into_any())
}
