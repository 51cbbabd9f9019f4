//! What the kinds say of their columns is what they store, what a dump writes, and what the views of a file have.

use cloudvars::backend::sql::view;
use cloudvars::calendar::{Unit, Weekday};
use cloudvars::clock::ManualClock;
use cloudvars::column::{Columns, Source, Stored, Type};
use cloudvars::kinds::list::List;
use cloudvars::kinds::node::{Custom, Node, Upload};
use cloudvars::kinds::storage::Entity;
use cloudvars::kinds::{
    COLUMNS, INTERNAL, achievement, board, channel, general, limit, list, message, money, name, node, order,
    player, save, storage, world,
};
use cloudvars::names;
use cloudvars::op::Op;
use cloudvars::room::RoomOptions;
use cloudvars::row::{Key, Kind, Row};
use cloudvars::store::{Options, Store};
use cloudvars::table::definitions;
use cloudvars::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

/// The time of every store here.
const NOW_MS: i64 = 1_772_600_769_000;

fn open(target: &str) -> Arc<Store> {
    let clock = Arc::new(ManualClock::new(NOW_MS * 1000));
    Store::open(&Options { target: target.into(), clock, ..Options::default() }).unwrap()
}

fn value() -> Value {
    Value { json: "[1]".into(), len: 2 }
}

fn of_players(game: i64, store: &Store) -> Vec<Op> {
    let id = || store.new_id().unwrap();
    let refresh = Some((Unit::Week(Weekday::Sunday), 2));
    let mut ops: Vec<Op> = vec![
        general::set(game, 7, "k".into(), Some(1), Some("s".into()), Some(value())).into(),
        general::add(game, 7, "k".into(), 1, "add").into(),
        general::add(game, 7, "k".into(), 1, "addi").into(),
        money::add(game, 7, "gold".into(), 9).into(),
        money::cost(game, 7, "gold".into(), 1).into(),
        world::set(world::key(game, 7, "w".into(), 3), Some(value())).into(),
        limit::add(limit::key(game, 7, "day".into()), 1, 5, refresh).into(),
        limit::expire(limit::key(game, 7, "day".into())).into(),
        name::new(game, "cl\u{1}an", "wolves", "v".into()).into(),
        player::join(7, "default".into()).into(),
        channel::publish(game, "news".into(), value()).into(),
    ];
    for (world, number) in [(false, 0), (true, 3)] {
        let (list, kept, gone) = (List { game, world }, id(), id());
        ops.push(list::add(list, 7, "bag".into(), number, kept, value()).into());
        ops.push(list::add(list, 7, "bag".into(), number, gone, value()).into());
        ops.push(list::modify(list, kept, value()).into());
        ops.push(list::delete(list, gone).into());
    }
    let (read, deleted) = (id(), id());
    ops.push(message::send(message::key(game, 7, "mail".into(), read), 5, true, false, value()).into());
    ops.push(message::send(message::key(game, 7, "mail".into(), deleted), 5, false, false, value()).into());
    ops.push(message::mark(game, deleted, true).into());
    ops.push(message::delete(game, deleted).into());
    ops
}

fn of_the_lobby(game: i64, store: &Store) -> Vec<Op> {
    let order = store.new_id().unwrap();
    let custom = Custom { parent: Some("root".into()), depends: true, upload: Upload::Auto };
    let node = |id: &str, custom| Node { id: id.into(), total: 3, value: "{\"title\":\"t\"}".into(), custom };
    let wins = (Entity { key: "wins".into(), json: "3".into() }, 1);
    vec![
        node::define(game, node("hunt", None)).into(),
        node::define(game, node("leaf", Some(custom))).into(),
        achievement::set(game, 7, "hunt".into(), 5, Some("extra".into()), None, true).into(),
        order::place(game, 7, order, "give bow".into(), 2).into(),
        storage::set(game, 7, Some(order), &[wins]).into(),
        board::sort(game, "wins".into()).into(),
        board::refresh(board::key(game, "wins".into()), 1, "[[],[]]".into()).into(),
        board::nickname(game, 7, "Ann".into()).into(),
        save::put(save::key(game, Some(7), "lobby".into()), r#"{"extra":{"a":1}}"#.into()).into(),
    ]
}

/// A store on which every operation was done, each as a commit of its own.
fn filled() -> Arc<Store> {
    let store = open(":memory:");
    let game = store.room("lobby", &RoomOptions::default()).unwrap().game();
    let mut done = BTreeSet::new();
    for op in of_players(game, &store).into_iter().chain(of_the_lobby(game, &store)) {
        done.insert(op.name());
        store.commit(vec![op]).unwrap();
    }
    let writes = names::writes().filter(|name| *name != names::COMMIT);
    for name in names::verbs().chain(writes) {
        assert!(done.contains(name), "this test lacks an operation of '{name}'");
    }
    store
}

fn rows(store: &Store) -> Vec<(Key, Row)> {
    let rows = store.read(|snapshot| {
        let mut rows = Vec::new();
        snapshot.all(None, &mut |key, row| {
            rows.push((key, row));
            ControlFlow::Continue(())
        })?;
        Ok(rows)
    });
    rows.unwrap()
}

#[derive(Debug, PartialEq)]
enum Held<'a> {
    Number(i64),
    Text(&'a str),
}

/// What a row holds in a stored column; `None` = nothing.
fn held<'a>((key, row): &'a (Key, Row), stored: Stored) -> Option<Held<'a>> {
    let number = |number: i64| (number != 0).then_some(Held::Number(number));
    let text = |text: &'a Option<Arc<str>>| text.as_deref().map(Held::Text);
    match stored {
        Stored::Owner => number(key.owner),
        Stored::World => number(key.world),
        Stored::Key => Some(&*key.key).filter(|key| !key.is_empty()).map(Held::Text),
        Stored::Id => number(key.id),
        Stored::IValue => row.i_value.map(Held::Number),
        Stored::SValue => text(&row.s_value),
        Stored::Value => text(&row.value),
        Stored::Aux => number(row.aux),
        Stored::Flags => number(row.flags),
        Stored::Ver => number(row.ver),
        Stored::Created => number(row.created),
        Stored::Updated => number(row.updated),
        Stored::Seq => number(row.seq),
    }
}

/// The bits of `flags` that a kind describes.
fn bits(columns: &Columns) -> i64 {
    columns.all.iter().map(|column| if let Source::Bit(mask) = column.source { mask } else { 0 }).sum()
}

#[test]
fn every_kind_is_described_or_internal() {
    for kind in Kind::ALL {
        let described = COLUMNS.iter().filter(|columns| columns.kind == *kind).count();
        let internal = INTERNAL.iter().filter(|internal| *internal == kind).count();
        assert_eq!(described + internal, 1, "{kind:?}");
    }
    for columns in COLUMNS {
        let labels = columns.labels();
        assert_eq!(labels.iter().collect::<BTreeSet<_>>().len(), labels.len(), "{labels:?}");
    }
}

#[test]
fn each_kind_stores_what_it_describes_and_nothing_else() {
    let store = filled();
    let mut by_kind: BTreeMap<Kind, Vec<(Key, Row)>> = BTreeMap::new();
    for (key, row) in rows(&store) {
        by_kind.entry(key.kind).or_default().push((key, row));
    }
    for kind in Kind::ALL {
        assert!(by_kind.contains_key(kind), "this test stores no {kind:?}");
    }
    for columns in COLUMNS {
        let (kind, rows) = (columns.kind, &by_kind[&columns.kind]);
        for stored in Stored::ALL {
            let found = rows.iter().any(|row| held(row, stored).is_some());
            // Every row has a version and times.
            let may_be_silent = matches!(stored, Stored::Ver | Stored::Created | Stored::Updated);
            assert!(
                found == columns.uses(stored) || found && may_be_silent,
                "{kind:?} stores {stored:?}: {found}; it describes it: {}",
                columns.uses(stored)
            );
        }
        let flags = rows.iter().fold(0, |flags, (_, row)| flags | row.flags);
        if !columns.is_time(Stored::Flags) {
            assert_eq!(flags, bits(&columns), "the flags of {kind:?}");
        }
        for (column, row) in columns.all.iter().flat_map(|column| rows.iter().map(move |row| (column, row))) {
            let fits = match (column.holds, held(row, column.source.stored().unwrap())) {
                (Type::Bool, _) => matches!(column.source, Source::Bit(mask) if mask.count_ones() == 1),
                (_, None)
                | (Type::Int, Some(Held::Number(_)))
                | (Type::Text | Type::Key, Some(Held::Text(_))) => true,
                (Type::Json, Some(Held::Text(text))) => {
                    serde_json::from_str::<serde_json::Value>(text).is_ok()
                }
                (Type::Millis, Some(Held::Number(ms))) => {
                    ms == NOW_MS || column.name == "expires" && ms > NOW_MS
                }
                (Type::Seconds, Some(Held::Number(seconds))) => seconds == NOW_MS / 1000,
                _ => false,
            };
            assert!(fits, "{kind:?}: {column:?} in {row:?}");
        }
    }
}

#[test]
fn a_dump_of_every_kind_comes_back() {
    let (store, other) = (filled(), open(":memory:"));
    let text = store.dump(None).unwrap();
    other.load(&text).unwrap();
    assert_eq!(other.dump(None).unwrap(), text);
    // Order stamps come back as ranks.
    let described = |store: &Store| -> Vec<(Key, Row)> {
        let rows = rows(store).into_iter().filter(|(key, _)| !INTERNAL.contains(&key.kind));
        rows.map(|(key, row)| (key, Row { seq: 0, ..row })).collect()
    };
    assert_eq!(described(&other), described(&store));
}

#[test]
fn the_views_of_a_file_are_as_described() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    drop(open(path.to_str().unwrap()));
    let sql = rusqlite::Connection::open(&path).unwrap();
    let mut views = sql.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'view'").unwrap();
    let views = views.query_map((), |view| Ok((view.get(0)?, view.get(1)?))).unwrap();
    let mut views: BTreeMap<String, String> = views.map(Result::unwrap).collect();
    let words = |sql: String| sql.split_whitespace().collect::<String>();
    for table in definitions() {
        let described = words(view(table.name, table.from, &table.columns));
        assert_eq!(views.remove(table.name).map(words), Some(described));
    }
    // These two show internal kinds.
    assert_eq!(views.into_keys().collect::<Vec<_>>(), ["game", "place"]);
}
