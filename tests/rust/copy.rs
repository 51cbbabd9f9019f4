//! What tells one store from another: a checksum to which every column counts.

use cloudvars::backend::sqlite::{SqliteTarget, open};
use cloudvars::backend::{Backend, Changes, Durability, Touch};
use cloudvars::copy::{Copy, Phase, Sum};
use cloudvars::row::{Key, Kind, Row};
use cloudvars::store::CACHE_BYTES;
use std::collections::HashSet;

/// Copies a store that holds these rows.
fn sum(rows: &[(Key, Row)]) -> Sum {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    let store = open(&SqliteTarget::File(from.clone()), Durability::Off, CACHE_BYTES).unwrap();
    let rows = rows.iter().map(|(key, row)| (key.clone(), Some(row.clone()))).collect();
    let changes = Changes { rows, notes: Vec::new() };
    store.write(&Touch::default(), &mut |_| Ok(changes.clone())).unwrap();
    store.close().unwrap();
    let mut copy = Copy::new(from.to_str().unwrap(), to.to_str().unwrap(), Durability::Off).unwrap();
    while copy.step().unwrap().phase != Phase::Done {}
    copy.sum().unwrap().clone()
}

#[test]
fn every_column_counts() {
    let key = Key { game: 1, owner: 2, kind: Kind::List, world: 3, key: "a".into(), id: 4 };
    let row = Row {
        ver: 5,
        i_value: None,
        s_value: Some("b".into()),
        value: None,
        aux: 6,
        flags: 7,
        created: 8,
        updated: 9,
        seq: 10,
    };
    let keys = [
        Key { game: 0, ..key.clone() },
        Key { owner: -2, ..key.clone() },
        Key { kind: Kind::WorldList, ..key.clone() },
        Key { world: 4, ..key.clone() },
        Key { key: "ab".into(), ..key.clone() },
        Key { id: 5, ..key.clone() },
    ];
    let rows = [
        Row { ver: 6, ..row.clone() },
        Row { i_value: Some(0), ..row.clone() },
        Row { i_value: Some(5), ..row.clone() },
        Row { s_value: None, ..row.clone() },
        Row { s_value: Some("".into()), ..row.clone() },
        Row { s_value: None, value: Some("b".into()), ..row.clone() },
        Row { value: Some("b".into()), ..row.clone() },
        Row { aux: 7, ..row.clone() },
        Row { flags: 6, ..row.clone() },
        Row { created: 9, ..row.clone() },
        Row { updated: 8, ..row.clone() },
        Row { seq: 11, ..row.clone() },
    ];
    let stores = keys.into_iter().map(|key| (key, row.clone())).chain(rows.map(|row| (key.clone(), row)));
    let mut stores: Vec<Vec<(Key, Row)>> = stores.map(|one| vec![one]).collect();
    stores.push(vec![(key.clone(), row.clone())]);
    stores.push(Vec::new());
    let count = stores.len();
    let sums: Vec<Sum> = stores.iter().map(|rows| sum(rows)).collect();
    assert_eq!(sums.iter().map(|sum| &sum.checksum).collect::<HashSet<_>>().len(), count);
    assert_eq!(sums[count - 2], sum(&stores[count - 2]));
    assert_eq!(sums[count - 1].rows, 0);
}
