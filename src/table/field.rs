//! Columns out of the JSON of a value. What is not there, or is of another type, is null.

use super::column::ColumnType;
use super::step::Path;
use crate::calendar::parse_iso;
use crate::query::Cell;
use serde_json::Value;

/// The cells of these paths.
pub(super) fn members(json: &str, paths: &[Path]) -> Vec<Cell> {
    let Ok(value) = serde_json::from_str::<Value>(json) else { return vec![Cell::Null; paths.len()] };
    paths
        .iter()
        .map(|path| names(&path.name).try_fold(&value, member).map_or(Cell::Null, |at| cell(at, path.holds)))
        .collect()
}

/// The names of a path, which may begin with the sign of the whole value: so a column has another name than one that
/// is there already.
fn names(path: &str) -> std::str::Split<'_, char> {
    path.strip_prefix("$.").unwrap_or(path).split('.')
}

/// A member of an object, by its name or its int key, or an item of a list.
fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Object(members) => {
            let stored = if name.starts_with('#') { format!("#{name}") } else { name.to_owned() };
            members.get(&stored).or_else(|| {
                // An int key is stored with a mark in front of it.
                name.parse::<i64>().ok().and_then(|int| members.get(&format!("#{int}")))
            })
        }
        Value::Array(items) => items.get(name.parse::<usize>().ok()?),
        _ => None,
    }
}

fn cell(value: &Value, holds: ColumnType) -> Cell {
    let fits = match (holds, value) {
        (_, Value::Null) => None,
        (ColumnType::Int64, Value::Number(number)) => number.as_i64().map(Cell::Int),
        (ColumnType::Float64, Value::Number(number)) => number.as_f64().map(Cell::Float),
        (ColumnType::String, Value::String(text)) => Some(Cell::Text(text.as_str().into())),
        (ColumnType::Bool, Value::Bool(bool)) => Some(Cell::Int((*bool).into())),
        (ColumnType::Json, value) => Some(Cell::Text(value.to_string().into())),
        (ColumnType::Timestamp, Value::String(text)) => parse_iso(text).map(Cell::Int),
        _ => None,
    };
    fits.unwrap_or(Cell::Null)
}
