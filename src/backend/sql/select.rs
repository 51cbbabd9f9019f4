//! The statement that answers a [`Query`].

use super::{Dialect, Text};
use crate::column::{Column, Source, Stored, Type};
use crate::query::{Asked, Cell, From, Games, Query, Test};

/// For more users than this, all are read at once.
const CHOSEN_MAX: u64 = 1000;

impl Dialect {
    /// The statement that answers what is asked.
    pub(crate) fn asked(self, query: &Query, asked: Asked) -> Text {
        let mut text = Text::default();
        match asked {
            Asked::Rows if is_worth_choosing(query) => self.chosen(query, &mut text),
            Asked::Rows => {
                text.push("SELECT ");
                self.columns(query, &mut text);
                self.rows(query, &mut text);
                self.order_by(query, &mut text);
                limit(query, &mut text);
            }
            Asked::Distinct => {
                text.push("SELECT DISTINCT ");
                self.columns(query, &mut text);
                self.rows(query, &mut text);
            }
            Asked::Tally => {
                text.push("SELECT game, owner, kind, count(*)");
                self.rows(query, &mut text);
                text.push(" GROUP BY game, owner, kind ORDER BY game, owner, kind");
            }
            Asked::Sums => self.sums(query, &mut text),
            Asked::Count if matches!(query.from, From::Users(_)) => {
                text.push("SELECT count(*) FROM (SELECT owner");
                self.rows(query, &mut text);
                text.push(") AS users");
            }
            Asked::Count => {
                text.push("SELECT count(*)");
                self.rows(query, &mut text);
            }
        }
        text
    }

    fn sums(self, query: &Query, text: &mut Text) {
        let cells: Vec<String> = query.columns.iter().map(|column| self.cell_of(query, *column)).collect();
        let [of, int] = &cells[..] else { return };
        text.push(&format!("SELECT {of}, count({int}), sum({int}), min({int}), max({int})"));
        self.rows(query, text);
        text.push(&format!(" GROUP BY {of} HAVING count({int}) > 0"));
    }

    /// A time is given as it is stored: who asks makes nothing of 0 faster than the engine does.
    fn columns(self, query: &Query, text: &mut Text) {
        text.list(", ", &query.columns, |text, column| match (query.from, column.source, column.holds) {
            (From::Kind(_) | From::Nobody(_), Source::Whole(stored), Type::Millis) => {
                text.push(self.stored(stored));
            }
            _ => text.push(&self.cell_of(query, *column)),
        });
    }

    /// A column's cell in the rows of a query.
    fn cell_of(self, query: &Query, column: Column) -> String {
        match query.from {
            From::Kind(_) | From::Nobody(_) | From::Any => self.cell(column),
            From::Users(_) => self.of_group(column),
        }
    }

    fn rows(self, query: &Query, text: &mut Text) {
        // Without this, a server may choose an index whose order is of no use.
        text.push(if self == Self::Mysql { " FROM cloud FORCE INDEX (PRIMARY)" } else { " FROM cloud" });
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for test in &query.tests {
            let is_key = matches!(test.0.source, Source::Whole(Stored::Owner) | Source::Game);
            let grouped = matches!(query.from, From::Users(_)) && !is_key;
            if grouped { after.push(test) } else { before.push(test) }
        }
        text.push(" WHERE ");
        text.push(if self.is_in_key_order(query) { "+" } else { "" });
        text.push(&self.of(query.from));
        if let Games::These(games) = &query.games {
            let games: Vec<Cell> = games.iter().map(|game| Cell::Int(*game)).collect();
            text.push(" AND ");
            one_of("game", &games, text);
        }
        for (column, test) in before {
            text.push(" AND ");
            fits(&self.cell_of(query, *column), test, text);
        }
        if matches!(query.from, From::Users(_)) {
            text.push(" GROUP BY game, owner");
            for (at, (column, test)) in after.into_iter().enumerate() {
                text.push(if at == 0 { " HAVING " } else { " AND " });
                fits(&self.cell_of(query, *column), test, text);
            }
        }
    }

    /// Chooses the users first, by what the order and the tests need, and reads the rest of them alone.
    fn chosen(self, query: &Query, text: &mut Text) {
        text.push("SELECT ");
        self.columns(query, text);
        text.push(" FROM cloud JOIN (SELECT game AS chosen_game, owner AS chosen_owner");
        self.rows(query, text);
        self.order_by(query, text);
        limit(query, text);
        text.push(") AS chosen ON game = chosen_game AND owner = chosen_owner WHERE ");
        text.push(&self.of(query.from));
        text.push(" GROUP BY game, owner");
        self.order_by(query, text);
    }

    /// Whether `SQLite` must walk the rows in the order of their keys. It would not see that they are in that order if it
    /// knew that `kind` is always the same: a sign in front of the column keeps that from it.
    fn is_in_key_order(self, query: &Query) -> bool {
        let of_users = query.tests.iter().any(|(column, _)| column.source == Source::Whole(Stored::Owner));
        self == Self::Sqlite && matches!(query.from, From::Kind(_)) && query.order.is_empty() && !of_users
    }

    fn order_by(self, query: &Query, text: &mut Text) {
        text.push(" ORDER BY ");
        if query.order.is_empty() {
            let key = [
                ("game", true),
                ("owner", true),
                ("kind", false),
                ("world", false),
                (self.key(), false),
                ("id", false),
            ];
            let grouped = matches!(query.from, From::Users(_));
            text.list(", ", key.iter().filter(|(_, whose)| *whose || !grouped), |text, (column, _)| {
                text.push(column);
            });
            return;
        }
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
                let cell = self.cell_of(query, *column);
                // Nulls are the smallest: when the largest come first, nulls come last by themselves.
                if column.is_nullable() && !largest_first {
                    text.push(&format!("({cell}) IS NULL, "));
                }
                text.push(&cell);
            }
            text.push(if *largest_first { " DESC, " } else { ", " });
        }
        text.list(", ", self.key_of(query), Text::push);
    }

    /// The columns of the key that differ between the rows of a query, in order.
    fn key_of(self, query: &Query) -> Vec<&'static str> {
        let has = |wanted: Stored| query.columns.iter().any(|column| column.source == Source::Whole(wanted));
        let grouped = matches!(query.from, From::Users(_));
        let key = [
            (!query.is_of_one_game(), "game"),
            (true, "owner"),
            (!grouped && has(Stored::World), "world"),
            (!grouped, self.key()),
            (!grouped && has(Stored::Id), "id"),
        ];
        key.into_iter().filter_map(|(differs, column)| differs.then_some(column)).collect()
    }
}

/// Whether a query asks for so few users, in some order, that it is faster to count only their rows.
fn is_worth_choosing(query: &Query) -> bool {
    let few = query.limit.is_some_and(|limit| limit <= CHOSEN_MAX);
    matches!(query.from, From::Users(_)) && few && !query.order.is_empty()
}

fn limit(query: &Query, text: &mut Text) {
    if query.limit.is_none() && query.offset == 0 {
        return;
    }
    let bound = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    text.push(" LIMIT ");
    text.bind(query.limit.map_or(i64::MAX, bound));
    text.push(" OFFSET ");
    text.bind(bound(query.offset));
}

fn fits(cell: &str, wanted: &Test, text: &mut Text) {
    match wanted {
        Test::From(least) => {
            text.push(&format!("{cell} >= "));
            text.bind(*least);
        }
        Test::Below(most) => {
            text.push(&format!("{cell} < "));
            text.bind(*most);
        }
        Test::In(cells) => one_of(cell, cells, text),
    }
}

fn one_of(cell: &str, cells: &[Cell], text: &mut Text) {
    let known: Vec<&Cell> = cells.iter().filter(|cell| **cell != Cell::Null).collect();
    let may_be_null = known.len() < cells.len();
    text.push("(");
    match known[..] {
        [] => text.push("FALSE"),
        // Only after an equation does an engine know that the rest of the key is in order.
        [one] => {
            text.push(&format!("{cell} = "));
            text.bind(one.clone());
        }
        _ => {
            text.push(&format!("{cell} IN ("));
            text.list(", ", known, |text, cell| text.bind(cell.clone()));
            text.push(")");
        }
    }
    if may_be_null {
        text.push(&format!(" OR {cell} IS NULL"));
    }
    text.push(")");
}
