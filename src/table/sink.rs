//! Where rows go.

use crate::error::Result;
use crate::query::Record;
use std::ops::ControlFlow;

/// What gets rows, one after the other, until it breaks.
pub(super) trait Sink {
    fn row(&mut self, row: &dyn Record) -> Result<ControlFlow<()>>;
    /// There are no more rows.
    fn end(&mut self) -> Result<()>;
}

pub(super) type Next<'s> = Box<dyn Sink + 's>;
