//! A store under real threads: no lost update, ids handed out once (C-7, L-1).

use cloudvars::error::Error;
use cloudvars::kinds::money;
use cloudvars::room::RoomOptions;
use cloudvars::store::{Options, Store};
use std::collections::BTreeSet;
use std::thread;

fn options(target: String) -> Options {
    Options { target, ..Options::default() }
}

// C-7, M-3: threads race for the last coins; exactly as many win as there are coins.
#[test]
fn threads_race_for_the_last_coins() {
    let dir = tempfile::tempdir().unwrap();
    for target in [":memory:".to_owned(), dir.path().join("race.db").display().to_string()] {
        let store = Store::open(&options(target)).unwrap();
        let room = store.room("a", &RoomOptions { limits: false, game: None }).unwrap();
        room.commit(vec![money::add(room.game(), 1, "gold".into(), 100).into()], 0).unwrap();
        let won: usize = thread::scope(|scope| {
            let buy = || {
                (0..50)
                    .filter(|_| {
                        room.commit(vec![money::cost(room.game(), 1, "gold".into(), 1).into()], 0).is_ok()
                    })
                    .count()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(buy)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(won, 100);
        assert_eq!(room.money_get(&[1], &["gold".into()]).unwrap()[0].1.i_value, Some(0));
    }
}

// L-1: ids are handed out once, by threads, by two stores on one file, and after reopening.
#[test]
fn ids_are_handed_out_once() {
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("ids.db").display().to_string();
    let mut seen = BTreeSet::new();
    for _ in 0..3 {
        let stores =
            [Store::open(&options(target.clone())).unwrap(), Store::open(&options(target.clone())).unwrap()];
        let ids: Vec<i64> = thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|n| {
                    let store = &stores[n % 2];
                    scope.spawn(move || (0..3000).map(|_| store.new_id().unwrap()).collect::<Vec<_>>())
                })
                .collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        for id in ids {
            assert!(id > 0 && seen.insert(id), "{id} twice");
        }
    }
}

// G-1, D-1: a closed store says so.
#[test]
fn a_closed_store_refuses() {
    let store = Store::open(&Options::default()).unwrap();
    let room = store.room("a", &RoomOptions::default()).unwrap();
    store.close().unwrap();
    store.close().unwrap();
    assert!(matches!(room.get(&[1], &["k".into()]), Err(Error::Store(_))));
    assert!(matches!(store.room("b", &RoomOptions::default()), Err(Error::Store(_))));
}
