//! The tables of a store.

use super::column::Field;
use crate::column::{Column, GAME, Source, Stored, Type};
use crate::kinds::COLUMNS;
use crate::query::{From, Users};
use crate::row::Kind;
use std::sync::LazyLock;

/// The names of the tables, in the order in which people see them.
pub const NAMES: [&str; 13] = [
    "player",
    "general",
    "money",
    "list",
    "world_data",
    "world_list",
    "with_limit",
    "name",
    "message",
    "achievement",
    "node",
    "storage",
    "order",
];

/// The kinds of rows that belong to a user, in the order of the columns of the table of users.
static OF_USERS: Users = Users {
    kinds: &[
        Kind::General,
        Kind::Money,
        Kind::List,
        Kind::WorldData,
        Kind::WorldList,
        Kind::Limit,
        Kind::Message,
        Kind::Achievement,
        Kind::Storage,
        Kind::Order,
    ],
    shared: Kind::Storage,
};

/// A table of the store.
#[derive(Debug)]
pub struct Definition {
    /// What people call it.
    pub name: &'static str,
    /// Its rows.
    pub from: From,
    /// Its columns.
    pub columns: Vec<Column>,
}

impl Definition {
    /// The columns as people see them.
    pub(super) fn fields(&self) -> Vec<Field> {
        self.columns.iter().map(|column| Field::new(column.shown, column.holds.into())).collect()
    }

    /// The column that says when a row changed last.
    pub(super) const fn changed(&self) -> &'static str {
        match self.from {
            From::Kind(_) | From::Nobody(_) | From::Any => "updated",
            From::Users(_) => "last_change",
        }
    }

    /// The column that says whose a row is, if it is somebody's.
    pub(super) fn owner(&self) -> Option<&Column> {
        self.columns.iter().find(|column| column.source == Source::Whole(Stored::Owner))
    }

    /// Whether a user may have only one row of a key, in one world.
    pub(super) fn has_one_of_each(&self) -> bool {
        let whole = |stored| self.columns.iter().any(|column| column.source == Source::Whole(stored));
        whole(Stored::Owner) && whole(Stored::Key) && !whole(Stored::Id)
    }
}

static TABLES: LazyLock<Vec<Definition>> = LazyLock::new(|| NAMES.iter().map(|name| define(name)).collect());

fn define(name: &'static str) -> Definition {
    if let Some(columns) = COLUMNS.iter().find(|columns| columns.name == name) {
        let from = if columns.uses(Stored::Owner) { From::Kind } else { From::Nobody };
        return Definition { name, from: from(columns.kind), columns: columns.shown() };
    }
    let counts = OF_USERS.kinds.iter().map(|kind| {
        let named = COLUMNS.iter().find(|columns| columns.kind == *kind);
        Column::made(named.map_or("", |columns| columns.name), Source::Count(*kind), Type::Int)
    });
    let first = [
        GAME,
        Column::int("user_id", Stored::Owner),
        Column::millis("first_change", Stored::Created),
        Column::millis("last_change", Stored::Updated),
    ];
    Definition { name, from: From::Users(&OF_USERS), columns: first.into_iter().chain(counts).collect() }
}

/// All tables, in order.
pub fn all() -> &'static [Definition] {
    &TABLES
}

/// The table with this name.
pub(super) fn find(name: &str) -> Option<&'static Definition> {
    all().iter().find(|table| table.name == name)
}
