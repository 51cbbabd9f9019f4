//! The schema of a file: made step by step, one step for each version, and compared with the one that we would make.
//!
//! A file may come from anybody. A trigger in it would change what is stored, a constraint what may be stored. So
//! everything that has one of our names must be exactly as we make it, and nothing else may belong to our tables.

use super::failure::Tried;
use crate::backend::format::VERSION;
use crate::error::Error;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Step n turns version n - 1 into version n. A new file takes all steps.
const STEPS: [&str; 3] =
    [include_str!("schema/1.sql"), include_str!("schema/2.sql"), include_str!("schema/3.sql")];

/// A table, an index, a view or a trigger.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Object {
    kind: String,
    name: String,
    table: String,
    sql: String,
}

/// The objects by name, in lower case, because SQL ignores the case of names.
type Objects = BTreeMap<String, Object>;

/// The objects of each version's schema.
static MADE: OnceLock<Vec<Objects>> = OnceLock::new();

/// Takes all steps after version `from` (0: the file is empty), inside a transaction.
pub(super) fn step_up(connection: &Connection, from: i64) -> rusqlite::Result<()> {
    for (version, sql) in (1..).zip(STEPS).filter(|(version, _)| *version > from) {
        connection.execute_batch(sql)?;
        connection.pragma_update(None, "user_version", version)?;
    }
    Ok(())
}

/// The objects of each version, in the order of the versions.
fn all_made() -> rusqlite::Result<Vec<Objects>> {
    let connection = Connection::open_in_memory()?;
    let mut versions = vec![Objects::new()];
    for sql in STEPS {
        connection.execute_batch(sql)?;
        versions.push(objects(&connection)?.into_iter().map(|one| (one.name.to_lowercase(), one)).collect());
    }
    Ok(versions)
}

fn made(version: i64) -> Tried<&'static Objects> {
    if MADE.get().is_none() {
        // Another thread may have set it first.
        let _ = MADE.set(all_made()?);
    }
    let made = MADE.get().and_then(|made| made.get(usize::try_from(version).ok()?));
    made.ok_or_else(|| Error::store(format!("internal error: no schema of version {version}")).into())
}

fn objects(connection: &Connection) -> rusqlite::Result<Vec<Object>> {
    let mut statement =
        connection.prepare("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema")?;
    let rows = statement.query_map((), |row| {
        let sql: String = row.get(3)?;
        Ok(Object { kind: row.get(0)?, name: row.get(1)?, table: row.get(2)?, sql: plain(&sql) })
    })?;
    rows.collect()
}

/// The same statement without comments, and with spaces only between words, so that the layout of our own may change.
fn plain(sql: &str) -> String {
    let mut plain = String::with_capacity(sql.len());
    let mut gap = false;
    let mut rest = sql.chars().peekable();
    while let Some(char) = rest.next() {
        match (char, rest.peek()) {
            ('-', Some('-')) => while rest.next().is_some_and(|inside| inside != '\n') {},
            ('/', Some('*')) => {
                rest.next();
                let mut last = ' ';
                while rest
                    .next()
                    .is_some_and(|inside| (std::mem::replace(&mut last, inside), inside) != ('*', '/'))
                {
                }
            }
            _ if char.is_ascii_whitespace() => {}
            _ => {
                let word = |char: char| {
                    char.is_alphanumeric() || matches!(char, '_' | '$' | '\'' | '"' | '`' | '[' | ']')
                };
                if std::mem::take(&mut gap) && word(char) && plain.ends_with(word) {
                    plain.push(' ');
                }
                plain.push(char);
                let end = match char {
                    '[' => ']',
                    '\'' | '"' | '`' => char,
                    _ => continue,
                };
                while rest.next().inspect(|inside| plain.push(*inside)).is_some_and(|inside| inside != end) {}
                continue;
            }
        }
        gap = true;
    }
    plain
}

/// Why a schema is not one of ours, as a sentence that names the object; `None` if it is one.
///
/// Anybody may add tables with their indexes, and views, if we do not use their names.
pub(super) fn oddity(connection: &Connection, version: i64) -> Tried<Option<String>> {
    let (ours, last) = (made(version.min(VERSION))?, made(VERSION)?);
    let found = objects(connection)?;
    for one in &found {
        let name = one.name.to_lowercase();
        let Object { kind, name: shown, table, .. } = one;
        let on_ours = ours.contains_key(&table.to_lowercase());
        let why = if kind == "trigger" {
            Some("it would change what is stored".to_owned())
        } else if let Some(wanted) = ours.get(&name) {
            let same = if version > VERSION { wanted.is_grown_to(one) } else { wanted == one };
            (!same).then(|| "it is not as cloudvars makes it".to_owned())
        } else if last.contains_key(&name) {
            Some("its name is one that cloudvars uses".to_owned())
        } else if kind == "index" && on_ours && !one.sql.is_empty() && (version <= VERSION || one.is_unique())
        {
            Some("it is not one of cloudvars".to_owned())
        } else {
            None
        };
        if let Some(why) = why {
            let on = if kind == "table" || kind == "view" { String::new() } else { format!(" on '{table}'") };
            return Ok(Some(format!("{kind} '{shown}'{on}: {why}; {}", remedy(kind))));
        }
    }
    let missing = |one: &&Object| one.kind != "view" && !found.iter().any(|other| other.name == one.name);
    Ok(ours.values().find(missing).map(|one| {
        format!("{} '{}': it is missing; use a copy from before it was dropped", one.kind, one.name)
    }))
}

fn remedy(kind: &str) -> &'static str {
    match kind {
        "trigger" => "DROP TRIGGER it, or use another copy",
        "index" => "DROP INDEX it, or use another copy",
        _ => "use a copy from before it was changed",
    }
}

impl Object {
    fn is_unique(&self) -> bool {
        self.sql.to_ascii_uppercase().starts_with("CREATE UNIQUE")
    }

    /// Whether `later` may be this object in a later version that lets us use the file: a table with more columns, or a
    /// different view.
    fn is_grown_to(&self, later: &Self) -> bool {
        if self.kind != later.kind || self.table != later.table {
            return false;
        }
        match self.kind.as_str() {
            "view" => true,
            "table" => {
                // An added column comes after the last one.
                let last = self.sql.rfind(",PRIMARY KEY").or_else(|| self.sql.rfind(')')).unwrap_or(0);
                let (before, after) = self.sql.split_at(last);
                let more =
                    later.sql.strip_prefix(before.trim_end()).and_then(|rest| rest.strip_suffix(after));
                let words = |more: &str| more.to_ascii_uppercase();
                more.is_some_and(|more| {
                    let more = words(more);
                    let free =
                        ["CHECK", "UNIQUE", "GENERATED", "REFERENCES", "CONFLICT", "CONSTRAINT", " AS"];
                    !free.iter().any(|word| more.contains(word))
                })
            }
            _ => self == later,
        }
    }
}

/// Makes missing views again, which people may drop without harm. It works inside a transaction or outside.
pub(super) fn add_missing_views(connection: &Connection) -> Tried<()> {
    for sql in missing_views(connection)? {
        connection.execute_batch(&sql)?;
    }
    Ok(())
}

/// The statements that make the missing views.
pub(super) fn missing_views(connection: &Connection) -> Tried<Vec<String>> {
    let found = objects(connection)?;
    let is_missing = |name: &str| !found.iter().any(|one| one.name == name);
    let made = made(VERSION)?;
    let missing = made.values().filter(|one| one.kind == "view" && is_missing(&one.name));
    Ok(missing.map(|view| view.sql.clone()).collect())
}
