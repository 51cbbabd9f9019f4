//! SQL that both kinds of engines understand, made of a [`Query`] or of a table's description. What they write differently
//! is in [`Dialect`].

mod select;
mod statement;
mod view;

use crate::column::{Column, Source, Stored, Type};
use crate::query::{Cell, From, Users};
use crate::row::Kind;

pub(crate) use statement::{Named, prepared};
pub use view::view;

/// The kind whose rows are the games.
const GAMES: i64 = Kind::Game.number();
const NODES: i64 = Kind::Node.number();

/// How an engine writes SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// As a file does.
    Sqlite,
    /// As a server does: texts are bytes, deleted rows are still there.
    Mysql,
}

/// A statement with what its question marks stand for.
#[derive(Debug, Default)]
pub(crate) struct Text {
    pub(crate) sql: String,
    pub(crate) params: Vec<Cell>,
}

impl Text {
    fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    fn bind(&mut self, cell: impl Into<Cell>) {
        self.sql.push('?');
        self.params.push(cell.into());
    }

    /// Writes the parts with the separator between them.
    fn list<T>(
        &mut self,
        separator: &str,
        parts: impl IntoIterator<Item = T>,
        mut part: impl FnMut(&mut Self, T),
    ) {
        for (at, one) in parts.into_iter().enumerate() {
            self.push(if at == 0 { "" } else { separator });
            part(self, one);
        }
    }
}

impl std::convert::From<i64> for Cell {
    fn from(int: i64) -> Self {
        Self::Int(int)
    }
}

impl Dialect {
    /// A column of the table `cloud`.
    const fn stored(self, stored: Stored) -> &'static str {
        match stored {
            Stored::Owner => "owner",
            Stored::World => "world",
            Stored::Key => self.key(),
            Stored::Id => "id",
            Stored::IValue => "i_value",
            Stored::SValue => "s_value",
            Stored::Value => "value",
            Stored::Aux => "aux",
            Stored::Flags => "flags",
            Stored::Ver => "ver",
            Stored::Created => "created",
            Stored::Updated => "updated",
            Stored::Seq => "seq",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Sqlite => "key",
            Self::Mysql => "`key`",
        }
    }

    /// A condition that leaves out what is deleted, among the rows that `of` names.
    fn there(self, of: &str) -> String {
        if self == Self::Mysql { format!(" AND {of}gone = 0") } else { String::new() }
    }

    /// A text that an expression gives, where the engine has it as bytes.
    fn text(self, bytes: &str) -> String {
        if self == Self::Mysql {
            format!("CONVERT({bytes} USING utf8mb4) COLLATE utf8mb4_bin")
        } else {
            bytes.to_owned()
        }
    }

    /// What `column` holds: times as milliseconds, bools as 0 and 1.
    fn cell(self, column: Column) -> String {
        let stored = |stored| self.stored(stored);
        match (column.source, column.holds) {
            (Source::Whole(from), Type::Millis) => format!("nullif({}, 0)", stored(from)),
            (Source::Whole(from), Type::Seconds) => format!("nullif({}, 0) * 1000", stored(from)),
            (Source::Game, _) => "game".to_owned(),
            (source, holds) => self.content(source, holds),
        }
    }

    /// What a source holds that has no other form.
    fn content(self, source: Source, holds: Type) -> String {
        match source {
            Source::Whole(from) => self.stored(from).to_owned(),
            Source::Bit(1) => "flags & 1".to_owned(),
            Source::Bit(mask) => format!("flags >> {} & 1", mask.trailing_zeros()),
            Source::KeyHead => self.key_head(),
            Source::KeyTail if self == Self::Mysql => {
                format!("substring({}, i_value + 2)", self.text(self.key()))
            }
            Source::KeyTail => "substr(key, i_value + 2)".to_owned(),
            Source::Member(members) => self.member(members, holds),
            Source::NodeTotal => format!(
                "(SELECT node.i_value FROM cloud AS node WHERE node.game = cloud.game AND node.owner = 0 \
                 AND node.kind = {NODES} AND node.world = 0 AND node.{key} = cloud.{key} AND node.id = 0{there})",
                key = self.key(),
                there = self.there("node."),
            ),
            Source::Count(kind) => format!("rows{}", kind.number()),
            Source::Running => "i_value".to_owned(),
            Source::Game => "game.name".to_owned(),
        }
    }

    fn key_head(self) -> String {
        match self {
            Self::Sqlite => "replace(replace(substr(key, 1, i_value), char(2) || '1', char(1)), \
                             char(2) || '2', char(2))"
                .to_owned(),
            Self::Mysql => format!(
                "replace(replace(substring({}, 1, i_value), concat(_utf8mb4 0x02, '1'), _utf8mb4 0x01), \
                 concat(_utf8mb4 0x02, '2'), _utf8mb4 0x02)",
                self.text(self.key())
            ),
        }
    }

    fn member(self, members: &[&str], holds: Type) -> String {
        let mut one = members.iter().map(|member| match self {
            Self::Sqlite => format!("json_extract(value, '$.{member}')"),
            Self::Mysql => {
                let found = format!("json_extract(convert(value USING utf8mb4), '$.{member}')");
                if holds == Type::Int {
                    format!("CAST({found} AS SIGNED)")
                } else {
                    format!("json_unquote({found}) COLLATE utf8mb4_bin")
                }
            }
        });
        match members.len() {
            1 => one.next().unwrap_or_default(),
            _ => format!("coalesce({})", one.collect::<Vec<_>>().join(", ")),
        }
    }

    /// What a column of the table of users holds, of a group of a user's rows.
    fn of_group(self, column: Column) -> String {
        match column.source {
            Source::Whole(Stored::Created) => {
                "min(CASE WHEN created <> 0 THEN created ELSE nullif(updated, 0) END)".to_owned()
            }
            Source::Whole(Stored::Updated) => "max(nullif(updated, 0))".to_owned(),
            Source::Count(kind) => format!("CAST(sum(kind = {}) AS {})", kind.number(), self.int()),
            _ => self.cell(column),
        }
    }

    /// The conditions of the rows that belong to users.
    fn of_users(self, users: &Users) -> String {
        let (kinds, shared) = (numbers(users.kinds), users.shared.number());
        format!("kind IN ({kinds}) AND (owner <> 0 OR kind <> {shared}){}", self.there(""))
    }

    /// The conditions of the rows of a table.
    fn of(self, from: From) -> String {
        match from {
            From::Kind(kind) => format!("kind = {}{}", kind.number(), self.there("")),
            From::Nobody(kind) => format!("kind = {} AND owner = 0{}", kind.number(), self.there("")),
            From::Users(users) => self.of_users(users),
            From::Any => format!("TRUE{}", self.there("")),
        }
    }

    const fn int(self) -> &'static str {
        match self {
            Self::Sqlite => "INTEGER",
            Self::Mysql => "SIGNED",
        }
    }
}

fn numbers(kinds: &[Kind]) -> String {
    kinds.iter().map(|kind| kind.number().to_string()).collect::<Vec<_>>().join(", ")
}
