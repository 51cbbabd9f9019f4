//! The feed of live messages, on the backend alone.

use cloudvars::backend::sqlite::{Target, open};
use cloudvars::backend::{Backend, Changes, Durability, Touch};
use cloudvars::channel::{Event, Feed, Inbox, Shape, mailbox};
use cloudvars::row::{Key, Kind, Note, Row};
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
    let backend = open(&Target::Memory, Durability::Full).unwrap();
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
