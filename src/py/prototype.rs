//! The dicts of rows that were read more than once. A copy of such a dict is made faster than a dict from the stored text.

use crate::kinds::Entry;
use crate::row::Found;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString};
use std::sync::{Arc, Mutex};

/// A row has a place in one set, chosen by its address; at most `SETS * WAYS` dicts are kept.
const SETS: usize = 1 << 10;
const WAYS: usize = 4;
/// Of so many rows that find their set full, one takes the place of another. If more rows are read in turn than there
/// are places, most of those that have one keep it.
const CHANCE: usize = 8;
/// With more rows than this in one call, memory is the limit: then a dict is made from its text as soon as another one is
/// fetched and copied.
pub(super) const ROWS_MAX: usize = 32;
/// A longer value is made from its text each time: so much memory for it is not worth it.
const TEXT_MAX: usize = 128;

/// The rows of each set by their addresses (0: the place is free), and what is known of them.
struct Rows {
    addresses: Vec<[usize; WAYS]>,
    slots: Vec<Option<Known>>,
    refused: usize,
}

struct Known {
    seen: Seen,
    /// While it is held, no other row has its address.
    _found: Found,
}

impl Rows {
    /// What is known of a row that was read before.
    fn of(&mut self, found: &Found) -> Option<&mut Seen> {
        let (address, set) = place(found);
        let way = self.addresses.get(set)?.iter().position(|known| *known == address)?;
        self.slots.get_mut(set * WAYS + way)?.as_mut().map(|slot| &mut slot.seen)
    }

    /// Gives a row a place, or not. Returns what was there.
    fn add(&mut self, found: &Found) -> Option<Known> {
        if self.slots.is_empty() {
            self.addresses.resize(SETS, [0; WAYS]);
            self.slots.resize_with(SETS * WAYS, || None);
        }
        let (address, set) = place(found);
        let addresses = self.addresses.get_mut(set)?;
        let way = addresses.iter().position(|known| *known == 0).or_else(|| {
            self.refused += 1;
            self.refused.is_multiple_of(CHANCE).then_some(self.refused / CHANCE % WAYS)
        })?;
        addresses[way] = address;
        self.slots.get_mut(set * WAYS + way)?.replace(Known { seen: Seen::Once, _found: found.clone() })
    }
}

/// A row's address, and its set.
fn place(found: &Found) -> (usize, usize) {
    let address = Arc::as_ptr(found).addr();
    let bits = address / 16;
    (address, (bits ^ (bits / SETS)) % SETS)
}

enum Seen {
    /// The row was read once.
    Once,
    /// Its value holds containers, which a copy would share.
    Deep,
    Twice(Prototype),
}

/// A dict that nobody else has, and the container in its `value`.
struct Prototype {
    dict: Py<PyDict>,
    value: Inner,
}

enum Inner {
    None,
    Dict(Py<PyDict>),
    List(Py<PyList>),
}

impl Prototype {
    /// Of the dict of a row; `None` if a copy of its value would share something that can be changed.
    fn of(dict: &Bound<'_, PyDict>) -> PyResult<Option<Self>> {
        let py = dict.py();
        let value = dict.get_item(intern!(py, "value"))?;
        let inner = match value {
            None => Inner::None,
            Some(value) => {
                if let Ok(inner) = value.cast::<PyDict>() {
                    if !inner.values().iter().all(|item| is_scalar(&item)) {
                        return Ok(None);
                    }
                    Inner::Dict(inner.copy()?.unbind())
                } else if let Ok(inner) = value.cast::<PyList>() {
                    if !inner.iter().all(|item| is_scalar(&item)) {
                        return Ok(None);
                    }
                    Inner::List(inner.get_slice(0, inner.len()).unbind())
                } else if is_scalar(&value) {
                    Inner::None
                } else {
                    return Ok(None);
                }
            }
        };
        Ok(Some(Self { dict: dict.copy()?.unbind(), value: inner }))
    }

    fn copy<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = self.dict.bind(py).copy()?;
        match &self.value {
            Inner::None => {}
            Inner::Dict(inner) => dict.set_item(intern!(py, "value"), inner.bind(py).copy()?)?,
            Inner::List(inner) => {
                let inner = inner.bind(py);
                dict.set_item(intern!(py, "value"), inner.get_slice(0, inner.len()))?;
            }
        }
        Ok(dict)
    }
}

fn is_scalar(item: &Bound<'_, PyAny>) -> bool {
    item.is_exact_instance_of::<PyString>()
        || item.is_exact_instance_of::<PyInt>()
        || item.is_exact_instance_of::<PyFloat>()
        || item.is_exact_instance_of::<PyBool>()
        || item.is_none()
}

/// The dict of a row, which belongs to the caller. All rows of one kind must come with the same `build`.
pub(super) fn dict<'py>(
    py: Python<'py>,
    found: &Found,
    build: fn(Python<'py>, &Entry) -> PyResult<Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyDict>> {
    static ROWS: Mutex<Rows> = Mutex::new(Rows { addresses: Vec::new(), slots: Vec::new(), refused: 0 });
    let (_, row) = &**found;
    // A row that nobody else holds does not come again.
    if Arc::strong_count(found) == 1 || row.text_bytes() > TEXT_MAX {
        return build(py, found);
    }
    // Never wait here: the holder may wait for the interpreter, which this thread holds.
    let Ok(mut rows) = ROWS.try_lock() else { return build(py, found) };
    let Some(seen) = rows.of(found) else {
        let before = rows.add(found);
        drop(rows);
        drop(before);
        return build(py, found);
    };
    match seen {
        Seen::Twice(prototype) => prototype.copy(py),
        Seen::Deep => build(py, found),
        Seen::Once => {
            let dict = build(py, found)?;
            *seen = Prototype::of(&dict)?.map_or(Seen::Deep, Seen::Twice);
            Ok(dict)
        }
    }
}
