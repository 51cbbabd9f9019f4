//! A copy of a store, step by step; `python/cloudvars/_copy.py` runs the steps.

use super::args::{self, Given, path};
use super::enter::{enter_apart, enter_briefly, enter_here_or_raise};
use super::exceptions::cloud_error;
use super::exit::running;
use super::part::Part;
use super::warning::warn;
use crate::backend::{SHARED_TARGETS, is_remote};
use crate::copy::{self, CopyProgress, Phase};
use crate::error::{Error, Reason};
use crate::interrupt;
use crate::lock::locked;
use pyo3::prelude::*;
use std::sync::{Arc, Mutex};

/// A copy that runs.
#[pyclass(frozen, name = "_Copy", module = "cloudvars")]
pub(super) struct Copy {
    core: Part<Mutex<Option<copy::Copy>>>,
    is_remote: bool,
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
        let durability = args::durability(py, &durability)?;
        let is_remote = is_remote(&source) || is_remote(&target);
        let opened = enter_apart(py, is_remote, move || copy::Copy::new(&source, &target, durability))?;
        let core = opened.map_err(|refused| cloud_error(py, &refused))?;
        warn(py, core.warnings())?;
        Ok(Self { core: Part::new(Arc::new(Mutex::new(Some(core)))), is_remote })
    }

    /// Do the next part: "count", "copy", "check" or "done", and rows done, of how many.
    fn step(&self, py: Python<'_>) -> PyResult<(&'static str, i64, i64)> {
        let core = Arc::clone(&self.core);
        let stepped = enter_apart(py, self.is_remote, move || {
            let mut core = interrupt::lock(&core)?;
            core.as_mut().ok_or_else(|| Reason::Closed.error("the copy was closed"))?.step()
        })?;
        let CopyProgress { phase, done, total } = stepped.map_err(|refused| cloud_error(py, &refused))?;
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
        enter_here_or_raise(py, || {
            let core = interrupt::lock(&self.core)?;
            let sum = core.as_ref().and_then(copy::Copy::sum);
            sum.map(|sum| (sum.rows, sum.checksum.clone()))
                .ok_or_else(|| Error::store("nothing was counted yet"))
        })
    }

    /// Close both stores, after a part whose caller was interrupted has ended.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let core = Arc::clone(&self.core);
        let let_go = move || {
            drop(locked(&core).take());
            Ok(())
        };
        enter_briefly(py, self.is_remote, let_go).map(drop)
    }
}
