//! What every backend promises through the trait, and what the `SQLite` file promises beyond it.

use cloudvars::backend::sqlite::{Sqlite, Target, open};
use cloudvars::backend::{Backend, Changes, Durability, Touch};
use cloudvars::error::{Code, Error, Result};
use cloudvars::row::{Key, Kind, Note, Range, Row};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

fn file(path: &Path) -> Sqlite {
    open(&Target::File(path.into()), Durability::Full).unwrap()
}

fn key(owner: i64, key: &str) -> Key {
    Key { game: 1, owner, kind: Kind::General, world: 0, key: key.into(), id: 0 }
}

fn item(owner: i64, id: i64) -> Key {
    Key { kind: Kind::List, id, ..key(owner, "bag") }
}

fn message(owner: i64, id: i64) -> Key {
    Key { kind: Kind::Message, id, ..key(owner, "mail") }
}

fn row(number: i64) -> Row {
    Row { ver: 1, i_value: Some(number), ..Row::default() }
}

fn touch(keys: &[Key]) -> Touch {
    let mut keys = keys.to_vec();
    keys.sort();
    Touch { keys, durable: true, ..Touch::default() }
}

fn put(store: &Sqlite, rows: Vec<(Key, Option<Row>)>) -> Result<usize> {
    let rows = &mut Some(rows);
    store.write(&touch(&[]), &mut |_| Ok(Changes { rows: rows.take().unwrap(), notes: Vec::new() }))
}

fn get(store: &Sqlite, keys: &[Key]) -> Vec<Option<Row>> {
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

fn refusal(path: &Path) -> String {
    match open(&Target::File(path.into()), Durability::Full) {
        Err(Error::Store(sentence)) => sentence,
        other => panic!("{other:?}"),
    }
}

/// Runs a test in memory and in a file.
fn everywhere(test: impl Fn(&Sqlite)) {
    test(&open(&Target::Memory, Durability::Full).unwrap());
    let folder = tempfile::tempdir().unwrap();
    for (name, durability) in
        [("full", Durability::Full), ("normal", Durability::Normal), ("off", Durability::Off)]
    {
        test(&open(&Target::File(folder.path().join(name)), durability).unwrap());
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
    store
        .read(&mut |snapshot| {
            assert_eq!(snapshot.get(&[key(7, "a")])?, [Some(row(1))]);
            put(&store, vec![(key(7, "a"), Some(row(2)))])?;
            assert_eq!(snapshot.get(&[key(7, "a")])?, [Some(row(1))]);
            Ok(())
        })
        .unwrap();
    assert_eq!(store.get_one(&key(7, "a")).unwrap(), Some(row(2)));
}

#[test]
fn a_closed_store_says_so_and_leaves_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let store = file(&path);
    put(&store, vec![(key(7, "a"), Some(row(1)))]).unwrap();
    assert_eq!(store.get_one(&key(7, "a")).unwrap(), Some(row(1)));
    store.close().unwrap();
    store.close().unwrap();
    for answer in
        [put(&store, Vec::new()).map(drop), store.pulse().map(drop), store.get_one(&key(7, "a")).map(drop)]
    {
        assert_eq!(answer.unwrap_err().to_string(), "the store is closed");
    }
    let mut left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["s", "s-lock", "s-turn"]);
    assert_eq!(file(&path).get_one(&key(7, "a")).unwrap(), Some(row(1)));
}

#[test]
fn two_stores_on_one_file_see_each_other_and_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let (one, two) = (file(&path), file(&path));
    let before = (one.pulse().unwrap(), two.pulse().unwrap());
    assert_eq!((one.pulse().unwrap(), two.pulse().unwrap()), before);
    put(&one, vec![(key(7, "n"), Some(row(0)))]).unwrap();
    assert_ne!(one.pulse().unwrap(), before.0);
    assert_ne!(two.pulse().unwrap(), before.1);
    let add_one = |store: &Sqlite| {
        store.write(&touch(&[key(7, "n")]), &mut |loaded| {
            let number = loaded.keyed[0].as_ref().unwrap().i_value.unwrap();
            Ok(Changes { rows: vec![(key(7, "n"), Some(row(number + 1)))], notes: Vec::new() })
        })
    };
    std::thread::scope(|scope| {
        for store in [&one, &two, &one, &two] {
            scope.spawn(move || (0..100).for_each(|_| assert!(add_one(store).is_ok())));
        }
    });
    assert_eq!(two.get_one(&key(7, "n")).unwrap(), Some(row(400)));
}

#[test]
fn a_new_file_may_be_opened_by_many_at_once() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s");
        std::thread::scope(|scope| {
            for owner in 0..4 {
                let path = &path;
                scope.spawn(move || put(&file(path), vec![(key(owner, "a"), Some(row(1)))]).unwrap());
            }
        });
        let keys: Vec<Key> = (0..4).map(|owner| key(owner, "a")).collect();
        assert!(get(&file(&path), &keys).iter().all(Option::is_some));
    }
}

#[test]
fn a_log_that_grew_is_emptied() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let store = open(&Target::File(path.clone()), Durability::Normal).unwrap();
    let big: Arc<str> = "x".repeat(40_000).into();
    for round in 0..60_i64 {
        let rows = (0..50).map(|n| (key(n, "a"), Some(Row { s_value: Some(big.clone()), ..row(round) })));
        put(&store, rows.collect()).unwrap();
    }
    // 60 * 50 * 10 pages were written.
    let log_bytes = std::fs::metadata(folder.path().join("s-wal")).unwrap().len();
    assert!(log_bytes < 80_000_000, "{log_bytes}");
    drop(store);
    assert!(!folder.path().join("s-wal").exists());
    assert_eq!(file(&path).get_one(&key(49, "a")).unwrap().unwrap().i_value, Some(59));
}

#[test]
fn files_of_others_are_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let text = "not a database, but longer than the header of one".repeat(4);
    let other = rusqlite::Connection::open(folder.path().join("other")).unwrap();
    other.execute_batch("CREATE TABLE t (a)").unwrap();
    drop(other);
    let foreign = std::fs::read(folder.path().join("other")).unwrap();
    std::fs::remove_file(folder.path().join("other")).unwrap();
    for bytes in [text.as_bytes(), b"x", &foreign] {
        std::fs::write(&path, bytes).unwrap();
        assert!(refusal(&path).contains("is not a cloudvars store ("));
        assert!(refusal(&path).ends_with("it was left untouched"));
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn a_newer_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    drop(file(&path));
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 7).unwrap();
    let sentence = refusal(&path);
    assert!(
        sentence.contains("version 7") && sentence.contains("version 1: upgrade cloudvars"),
        "{sentence}"
    );
}

#[test]
fn a_path_that_cannot_hold_a_store_is_named() {
    let folder = tempfile::tempdir().unwrap();
    assert!(refusal(folder.path()).contains("is a directory"));
    assert!(refusal(&folder.path().join("no/s")).contains("the directory '"));
    assert!(refusal(Path::new("")).contains("cannot open ''"));
}

#[test]
fn an_empty_file_becomes_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    std::fs::write(&path, "").unwrap();
    put(&file(&path), vec![(key(7, "a"), Some(row(1)))]).unwrap();
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_a_new_store() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let store = file(&folder.path().join("s"));
    put(&store, vec![(key(7, "a"), Some(row(1)))]).unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_deleted_or_replaced_file_ends_writing_but_not_reading() {
    for replaced in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s");
        let store = file(&path);
        put(&store, vec![(key(7, "a"), Some(row(1)))]).unwrap();
        assert_eq!(store.get_one(&key(7, "a")).unwrap(), Some(row(1)));
        std::fs::rename(&path, folder.path().join("old")).unwrap();
        if replaced {
            drop(file(&path));
        }
        let what = if replaced { "was replaced by another file" } else { "was deleted" };
        for part in [what, "refuses further writes after a failed write ("] {
            let error = put(&store, vec![(key(7, "a"), Some(row(2)))]).unwrap_err();
            assert!(matches!(&error, Error::Store(sentence) if sentence.contains(part)), "{error}");
        }
        assert_eq!(store.get_one(&key(7, "a")).unwrap(), Some(row(1)));
    }
}

#[test]
fn a_damaged_file_ends_writing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let store = file(&path);
    put(&store, (0..2000).map(|n| (key(n, "a"), Some(row(n)))).collect()).unwrap();
    store.close().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let store = file(&path);
    for part in ["the file is damaged", "reopen it"] {
        let rows = (0..2000).map(|n| (key(n, "a"), Some(row(-n))));
        let error = put(&store, rows.collect()).unwrap_err();
        assert!(matches!(&error, Error::Store(sentence) if sentence.contains(part)), "{error}");
    }
    assert_eq!(store.get_one(&key(1, "a")).unwrap(), Some(row(1)));
}

#[test]
fn a_row_that_nobody_stores_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    drop(file(&path));
    let sql = rusqlite::Connection::open(&path).unwrap();
    let odd = "INSERT INTO cloud (game, owner, kind, world, key, id, s_value) VALUES ";
    sql.execute_batch(&format!(
        "{odd} (1, 7, 1, 0, 'a', 0, CAST(x'ff' AS TEXT)), (1, 7, 99, 0, 'b', 5, NULL)"
    ))
    .unwrap();
    drop(sql);
    let store = file(&path);
    let error = store.get_one(&key(7, "a")).unwrap_err().to_string();
    assert!(
        error.contains("game 1, user 7, General, world 0, key 'a'") && error.contains("bad s_value"),
        "{error}"
    );
    let error = store.read(&mut |snapshot| snapshot.find(&[5]).map(drop)).unwrap_err().to_string();
    assert!(error.contains("'b', 5, 1, 7, 99, 0") && error.contains("bad kind"), "{error}");
}

#[test]
fn whoever_waits_too_long_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let store = file(&path);
    let other = std::fs::File::options().write(true).open(folder.path().join("s-lock")).unwrap();
    other.lock().unwrap();
    let error = put(&store, vec![(key(7, "a"), Some(row(1)))]).unwrap_err();
    assert!(matches!(&error, Error::Fault(fault) if fault.code == Code::LockTimeout), "{error}");
    assert_eq!(store.get_one(&key(7, "a")).unwrap(), None);
    other.unlock().unwrap();
    put(&store, vec![(key(7, "a"), Some(row(1)))]).unwrap();
    std::thread::scope(|scope| {
        other.lock().unwrap();
        scope.spawn(|| put(&store, vec![(key(7, "a"), Some(row(2)))]).unwrap());
        std::thread::sleep(Duration::from_millis(100));
        other.unlock().unwrap();
    });
    assert_eq!(store.get_one(&key(7, "a")).unwrap(), Some(row(2)));
}
