//! What every backend promises through the trait.

use cloudvars::backend::sqlite::{Sqlite, SqliteTarget, open};
use cloudvars::backend::{Backend, Changes, Durability, Touch};
use cloudvars::error::{Error, Result};
use cloudvars::row::{Key, Kind, Note, Range, Row};
use cloudvars::store::CACHE_BYTES;
use std::ops::ControlFlow;
use std::path::Path;

pub(crate) fn file(path: &Path) -> Sqlite {
    open(&SqliteTarget::File(path.into()), Durability::Full, CACHE_BYTES).unwrap()
}

pub(crate) fn key(owner: i64, key: &str) -> Key {
    Key { game: 1, owner, kind: Kind::General, world: 0, key: key.into(), id: 0 }
}

fn item(owner: i64, id: i64) -> Key {
    Key { kind: Kind::List, id, ..key(owner, "bag") }
}

fn message(owner: i64, id: i64) -> Key {
    Key { kind: Kind::Message, id, ..key(owner, "mail") }
}

pub(crate) fn row(number: i64) -> Row {
    Row { ver: 1, i_value: Some(number), ..Row::default() }
}

pub(crate) fn touch(keys: &[Key]) -> Touch {
    let mut keys = keys.to_vec();
    keys.sort();
    Touch { keys, durable: true, ..Touch::default() }
}

pub(crate) fn put(store: &Sqlite, rows: Vec<(Key, Option<Row>)>) -> Result<usize> {
    let rows = &mut Some(rows);
    store.write(&touch(&[]), &mut |_| Ok(Changes { rows: rows.take().unwrap(), notes: Vec::new() }))
}

pub(crate) fn get(store: &Sqlite, keys: &[Key]) -> Vec<Option<Row>> {
    let mut rows = Vec::new();
    store.read(&mut |snapshot| snapshot.get(keys).map(|found| rows = found)).unwrap();
    rows
}

fn scan(store: &Sqlite, from: &str, to: Option<&str>, rows_max: usize) -> Vec<String> {
    let range =
        Range { game: 1, owner: 7, kind: Kind::General, world: 0, from: from.into(), to: to.map(Into::into) };
    let mut keys = Vec::new();
    let mut visit = |key: Key, _| {
        keys.push(key.key.to_string());
        if keys.len() == rows_max { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    store.read(&mut |snapshot| snapshot.scan(&range, &mut visit)).unwrap();
    keys
}

/// Runs a test in memory and in a file.
fn everywhere(test: impl Fn(&Sqlite)) {
    test(&open(&SqliteTarget::Memory, Durability::Full, CACHE_BYTES).unwrap());
    let folder = tempfile::tempdir().unwrap();
    for (name, durability) in
        [("full", Durability::Full), ("normal", Durability::Normal), ("off", Durability::Off)]
    {
        test(&open(&SqliteTarget::File(folder.path().join(name)), durability, CACHE_BYTES).unwrap());
    }
}

#[test]
fn a_row_comes_back_as_it_was_stored() {
    everywhere(|store| {
        let whole = Row {
            ver: 3,
            i_value: Some(i64::MIN),
            s_value: Some("a\0b\u{10ffff}".into()),
            value: Some("{\"n\":1}".into()),
            aux: i64::MAX,
            flags: 5,
            created: 6,
            updated: -7,
            seq: 8,
        };
        let odd =
            Key { game: 0, owner: i64::MAX, kind: Kind::Counter, world: -4, key: "k\0\u{1}".into(), id: 0 };
        put(store, vec![(odd.clone(), Some(whole.clone())), (key(7, ""), Some(Row::default()))]).unwrap();
        assert_eq!(store.get_one(&odd).unwrap(), Some(whole.clone()));
        assert_eq!(
            get(store, &[key(8, ""), odd.clone(), key(7, "")]),
            [None, Some(whole), Some(Row::default())]
        );
        put(store, vec![(odd.clone(), None)]).unwrap();
        assert_eq!(store.get_one(&odd).unwrap(), None);
    });
}

/// Up to `rows_max` rows of the whole store after a key.
fn all(store: &Sqlite, after: Option<&Key>, rows_max: usize) -> Vec<(Key, Row)> {
    let mut found = Vec::new();
    let mut visit = |key, row| {
        found.push((key, row));
        if found.len() == rows_max { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    store.read(&mut |snapshot| snapshot.all(after, &mut visit)).unwrap();
    found
}

#[test]
fn all_rows_are_visited_once_in_key_order_and_from_any_key_on() {
    everywhere(|store| {
        assert_eq!(all(store, None, usize::MAX), []);
        let ends = [i64::MIN, -1, 0, 5, i64::MAX];
        let mut keys = Vec::new();
        for (game, owner) in ends.iter().flat_map(|game| ends.iter().map(move |owner| (*game, *owner))) {
            let kinds = [(Kind::General, 0), (Kind::Counter, 0)];
            keys.extend(kinds.map(|(kind, id)| Key {
                game,
                owner,
                kind,
                world: owner / 2,
                key: "k".into(),
                id,
            }));
        }
        keys.extend(["", "\0", "a", "b", "ä", "\u{10ffff}"].map(|text| key(7, text)));
        keys.extend([item(7, 1), item(7, 2), item(7, i64::MAX), message(-7, 9)]);
        let stored: Vec<(Key, Option<Row>)> =
            keys.iter().enumerate().map(|(n, key)| (key.clone(), Some(row(n as i64)))).collect();
        put(store, stored.clone()).unwrap();
        let mut expected: Vec<(Key, Row)> =
            stored.into_iter().filter_map(|(key, row)| Some((key, row?))).collect();
        expected.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(all(store, None, usize::MAX), expected);
        for (at, (key, _)) in expected.iter().enumerate() {
            assert_eq!(
                all(store, Some(key), 3),
                expected[at + 1..].iter().take(3).cloned().collect::<Vec<_>>()
            );
        }
        // Between rows, too: the key need not exist.
        let between = Key { id: 1, ..expected[3].0.clone() };
        assert_eq!(all(store, Some(&between), 1), expected[4..5]);
    });
}

#[test]
fn many_keys_are_answered_in_the_order_asked() {
    everywhere(|store| {
        let all: Vec<Key> = (0..500).map(|n| key(7, &format!("k{n:03}"))).collect();
        put(store, all.iter().enumerate().map(|(n, key)| (key.clone(), Some(row(n as i64)))).collect())
            .unwrap();
        // Close together, far apart, absent, twice, another user's, and out of order.
        for step in [1, 7, 60, 166] {
            let mut asked: Vec<Key> = all.iter().rev().step_by(step).cloned().collect();
            asked.extend([
                key(8, "k001"),
                key(7, "a"),
                key(7, "k0015"),
                key(7, "z"),
                all[9].clone(),
                all[9].clone(),
            ]);
            let wanted: Vec<Option<i64>> =
                asked.iter().map(|key| all.iter().position(|known| known == key).map(|n| n as i64)).collect();
            let found: Vec<Option<i64>> =
                get(store, &asked).into_iter().map(|row| row.map(|row| row.i_value.unwrap())).collect();
            assert_eq!(found, wanted, "step {step}");
        }
    });
}

#[test]
fn a_failed_apply_and_an_empty_one_store_nothing() {
    everywhere(|store| {
        put(store, vec![(key(7, "a"), Some(row(1)))]).unwrap();
        let pulse = store.pulse().unwrap();
        let answer = store.write(&touch(&[key(7, "a")]), &mut |loaded| {
            assert_eq!(loaded.keyed, [Some(row(1))]);
            Err(Error::value("no"))
        });
        assert!(matches!(answer, Err(Error::Value { .. })));
        store.write(&touch(&[]), &mut |_| Ok(Changes::default())).unwrap();
        assert_eq!(store.get_one(&key(7, "a")).unwrap(), Some(row(1)));
        put(store, vec![(key(7, "a"), Some(row(2)))]).unwrap();
        assert_ne!(store.pulse().unwrap(), pulse);
        // The second row is refused: the id is taken. The first must not stay.
        put(store, vec![(item(7, 40), Some(row(1)))]).unwrap();
        put(store, vec![(key(7, "b"), Some(row(1))), (item(8, 40), Some(row(1)))]).unwrap_err();
        assert_eq!(store.get_one(&key(7, "b")).unwrap(), None);
        put(store, vec![(item(7, 40), None), (item(6, 40), Some(row(1)))]).unwrap();
    });
}

#[test]
fn a_scan_is_in_key_order_within_its_bounds() {
    everywhere(|store| {
        let keys = ["b", "", "ab", "a", "é", "z", "a\0"];
        let rows = keys.iter().map(|name| (key(7, name), Some(row(1)))).chain([(key(6, "a"), Some(row(1)))]);
        put(store, rows.collect()).unwrap();
        assert_eq!(scan(store, "", None, 99), ["", "a", "a\0", "ab", "b", "z", "é"]);
        assert_eq!(scan(store, "a", Some("b"), 99), ["a", "a\0", "ab", "b"]);
        assert_eq!(scan(store, "aa", None, 2), ["ab", "b"]);
    });
}

#[test]
fn ids_and_messages_are_found() {
    everywhere(|store| {
        let rows = [item(7, 31), item(7, 30), message(9, 12), message(7, 13), message(8, 11)];
        put(store, rows.iter().map(|key| (key.clone(), Some(row(key.id)))).collect()).unwrap();
        let touched = Touch { ids: vec![11, 30, 99], durable: true, ..Touch::default() };
        store
            .write(&touched, &mut |loaded| {
                let found: Vec<_> = loaded.found.into_iter().map(|found| found.map(|(key, _)| key)).collect();
                assert_eq!(found, [Some(message(8, 11)), Some(item(7, 30)), None]);
                Ok(Changes::default())
            })
            .unwrap();
        let mut seen = Vec::new();
        let mut visit = |key: Key, _| {
            seen.push(key.id);
            ControlFlow::Continue(())
        };
        store.read(&mut |snapshot| snapshot.messages(1, "mail", &mut visit)).unwrap();
        assert_eq!(seen, [11, 12, 13]);
    });
}

#[test]
fn notes_keep_their_order_and_cursors() {
    everywhere(|store| {
        let newest = |store: &Sqlite| {
            let mut newest = 0;
            store.read(&mut |snapshot| snapshot.newest_note().map(|cursor| newest = cursor)).unwrap();
            newest
        };
        let after = |store: &Sqlite, cursor| {
            let mut notes = Vec::new();
            store.read(&mut |snapshot| snapshot.notes(cursor).map(|found| notes = found)).unwrap();
            notes
        };
        let note = |id| Note { game: 1, channel: "7_mail".into(), id, value: (id == 0).then(|| "1".into()) };
        let publish = |store: &Sqlite, ids: &[i64]| {
            let touched = Touch { durable: false, ..Touch::default() };
            let notes: Vec<Note> = ids.iter().map(|&id| note(id)).collect();
            store.write(&touched, &mut |_| Ok(Changes { rows: Vec::new(), notes: notes.clone() })).unwrap();
        };
        assert_eq!(newest(store), 0);
        publish(store, &[5, 0]);
        publish(store, &[4]);
        assert_eq!(after(store, 0), [(1, note(5)), (2, note(0)), (3, note(4))]);
        assert_eq!(after(store, 2), [(3, note(4))]);
        store.sweep(0).unwrap();
        assert_eq!(after(store, 0).len(), 3);
        store.sweep(i64::MAX).unwrap();
        assert_eq!((after(store, 0), newest(store)), (Vec::new(), 3));
        publish(store, &[6]);
        assert_eq!(after(store, 3), [(4, note(6))]);
    });
}

#[test]
fn one_read_sees_one_moment() {
    let folder = tempfile::tempdir().unwrap();
    let store = file(&folder.path().join("s"));
    put(&store, vec![(key(7, "a"), Some(row(1)))]).unwrap();
    // A read that meets a commit may be made again: then all its answers are of after it.
    let (mut written, mut seen) = (false, Vec::new());
    store
        .read(&mut |snapshot| {
            seen = snapshot.get(&[key(7, "a")])?;
            if !std::mem::replace(&mut written, true) {
                put(&store, vec![(key(7, "a"), Some(row(2)))])?;
            }
            seen.extend(snapshot.get(&[key(7, "a")])?);
            Ok(())
        })
        .unwrap();
    assert!(seen == [Some(row(1)), Some(row(1))] || seen == [Some(row(2)), Some(row(2))], "{seen:?}");
    assert_eq!(store.get_one(&key(7, "a")).unwrap(), Some(row(2)));
}

#[test]
fn a_panic_within_a_call_is_that_call_s_alone() {
    everywhere(|store| {
        put(store, vec![(key(1, "a"), Some(row(1)))]).unwrap();
        let panics = |call: &dyn Fn()| {
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).unwrap_err();
        };
        panics(&|| drop(store.read(&mut |snapshot| panic!("{:?}", snapshot.get(&[key(1, "a")])))));
        let write = || store.write(&touch(&[key(1, "a")]), &mut |loaded| panic!("{:?}", loaded.keyed));
        assert!(matches!(write(), Err(Error::Store(why)) if why.message.contains("internal error")));
        assert_eq!(get(store, &[key(1, "a")]), [Some(row(1))]);
        put(store, vec![(key(1, "b"), Some(row(2)))]).unwrap();
        assert_eq!(get(store, &[key(1, "a"), key(1, "b")]), [Some(row(1)), Some(row(2))]);
    });
}
