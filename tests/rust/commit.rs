//! The pure commit against a plain map: every rule, all or nothing, in order (C-2, C-4, G-8).

use cloudvars::backend::Loaded;
use cloudvars::calendar::Zone;
use cloudvars::commit;
use cloudvars::error::{Code, Error};
use cloudvars::kinds::{general, money, name};
use cloudvars::op::Op;
use cloudvars::row::{Key, Row};
use cloudvars::rows::{Context, Rows};
use proptest::prelude::*;
use std::collections::BTreeMap;

const GAME: i64 = 1;

type Table = BTreeMap<Key, Row>;

/// One transaction over a table: what a store does, without a store.
fn run(table: &mut Table, commits: &[Vec<Op>]) -> Vec<Result<(), Error>> {
    let touch = commit::touch(commits.iter().flatten()).unwrap();
    let keyed = touch.keys.iter().map(|key| table.get(key).cloned()).collect();
    let found = touch
        .ids
        .iter()
        .map(|id| table.iter().find(|(key, _)| key.id == *id).map(|(key, row)| (key.clone(), row.clone())));
    let loaded = Loaded { keyed, found: found.collect(), floor: 0 };
    let mut rows = Rows::new(&touch, loaded).unwrap();
    let zone = Zone::parse("Asia/Shanghai").unwrap();
    let mut cx = Context { now_ms: 0, zone: &zone, seq: 0 };
    let answers = commits.iter().map(|ops| commit::apply(ops, &mut rows, &mut cx).map(drop)).collect();
    for (key, row) in rows.into_changes().unwrap().rows {
        match row {
            Some(row) => table.insert(key, row),
            None => table.remove(&key),
        };
    }
    answers
}

fn key(number: u8) -> std::sync::Arc<str> {
    format!("k{number}").into()
}

/// The same three operations, on two plain maps.
#[derive(Clone, Debug)]
enum Plain {
    Add(u8, i64),
    Earn(u8, i64),
    Cost(u8, i64),
}

fn plain() -> impl Strategy<Value = Plain> {
    let amount = prop_oneof![4 => -9_i64..9, 1 => Just(i64::MAX), 1 => Just(i64::MIN)];
    prop_oneof![
        (0..3_u8, amount.clone()).prop_map(|(k, n)| Plain::Add(k, n)),
        (0..3_u8, amount).prop_map(|(k, n)| Plain::Earn(k, n)),
        (0..3_u8, 1..9_i64).prop_map(|(k, n)| Plain::Cost(k, n)),
    ]
}

type Model = (BTreeMap<u8, i64>, BTreeMap<u8, i64>);

fn model(state: &mut Model, commit: &[Plain]) -> Result<(), (usize, i64)> {
    let mut next = state.clone();
    for (index, op) in commit.iter().enumerate() {
        let (map, k, n) = match op {
            Plain::Add(k, n) => (&mut next.0, k, *n),
            Plain::Earn(k, n) => (&mut next.1, k, *n),
            Plain::Cost(k, n) => {
                if next.1.get(k).copied().unwrap_or(0) < *n {
                    return Err((index, Code::NotEnoughMoney.number()));
                }
                (&mut next.1, k, -n)
            }
        };
        let slot = map.entry(*k).or_insert(0);
        *slot = slot.checked_add(n).ok_or((index, Code::OutOfRange.number()))?;
    }
    *state = next;
    Ok(())
}

fn op(plain: &Plain) -> Op {
    match plain {
        Plain::Add(k, n) => general::add(GAME, 7, key(*k), *n, "add").into(),
        Plain::Earn(k, n) => money::add(GAME, 7, key(*k), *n).into(),
        Plain::Cost(k, n) => money::cost(GAME, 7, key(*k), *n).into(),
    }
}

proptest! {
    // C-2, C-4, C-7, G-8, M-2, M-3: batches of commits end as the model does, op by op.
    #[test]
    fn batches_end_as_the_model(batches in prop::collection::vec(
        prop::collection::vec(prop::collection::vec(plain(), 0..5), 1..4), 1..8,
    )) {
        let (mut table, mut state) = (Table::new(), Model::default());
        for batch in &batches {
            let ops: Vec<Vec<Op>> = batch.iter().map(|commit| commit.iter().map(op).collect()).collect();
            let answers = run(&mut table, &ops);
            for (commit, answer) in batch.iter().zip(answers) {
                match (model(&mut state, commit), answer) {
                    (Ok(()), Ok(())) => {}
                    (Err((index, code)), Err(Error::Refused(refused))) => {
                        prop_assert_eq!((refused.op.unwrap().0, refused.code.number()), (index, code));
                    }
                    (want, got) => prop_assert!(false, "{want:?} but {got:?}"),
                }
            }
        }
        for (k, n) in state.0 {
            let Op::General(general::Op::Add { key, .. }) = op(&Plain::Add(k, 0)) else { unreachable!() };
            prop_assert_eq!(table[&key].i_value, Some(n));
        }
        for (k, n) in state.1 {
            let Op::Money(money::Op::Add { key, .. }) = op(&Plain::Earn(k, 0)) else { unreachable!() };
            prop_assert_eq!(table[&key].i_value, Some(n));
        }
    }
}

// N-1: a name is free again when its commit fails; a key with the separator in it is another key.
#[test]
fn names_are_unique_within_their_key() {
    let mut table = Table::new();
    let new = |key: &str, text: &str| name::new(GAME, key, text, "v".into()).into();
    let poor = money::cost(GAME, 7, key(0), 1).into();
    assert!(run(&mut table, &[vec![new("hero", "Ann"), poor]])[0].is_err());
    assert!(run(&mut table, &[vec![new("hero", "Ann")]])[0].is_ok());
    let Err(Error::Refused(refused)) = &run(&mut table, &[vec![new("hero", "Ann")]])[0] else {
        panic!("taken")
    };
    assert_eq!(refused.code, Code::NameTaken);
    assert_eq!(refused.op, Some((0, "name_new")));
    assert!(
        run(&mut table, &[vec![new("a\u{1}b", "c")], vec![new("a", "b\u{1}c")]]).iter().all(Result::is_ok)
    );
}
