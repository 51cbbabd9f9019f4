//! `store.achievements`: nodes are defined one by one, or by the files of a mod (clauses ).

use super::args::{int, int_from, key};
use super::enter::{enter_here_or_raise, enter_or_raise};
use super::exceptions::{nothing_loaded, raised, unread, value_error};
use super::exit::running;
use super::log::logger;
use super::part::Part;
use super::structured::built;
use crate::error::{Code, Error};
use crate::key;
use crate::kinds::node::Node;
use crate::node_files::folder as files;
use crate::node_files::{csv, package};
use crate::query::CellRef;
use crate::store::Store;
use crate::table::{ColumnType, Memory, Table, cell};
use arrow_array::ArrayRef;
use pyo3::intern;
use pyo3::prelude::*;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;

/// The achievement nodes of a store's game: ``store.achievements``.
#[pyclass(frozen, module = "cloudvars")]
pub(super) struct Achievements {
    pub(super) store: Part<Store>,
}

#[pymethods]
impl Achievements {
    /// Define a node, or change it. ``total``: the progress that completes it, int >= 1 (default 1).
    ///
    /// Nodes are kept in the store, for each game; a set on an unknown node fails.
    /// Clause A-1.
    #[pyo3(signature = (node_id, *, total = None, title = "", description = "", prepic = "", finpic = "", rank = None))]
    #[expect(clippy::too_many_arguments, reason = "the columns of the node table")]
    fn define(
        &self,
        py: Python<'_>,
        node_id: &Bound<'_, PyAny>,
        total: Option<&Bound<'_, PyAny>>,
        title: &str,
        description: &str,
        prepic: &str,
        finpic: &str,
        rank: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let _running = running(py);
        let node = key(node_id, &"node_id")?;
        let total = total.map_or(Ok(1), |total| int_from(total, &"total", 1))?;
        let rank = rank.map_or(Ok(0), |rank| int(rank, &"rank"))?;
        let value = about(title, description, prepic, finpic, rank);
        let found = enter_or_raise(py, &self.store, {
            let node = node.clone();
            move |store| store.nodes(&[node])
        })?;
        if found.iter().any(|node| node.custom.is_some()) {
            let message = format!("node_id: '{node}' is a custom node; change its JSON file instead");
            return Err(value_error(py, &message, Code::BadValue));
        }
        let node = Node { id: node, total, value, custom: None };
        enter_or_raise(py, &self.store, move |store| store.define_nodes(vec![node]))
    }

    /// Define the nodes of a NodeSetting.csv (GBK); returns how many.
    ///
    /// GBK, or UTF-8 with a byte order mark; the columns in any order. A file that cannot be read raises the
    /// ``OSError``.
    /// Raises ``CloudValueError`` that lists every malformed line by number; then nothing is loaded. A custom node
    /// stays what its file says.
    /// Clause A-1.
    fn load_csv(&self, py: Python<'_>, path: PathBuf) -> PyResult<usize> {
        let _running = running(py);
        let bytes = std::fs::read(&path).map_err(|error| unread(&path, error))?;
        let nodes = csv::parse(&bytes).map_err(|defects| nothing_loaded(py, &path, &defects))?;
        let mut listed = Vec::with_capacity(nodes.len());
        for node in nodes {
            let id = key::key(&node.node_id, "NodeId").map_err(|error| raised(py, error))?;
            let value = about(&node.title, &node.description, &node.prepic, &node.finpic, node.rank);
            listed.push(Node { id, total: node.total, value, custom: None });
        }
        let count = listed.len();
        let custom = enter_or_raise(py, &self.store, Store::custom_nodes)?;
        log_totals(py, &custom, &listed)?;
        enter_or_raise(py, &self.store, move |store| store.define_nodes(listed))?;
        Ok(count)
    }

    /// Define the custom nodes of a ``customAchievements`` folder; returns how many.
    ///
    /// The fields are those of the lobby's documents. A folder that cannot be read raises the ``OSError``.
    /// ``path``: the folder, or the behavior pack around it; each ``*.json`` in it is one node, UTF-8, with ``//`` and
    /// ``/* */`` comments if you like. A node that is there already is replaced; none is removed.
    /// Raises ``CloudValueError`` that lists every defect of every file with its field; then nothing is loaded. What is
    /// odd but harmless goes to the log ``cloudvars``.
    /// Clause A-9.
    fn load_nodes(&self, py: Python<'_>, path: PathBuf) -> PyResult<usize> {
        let _running = running(py);
        let folder = files::folder(&path);
        let read = enter_here_or_raise(py, || Ok(files::files(&folder)))??;
        let stored = enter_or_raise(py, &self.store, Store::custom_nodes)?;
        let loaded = files::parse(&read, &stored).map_err(|defects| nothing_loaded(py, &folder, &defects))?;
        for warning in &loaded.warnings {
            logger(py)?.call_method1(intern!(py, "warning"), ("%s", warning.to_string()))?;
        }
        let count = loaded.nodes.len();
        let ids: Vec<Arc<str>> = loaded.nodes.iter().map(|node| node.id.clone()).collect();
        let mut listed = enter_or_raise(py, &self.store, move |store| store.nodes(&ids))?;
        listed.retain(|node| node.custom.is_none());
        log_totals(py, &loaded.nodes, &listed)?;
        enter_or_raise(py, &self.store, move |store| store.define_nodes(loaded.nodes))?;
        Ok(count)
    }

    /// The first nodes as rows of the table "node", each a list of names and cells; and how many nodes there are.
    fn _nodes<'py>(&self, py: Python<'py>, most: u64) -> PyResult<(Bound<'py, PyAny>, i64)> {
        let _running = running(py);
        let (first, count) = enter_or_raise(py, &self.store, move |store| {
            let all = Table::named("node", store.default_game())
                .ok_or_else(|| Error::store("there is no table of nodes"))?;
            Ok((all.limited(most, 0).rows(store)?, all.len(store)?))
        })?;
        Ok((built(py, &rows(&first))?, count))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let _running = running(py);
        py.import(intern!(py, "cloudvars._html"))?.call_method1(intern!(py, "achievements"), (slf,))
    }

    fn __repr__(&self) -> String {
        format!("<cloudvars.Achievements of '{}'>", self.store.target())
    }
}

/// A cell of the table of nodes.
#[derive(Serialize)]
#[serde(untagged)]
enum Shown<'a> {
    Null,
    Int(i64),
    Bool(bool),
    Text(&'a str),
}

impl<'c> Shown<'c> {
    fn of(column: &'c ArrayRef, holds: ColumnType, row: usize) -> Self {
        match cell(column, holds, row) {
            CellRef::Int(int) if holds == ColumnType::Bool => Self::Bool(int != 0),
            CellRef::Int(int) => Self::Int(int),
            CellRef::Text(text) => Self::Text(text),
            CellRef::Null | CellRef::Float(_) => Self::Null,
        }
    }
}

/// The rows, with the names of their columns.
fn rows(of: &Memory) -> Vec<Vec<(&str, Shown<'_>)>> {
    let mut rows = Vec::new();
    for batch in of.batches() {
        for row in 0..batch.num_rows() {
            let cells = of.columns().iter().zip(batch.columns());
            rows.push(
                cells.map(|(field, column)| (&*field.name, Shown::of(column, field.holds, row))).collect(),
            );
        }
    }
    rows
}

/// A node's texts as stored JSON.
fn about(title: &str, description: &str, prepic: &str, finpic: &str, rank: i64) -> Arc<str> {
    let texts = [("title", title), ("description", description), ("prepic", prepic), ("finpic", finpic)];
    let mut map: serde_json::Map<String, serde_json::Value> =
        texts.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect();
    map.insert("rank".to_owned(), rank.into());
    serde_json::Value::Object(map).to_string().into()
}

/// Logs where two definitions of a node disagree; the file of a custom node counts.
pub(super) fn log_totals(py: Python<'_>, custom: &[Node], listed: &[Node]) -> PyResult<()> {
    for (node, other) in
        custom.iter().filter_map(|node| Some((node, listed.iter().find(|of| of.id == node.id)?)))
    {
        if node.total != other.total {
            let text = "node '%s': goal_number is %s, but its Total is %s; goal_number counts";
            logger(py)?.call_method1(intern!(py, "warning"), (text, &*node.id, node.total, other.total))?;
        }
    }
    Ok(())
}

/// A row of a node table for the command line: (line, `PrePic`, `FinPic`).
type Pictures = (u64, String, String);

/// All that a NodeSetting.csv says about pictures, and all that the platform would refuse: (line, message).
#[pyfunction]
#[pyo3(name = "_examine_nodes")]
pub(super) fn examine_nodes(data: &[u8]) -> (Vec<Pictures>, Vec<(u64, String)>) {
    let examined = package::examine(data);
    let rows = examined.nodes.into_iter().map(|(line, node)| (line, node.prepic, node.finpic));
    (rows.collect(), examined.defects.into_iter().map(|defect| (defect.line, defect.message)).collect())
}
