//! Reads that memory may answer: they wait for nobody.

use super::Store;
use crate::backend::Unknown;
use crate::row::{Found, Sought};

impl Store {
    /// A row as it is now, if it is in memory.
    pub(crate) fn recall(&self, key: &Sought<'_>) -> Result<Option<Found>, Unknown> {
        self.not_closed().map_err(|_| Unknown)?;
        self.backend().recall(key)
    }

    /// Rows as they are at this moment, if all of them are in memory.
    pub(crate) fn recall_all(&self, keys: &[Sought<'_>]) -> Result<Vec<Option<Found>>, Unknown> {
        self.not_closed().map_err(|_| Unknown)?;
        self.backend().recall_all(keys)
    }
}
