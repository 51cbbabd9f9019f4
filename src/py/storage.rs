//! The lobby storage: `room.storage` and `store.storage` (clauses H-2 to H-7).

use super::achievement::callable;
use super::args::{id, int_from, key_of, not_accepted, shown, text, uuid};
use super::delivery::{self, Callback};
use super::enter::enter_or_raise;
use super::exceptions::value_error;
use super::room::Room;
use crate::error::Code;
use crate::kinds::board::Page;
use crate::kinds::storage::{Entity, KEY_CHARS_MAX, VALUE_CHARS_MAX};
use crate::storage::{Reply, Request, Step};
use crate::store::Store;
use pyo3::exceptions::{PyRecursionError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBoolMethods, PyDict, PyList, PyString, PyTuple};
use std::sync::Arc;

/// A page of a board has at most this many places.
const PAGE_MAX: i64 = 50;
const SET: &str = "LobbySetStorageAndUserItem";

/// A storage key: 1 to 64 characters.
fn storage_key(given: &Bound<'_, PyAny>, field: &dyn std::fmt::Display) -> PyResult<Arc<str>> {
    key_of(given, field, KEY_CHARS_MAX)
}

/// The lobby storage of a store's game.
#[pyclass(frozen, module = "cloudvars")]
pub(super) struct StorageSettings {
    pub(super) store: Arc<Store>,
}

#[pymethods]
impl StorageSettings {
    /// Sort these keys from now on: their values are int64, ``LobbyGetStorageBySort`` reads them. Clause H-3.
    #[pyo3(signature = (*keys))]
    fn sort_keys(&self, py: Python<'_>, keys: &Bound<'_, PyTuple>) -> PyResult<()> {
        let keys: Vec<_> = keys.iter().map(|key| storage_key(&key, &"key")).collect::<PyResult<_>>()?;
        enter_or_raise(py, || self.store.sort_keys(&keys))
    }

    fn __repr__(&self) -> String {
        format!("<cloudvars.StorageSettings of '{}'>", self.store.target())
    }
}

/// The lobby storage as one room reaches it.
#[pyclass(frozen, module = "cloudvars")]
pub(super) struct Storage {
    pub(super) room: Py<Room>,
}

impl Storage {
    fn request(
        &self,
        py: Python<'_>,
        request: Request,
        callback: Py<PyAny>,
        getter: Option<Py<PyAny>>,
        name: &'static str,
    ) -> PyResult<()> {
        let room = self.room.get();
        enter_or_raise(py, || {
            let mut callbacks = room.callbacks();
            let number = room.core.request_storage(request)?;
            callbacks.insert(number, Callback::Request(Some(callback), getter, name));
            Ok(())
        })?;
        room.deliver(py)
    }
}

#[pymethods]
#[expect(non_snake_case, reason = "the parameter names of the lobby")]
impl Storage {
    /// Fetch the values of ``keys`` of a user (0: everybody's); the callback gets a dict, or None. Clause H-2.
    fn LobbyGetStorage(
        &self,
        py: Python<'_>,
        callback: &Bound<'_, PyAny>,
        uid: &Bound<'_, PyAny>,
        keys: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let callback = callable(callback, "callback")?;
        let uid = id(uid, &"uid")?;
        if keys.is_instance_of::<PyString>() {
            return Err(not_accepted(keys, "keys", "a list of str is accepted"));
        }
        let keys = super::args::scalar_or_array(keys, &"keys", storage_key)?;
        self.request(py, Request::Get { uid, keys }, callback, None, "LobbyGetStorage")
    }

    /// Fetch places of a sorted key, at most 50 from ``offset`` on; the callback gets a dict, or None. Clause H-3.
    fn LobbyGetStorageBySort(
        &self,
        py: Python<'_>,
        callback: &Bound<'_, PyAny>,
        key: &Bound<'_, PyAny>,
        ascend: &Bound<'_, PyAny>,
        offset: &Bound<'_, PyAny>,
        length: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
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
        let request = Request::Sort(Page { key, ascend, offset, length });
        self.request(py, request, callback, None, "LobbyGetStorageBySort")
    }

    /// Store what ``entitiesGetter`` returns and ship an order: all of it or nothing. Clauses H-4 to H-7.
    ///
    /// The getter takes no arguments and returns ``[{"key": str, "value": JSON}, ...]``. The callback gets None, or code
    /// 0, 2 (another room set one of the keys: sent again after the callback, with the getter called again) or 5 (the
    /// order was shipped before).
    #[pyo3(signature = (callback, uid, orderId = None, entitiesGetter = None))]
    fn LobbySetStorageAndUserItem(
        &self,
        py: Python<'_>,
        callback: &Bound<'_, PyAny>,
        uid: &Bound<'_, PyAny>,
        orderId: Option<&Bound<'_, PyAny>>,
        entitiesGetter: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let callback = callable(callback, "callback")?;
        let uid = id(uid, &"uid")?;
        let order = orderId.map(|order| uuid(order, &"orderId")).transpose()?;
        let getter = entitiesGetter.map(|getter| callable(getter, "entitiesGetter")).transpose()?;
        let request = Request::Set { uid, order, has_getter: getter.is_some() };
        self.request(py, request, callback, getter, SET)
    }

    /// Fetch a user's orders that are not shipped, oldest first; the callback gets a dict, or None. Clause H-6.
    fn QueryLobbyUserItem(
        &self,
        py: Python<'_>,
        callback: &Bound<'_, PyAny>,
        uid: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let callback = callable(callback, "callback")?;
        let uid = id(uid, &"uid")?;
        self.request(py, Request::Orders { uid }, callback, None, "QueryLobbyUserItem")
    }

    /// Place an order, as a purchase does; returns its id. Clause H-6.
    #[pyo3(signature = (uid, cmd, product_count = None))]
    fn place_order(
        &self,
        py: Python<'_>,
        uid: &Bound<'_, PyAny>,
        cmd: &Bound<'_, PyAny>,
        product_count: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<i64> {
        let uid = id(uid, &"uid")?;
        let cmd = text(cmd, &"cmd")?;
        let count = product_count.map_or(Ok(1), |count| int_from(count, &"product_count", 1))?;
        let room = self.room.get();
        let order = enter_or_raise(py, || room.core.place_order(uid, cmd.into(), count))?;
        room.deliver(py)?;
        Ok(order)
    }

    /// Name a user on the boards; without a name it is the uid as text. Clause H-3.
    fn set_nickname(&self, py: Python<'_>, uid: &Bound<'_, PyAny>, name: &Bound<'_, PyAny>) -> PyResult<()> {
        let uid = id(uid, &"uid")?;
        let name = text(name, &"name")?;
        let room = self.room.get();
        enter_or_raise(py, || room.core.set_nickname(uid, name.into()))?;
        room.deliver(py)
    }

    fn __repr__(&self) -> String {
        format!("<cloudvars.Storage of room '{}'>", self.room.get().core.name())
    }
}

impl Room {
    /// Gives one step of a storage request to the mod; returns how many callbacks ran.
    pub(super) fn give_storage(&self, py: Python<'_>, step: Step) -> PyResult<usize> {
        match step {
            Step::Getter(number) => self.call_entities(py, number).map(|()| 0),
            Step::Callback(number, reply) => self.storage_call_back(py, number, &reply),
        }
    }

    fn call_entities(&self, py: Python<'_>, number: u64) -> PyResult<()> {
        let Some((_, Some(getter), _)) = self.request(py, number) else {
            self.core.storage_brought(number, None);
            return Ok(());
        };
        match getter.call0(py).and_then(|given| entities(given.bind(py))) {
            Ok(entities) => self.core.storage_brought(number, Some(entities)),
            Err(error) => {
                self.core.storage_brought(number, None);
                self.forget(&[number]);
                return Err(delivery::logged(py, "entitiesGetter", error));
            }
        }
        Ok(())
    }

    fn storage_call_back(&self, py: Python<'_>, number: u64, reply: &Reply) -> PyResult<usize> {
        let Some((Some(callback), _, name)) = self.request(py, number) else {
            self.core.storage_answered(number, true);
            return Ok(0);
        };
        if let Reply::Failed(reason) = reply {
            delivery::warn_failed(py, name, reason)?;
        }
        let called = answer(py, reply).and_then(|answer| callback.call1(py, (answer,)));
        if !self.core.storage_answered(number, called.is_err()) {
            self.forget(&[number]);
        }
        called.map_err(|error| delivery::logged(py, &format!("the callback of {name}"), error))?;
        Ok(1)
    }
}

/// What a getter returned: `[{"key", "value"}, …]` (clause H-4).
fn entities(given: &Bound<'_, PyAny>) -> PyResult<Vec<Entity>> {
    let py = given.py();
    let field = "entitiesGetter()";
    let accepted = "a list of {'key': str, 'value': JSON} is accepted";
    if !given.is_instance_of::<PyList>() && !given.is_instance_of::<PyTuple>() {
        return Err(not_accepted(given, field, accepted));
    }
    let mut entities: Vec<Entity> = Vec::new();
    for (index, one) in given.try_iter()?.enumerate() {
        let (one, at) = (one?, format!("{field}[{index}]"));
        let dict = one.cast::<PyDict>().map_err(|_| not_accepted(&one, &at, accepted))?;
        let (Some(key), Some(value)) =
            (dict.get_item(intern!(py, "key"))?, dict.get_item(intern!(py, "value"))?)
        else {
            return Err(not_accepted(&one, &at, accepted));
        };
        let key = storage_key(&key, &format!("{at}['key']"))?;
        if entities.iter().any(|entity| entity.key == key) {
            let message = format!("{at}['key']: '{key}' stands there already; a key may stand there once");
            return Err(value_error(py, &message, Code::BadValue));
        }
        entities.push(Entity { key, json: json(&value, &format!("{at}['value']"))? });
    }
    Ok(entities)
}

/// The value as the service's JSON, with what that does to it: int keys become text, tuples lists.
fn json(value: &Bound<'_, PyAny>, field: &str) -> PyResult<Arc<str>> {
    let py = value.py();
    let kwargs = PyDict::new(py);
    kwargs.set_item(intern!(py, "ensure_ascii"), false)?;
    kwargs.set_item(intern!(py, "allow_nan"), false)?;
    kwargs.set_item(intern!(py, "separators"), (",", ":"))?;
    let dumped = py.import(intern!(py, "json"))?.call_method("dumps", (value,), Some(&kwargs));
    let dumped = dumped.map_err(|error| {
        let refusal = error.is_instance_of::<PyTypeError>(py)
            || error.is_instance_of::<PyValueError>(py)
            || error.is_instance_of::<PyRecursionError>(py);
        if !refusal {
            return error;
        }
        let message = format!("{field}: {} is no JSON ({})", shown(value), error.value(py));
        value_error(py, &message, Code::BadValue)
    })?;
    let text = text(&dumped, &field)?;
    let chars = if text.len() > VALUE_CHARS_MAX { text.chars().count() } else { 0 };
    if chars > VALUE_CHARS_MAX {
        let message = format!("{field}: {chars} characters as JSON; at most {VALUE_CHARS_MAX} are accepted");
        return Err(value_error(py, &message, Code::TooLong));
    }
    Ok(text.into())
}

/// What the callback gets.
pub(super) fn answer<'py>(py: Python<'py>, reply: &Reply) -> PyResult<Bound<'py, PyAny>> {
    let (dict, entity) = (PyDict::new(py), PyDict::new(py));
    let list = PyList::empty(py);
    let mut name = intern!(py, "data");
    match reply {
        Reply::Failed(_) => return Ok(py.None().into_bound(py)),
        Reply::Data(found) => data(&list, found)?,
        Reply::Set(code, found) => {
            dict.set_item(intern!(py, "code"), *code as i64)?;
            dict.set_item(intern!(py, "message"), message(*code))?;
            data(&list, found)?;
        }
        Reply::Places(places) => {
            for place in places {
                let one = PyDict::new(py);
                one.set_item(intern!(py, "uid"), place.uid)?;
                one.set_item(intern!(py, "nickname"), &*place.nickname)?;
                one.set_item(intern!(py, "value"), place.value)?;
                list.append(one)?;
            }
        }
        Reply::Orders(orders) => {
            name = intern!(py, "orders");
            for order in orders {
                let one = PyDict::new(py);
                one.set_item(intern!(py, "order_id"), order.order_id)?;
                one.set_item(intern!(py, "timestamp"), order.timestamp)?;
                one.set_item(intern!(py, "cmd"), &*order.cmd)?;
                one.set_item(intern!(py, "product_count"), order.product_count)?;
                list.append(one)?;
            }
        }
    }
    entity.set_item(name, list)?;
    dict.set_item(intern!(py, "entity"), entity)?;
    Ok(dict.into_any())
}

const fn message(code: crate::storage::Code) -> &'static str {
    match code {
        crate::storage::Code::Done => "正常返回",
        crate::storage::Code::DataConflict => "数据冲突",
        crate::storage::Code::OrderConflict => "订单冲突",
    }
}

fn data(list: &Bound<'_, PyList>, found: &[Entity]) -> PyResult<()> {
    let py = list.py();
    let json = py.import(intern!(py, "json"))?;
    for Entity { key, json: text } in found {
        let one = PyDict::new(py);
        one.set_item(intern!(py, "key"), &**key)?;
        one.set_item(intern!(py, "value"), json.call_method1(intern!(py, "loads"), (&**text,))?)?;
        list.append(one)?;
    }
    Ok(())
}
