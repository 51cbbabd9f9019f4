//! The rows that a write transaction works on: what was loaded, overlaid with what the commits so far made of it.

use crate::backend::{Changes, Loaded, Touch};
use crate::calendar::Zone;
use crate::error::{Code, Error, Refused, Result};
use crate::interrupt;
use crate::row::{Key, Note, Row};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// What a commit may know in addition to its rows.
pub struct Context<'a> {
    /// Now, by the store's clock: milliseconds since 1970.
    pub now_ms: i64,
    /// The store's time zone.
    pub zone: &'a Zone,
    /// The order stamp of the operation: rises with every operation of the store.
    pub seq: i64,
}

struct Slot {
    key: Key,
    row: Option<Row>,
    loaded_ver: i64,
    changed: bool,
}

/// An overlay over loaded rows with undo: a commit that fails takes back its own changes and nothing else.
#[derive(Default)]
pub struct Rows {
    /// The loaded ones come first, in the order of their keys.
    slots: Vec<Slot>,
    places: FxHashMap<Key, usize>,
    ids: FxHashMap<i64, Key>,
    notes: Vec<Note>,
    undo: Vec<(usize, Option<Row>, bool)>,
    notes_before: usize,
    now_ms: i64,
    /// The last row whose version could not be raised.
    full: Option<Key>,
}

impl Rows {
    /// The rows that a backend found for `touch`.
    pub fn new(touch: &Touch, loaded: Loaded) -> Result<Self> {
        let mut rows = Self::default();
        rows.slots.reserve(touch.keys.len() + touch.ids.len());
        rows.places.reserve(touch.keys.len() + touch.ids.len());
        for (key, row) in touch.keys.iter().zip(loaded.keyed) {
            interrupt::row()?;
            rows.load(key.clone(), row);
        }
        for (key, row) in loaded.found.into_iter().flatten() {
            interrupt::row()?;
            rows.ids.insert(key.id, key.clone());
            rows.load(key, Some(row));
        }
        Ok(rows)
    }

    fn load(&mut self, key: Key, row: Option<Row>) {
        let loaded_ver = row.as_ref().map_or(0, |row| row.ver);
        let slot = Slot { key: key.clone(), row, loaded_ver, changed: false };
        match self.places.entry(key) {
            // A row may be found by its key and by its id.
            Entry::Occupied(place) => self.slots[*place.get()] = slot,
            Entry::Vacant(place) => {
                place.insert(self.slots.len());
                self.slots.push(slot);
            }
        }
    }

    /// The row as the operations so far left it. Only touched rows may be asked for: a decision rests on locked rows.
    pub fn get(&self, key: &Key) -> Result<Option<&Row>> {
        match self.places.get(key) {
            Some(place) => Ok(self.slots[*place].row.as_ref()),
            None => Err(Error::store(format!("internal error: row {key:?} was not loaded"))),
        }
    }

    /// The key and row with this id, as the operations so far left them.
    pub fn find(&self, id: i64) -> Option<(&Key, &Row)> {
        let key = self.ids.get(&id)?;
        Some((key, self.slots[*self.places.get(key)?].row.as_ref()?))
    }

    /// Writes a row, or deletes it. Each write raises the row's version by one, and every row has a time of creation.
    /// [`Rows::check_versions`] finds a row whose version is the largest there is.
    pub fn put(&mut self, key: &Key, row: Option<Row>) {
        if key.id != 0 {
            self.ids.insert(key.id, key.clone());
        }
        let place = *self.places.entry(key.clone()).or_insert_with(|| {
            self.slots.push(Slot { key: key.clone(), row: None, loaded_ver: 0, changed: false });
            self.slots.len() - 1
        });
        let slot = &mut self.slots[place];
        let mut row = row;
        if let Some(row) = &mut row {
            let old = slot.row.as_ref().map_or(slot.loaded_ver, |old| old.ver);
            row.ver = old.checked_add(1).unwrap_or_else(|| {
                self.full = Some(key.clone());
                old
            });
            if slot.row.is_none() && row.created == 0 {
                row.created = self.now_ms;
            }
        }
        let before = std::mem::replace(&mut slot.row, row);
        self.undo.push((place, before, std::mem::replace(&mut slot.changed, true)));
    }

    /// Refuses what was written over a row whose version is the largest there is.
    pub fn check_versions(&mut self) -> Result<()> {
        let Some(Key { owner, key, .. }) = self.full.take() else { return Ok(()) };
        let message = format!(
            "the row of user {owner}, key '{key}' has the largest version there is: it stays as it is"
        );
        Err(Refused::new(Code::OutOfRange, message).into())
    }

    /// Leaves a note for the subscribers, here or in another process.
    pub fn note(&mut self, note: Note) {
        self.notes.push(note);
    }

    /// A commit begins here, at this time (ms since 1970).
    pub fn begin(&mut self, now_ms: i64) {
        self.now_ms = now_ms;
        self.undo.clear();
        self.notes_before = self.notes.len();
    }

    /// Takes back every change since [`Rows::begin`].
    pub fn undo(&mut self) {
        self.notes.truncate(self.notes_before);
        while let Some((place, row, changed)) = self.undo.pop() {
            let slot = &mut self.slots[place];
            (slot.row, slot.changed) = (row, changed);
        }
    }

    /// What is to be stored.
    pub fn into_changes(self) -> Result<Changes> {
        // A row that was made and deleted in between was never stored.
        let stored = |slot: &Slot| slot.changed && (slot.row.is_some() || slot.loaded_ver != 0);
        let mut rows = Vec::with_capacity(self.slots.len());
        for slot in self.slots {
            interrupt::row()?;
            if stored(&slot) {
                rows.push((slot.key, slot.row));
            }
        }
        Ok(Changes { rows, notes: self.notes })
    }
}
