//! What the columns of a kind's rows hold, as data. A dump takes the names of its fields from it, and the tables and the
//! views of the file have the columns that it says.

use crate::row::Kind;

/// A column of a stored row, in the order of a dump. The game and the kind are not among them: all kinds use them alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as in the row and its key")]
pub enum Stored {
    Owner,
    World,
    Key,
    Id,
    IValue,
    SValue,
    Value,
    Aux,
    Flags,
    Ver,
    Created,
    Updated,
    Seq,
}

impl Stored {
    /// All of them, each at the index that is its number.
    pub const ALL: [Self; 13] = [
        Self::Owner,
        Self::World,
        Self::Key,
        Self::Id,
        Self::IValue,
        Self::SValue,
        Self::Value,
        Self::Aux,
        Self::Flags,
        Self::Ver,
        Self::Created,
        Self::Updated,
        Self::Seq,
    ];

    /// What a dump calls it where a kind has no name of its own for it.
    const fn name(self) -> &'static str {
        match self {
            Self::Owner => "user_id",
            Self::World => "world_id",
            Self::Key => "key",
            Self::Id => "uuid",
            Self::IValue => "i_value",
            Self::SValue => "s_value",
            Self::Value => "value",
            Self::Aux => "aux",
            Self::Flags => "flags",
            Self::Ver => "version",
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Seq => "order",
        }
    }
}

/// Where a column's content is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A stored column.
    Whole(Stored),
    /// This bit of `flags`.
    Bit(i64),
    /// The part of the row key before its separator, unescaped (see `kinds/name.rs`).
    KeyHead,
    /// The part of the row key behind its separator.
    KeyTail,
    /// The first of these members that the JSON object in `value` has.
    Member(&'static [&'static str]),
    /// A counter's value as it counts now. An engine gives `i_value`, and what is above it says whether that still counts.
    Running,
    /// `i_value` of the node that has this row's key.
    NodeTotal,
    /// The name of the row's game.
    Game,
    /// How many rows of this kind a user has. Only the table of users has it.
    Count(Kind),
}

impl Source {
    /// The stored column that it is, or is a part of; `None` if it is made of several.
    pub const fn stored(self) -> Option<Stored> {
        match self {
            Self::Whole(stored) => Some(stored),
            Self::Bit(_) => Some(Stored::Flags),
            Self::KeyHead | Self::KeyTail => Some(Stored::Key),
            Self::Member(_) => Some(Stored::Value),
            Self::Running | Self::NodeTotal | Self::Game | Self::Count(_) => None,
        }
    }
}

/// The type of a column's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// An int64.
    Int,
    /// Any text.
    Text,
    /// JSON text.
    Json,
    /// A text that `key::key` accepts.
    Key,
    /// A time: milliseconds since 1970.
    Millis,
    /// A time: seconds since 1970; 0 = never.
    Seconds,
    /// 0 or 1.
    Bool,
}

/// A column as users see it.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// What the calls and a dump call it.
    pub name: &'static str,
    /// Where it is stored.
    pub source: Source,
    /// What it holds.
    pub holds: Type,
    /// What the kind's table and view call it.
    pub shown: &'static str,
}

impl Column {
    const fn new(name: &'static str, source: Source, holds: Type) -> Self {
        Self { name, source, holds, shown: name }
    }

    /// An int64.
    pub const fn int(name: &'static str, stored: Stored) -> Self {
        Self::new(name, Source::Whole(stored), Type::Int)
    }

    /// A text.
    pub const fn text(name: &'static str, stored: Stored) -> Self {
        Self::new(name, Source::Whole(stored), Type::Text)
    }

    /// JSON text, stored in `value`.
    pub const fn json(name: &'static str) -> Self {
        Self::new(name, Source::Whole(Stored::Value), Type::Json)
    }

    /// The row's key.
    pub const fn key(name: &'static str) -> Self {
        Self::new(name, Source::Whole(Stored::Key), Type::Key)
    }

    /// A part of the row's key.
    pub const fn part(name: &'static str, source: Source) -> Self {
        Self::new(name, source, Type::Key)
    }

    /// A time in milliseconds.
    pub const fn millis(name: &'static str, stored: Stored) -> Self {
        Self::new(name, Source::Whole(stored), Type::Millis)
    }

    /// A time in seconds.
    pub const fn seconds(name: &'static str, stored: Stored) -> Self {
        Self::new(name, Source::Whole(stored), Type::Seconds)
    }

    /// A bit of `flags`.
    pub const fn bit(name: &'static str, mask: i64) -> Self {
        Self::new(name, Source::Bit(mask), Type::Bool)
    }

    /// A member of the JSON object in `value`.
    pub const fn member(name: &'static str, members: &'static [&'static str], holds: Type) -> Self {
        Self::new(name, Source::Member(members), holds)
    }

    /// What is made of several stored columns.
    pub const fn made(name: &'static str, source: Source, holds: Type) -> Self {
        Self::new(name, source, holds)
    }

    /// Whether a row may hold nothing there.
    pub const fn is_nullable(&self) -> bool {
        match self.source {
            Source::Whole(
                Stored::IValue | Stored::SValue | Stored::Value | Stored::Created | Stored::Updated,
            )
            | Source::Member(_)
            | Source::NodeTotal
            | Source::Running => true,
            Source::Whole(_) => matches!(self.holds, Type::Millis | Type::Seconds),
            _ => false,
        }
    }

    /// The same under another name in the table.
    #[must_use]
    pub const fn shown_as(self, name: &'static str) -> Self {
        Self { shown: name, ..self }
    }
}

/// What the columns of one kind hold.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    /// Whose rows they are.
    pub kind: Kind,
    /// What a dump calls these rows, and their table and view.
    pub name: &'static str,
    /// All stored columns that the kind uses. Every row also has a version, a time of creation and one of its last
    /// change: they stand here where they mean more than that.
    pub all: &'static [Column],
    /// Columns that only the table has, made of stored ones.
    pub made: &'static [Column],
    /// The names of the table's columns, in order; empty if there is no table. The game comes before them, [`LAST`] after
    /// them.
    pub table: &'static [&'static str],
}

/// The first column of every table.
pub const GAME: Column = Column::made("game", Source::Game, Type::Text);

/// The last columns of every table.
pub const LAST: [Column; 3] = [
    Column::int("version", Stored::Ver),
    Column::millis("created", Stored::Created),
    Column::millis("updated", Stored::Updated),
];

impl Columns {
    /// The columns of the table, in order.
    pub fn shown(&self) -> Vec<Column> {
        let named = |name: &&'static str| {
            self.made.iter().chain(self.all).find(|column| column.shown == *name).copied()
        };
        std::iter::once(GAME).chain(self.table.iter().filter_map(named)).chain(LAST).collect()
    }

    /// Whether the kind uses a stored column.
    pub fn uses(&self, stored: Stored) -> bool {
        self.all.iter().any(|column| column.source.stored() == Some(stored))
    }

    /// Whether the kind keeps a time in milliseconds in a stored column.
    pub fn is_time(&self, stored: Stored) -> bool {
        let is_there =
            |column: &Column| column.source == Source::Whole(stored) && column.holds == Type::Millis;
        self.all.iter().any(is_there)
    }

    /// What a dump calls each stored column, in the order of [`Stored::ALL`].
    pub fn labels(&self) -> [&'static str; Stored::ALL.len()] {
        Stored::ALL.map(|stored| self.label(stored))
    }

    /// The name of the one column that is stored there. Several share the stored column's own name, as a dump writes
    /// them as they are stored; and what a row has beyond its kind's columns is kept.
    fn label(&self, stored: Stored) -> &'static str {
        let mut named = self.all.iter().filter(|column| column.source.stored() == Some(stored));
        match (named.next(), named.next()) {
            (Some(one), None) => one.name,
            (None, _) if stored == Stored::Value && self.all.iter().any(|column| column.name == "value") => {
                "table"
            }
            _ => stored.name(),
        }
    }
}
