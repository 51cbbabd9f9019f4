//! What the `SQLite` file promises beyond the trait: processes on one file, damage, permissions.

use crate::backend::{file, get, key, put, row, touch};
use cloudvars::backend::sqlite::{Sqlite, SqliteTarget, open};
use cloudvars::backend::{Backend, Changes, Durability};
use cloudvars::error::{Error, Result};
use cloudvars::row::{Key, Row};
use cloudvars::store::CACHE_BYTES;
use std::path::Path;
use std::sync::Arc;

fn refusal(path: &Path) -> String {
    match open(&SqliteTarget::File(path.into()), Durability::Full, CACHE_BYTES) {
        Err(Error::Store(why)) => why.message,
        other => panic!("{other:?}"),
    }
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
    let store = open(&SqliteTarget::File(path.clone()), Durability::Normal, CACHE_BYTES).unwrap();
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
        sentence.contains("version 7") && sentence.contains("version 3: upgrade cloudvars"),
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
            assert!(matches!(&error, Error::Store(why) if why.message.contains(part)), "{error}");
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
        assert!(matches!(&error, Error::Store(why) if why.message.contains(part)), "{error}");
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
        "{odd} (1, 7, 1, 0, 'a', 0, CAST(x'ff' AS TEXT)), (1, 7, 128, 0, 'b', 5, NULL)"
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
    assert!(error.contains("'b', 5, 1, 7, 128, 0") && error.contains("bad kind"), "{error}");
}
