//! A dumped store back into an empty one.

use super::other::Other;
use super::{FORM, JSON, LARGEST};
use crate::backend::{Changes, Touch};
use crate::calendar::{Zone, is_within, parse_iso};
use crate::column::{Columns, Stored};
use crate::commit;
use crate::error::{Error, Reason, Result};
use crate::interrupt;
use crate::key;
use crate::kinds::outcome::Outcome;
use crate::kinds::{COLUMNS, board, counter, limit, name, plain};
use crate::op::Op;
use crate::row::{Key, Kind, Row};
use crate::rows::{Context, Rows};
use crate::sort::sort;
use crate::store::Store;
use crate::value::Recoded;
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};
use std::slice::from_ref;
use std::sync::Arc;

/// A row of the text: each field as JSON.
type Fields = BTreeMap<String, Recoded>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    cloudvars: i64,
    next_id: i64,
    joined: Vec<Joined>,
    #[serde(default)]
    other: Vec<Other>,
    games: BTreeMap<String, BTreeMap<String, Vec<Fields>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Joined {
    user_id: i64,
    game: String,
}

impl Store {
    /// Fills an empty store with what [`Store::dump`] wrote: all of it, in one transaction, or nothing, the numbers of its
    /// games included.
    pub fn load(&self, text: &str) -> Result<()> {
        let document: Document = serde_json::from_str(text).map_err(|error| {
            let interrupted = interrupt::check().err();
            interrupted.unwrap_or_else(|| Error::value(format!("source: no dump of a store: {error}")))
        })?;
        if document.cloudvars != FORM {
            let found = document.cloudvars;
            return Err(Error::value(format!("cloudvars: {found}; a dump of the form {FORM} is accepted")));
        }
        if self.read(counter::bookkeeping)?.is_none() {
            return Err(not_empty());
        }
        let mut games = Vec::new();
        for name in document.games.keys() {
            games.push(key::key(name, "games")?);
        }
        for name in document.other.iter().filter_map(Other::game_name) {
            let name = key::key(name, "other.game")?;
            if !games.contains(&name) {
                games.push(name);
            }
        }
        let numbers = self.read(|snapshot| counter::numbers(snapshot, &games))?;
        let mut rows = Vec::new();
        for ((game_name, kinds), game) in document.games.iter().zip(&numbers) {
            for (kind_name, listed) in kinds {
                let columns = COLUMNS.iter().find(|columns| columns.name == kind_name).ok_or_else(|| {
                    let known = COLUMNS.map(|columns| columns.name).join(", ");
                    Error::value(format!("games.{game_name}: '{kind_name}' is no kind; {known} are accepted"))
                })?;
                let labels = columns.labels();
                for (index, fields) in listed.iter().enumerate() {
                    interrupt::row()?;
                    let at = format!("games.{game_name}.{kind_name}[{index}]");
                    let reader = Reader { columns, labels: &labels, at: &at, fields, zone: self.zone() };
                    rows.push(reader.row(*game)?);
                }
            }
        }
        for joined in &document.joined {
            let game = key::key(&joined.game, "joined.game")?;
            rows.push((plain(0, joined.user_id, Kind::Joined, game), Row { ver: 1, ..Row::default() }));
        }
        for (at, other) in document.other.into_iter().enumerate() {
            let named = games.iter().zip(&numbers).find(|(name, _)| other.game_name() == Some(&***name));
            rows.push(other.row(at, named.map(|(_, number)| *number))?);
        }
        rows.extend(rows.iter().filter_map(|(key, row)| board::place_of(key, row)).collect::<Vec<_>>());
        check_unique(&rows)?;
        if document.next_id > LARGEST {
            let found = document.next_id;
            return Err(Error::value(format!("next_id: {found}; an int of at most {LARGEST} is accepted")));
        }
        let ids_end = rows.iter().map(|(key, _)| key.id + 1).max().unwrap_or(1).max(document.next_id);
        let mut ops: Vec<Op> = games.into_iter().map(|name| counter::game(name).into()).collect();
        ops.push(counter::lease(ids_end, 0).into());
        self.fill(rows, &ops, &numbers)?;
        self.begin_ids_at(ids_end);
        Ok(())
    }

    /// Stores rows as they are, in one transaction with the operations that make their games.
    fn fill(&self, rows: Vec<(Key, Row)>, ops: &[Op], numbers: &[i64]) -> Result<()> {
        let mut touch = commit::touch(ops.iter())?;
        touch.keys.extend(rows.iter().map(|(key, _)| key.clone()));
        sort(&mut touch.keys, Ord::cmp)?;
        let dumped: Vec<(Key, Option<Row>)> = rows.into_iter().map(|(key, row)| (key, Some(row))).collect();
        self.backend().write(&touch, &mut |loaded| {
            let mut own = Rows::new(&touch, loaded)?;
            for (key, _) in &dumped {
                if own.get(key)?.is_some() {
                    return Err(not_empty());
                }
            }
            let mut cx = Context { now_ms: self.now_ms(), zone: self.zone(), seq: 0 };
            for (op, number) in ops.iter().zip(numbers.iter().map(Some).chain([None])) {
                let told = commit::apply(from_ref(op), &mut own, &mut cx)?;
                if number.is_some_and(|number| told != Outcome::Number(*number)) {
                    return Err(Error::store(
                        "load: others use the store meanwhile; load it while nobody does",
                    ));
                }
            }
            let mut changes = own.into_changes()?;
            changes.rows.extend(dumped.iter().cloned());
            Ok(changes)
        })?;
        Ok(())
    }

    /// Stores rows as they are, in one transaction.
    pub(crate) fn put_all(&self, rows: Vec<(Key, Row)>) -> Result<()> {
        let rows: Vec<(Key, Option<Row>)> = rows.into_iter().map(|(key, row)| (key, Some(row))).collect();
        let mut keys: Vec<Key> = rows.iter().map(|(key, _)| key.clone()).collect();
        keys.sort_unstable();
        let touch = Touch { keys, durable: true, ..Touch::default() };
        let changes = Changes { rows, notes: Vec::new() };
        self.backend().write(&touch, &mut |_| Ok(changes.clone())).map(drop)
    }
}

fn not_empty() -> Error {
    Reason::NotEmpty.error("load: the store holds data already; an empty one is accepted")
}

fn check_unique(rows: &[(Key, Row)]) -> Result<()> {
    let (mut keys, mut ids) = (HashSet::new(), HashSet::new());
    for (key, _) in rows {
        interrupt::row()?;
        if !keys.insert(key) || (key.id != 0 && !ids.insert(key.id)) {
            let Key { owner, kind, key, id, .. } = key;
            return Err(Error::value(format!(
                "source: {kind:?} of user {owner}, key '{key}', id {id} stands twice"
            )));
        }
    }
    Ok(())
}

/// Reads the fields of one row.
struct Reader<'a> {
    columns: &'a Columns,
    labels: &'a [&'static str; Stored::ALL.len()],
    at: &'a str,
    fields: &'a Fields,
    zone: &'a Zone,
}

impl Reader<'_> {
    fn row(&self, game: i64) -> Result<(Key, Row)> {
        let (kind, columns) = (self.columns.kind, self.columns);
        self.check_names()?;
        let (key, i_value) = if kind == Kind::Name {
            let (group, name) = (self.key("key")?, self.key("name")?);
            let (key, chars) = name::row_key(&group, &name);
            (key, i64::try_from(chars).ok())
        } else {
            let key = if columns.uses(Stored::Key) { self.key(self.label(Stored::Key))? } else { "".into() };
            (key, self.number(Stored::IValue)?)
        };
        let is_time = columns.is_time(Stored::Flags);
        let flags =
            if is_time { self.time(Stored::Flags)? } else { self.number(Stored::Flags)?.unwrap_or(0) };
        let mut row = Row {
            ver: self.counted(Stored::Ver)?,
            i_value,
            s_value: self.text(self.label(Stored::SValue))?.map(Into::into),
            value: self.value()?,
            aux: self.number(Stored::Aux)?.unwrap_or(0),
            flags,
            created: self.time(Stored::Created)?,
            updated: self.time(Stored::Updated)?,
            seq: self.order()?,
        };
        if kind == Kind::Limit {
            let end = limit::window_end(&row, self.zone);
            row.flags = end.map_err(|error| Error::value(format!("{}: {error}", self.at)))?.unwrap_or(0);
        }
        let owner = if columns.uses(Stored::Owner) { self.required(Stored::Owner)? } else { 0 };
        let world = if columns.uses(Stored::World) { self.required(Stored::World)? } else { 0 };
        let id = if columns.uses(Stored::Id) { self.counted(Stored::Id)? } else { 0 };
        Ok((Key { game, owner, kind, world, key, id }, row))
    }

    fn label(&self, stored: Stored) -> &'static str {
        self.labels[stored as usize]
    }

    fn check_names(&self) -> Result<()> {
        let more = match self.columns.kind {
            Kind::Name => "name",
            Kind::Storage => JSON,
            _ => "",
        };
        let named = |name: &str| self.labels.contains(&name) || name == more;
        match self.fields.keys().find(|name| !named(name)) {
            None => Ok(()),
            Some(name) => Err(Error::value(format!(
                "{}: unknown field '{name}'; accepted are {}",
                self.at,
                self.labels.join(", ")
            ))),
        }
    }

    fn refused(&self, name: &str, found: &str, accepted: &str) -> Error {
        Error::value(format!("{}.{name}: {found}; {accepted} is accepted", self.at))
    }

    fn text(&self, name: &str) -> Result<Option<String>> {
        let Some(Recoded(value)) = self.fields.get(name) else { return Ok(None) };
        serde_json::from_str(&value.json).map_err(|_| self.refused(name, &value.json, "a str"))
    }

    fn value(&self) -> Result<Option<Arc<str>>> {
        let plain = self.fields.get(self.label(Stored::Value)).map(|value| value.0.json.clone());
        let Some(text) = self.text(JSON)?.filter(|_| plain.is_none()) else { return Ok(plain) };
        match serde_json::from_str::<serde::de::IgnoredAny>(&text) {
            Ok(_) => Ok(Some(text.into())),
            Err(error) => Err(self.refused(JSON, &error.to_string(), "the text of JSON")),
        }
    }

    fn key(&self, name: &str) -> Result<Arc<str>> {
        let text = self.text(name)?.ok_or_else(|| self.refused(name, "nothing", "a key"))?;
        key::key(&text, &format!("{}.{name}", self.at))
    }

    fn number(&self, stored: Stored) -> Result<Option<i64>> {
        let name = self.label(stored);
        let Some(Recoded(value)) = self.fields.get(name) else { return Ok(None) };
        let number =
            value.json.parse().map_err(|_| self.refused(name, &value.json, "an int within int64"))?;
        Ok(Some(number))
    }

    fn required(&self, stored: Stored) -> Result<i64> {
        self.number(stored)?.ok_or_else(|| self.refused(self.label(stored), "nothing", "an int"))
    }

    /// What is counted from 1.
    fn counted(&self, stored: Stored) -> Result<i64> {
        let found = self.required(stored)?;
        if (1..=LARGEST).contains(&found) {
            return Ok(found);
        }
        let accepted = format!("an int from 1 to {LARGEST}");
        Err(self.refused(self.label(stored), &found.to_string(), &accepted))
    }

    fn order(&self) -> Result<i64> {
        let found = self.number(Stored::Seq)?.unwrap_or(0);
        if found <= LARGEST {
            return Ok(found);
        }
        let accepted = format!("an int of at most {LARGEST}");
        Err(self.refused(self.label(Stored::Seq), &found.to_string(), &accepted))
    }

    fn time(&self, stored: Stored) -> Result<i64> {
        let name = self.label(stored);
        let Some(Recoded(value)) = self.fields.get(name) else { return Ok(0) };
        let time = match value.json.parse() {
            Ok(number) => Some(number).filter(|ms| is_within(*ms)),
            Err(_) => parse_iso(&self.text(name)?.unwrap_or_default()),
        };
        time.ok_or_else(|| self.refused(name, &value.json, "an ISO 8601 time with an offset"))
    }
}
