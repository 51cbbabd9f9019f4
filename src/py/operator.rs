//! `store.operator`: corrections by the people who run a service (clauses P-1 to P-5).

use super::args::{Fields, id, int, int_from, key, not_accepted, text, uuid};
use super::enter::enter;
use super::exceptions::value_error;
use super::exit::running;
use super::part::Part;
use super::reply;
use super::spelling;
use crate::error::{Code, Result};
use crate::kinds::delete::{Item, Target};
use crate::kinds::{achievement, limit, money, name};
use crate::op::Op;
use crate::row::Kind;
use crate::store::Store;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

/// The tables that hold single rows, each with the fields that name one.
const TABLES: [(&str, &[&str]); 12] = [
    ("general", &["user_id", "key"]),
    ("money", &["user_id", "key"]),
    ("list", &["user_id", "key", "uuid"]),
    ("world_data", &["user_id", "key", "world_id"]),
    ("world_list", &["user_id", "key", "world_id", "uuid"]),
    ("with_limit", &["user_id", "key"]),
    ("name", &["key", "name"]),
    ("message", &["object_id", "key", "target_user_id"]),
    ("achievement", &["player_id", "node_id"]),
    ("node", &["node_id"]),
    ("storage", &["user_id", "key"]),
    ("order", &["order_id", "user_id"]),
];

/// Corrections by the people who run a service: ``store.operator``.
///
/// Each call is one commit and returns its ``Reply``: ``(0, {}, None)`` once durable. No quota counts it, no fault of
/// the test kit reaches it, and it works on the store's game. What is not there needs no correction: that is a success.
/// A malformed argument raises ``CloudValueError``; a store that is opened for reading only raises ``StoreError``.
/// Clause P-1.
#[pyclass(frozen, module = "cloudvars")]
pub(super) struct Operator {
    pub(super) store: Part<Store>,
}

#[pymethods]
impl Operator {
    /// Set a balance: what is missing is added, or taken, as ``money_add`` does it.
    ///
    /// ``value``: an int; the balance may be below 0. Fails with ``OUT_OF_RANGE`` if the difference is outside int64.
    /// Clause P-2.
    fn set_balance<'py>(
        &self,
        py: Python<'py>,
        user_id: &Bound<'py, PyAny>,
        key: &Bound<'py, PyAny>,
        value: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(py);
        let (user, key) = (id(user_id, &"user_id")?, self::key(key, &"key")?);
        let value = int(value, &"value")?;
        self.operate(py, move |game| money::balance(game, user, key, value).into())
    }

    /// Set a player's progress on a node, up to its total; without ``extra`` the stored one stays.
    ///
    /// ``progress``: an int of at least 0; what is beyond the total is the total. With the total the node is complete;
    /// ``completed_at`` stays what it was, or is now. Below the total it is open, with ``completed_at`` 0, and a later
    /// set completes it once more. A room that saw the data before meets code 5. Fails with ``BAD_VALUE`` if the node
    /// is not defined.
    /// Clause P-3.
    #[pyo3(signature = (player_id, node_id, progress, extra = None))]
    fn set_progress<'py>(
        &self,
        py: Python<'py>,
        player_id: &Bound<'py, PyAny>,
        node_id: &Bound<'py, PyAny>,
        progress: &Bound<'py, PyAny>,
        extra: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(py);
        let (player, node) = (id(player_id, &"player_id")?, key(node_id, &"node_id")?);
        let progress = int_from(progress, &"progress", 0)?;
        let extra = extra.map(|extra| text(extra, &"extra")).transpose()?;
        self.operate(py, move |game| {
            achievement::correct(game, player, node, progress, extra.map(Into::into)).into()
        })
    }

    /// Set a counter with a limit to 0; its limit and its window stay.
    ///
    /// Clause P-4.
    fn reset_limit<'py>(
        &self,
        py: Python<'py>,
        user_id: &Bound<'py, PyAny>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(py);
        let (user, key) = (id(user_id, &"user_id")?, self::key(key, &"key")?);
        self.operate(py, move |game| limit::reset(limit::key(game, user, key)).into())
    }

    /// Make a name free again: ``name_new`` can take it.
    ///
    /// Clause P-4.
    fn release_name<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
        name: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(py);
        let (key, name) = (self::key(key, &"key")?, self::key(name, &"name")?);
        self.operate(py, move |game| name::release(game, &key, &name).into())
    }

    /// Delete one row: ``delete("list", uuid=5)``. The fields are the columns of the table that name the row.
    ///
    /// - ``general``, ``money``, ``with_limit``, ``storage``: ``user_id``, ``key``
    /// - ``world_data``: ``user_id``, ``key``, ``world_id``
    /// - ``list``, ``world_list``: ``uuid``; ``message``: ``object_id``; ``order``: ``order_id``. The columns that name
    ///   the owner may be given too: then a row that differs is not there.
    /// - ``name``: ``key``, ``name``; ``achievement``: ``player_id``, ``node_id``; ``node``: ``node_id``
    ///
    /// A message is gone for ``store.tables`` too, unlike one that ``message_delete`` marked. A stored value loses its
    /// place on a board. A node that is the parent of another one fails with ``BAD_VALUE``.
    /// Clause P-5.
    #[pyo3(signature = (table, **key), text_signature = "($self, table, **key)")]
    fn delete<'py>(
        &self,
        py: Python<'py>,
        table: &Bound<'py, PyAny>,
        key: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _running = running(py);
        let (table, accepted) = named(table)?;
        let target = target(&Fields::new(py, "delete", accepted, None, key)?, py, table)?;
        let answer = enter(py, &self.store, move |store| store.delete(target))?;
        reply::of_commit(py, &answer)
    }

    fn __repr__(&self) -> String {
        format!("<cloudvars.Operator of '{}'>", self.store.target())
    }
}

impl Operator {
    fn operate<'py>(
        &self,
        py: Python<'py>,
        op: impl FnOnce(i64) -> Op + Send + 'static,
    ) -> PyResult<Bound<'py, PyAny>> {
        let answer = enter(py, &self.store, move |store: &Store| -> Result<()> { store.operate(op) })?;
        reply::of_commit(py, &answer)
    }
}

/// The table of this name, with the fields that name a row of it.
fn named(table: &Bound<'_, PyAny>) -> PyResult<(&'static str, &'static [&'static str])> {
    let name =
        table.cast::<PyString>().map_err(|_| not_accepted(table, "table", "a table's name is accepted"))?;
    let name = name.to_cow()?;
    if let Some(found) = TABLES.into_iter().find(|(table, _)| *table == name) {
        return Ok(found);
    }
    let names = || TABLES.into_iter().map(|(table, _)| table);
    let message = if name == "player" {
        "table: 'player' counts the rows of the other tables; delete those".to_owned()
    } else {
        let meant = spelling::nearest(&name, names());
        let hint = meant.map(|meant| format!(" (did you mean '{meant}'?)")).unwrap_or_default();
        format!("table: '{name}'{hint}; accepted are {}", names().collect::<Vec<_>>().join(", "))
    };
    Err(value_error(table.py(), &message, Code::BadValue))
}

/// The row that the fields name.
fn target(fields: &Fields<'_>, py: Python<'_>, table: &str) -> PyResult<Target> {
    let user = || fields.id(intern!(py, "user_id"));
    let key = || fields.key(intern!(py, "key"));
    let node = || fields.key(intern!(py, "node_id"));
    let world = || int(&fields.required(intern!(py, "world_id"))?, &"world_id");
    let target = match table {
        "general" => Target::General { user: user()?, key: key()? },
        "money" => Target::Money { user: user()?, key: key()? },
        "world_data" => Target::WorldData { user: user()?, key: key()?, world: world()? },
        "with_limit" => Target::Limit { user: user()?, key: key()? },
        "name" => Target::Name { key: key()?, name: fields.key(intern!(py, "name"))? },
        "achievement" => Target::Achievement { player: fields.id(intern!(py, "player_id"))?, node: node()? },
        "node" => Target::Node { node: node()? },
        "storage" => Target::Storage { user: user()?, key: key()? },
        "message" => item(fields, py, Kind::Message, intern!(py, "object_id"))?,
        "order" => item(fields, py, Kind::Order, intern!(py, "order_id"))?,
        "world_list" => item(fields, py, Kind::WorldList, intern!(py, "uuid"))?,
        _ => item(fields, py, Kind::List, intern!(py, "uuid"))?,
    };
    fields.done()?;
    Ok(target)
}

/// A row that an id names; what else is given must fit it.
fn item<'py>(
    fields: &Fields<'py>,
    py: Python<'py>,
    kind: Kind,
    name: &Bound<'py, PyString>,
) -> PyResult<Target> {
    let owner = if kind == Kind::Message { intern!(py, "target_user_id") } else { intern!(py, "user_id") };
    let given =
        fields.optional(name)?.ok_or_else(|| fields.missing(&format!("'{name}', which names one row,")))?;
    Ok(Target::Item(Item {
        kind,
        id: uuid(&given, name)?,
        user: fields.optional(owner)?.map(|user| id(&user, owner)).transpose()?,
        key: fields.optional(intern!(py, "key"))?.map(|given| key(&given, &"key")).transpose()?,
        world: fields.optional(intern!(py, "world_id"))?.map(|world| int(&world, &"world_id")).transpose()?,
    }))
}
