//! A table as a view: what people see who read it by SQL. Times are ISO text in UTC, bools 0 and 1, a counter's value is
//! the stored one.

use super::{Dialect, GAMES};
use crate::column::{Column, Source, Stored, Type};
use crate::query::{From, Users};
use std::fmt::Write;

impl Dialect {
    /// A row for each user.
    fn users(self, users: &Users, columns: &[Column]) -> String {
        let mut sql = String::from("SELECT game, owner");
        for column in columns {
            let name = match column.source {
                Source::Whole(Stored::Created) => "created".to_owned(),
                Source::Whole(Stored::Updated) => "updated".to_owned(),
                Source::Count(_) => self.content(column.source, column.holds),
                _ => continue,
            };
            _ = write!(sql, ", {} AS {name}", self.of_group(*column));
        }
        _ = write!(sql, " FROM cloud WHERE {} GROUP BY game, owner", self.of_users(users));
        sql
    }

    /// What people see of a column.
    fn seen(self, column: Column) -> String {
        match (column.source, column.holds) {
            (Source::Whole(stored), Type::Millis) => {
                self.iso(&format!("nullif({}, 0)", self.stored(stored)), 1)
            }
            (Source::Whole(stored), Type::Seconds) => {
                self.iso(&format!("nullif({}, 0)", self.stored(stored)), 1000)
            }
            (Source::Whole(stored), Type::Text | Type::Key | Type::Json) => self.text(self.stored(stored)),
            (source, holds) => self.content(source, holds),
        }
    }

    /// A time, as `2022-12-09T14:00:23.539Z`. `factor`: how many milliseconds one unit has.
    fn iso(self, time: &str, factor: i64) -> String {
        match self {
            Self::Sqlite if factor == 1 => {
                format!("strftime('%Y-%m-%dT%H:%M:%fZ', {time} / 1000.0, 'unixepoch')")
            }
            Self::Sqlite => format!("strftime('%Y-%m-%dT%H:%M:%fZ', {time}, 'unixepoch')"),
            Self::Mysql => format!(
                "concat(left(date_format(TIMESTAMP '1970-01-01 00:00:00' + INTERVAL {time} * {} MICROSECOND, \
                 '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z') COLLATE utf8mb4_bin",
                factor * 1000
            ),
        }
    }

    /// A name, in quotes where it is a word of SQL.
    fn name(self, name: &str) -> String {
        match self {
            Self::Sqlite if !matches!(name, "order" | "limit") => name.to_owned(),
            _ => format!("\"{name}\""),
        }
    }

    /// The select of a table. `games`: the relation that has the games' numbers and names.
    fn shown(self, from: From, columns: &[Column], games: &str) -> String {
        let seen: Vec<String> = columns
            .iter()
            .map(|column| {
                let (content, name) = (self.seen(*column), self.name(column.shown));
                if content == name { content } else { format!("{content} AS {name}") }
            })
            .collect();
        let (rows, condition) = match from {
            From::Users(users) => (format!("({}) AS cloud", self.users(users, columns)), String::new()),
            _ => ("cloud".to_owned(), format!(" WHERE {}", self.of(from))),
        };
        format!("SELECT {} FROM {rows} JOIN {games} ON game.number = cloud.game{condition}", seen.join(", "))
    }

    /// The rows of the games, as a relation.
    fn games(self) -> String {
        format!(
            "(SELECT i_value AS number, {} AS name FROM cloud WHERE game = 0 AND owner = 0 AND kind = {GAMES}{}) AS game",
            self.text(self.key()),
            self.there("")
        )
    }

    /// A table in front of a statement that names it.
    pub(super) fn common(self, name: &str, from: From, columns: &[Column]) -> String {
        let apart = if self == Self::Sqlite { " NOT MATERIALIZED" } else { "" };
        format!("\"{name}\" AS{apart} ({})", self.shown(from, columns, &self.games()))
    }
}

/// The view of a table in a file.
pub fn view(name: &str, from: From, columns: &[Column]) -> String {
    let dialect = Dialect::Sqlite;
    format!("CREATE VIEW {} AS {}", dialect.name(name), dialect.shown(from, columns, "game"))
}
