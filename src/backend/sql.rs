//! SQL that both kinds of engines understand, made of a [`Query`] or of a table's description. What they write differently
//! is in [`Dialect`].

mod statement;
mod view;

use crate::column::{Column, Source, Stored, Type};
use crate::query::{Asked, Cell, From, Games, Query, Test};
use crate::row::Kind;
use std::fmt::Write;

pub(crate) use statement::{Named, prepared};
pub use view::view;

/// The kind whose rows are the games.
const GAMES: i64 = Kind::Game.number();
const NODES: i64 = Kind::Node.number();
/// The columns of a row's key, in order.
const KEY: [&str; 6] = ["game", "owner", "kind", "world", "key", "id"];

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

    /// Where the rows are, in the form of the table `cloud`.
    fn source(self, from: From) -> String {
        match from {
            From::Kind(_) => {
                // Without this, a server may choose an index whose order is of no use.
                let index = if self == Self::Mysql { " FORCE INDEX (PRIMARY)" } else { "" };
                format!("cloud{index}")
            }
            From::Users(kinds) => format!("({}) AS users", self.users("game", kinds)),
        }
    }

    /// A row for each user.
    fn users(self, game: &str, kinds: &[Kind]) -> String {
        let mut sql = format!(
            "SELECT {game}, owner, min(CASE WHEN created <> 0 THEN created ELSE nullif(updated, 0) END) AS created, \
             max(updated) AS updated"
        );
        for kind in kinds {
            let number = kind.number();
            _ = write!(sql, ", CAST(sum(kind = {number}) AS {}) AS rows{number}", self.int());
        }
        _ = write!(
            sql,
            " FROM cloud WHERE owner <> 0 AND kind IN ({}){} GROUP BY game, owner",
            numbers(kinds),
            self.there("")
        );
        sql
    }

    const fn int(self) -> &'static str {
        match self {
            Self::Sqlite => "INTEGER",
            Self::Mysql => "SIGNED",
        }
    }

    fn order_by(self, query: &Query, text: &mut Text) {
        text.push(" ORDER BY ");
        for (column, largest_first) in &query.order {
            if column.source == Source::Game {
                text.push("CASE game ");
                for (number, name) in query.names.iter() {
                    text.push("WHEN ");
                    text.bind(*number);
                    text.push(" THEN ");
                    text.bind(Cell::Text(name.clone()));
                    text.push(" ");
                }
                text.push("END");
            } else {
                let cell = self.cell(*column);
                if column.is_nullable() {
                    text.push(&format!("({cell}) IS NULL, "));
                }
                text.push(&cell);
            }
            text.push(if *largest_first { " DESC, " } else { ", " });
        }
        let kept: &[&str] = if matches!(query.from, From::Users(_)) { &["game", "owner"] } else { &KEY };
        let kept: Vec<&str> =
            kept.iter().map(|&column| if column == "key" { self.key() } else { column }).collect();
        text.push(&kept.join(", "));
    }

    fn conditions(self, query: &Query, text: &mut Text) {
        text.push(" WHERE ");
        match query.from {
            From::Kind(kind) => text.push(&format!("kind = {}{}", kind.number(), self.there(""))),
            From::Users(_) => text.push("TRUE"),
        }
        match &query.games {
            Games::All => {}
            Games::These(games) => {
                text.push(" AND game IN (");
                text.list(", ", games, |text, game| text.bind(*game));
                text.push(")");
            }
        }
        for (column, test) in &query.tests {
            let cell = self.cell(*column);
            text.push(" AND ");
            match test {
                Test::From(least) => {
                    text.push(&format!("{cell} >= "));
                    text.bind(*least);
                }
                Test::Below(most) => {
                    text.push(&format!("{cell} < "));
                    text.bind(*most);
                }
                Test::In(cells) => Self::one_of(&cell, cells, text),
            }
        }
    }

    fn one_of(cell: &str, cells: &[Cell], text: &mut Text) {
        let known: Vec<&Cell> = cells.iter().filter(|cell| **cell != Cell::Null).collect();
        let may_be_null = known.len() < cells.len();
        text.push("(");
        if known.is_empty() {
            text.push("FALSE");
        } else {
            text.push(&format!("{cell} IN ("));
            text.list(", ", known, |text, cell| text.bind(cell.clone()));
            text.push(")");
        }
        if may_be_null {
            text.push(&format!(" OR {cell} IS NULL"));
        }
        text.push(")");
    }

    /// The statement that answers what is asked.
    pub(crate) fn asked(self, query: &Query, asked: Asked) -> Text {
        match asked {
            Asked::Rows => self.select(query),
            Asked::Count => self.count(query),
            Asked::Distinct => self.distinct(query),
        }
    }

    fn select(self, query: &Query) -> Text {
        let mut text = Text { sql: "SELECT ".into(), params: Vec::new() };
        text.list(", ", &query.columns, |text, column| text.push(&self.cell(*column)));
        if query.columns.is_empty() {
            text.push("1");
        }
        text.push(&format!(" FROM {}", self.source(query.from)));
        self.conditions(query, &mut text);
        self.order_by(query, &mut text);
        if query.limit.is_some() || query.offset > 0 {
            let bound = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
            text.push(" LIMIT ");
            text.bind(query.limit.map_or(i64::MAX, bound));
            text.push(" OFFSET ");
            text.bind(bound(query.offset));
        }
        text
    }

    /// The statement that counts the rows of a query, without its limit.
    fn count(self, query: &Query) -> Text {
        let mut text =
            Text { sql: format!("SELECT count(*) FROM {}", self.source(query.from)), params: Vec::new() };
        self.conditions(query, &mut text);
        text
    }

    /// The different values of a query's columns.
    fn distinct(self, query: &Query) -> Text {
        let mut text = Text { sql: "SELECT DISTINCT ".into(), params: Vec::new() };
        text.list(", ", &query.columns, |text, column| text.push(&self.cell(*column)));
        text.push(&format!(" FROM {}", self.source(query.from)));
        self.conditions(query, &mut text);
        text
    }
}

fn numbers(kinds: &[Kind]) -> String {
    kinds.iter().map(|kind| kind.number().to_string()).collect::<Vec<_>>().join(", ")
}
