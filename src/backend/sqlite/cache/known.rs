//! Rows that are asked for together, some of which are in memory.

use super::{Cache, Moment};
use crate::row::{Found, Key};

/// Rows by their keys, in the order asked, some of which are not known.
pub(in crate::backend::sqlite) struct Known {
    pub(in crate::backend::sqlite) rows: Vec<Option<Found>>,
    /// The keys of those, and their places.
    pub(in crate::backend::sqlite) missing: Vec<Key>,
    places: Vec<usize>,
}

impl Known {
    /// Adds the missing rows.
    pub(in crate::backend::sqlite) fn fill(&mut self, missing: Vec<Option<Found>>) {
        for (place, row) in self.places.iter().zip(missing) {
            if let Some(unknown) = self.rows.get_mut(*place) {
                *unknown = row;
            }
        }
    }
}

impl Cache {
    /// What is known of these rows. Use it only if the moment [`Cache::holds`] afterwards.
    pub(in crate::backend::sqlite) fn get_all(&self, moment: &Moment, keys: &[Key]) -> Known {
        let mut known =
            Known { rows: Vec::with_capacity(keys.len()), missing: Vec::new(), places: Vec::new() };
        for (place, key) in keys.iter().enumerate() {
            let kept = self.kept(moment, key);
            if kept.is_err() {
                known.missing.push(key.clone());
                known.places.push(place);
            }
            known.rows.push(kept.ok().flatten());
        }
        known
    }
}
