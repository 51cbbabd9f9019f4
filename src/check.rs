//! Whether a store holds what cloudvars would have stored: the engine looks below the rows, this file at each row.

use crate::backend::Snapshot;
use crate::calendar::is_within;
use crate::column::Stored;
use crate::error::{Error, Reason, Result, Unable};
use crate::key;
use crate::kinds::{COLUMNS, limit};
use crate::row::{Key, Kind, Row};
use crate::store::Store;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::de::IgnoredAny;
use std::ops::ControlFlow;

/// At most this many problems are named; the rest is counted.
const NAMED_MAX: usize = 200;

const RESTORE: &str =
    "restore a backup, or export the store as JSON, mend that row there and import it into a new store";

/// What was learned of the rows so far.
#[derive(Default)]
struct Checked {
    problems: Vec<String>,
    more: usize,
    /// The number of each game.
    games: FxHashMap<i64, String>,
    ids: FxHashSet<i64>,
    /// The first id that is still free.
    free_id: i64,
}

impl Store {
    /// What is wrong with the store, each with what to do: sentences for people. Empty if all is well.
    pub fn problems(&self) -> Result<Vec<String>> {
        let checked = self.read(|snapshot| {
            let mut checked = Checked::default();
            let damage = snapshot.damage().map(|found| found.into_iter().for_each(|one| checked.add(one)));
            checked.readable(damage)?;
            let rows = checked.rows(snapshot, self);
            checked.readable(rows)?;
            Ok(checked)
        })?;
        let mut problems = checked.problems;
        if checked.more > 0 {
            problems.push(format!("and {} more", checked.more));
        }
        Ok(problems)
    }
}

impl Checked {
    fn add(&mut self, problem: String) {
        if self.problems.len() < NAMED_MAX {
            self.problems.push(problem);
        } else {
            self.more += 1;
        }
    }

    fn rows(&mut self, snapshot: &mut dyn Snapshot, store: &Store) -> Result<()> {
        // The rows of game 0, which say what is free, come before those of all other games.
        snapshot.all(None, &mut |key, row| {
            for wrong in self.wrong(store, &key, &row) {
                let Key { game, owner, kind, world, key, id } = &key;
                let game =
                    self.games.get(game).map_or_else(|| format!("number {game}"), |name| format!("'{name}'"));
                let at =
                    format!("{kind:?} of game {game}, user {owner}, world {world}, key '{key}', id {id}");
                self.add(format!("{at}: {wrong}; {RESTORE}"));
            }
            ControlFlow::Continue(())
        })
    }

    /// Data that cannot be read is a problem of the store too. What lies behind it is not looked at.
    fn readable(&mut self, read: Result<()>) -> Result<()> {
        match read {
            Err(Error::Store(Unable { reason: Reason::Damaged, message })) => {
                self.add(format!("{message}; restore a backup"));
                Ok(())
            }
            read => read,
        }
    }

    fn wrong(&mut self, store: &Store, key: &Key, row: &Row) -> Vec<String> {
        let mut wrong = Vec::new();
        if row.ver < 1 {
            wrong.push(format!("its version is {}, not 1 or more", row.ver));
        }
        for (name, ms) in [("created", row.created), ("updated", row.updated)] {
            if !is_within(ms) {
                wrong.push(format!("{name} is {ms}, which is no time"));
            }
        }
        if row.value.as_deref().is_some_and(|json| serde_json::from_str::<IgnoredAny>(json).is_err()) {
            wrong.push("its value is not JSON".to_owned());
        }
        if key.game == 0 {
            wrong.extend(self.own(key, row));
        } else if !self.games.contains_key(&key.game) {
            wrong.push("no game has this number".to_owned());
        }
        wrong.extend(missing(key.kind, row));
        if key.kind == Kind::Limit {
            wrong.extend(limit::expired(row, store.zone(), 0).err().map(|error| error.to_string()));
        }
        if let Some(columns) = COLUMNS.iter().find(|columns| columns.kind == key.kind) {
            if columns.uses(Stored::Key) && key.kind != Kind::Name {
                wrong.extend(key::key(&key.key, "its key").err().map(|error| error.to_string()));
            }
            wrong.extend(self.id(key.id, columns.uses(Stored::Id)));
        }
        wrong
    }

    /// The store's own rows.
    fn own(&mut self, key: &Key, row: &Row) -> Option<String> {
        let number = row.i_value.unwrap_or(0);
        match (key.kind, &*key.key) {
            (Kind::Game, name) => {
                let other = self.games.insert(number, name.to_owned());
                other.map(|other| format!("the game '{other}' has the same number, {number}"))
            }
            (Kind::Counter, "ids") => {
                self.free_id = number;
                None
            }
            (Kind::Counter, "games") => {
                let last = self.games.iter().max()?;
                (*last.0 >= number)
                    .then(|| format!("the number of the game '{}' will be given again", last.1))
            }
            _ => None,
        }
    }

    fn id(&mut self, id: i64, uses: bool) -> Option<String> {
        match (uses, id) {
            (false, 0) => None,
            (false, _) => Some("it has an id, and its kind has none".to_owned()),
            (true, ..=0) => Some("its id is not 1 or more".to_owned()),
            (true, _) if !self.ids.insert(id) => Some("another row has the same id".to_owned()),
            (true, _) if id >= self.free_id => {
                Some(format!("its id was not handed out: the first free one is {}", self.free_id))
            }
            _ => None,
        }
    }
}

/// What every row of the kind has, and this one lacks.
fn missing(kind: Kind, row: &Row) -> Option<String> {
    let (number, value) = match kind {
        Kind::Money => (Some("balance"), false),
        Kind::Limit => (Some("count"), false),
        Kind::Node => (Some("total"), false),
        Kind::Order => (Some("number of goods"), false),
        Kind::Game => (Some("number"), false),
        Kind::List | Kind::WorldList | Kind::Message => (None, true),
        _ => (None, false),
    };
    match (number, value) {
        (Some(name), _) if row.i_value.is_none() => Some(format!("its {name} is not a number")),
        (_, true) if row.value.is_none() => Some("it has no value".to_owned()),
        _ => None,
    }
}
