//! The lobby storage: `room.storage` and `store.storage` (clauses H-2 to H-7). What callbacks get is in `entity.rs`, when
//! a set is sent again in `src/request/storage.rs`.

use super::args::{callable, id, int_from, not_accepted, scalar_or_array, text, uuid};
use super::callback;
use super::enter::enter_or_raise;
use super::entity::{answer, entities, storage_key};
use super::exit::running;
use super::part::Part;
use super::room::Room;
use crate::kinds::board::Page;
use crate::names::{STORAGE_GET, STORAGE_ORDERS, STORAGE_SET, STORAGE_SORT};
use crate::request::Step;
use crate::request::storage::{StorageReply, StorageRequest};
use crate::store::Store;
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBoolMethods, PyString, PyTuple};

/// A page of a board has at most this many places.
const PAGE_MAX: i64 = 50;

/// The lobby storage of a store's game: ``store.storage``.
#[pyclass(frozen, module = "cloudvars")]
pub(super) struct StorageSettings {
    pub(super) store: Part<Store>,
}

#[pymethods]
impl StorageSettings {
    /// Sort these keys from now on: their values are int64, ``LobbyGetStorageBySort`` reads them.
    ///
    /// What was stored before is sorted too. A set of another value under such a key fails (callback None).
    /// Clause H-3.
    #[pyo3(signature = (*keys))]
    fn sort_keys(&self, py: Python<'_>, keys: &Bound<'_, PyTuple>) -> PyResult<()> {
        let _running = running(py);
        let keys: Vec<_> = keys.iter().map(|key| storage_key(&key, &"key")).collect::<PyResult<_>>()?;
        enter_or_raise(py, &self.store, move |store| store.sort_keys(&keys))
    }

    fn __repr__(&self) -> String {
        format!("<cloudvars.StorageSettings of '{}'>", self.store.target())
    }
}

/// The lobby storage as one room reaches it: ``room.storage``. A callback gets a dict, or None if it failed.
#[pyclass(frozen, module = "cloudvars")]
pub(super) struct Storage {
    pub(super) room: Py<Room>,
}

#[pymethods]
#[expect(non_snake_case, reason = "the parameter names of the lobby")]
impl Storage {
    /// Fetch the values of ``keys`` of a user (0: everybody's).
    ///
    /// In the order of ``keys``, each once.
    /// ``{"entity": {"data": [{"key", "value"}, ...]}}``; a key that was never set is absent.
    /// Clause H-2.
    fn LobbyGetStorage(
        &self,
        py: Python<'_>,
        callback: &Bound<'_, PyAny>,
        uid: &Bound<'_, PyAny>,
        keys: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let _running = running(py);
        let callback = callable(callback, "callback")?;
        let uid = id(uid, &"uid")?;
        if keys.is_instance_of::<PyString>() {
            return Err(not_accepted(keys, "keys", "a list of str is accepted"));
        }
        let keys = scalar_or_array(keys, &"keys", storage_key)?;
        let called = callback::RequestCallbacks { callback: Some(callback), getter: None, name: STORAGE_GET };
        self.room.get().ask(py, called, |room| room.request_storage(StorageRequest::Get { uid, keys }))
    }

    /// Fetch places of a sorted key: at most 50, from ``offset`` (from 0) on.
    ///
    /// A board has 200 users at each end; those with equal values are sorted by uid. The callback gets None for a key
    /// that is not sorted.
    /// ``{"entity": {"data": [{"uid", "nickname", "value"}, ...]}}``, up to two minutes old; uid 0 is not in it.
    /// Clause H-3.
    fn LobbyGetStorageBySort(
        &self,
        py: Python<'_>,
        callback: &Bound<'_, PyAny>,
        key: &Bound<'_, PyAny>,
        ascend: &Bound<'_, PyAny>,
        offset: &Bound<'_, PyAny>,
        length: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let _running = running(py);
        let callback = callable(callback, "callback")?;
        let key = storage_key(key, &"key")?;
        let ascend = ascend
            .cast::<PyBool>()
            .map_err(|_| not_accepted(ascend, "ascend", "True or False is accepted"))?
            .is_true();
        let offset = usize::try_from(int_from(offset, &"offset", 0)?).unwrap_or(usize::MAX);
        let count = int_from(length, &"length", 0)?;
        if count > PAGE_MAX {
            return Err(not_accepted(length, "length", "0 to 50 is accepted"));
        }
        let length = usize::try_from(count).unwrap_or_default();
        let request = StorageRequest::Sort(Page { key, ascend, offset, length });
        let called =
            callback::RequestCallbacks { callback: Some(callback), getter: None, name: STORAGE_SORT };
        self.room.get().ask(py, called, |room| room.request_storage(request))
    }

    /// Store what ``entitiesGetter`` returns and ship an order: all of it or nothing.
    ///
    /// A key has 1 to 64 characters, the JSON of a value at most 1024*1024. Each key has a version; all must be those
    /// that this room has seen last. An order that is unknown, or another user's, gives None. A game has 50 sets a
    /// second; more wait.
    /// The getter takes no arguments and returns ``[{"key": str, "value": JSON}, ...]``. The callback gets
    /// ``{"code", "message", "entity": {"data": [{"key", "value"}, ...]}}`` with the latest values of these keys.
    /// Code 2: another room set one of them; it is sent again after the callback, with the getter called again.
    /// Code 5: the order was shipped before; nothing was stored.
    /// Clauses H-4 to H-7.
    #[pyo3(signature = (callback, uid, orderId = None, entitiesGetter = None))]
    fn LobbySetStorageAndUserItem(
        &self,
        py: Python<'_>,
        callback: &Bound<'_, PyAny>,
        uid: &Bound<'_, PyAny>,
        orderId: Option<&Bound<'_, PyAny>>,
        entitiesGetter: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let _running = running(py);
        let callback = callable(callback, "callback")?;
        let uid = id(uid, &"uid")?;
        let order = orderId.map(|order| uuid(order, &"orderId")).transpose()?;
        let getter = entitiesGetter.map(|getter| callable(getter, "entitiesGetter")).transpose()?;
        let request = StorageRequest::Set { uid, order, has_getter: getter.is_some() };
        let called = callback::RequestCallbacks { callback: Some(callback), getter, name: STORAGE_SET };
        self.room.get().ask(py, called, |room| room.request_storage(request))
    }

    /// Fetch a user's orders that are not shipped, oldest first.
    ///
    /// Orders that were shipped are left out.
    /// ``{"entity": {"orders": [{"order_id", "timestamp", "cmd", "product_count"}, ...]}}``;
    /// ``timestamp`` in seconds since 1970.
    /// Clause H-6.
    fn QueryLobbyUserItem(
        &self,
        py: Python<'_>,
        callback: &Bound<'_, PyAny>,
        uid: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let _running = running(py);
        let callback = callable(callback, "callback")?;
        let uid = id(uid, &"uid")?;
        let called =
            callback::RequestCallbacks { callback: Some(callback), getter: None, name: STORAGE_ORDERS };
        self.room.get().ask(py, called, |room| room.request_storage(StorageRequest::Orders { uid }))
    }

    /// Place an order, as a purchase does; returns its id, whatever callbacks raise.
    ///
    /// The id is an int64 above 0. It fires no event; ``game.place_order`` of a hosted mod does.
    /// ``product_count``: 1 if left out.
    /// Clause H-6.
    #[pyo3(signature = (uid, cmd, product_count = None))]
    fn place_order(
        &self,
        py: Python<'_>,
        uid: &Bound<'_, PyAny>,
        cmd: &Bound<'_, PyAny>,
        product_count: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<i64> {
        let _running = running(py);
        let uid = id(uid, &"uid")?;
        let cmd = text(cmd, &"cmd")?;
        let count = product_count.map_or(Ok(1), |count| int_from(count, &"product_count", 1))?;
        let room = self.room.get();
        let order = enter_or_raise(py, &room.core, move |room| room.place_order(uid, cmd.into(), count))?;
        room.deliver_after(py);
        Ok(order)
    }

    /// Name a user on the boards; without a name it is the uid as text.
    ///
    /// Clause H-3.
    fn set_nickname(&self, py: Python<'_>, uid: &Bound<'_, PyAny>, name: &Bound<'_, PyAny>) -> PyResult<()> {
        let _running = running(py);
        let uid = id(uid, &"uid")?;
        let name = text(name, &"name")?;
        let room = self.room.get();
        enter_or_raise(py, &room.core, move |room| room.set_nickname(uid, name.into()))?;
        room.deliver(py)
    }

    fn __repr__(&self) -> String {
        format!("<cloudvars.Storage of room '{}'>", self.room.get().core.name())
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.room)
    }
}

impl Room {
    /// Gives one step of a storage request to the mod; returns how many callbacks ran.
    pub(super) fn give_storage(&self, py: Python<'_>, step: Step<StorageReply>) -> PyResult<usize> {
        match step {
            Step::Getter(number) => {
                let bring = |entities| self.core.storage_brought(number, entities);
                self.call_getter(py, number, entities, bring).map(|()| 0)
            }
            Step::Callback(number, reply) => {
                let failed = if let StorageReply::Failed(reason) = &reply { Some(&**reason) } else { None };
                self.call_back(py, number, answer(py, &reply), failed, |returned| {
                    self.core.storage_answered(number, returned.is_none())
                })
            }
        }
    }
}
