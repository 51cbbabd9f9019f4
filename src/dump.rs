//! A whole store as readable text, and back: JSON in a fixed order, a line for each row.
//!
//! A row's columns have the names that its kind gives them (`kinds::COLUMNS`); empty ones are left out. Order stamps
//! are written as ranks (`order`), so that the same story gives the same text.

mod load;
mod other;

use crate::calendar::iso_utc;
use crate::column::{Columns, Stored};
use crate::error::Result;
use crate::interrupt;
use crate::kinds::{COLUMNS, name};
use crate::row::{Key, Kind, Row};
use crate::store::Store;
use crate::value::Recoded;
use other::Other;
use rustc_hash::FxHashMap;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::ControlFlow;
use std::sync::Arc;

/// The version of the text's form.
const FORM: i64 = 1;

/// The largest version, id and order that a dump may hold. They rise with use: there is room for a trillion more.
const LARGEST: i64 = i64::MAX - (1 << 40);

/// The field that holds a storage value which other fields' JSON cannot say: its JSON as text.
const JSON: &str = "json";

/// The rows of a store, grouped by game and kind.
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
    /// All data as text. `told` gets how far it is, and of how much: half of it is reading, half is writing. Only for it
    /// are the rows counted, which reads them once more.
    pub fn dump(&self, told: Option<&dyn Fn(i64, i64)>) -> Result<String> {
        let tell = |done: i64, total: i64| told.map_or((), |told| told(done, total));
        let (sorted, total) = self.read(|snapshot| {
            let mut sorted = Sorted::default();
            let total = if told.is_some() { snapshot.count()? } else { 0 };
            let mut read = 0;
            snapshot.all(None, &mut |key, row| {
                sorted.add(key, row);
                read += 1;
                tell(read / 2, total);
                ControlFlow::Continue(())
            })?;
            Ok((sorted, total))
        })?;
        let written = Cell::new(0);
        sorted.rank().text(&|| {
            written.set(written.get() + 1);
            tell(i64::midpoint(total, written.get()), total);
        })
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

    /// `wrote` is called after each row of users' data.
    fn text(&self, wrote: &dyn Fn()) -> Result<String> {
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
        let games = named.into_iter().map(|(name, number)| self.game(name, number, wrote));
        let games: Vec<String> = games.collect::<Result<_>>()?;
        block(&mut out, "", "games", ('{', '}'), &games, "\n}\n");
        Ok(out)
    }

    fn game(&self, name: &str, number: i64, wrote: &dyn Fn()) -> Result<String> {
        let mut kinds = Vec::new();
        for columns in &COLUMNS {
            let Some(rows) = self.rows.get(&(number, columns.kind)) else { continue };
            let labels = columns.labels();
            let mut lines = Vec::with_capacity(rows.len());
            for (key, row) in rows {
                interrupt::row()?;
                lines.push(self.row(columns, &labels, key, row));
                wrote();
            }
            let mut out = String::new();
            block(&mut out, "", columns.name, ('[', ']'), &lines, "");
            kinds.push(out);
        }
        let mut out = String::new();
        block(&mut out, "", name, ('{', '}'), &kinds, "");
        Ok(out)
    }

    fn row(&self, columns: &Columns, labels: &[&str], key: &Key, row: &Row) -> String {
        let mut fields: Vec<String> = Vec::new();
        if key.kind == Kind::Name {
            let (group, name) = name::parts(&key.key);
            fields.push(format!("\"key\": {}, \"name\": {}", quoted(&group), quoted(name)));
        }
        for (stored, label) in Stored::ALL.into_iter().zip(labels) {
            let Some(shown) = self.shown(columns, stored, key, row) else { continue };
            fields.push(match stored {
                Stored::Value if key.kind == Kind::Storage && !is_plain(&shown) => {
                    format!("\"{JSON}\": {}", quoted(&shown))
                }
                _ => format!("\"{label}\": {shown}"),
            });
        }
        format!("{{{}}}", fields.join(", "))
    }

    fn shown(&self, columns: &Columns, stored: Stored, key: &Key, row: &Row) -> Option<String> {
        let number = |number: i64| (number != 0).then(|| number.to_string());
        let named = key.kind == Kind::Name;
        match stored {
            Stored::Owner => columns.uses(stored).then(|| key.owner.to_string()),
            Stored::World => columns.uses(stored).then(|| key.world.to_string()),
            // A name's parts are written by themselves.
            Stored::Key => (columns.uses(stored) && !named).then(|| quoted(&key.key)),
            Stored::Id => number(key.id),
            // A name's number follows from its key.
            Stored::IValue => row.i_value.filter(|_| !named).map(|number| number.to_string()),
            Stored::SValue => row.s_value.as_deref().map(quoted),
            Stored::Value => row.value.as_deref().map(str::to_owned),
            Stored::Aux => number(row.aux),
            Stored::Flags if columns.is_time(stored) => time(row.flags),
            Stored::Flags => number(row.flags),
            Stored::Ver => Some(row.ver.to_string()),
            Stored::Created => time(row.created),
            Stored::Updated => time(row.updated),
            Stored::Seq => self.ranks.get(&row.seq).map(usize::to_string),
        }
    }
}

/// Whether a row's value reads back as the same text.
fn is_plain(json: &str) -> bool {
    serde_json::from_str::<Recoded>(json).is_ok_and(|read| *read.0.json == *json)
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
