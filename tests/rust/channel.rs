//! The feed of live messages, on the backend alone.

use cloudvars::backend::sqlite::{SqliteTarget, open};
use cloudvars::backend::{Backend, Changes, Durability, Touch};
use cloudvars::channel::{Event, Feed, Inbox, Shape};
use cloudvars::kinds::message::mailbox;
use cloudvars::row::{Key, Kind, Note, Row};
use cloudvars::store::CACHE_BYTES;
use std::sync::Arc;

fn send(backend: &dyn Backend, id: i64) {
    let key = Key { game: 1, owner: 5, kind: Kind::Message, world: 0, key: "k".into(), id };
    let mut changes = Some(Changes {
        rows: vec![(key, Some(Row { ver: 1, seq: id, ..Row::default() }))],
        notes: vec![Note { game: 1, channel: mailbox(5, "k"), id, value: None }],
    });
    let touch = Touch { durable: true, ..Touch::default() };
    backend.write(&touch, &mut |_| Ok(changes.take().unwrap_or_default())).unwrap();
}

fn ids(inbox: &Inbox) -> Vec<i64> {
    std::iter::from_fn(|| inbox.pop())
        .map(|event| match event {
            Event::Message { id, .. } => id,
            Event::Published { .. } => 0,
        })
        .collect()
}

// S-4: who did not look for so long that notes were purged still gets every unread message, each once.
#[test]
fn purged_notes_lose_no_message() {
    let backend = open(&SqliteTarget::Memory, Durability::Full, CACHE_BYTES).unwrap();
    let (feed, inbox) = (Feed::default(), Arc::new(Inbox::default()));
    let shape = Shape::Mailbox { player: 5, key: "k".into() };
    send(&backend, 1);
    feed.subscribe(&backend, 1, &mailbox(5, "k"), &shape, &inbox, 7).unwrap();
    assert_eq!(ids(&inbox), [1]);
    send(&backend, 2);
    feed.poll(&backend).unwrap();
    assert_eq!(ids(&inbox), [2]);
    send(&backend, 3);
    backend.sweep(i64::MAX).unwrap();
    send(&backend, 4);
    feed.poll(&backend).unwrap();
    assert_eq!(ids(&inbox), [3, 4]);
    send(&backend, 5);
    backend.sweep(i64::MAX).unwrap();
    feed.poll(&backend).unwrap();
    assert_eq!(ids(&inbox), [5]);
    feed.poll(&backend).unwrap();
    assert!(inbox.is_empty());
}

fn change(backend: &dyn Backend, id: i64, flags: i64) {
    let key = Key { game: 1, owner: 5, kind: Kind::Message, world: 0, key: "k".into(), id };
    let touch = Touch { keys: vec![key.clone()], durable: true, ..Touch::default() };
    let mut change = |loaded: cloudvars::backend::Loaded| {
        let row = loaded.keyed.into_iter().next().flatten().unwrap();
        let row = Row { ver: row.ver + 1, flags, ..row };
        Ok(Changes { rows: vec![(key.clone(), Some(row))], notes: Vec::new() })
    };
    backend.write(&touch, &mut change).unwrap();
}

// S-4: what was read is not delivered again under the same subscription, also when it is unread again and notes are gone.
#[test]
fn what_was_delivered_never_comes_again() {
    let backend = open(&SqliteTarget::Memory, Durability::Full, CACHE_BYTES).unwrap();
    let (feed, inbox) = (Feed::default(), Arc::new(Inbox::default()));
    let shape = Shape::Mailbox { player: 5, key: "k".into() };
    feed.subscribe(&backend, 1, &mailbox(5, "k"), &shape, &inbox, 7).unwrap();
    // More than a subscription remembers.
    let many = 10_000;
    for id in 1..=many {
        send(&backend, id);
        feed.poll(&backend).unwrap();
        if id % 10 != 0 {
            change(&backend, id, 1);
        }
    }
    assert_eq!(ids(&inbox), (1..=many).collect::<Vec<_>>());
    for id in 1..=100 {
        change(&backend, id, 0);
    }
    send(&backend, many + 1);
    backend.sweep(i64::MAX).unwrap();
    feed.poll(&backend).unwrap();
    assert_eq!(ids(&inbox), [many + 1]);
    backend.sweep(i64::MAX).unwrap();
    send(&backend, many + 2);
    backend.sweep(i64::MAX).unwrap();
    feed.poll(&backend).unwrap();
    assert_eq!(ids(&inbox), [many + 2]);
    assert!(feed.remembered() < 5_000, "{} of {many} are remembered", feed.remembered());
}
