//! A whole store as readable text, and back: JSON in a fixed order, a line for each row.
//!
//! A row's columns have the names of the contract; what holds nothing is left out. Order stamps are written as ranks
//! (`order`), so that the same story gives the same text.

mod columns;
mod load;
mod other;

use crate::calendar::iso_utc;
use crate::error::Result;
use crate::interrupt;
use crate::kinds::name;
use crate::row::{Key, Kind, Row};
use crate::store::Store;
use columns::{Column, JSON, KINDS, is_plain, label};
use other::Other;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::ControlFlow;
use std::sync::Arc;

/// The version of the text's form.
const FORM: i64 = 1;

/// The largest version, id and order that a dump may hold. They rise with use: there is room for a trillion more.
const LARGEST: i64 = i64::MAX - (1 << 40);

/// Rows by what they belong to.
#[derive(Default)]
struct Sorted {
    games: BTreeMap<i64, Arc<str>>,
    rows: BTreeMap<(i64, Kind), Vec<(Key, Row)>>,
    joined: Vec<Key>,
    /// Of kinds that this version does not know.
    other: Vec<(Key, Row)>,
    next_id: i64,
    ranks: FxHashMap<i64, usize>,
}

impl Store {
    /// All data as text.
    pub fn dump(&self) -> Result<String> {
        let sorted = self.read(|snapshot| {
            let mut sorted = Sorted::default();
            snapshot.all(None, &mut |key, row| {
                sorted.add(key, row);
                ControlFlow::Continue(())
            })?;
            Ok(sorted)
        })?;
        sorted.rank().text()
    }
}

impl Sorted {
    fn add(&mut self, key: Key, row: Row) {
        match key.kind {
            Kind::Game => drop(self.games.insert(row.i_value.unwrap_or(0), key.key)),
            Kind::Joined => self.joined.push(key),
            Kind::Counter if &*key.key == "ids" => self.next_id = row.i_value.unwrap_or(0),
            // The number of games follows from the games, and the running second ends.
            // A place on a board follows from what is stored.
            Kind::Counter | Kind::SetRate | Kind::Place => {}
            kind if !kind.is_known() => self.other.push((key, row)),
            _ => self.rows.entry((key.game, key.kind)).or_default().push((key, row)),
        }
    }

    fn rank(mut self) -> Self {
        let mut stamps: Vec<i64> = self.rows.values().flatten().map(|(_, row)| row.seq).collect();
        stamps.sort_unstable();
        stamps.dedup();
        stamps.retain(|stamp| *stamp != 0);
        self.ranks = stamps.into_iter().zip(1..).collect();
        self
    }

    fn text(&self) -> Result<String> {
        let mut out = format!("{{\n\"cloudvars\": {FORM},\n\"next_id\": {},\n", self.next_id.max(1));
        let joined: Vec<String> = self
            .joined
            .iter()
            .map(|key| format!("{{\"user_id\": {}, \"game\": {}}}", key.owner, quoted(&key.key)))
            .collect();
        block(&mut out, "", "joined", ('[', ']'), &joined, ",\n");
        if !self.other.is_empty() {
            let line = |(key, row): &(Key, Row)| Other::line(self.games.get(&key.game), key, row);
            let other: Vec<String> = self.other.iter().map(line).collect::<Result<_>>()?;
            block(&mut out, "", "other", ('[', ']'), &other, ",\n");
        }
        let mut named: Vec<(&Arc<str>, i64)> =
            self.games.iter().map(|(number, name)| (name, *number)).collect();
        named.sort_unstable();
        let games = named.into_iter().map(|(name, number)| self.game(name, number));
        let games: Vec<String> = games.collect::<Result<_>>()?;
        block(&mut out, "", "games", ('{', '}'), &games, "\n}\n");
        Ok(out)
    }

    fn game(&self, name: &str, number: i64) -> Result<String> {
        let mut kinds = Vec::new();
        for (kind, kind_name) in KINDS {
            let Some(rows) = self.rows.get(&(number, kind)) else { continue };
            let mut lines = Vec::with_capacity(rows.len());
            for (key, row) in rows {
                interrupt::row()?;
                lines.push(self.row(key, row));
            }
            let mut out = String::new();
            block(&mut out, "", kind_name, ('[', ']'), &lines, "");
            kinds.push(out);
        }
        let mut out = String::new();
        block(&mut out, "", name, ('{', '}'), &kinds, "");
        Ok(out)
    }

    fn row(&self, key: &Key, row: &Row) -> String {
        let mut fields: Vec<String> = Vec::new();
        for column in Column::ALL {
            let Some(shown) = self.shown(column, key, row) else { continue };
            fields.push(match column {
                Column::Value if key.kind == Kind::Storage && !is_plain(&shown) => {
                    format!("\"{JSON}\": {}", quoted(&shown))
                }
                _ => format!("\"{}\": {shown}", label(key.kind, column)),
            });
        }
        if key.kind == Kind::Name {
            let (group, name) = name::parts(&key.key);
            fields.insert(0, format!("\"key\": {}, \"name\": {}", quoted(&group), quoted(name)));
        }
        format!("{{{}}}", fields.join(", "))
    }

    fn shown(&self, column: Column, key: &Key, row: &Row) -> Option<String> {
        let number = |number: i64| (number != 0).then(|| number.to_string());
        let named = key.kind == Kind::Name;
        match column {
            Column::Owner => columns::has_owner(key.kind).then(|| key.owner.to_string()),
            Column::World => columns::has_world(key.kind).then(|| key.world.to_string()),
            Column::Key => columns::has_key(key.kind).then(|| quoted(&key.key)),
            Column::Id => number(key.id),
            // A name's number follows from its key.
            Column::IValue => row.i_value.filter(|_| !named).map(|number| number.to_string()),
            Column::SValue => row.s_value.as_deref().map(quoted),
            Column::Value => row.value.as_deref().map(str::to_owned),
            Column::Aux => number(row.aux),
            Column::Flags => number(row.flags),
            Column::Ver => Some(row.ver.to_string()),
            Column::Created => time(row.created),
            Column::Updated => time(row.updated),
            Column::Order => self.ranks.get(&row.seq).map(usize::to_string),
        }
    }
}

/// A time that text can say is written so, any other as a number.
fn time(ms: i64) -> Option<String> {
    let text = iso_utc(ms);
    match crate::calendar::parse_iso(&text) {
        _ if ms == 0 => None,
        Some(same) if same == ms => Some(quoted(&text)),
        _ => Some(ms.to_string()),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A named list or object, its items on lines of their own.
fn block(
    out: &mut String,
    before: &str,
    name: &str,
    (open, close): (char, char),
    items: &[String],
    after: &str,
) {
    let separator = if items.is_empty() { "" } else { "\n" };
    let items = items.join(",\n");
    _ = write!(out, "{before}{}: {open}{separator}{items}{separator}{close}{after}", quoted(name));
}
