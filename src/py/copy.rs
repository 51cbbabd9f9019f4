//! A copy of a store, step by step; `python/cloudvars/_copy.py` runs the steps.

use super::enter::{Part, enter_or_raise};
use super::exit::running;
use super::store::{Given, durability, path, warn};
use crate::backend::SHARED_TARGETS;
use crate::copy::{self, Phase, Progress};
use crate::error::Error;
use crate::lock::locked;
use pyo3::prelude::*;
use std::sync::{Arc, Mutex};

/// A copy under way.
#[pyclass(frozen, name = "_Copy", module = "cloudvars")]
pub(super) struct Copy {
    core: Part<Mutex<Option<copy::Copy>>>,
}

#[pymethods]
impl Copy {
    #[new]
    fn new(
        py: Python<'_>,
        source_url: &Bound<'_, PyAny>,
        target_url: &Bound<'_, PyAny>,
        durability: Given<'_>,
    ) -> PyResult<Self> {
        let _running = running(py);
        let source = path(source_url, "source_url", SHARED_TARGETS)?;
        let target = path(target_url, "target_url", SHARED_TARGETS)?;
        let durability = self::durability(py, &durability)?;
        let core = enter_or_raise(py, || copy::Copy::new(&source, &target, durability))?;
        warn(py, core.warnings())?;
        Ok(Self { core: Part::new(Arc::new(Mutex::new(Some(core)))) })
    }

    /// Do the next part: "count", "copy", "check" or "done", and rows done, of how many.
    fn step(&self, py: Python<'_>) -> PyResult<(&'static str, i64, i64)> {
        let Progress { phase, done, total } = enter_or_raise(py, || {
            let mut core = locked(&self.core);
            core.as_mut().ok_or_else(|| Error::store("the copy was closed"))?.step()
        })?;
        let phase = match phase {
            Phase::Counting => "count",
            Phase::Copying => "copy",
            Phase::Checking => "check",
            Phase::Done => "done",
        };
        Ok((phase, done, total))
    }

    /// What was counted: rows and checksum.
    fn sum(&self, py: Python<'_>) -> PyResult<(i64, String)> {
        enter_or_raise(py, || {
            let core = locked(&self.core);
            let sum = core.as_ref().and_then(copy::Copy::sum);
            sum.map(|sum| (sum.rows, sum.checksum.clone()))
                .ok_or_else(|| Error::store("nothing was counted yet"))
        })
    }

    /// Let go of both stores.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        enter_or_raise(py, || {
            drop(locked(&self.core).take());
            Ok(())
        })
    }
}
