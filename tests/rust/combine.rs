//! How commits share an engine's writers: side by side, or one after the other (C-7).

use cloudvars::combine::{Answers, Combiner, Task};
use cloudvars::kinds::list::{self, List};
use cloudvars::kinds::outcome::Outcome;
use cloudvars::kinds::{channel, money};
use cloudvars::op::Op;
use cloudvars::value::Value;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

const LIST: List = List { game: 1, world: false };

fn add(user: i64) -> Op {
    money::add(1, user, "gold".into(), 1).into()
}

fn value() -> Value {
    Value { json: "[]".into(), len: 1 }
}

fn publish() -> Op {
    channel::publish(1, "news".into(), value()).into()
}

fn done(batch: &[Task<'_>]) -> Answers {
    batch.iter().map(|_| Ok(Outcome::Done)).collect()
}

/// They meet, and where every core is busy that may take long.
const MEET: Duration = Duration::from_secs(60);
/// They never do.
const MISS: Duration = Duration::from_millis(100);

/// Whether the two run at the same moment, by two threads, on an engine with so many writers.
fn run_side_by_side(writers: usize, first: &Op, second: &Op, patience: Duration) -> bool {
    let combiner = Combiner::new(writers);
    let (inside, more) = (Mutex::new(0), Condvar::new());
    let met = AtomicI64::new(0);
    let run = |batch: &[Task<'_>]| {
        let mut count = inside.lock().unwrap();
        *count += 1;
        more.notify_all();
        let (mut count, wait) = more.wait_timeout_while(count, patience, |count| *count < 2).unwrap();
        met.fetch_add(i64::from(!wait.timed_out()), Ordering::AcqRel);
        // Who met the other stays counted until both have seen it.
        *count -= i32::from(wait.timed_out());
        drop(count);
        done(batch)
    };
    thread::scope(|scope| {
        for op in [first, second] {
            scope.spawn(|| combiner.submit(vec![vec![op.clone()]].into(), &run));
        }
    });
    met.into_inner() == 2
}

#[test]
fn what_shares_nothing_runs_side_by_side() {
    assert!(run_side_by_side(2, &add(1), &add(2), MEET));
    assert!(!run_side_by_side(1, &add(1), &add(2), MISS));
    let item = |uuid| list::add(LIST, 1, "bag".into(), 0, uuid, value()).into();
    assert!(run_side_by_side(2, &item(5), &item(6), MEET));
}

#[test]
fn what_shares_something_runs_one_after_the_other() {
    let item = list::add(LIST, 1, "bag".into(), 0, 5, value()).into();
    let modify = list::modify(LIST, 5, value()).into();
    for (first, second) in [(add(1), add(1)), (item, modify), (publish(), publish())] {
        assert!(!run_side_by_side(2, &first, &second, MISS), "{} beside {}", first.name(), second.name());
    }
}

#[test]
fn callers_without_a_thread_keep_their_order_and_share_a_write() {
    let combiner = Combiner::new(1);
    let (order, writes) = (Mutex::new(Vec::new()), AtomicI64::new(0));
    let run = |batch: &[Task<'_>]| {
        writes.fetch_add(1, Ordering::AcqRel);
        let users = batch.iter().flat_map(|task| task.ops).map(|op| match op {
            Op::Money(money::Op::Add { key, .. }) => key.owner,
            _ => 0,
        });
        order.lock().unwrap().extend(users);
        done(batch)
    };
    (0..200_i64).for_each(|user| combiner.enqueue(user.cast_unsigned(), vec![vec![add(user)]].into()));
    let mut answered = VecDeque::new();
    while answered.len() < 200 {
        answered.extend(combiner.serve(&run));
    }
    assert_eq!(order.into_inner().unwrap(), (0..200).collect::<Vec<_>>());
    assert_eq!(writes.into_inner(), 1);
}

#[test]
fn callers_without_a_thread_use_every_writer_and_keep_the_order_of_what_they_share() {
    const WRITERS: usize = 4;
    const CALLERS: u64 = 400;
    let combiner = Combiner::new(WRITERS);
    let (inside, most, more) = (Mutex::new(0_usize), AtomicI64::new(0), Condvar::new());
    let order = Mutex::new(Vec::new());
    let run = |batch: &[Task<'_>]| {
        let mut count = inside.lock().unwrap();
        *count += 1;
        more.notify_all();
        // The first ones wait for each other, if that can be.
        let all = |count: &mut usize| *count < WRITERS && most.load(Ordering::Acquire) < 4;
        let (mut count, _) = more.wait_timeout_while(count, Duration::from_secs(60), all).unwrap();
        most.fetch_max(i64::try_from(*count).unwrap(), Ordering::AcqRel);
        *count -= 1;
        more.notify_all();
        drop(count);
        let users = batch.iter().flat_map(|task| task.ops).filter_map(|op| match op {
            Op::Money(money::Op::Add { key, amount }) => Some((key.owner, *amount)),
            _ => None,
        });
        order.lock().unwrap().extend(users);
        done(batch)
    };
    for number in 0..CALLERS {
        // Seven users, each with many commits.
        let (user, count) = ((number % 7).cast_signed(), number.cast_signed());
        combiner.enqueue(number, vec![vec![money::add(1, user, "gold".into(), count).into()]].into());
    }
    thread::scope(|scope| {
        let serving: Vec<_> = (0..WRITERS)
            .map(|_| {
                scope.spawn(|| {
                    let mut numbers = Vec::new();
                    loop {
                        let answered = combiner.serve(&run);
                        if answered.is_empty() {
                            return numbers;
                        }
                        numbers.extend(answered.into_iter().map(|(number, _)| number));
                    }
                })
            })
            .collect();
        combiner.close();
        let mut numbers: Vec<u64> = serving.into_iter().flat_map(|one| one.join().unwrap()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..CALLERS).collect::<Vec<_>>());
    });
    assert_eq!(most.into_inner(), 4);
    for user in 0..7 {
        let of_user = order.lock().unwrap().iter().filter(|(one, _)| *one == user).map(|(_, n)| *n).collect();
        let sorted = |mut numbers: Vec<i64>| {
            let before = numbers.clone();
            numbers.sort_unstable();
            before == numbers
        };
        assert!(sorted(of_user), "the commits of user {user} are in the order of their calls");
    }
}

#[test]
fn nobody_is_forgotten() {
    let combiner = Combiner::new(3);
    let sums: Vec<AtomicI64> = (0..5).map(|_| AtomicI64::new(0)).collect();
    let run = |batch: &[Task<'_>]| {
        for op in batch.iter().flat_map(|task| task.ops) {
            if let Op::Money(money::Op::Add { key, .. }) = op {
                let sum = &sums[usize::try_from(key.owner).unwrap()];
                // Not an atomic sum: two at once would lose one.
                let before = sum.load(Ordering::Acquire);
                thread::yield_now();
                sum.store(before + 1, Ordering::Release);
            }
        }
        done(batch)
    };
    thread::scope(|scope| {
        for number in 0..16 {
            let (combiner, run) = (&combiner, &run);
            scope.spawn(move || {
                for turn in 0..200 {
                    let ops = vec![add((number + turn) % 5), add(turn % 2)];
                    assert!(combiner.submit(vec![ops].into(), run).iter().all(Result::is_ok));
                }
            });
        }
    });
    assert_eq!(sums.into_iter().map(AtomicI64::into_inner).sum::<i64>(), 2 * 16 * 200);
}
