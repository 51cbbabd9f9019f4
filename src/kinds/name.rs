//! Unique names. Clauses N-1, N-2 and P-4.
//!
//! Row key: the escaped key, a separator, the name; so the names of one key lie in order behind it.

use super::outcome::Outcome;
use super::verb::{About, Calls, Verb};
use super::{plain, remove};
use crate::backend::Snapshot;
use crate::column::{Column, Columns, Source, Stored};
use crate::error::{Code, Refused, Result};
use crate::row::{Key, Kind, Range, Row};
use crate::rows::{Context, Rows};
use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::Arc;

/// The calls of this kind.
pub const CALLS: Calls = Calls { reads: &["name_search"], verbs: &["name_new"], ..Calls::NONE };

/// What this kind's rows hold.
pub const COLUMNS: Columns = Columns {
    kind: Kind::Name,
    name: "name",
    all: &[
        Column::part("key", Source::KeyHead),
        Column::part("name", Source::KeyTail),
        Column::text("value", Stored::SValue),
        // The number of characters of the escaped key. A dump leaves it out, because it follows from the key.
        Column::int("i_value", Stored::IValue),
    ],
    made: &[],
    table: &["key", "name", "value"],
};

const SEPARATOR: char = '\u{1}';
const ESCAPE: char = '\u{2}';

/// The operations.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "said at the functions that make them")]
pub enum Op {
    /// Made by [`new`].
    New { key: Key, value: Arc<str> },
    /// Made by [`release`].
    Release { key: Key },
}

/// A name as [`search`] answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Name {
    pub name: Arc<str>,
    pub value: Arc<str>,
}

/// The separator must not occur in a key: it and the escape are escaped.
fn escaped(key: &str) -> String {
    let mut text = String::with_capacity(key.len() + 1);
    for char in key.chars() {
        match char {
            SEPARATOR => text.extend([ESCAPE, '1']),
            ESCAPE => text.extend([ESCAPE, '2']),
            other => text.push(other),
        }
    }
    text
}

/// The key that a name's row belongs to, and the name.
pub fn parts(row_key: &str) -> (String, &str) {
    let (group, name) = row_key.split_once(SEPARATOR).unwrap_or((row_key, ""));
    (group.replace("\u{2}1", "\u{1}").replace("\u{2}2", "\u{2}"), name)
}

/// The row key of a name, and the characters of its first part.
pub fn row_key(key: &str, name: &str) -> (Arc<str>, usize) {
    let group = escaped(key);
    (format!("{group}{SEPARATOR}{name}").into(), group.chars().count())
}

/// `c.name_new`
pub fn new(game: i64, key: &str, name: &str, value: Arc<str>) -> Op {
    Op::New { key: self::key(game, key, name), value }
}

/// The row of a name.
pub(super) fn key(game: i64, key: &str, name: &str) -> Key {
    plain(game, 0, Kind::Name, row_key(key, name).0)
}

/// `store.operator.release_name` (clause P-4).
pub fn release(game: i64, key: &str, name: &str) -> Op {
    Op::Release { key: self::key(game, key, name) }
}

impl Op {
    const fn row(&self) -> &Key {
        match self {
            Self::New { key, .. } | Self::Release { key } => key,
        }
    }
}

impl Verb for Op {
    fn name(&self) -> &'static str {
        match self {
            Self::New { .. } => "name_new",
            Self::Release { .. } => "release_name",
        }
    }

    fn key(&self) -> Option<&Key> {
        Some(self.row())
    }

    fn about(&self) -> About<'_> {
        (None, Some(Cow::Owned(parts(&self.row().key).0)))
    }

    fn apply(&self, rows: &mut Rows, cx: &Context<'_>) -> Result<Outcome> {
        match self {
            Self::New { key, value } => apply_new(rows, cx, key, value)?,
            Self::Release { key } => remove(rows, key)?,
        }
        Ok(Outcome::Done)
    }
}

fn apply_new(rows: &mut Rows, cx: &Context<'_>, key: &Key, value: &Arc<str>) -> Result<()> {
    let (group, name) = key.key.split_once(SEPARATOR).unwrap_or(("", &key.key));
    if rows.get(key)?.is_some() {
        return Err(Refused::new(Code::NameTaken, format!("name '{name}' of key '{group}' is taken")).into());
    }
    let i_value = i64::try_from(group.chars().count()).ok();
    let s_value = Some(value.clone());
    rows.put(key, Some(Row { i_value, s_value, created: cx.now_ms, updated: cx.now_ms, ..Row::default() }));
    Ok(())
}

/// The names of a key that start with the prefix: shorter ones first, then by code point (clause N-2).
pub fn search(snapshot: &mut dyn Snapshot, game: i64, key: &str, prefix: &str) -> Result<Vec<Name>> {
    let group = format!("{}{SEPARATOR}", escaped(key));
    let from: Arc<str> = format!("{group}{prefix}").into();
    let range = Range { game, owner: 0, kind: Kind::Name, world: 0, from: from.clone(), to: None };
    let mut names = Vec::new();
    snapshot.scan(&range, &mut |key, row| {
        if !key.key.starts_with(&*from) {
            return ControlFlow::Break(());
        }
        let name = key.key.get(group.len()..).unwrap_or_default().into();
        names.push(Name { name, value: row.s_value.unwrap_or_default() });
        ControlFlow::Continue(())
    })?;
    names.sort_by_cached_key(|found| (found.name.chars().count(), found.name.clone()));
    Ok(names)
}
