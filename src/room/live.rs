//! What a room is told and what it asks for in its own time: subscriptions, achievement requests, and their delivery.

use super::{Room, Subscription, locked};
use crate::achievement::tally::Completion;
use crate::achievement::upload::{Cloud, Request, Step};
use crate::channel::{Event, Shape, mailbox};
use crate::commit::Outcome;
use crate::error::{Error, Result};
use crate::kinds::achievement::{self, Answer, Progress};
use crate::kinds::{Entry, message};
use crate::op::Op;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Something to be given to the mod.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// A stored message, for the subscription with this token.
    Message(u64, Entry),
    /// A published value (JSON text), ditto.
    Published(u64, Arc<str>),
    /// An achievement request wants something.
    Achievement(Step),
    /// A custom node is complete.
    Completed(Completion),
    /// A storage request wants something.
    Storage(crate::storage::Step),
}

/// Up to where a tick delivers: what its own callbacks cause waits for the next one (clause D-1).
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    last_request: u64,
    events: usize,
}

impl Bound {
    /// No bound: whatever is ready.
    pub const NONE: Self = Self { last_request: u64::MAX, events: usize::MAX };
}

impl Room {
    // --- subscriptions ---

    /// Subscribes; `None` if this room has the channel already (clauses S-4, S-6, S-7), else the token under
    /// which it is delivered.
    pub fn subscribe(&self, shape: Shape, channel: &str) -> Result<Option<u64>> {
        self.check_open()?;
        let channel = match &shape {
            Shape::Mailbox { player, key } => mailbox(*player, key),
            Shape::Online => channel.into(),
        };
        let mut subscriptions = locked(&self.subscriptions);
        if subscriptions.values().any(|one| one.channel == channel) {
            return Ok(None);
        }
        let token = self.store.new_token();
        let (feed, backend) = self.store.feed();
        feed.subscribe(backend, self.game, &channel, &shape, &self.inbox, token)?;
        subscriptions.insert(token, Subscription { channel, shape });
        self.subscribed.store(subscriptions.len(), Ordering::Release);
        Ok(Some(token))
    }

    /// Ends the subscription of a channel; its token, if there was one (clause S-5).
    pub fn unsubscribe(&self, channel: &str) -> Result<Option<u64>> {
        self.check_open()?;
        Ok(self.end(|one| &*one.channel == channel).pop())
    }

    pub(super) fn end(&self, ends: impl Fn(&Subscription) -> bool) -> Vec<u64> {
        let mut subscriptions = locked(&self.subscriptions);
        let (feed, _) = self.store.feed();
        let mut ended = Vec::new();
        subscriptions.retain(|token, one| {
            let ends = ends(one);
            if ends {
                feed.unsubscribe(self.game, &one.channel, *token);
                ended.push(*token);
            }
            !ends
        });
        self.subscribed.store(subscriptions.len(), Ordering::Release);
        ended
    }

    /// Whether anything is subscribed.
    pub fn is_subscribed(&self) -> bool {
        self.subscribed.load(Ordering::Acquire) != 0
    }

    /// Ends the room: its subscriptions and what waits for delivery (clause S-5).
    pub fn close(&self) {
        if !self.closed.swap(true, Ordering::AcqRel) {
            self.end(|_| true);
            self.uploads.clear();
            self.tally.clear();
            self.storage.clear();
        }
    }

    // --- achievements ---

    /// Takes an achievement request; returns its number.
    pub fn request(&self, player: i64, request: Request) -> Result<u64> {
        self.check_open()?;
        let number = self.store.new_token();
        self.uploads.push(number, player, request);
        Ok(number)
    }

    /// What a getter returned ([`Uploads::extra`]).
    pub fn extra(&self, number: u64, extra: Option<Arc<str>>) {
        self.uploads.extra(number, extra);
    }

    /// What a callback returned ([`Uploads::answered`]).
    pub fn answered(&self, number: u64, again: bool) -> bool {
        self.uploads.answered(number, again)
    }

    // --- delivery ---

    /// Whether a look at [`Room::next`] can be worth it.
    pub fn may_deliver(&self) -> bool {
        self.is_subscribed()
            || !self.inbox.is_empty()
            || !self.uploads.is_empty()
            || !self.tally.is_empty()
            || !self.storage.is_empty()
    }

    /// Looks for what others sent.
    pub fn poll(&self) -> Result<()> {
        if self.is_subscribed() { self.store.poll() } else { Ok(()) }
    }

    /// What is there now.
    pub fn bound(&self) -> Bound {
        Bound { last_request: self.store.new_token(), events: self.inbox.len() }
    }

    /// The next thing to give to the mod, within the bound.
    pub fn next(&self, bound: &mut Bound) -> Result<Option<Delivery>> {
        if self.closed.load(Ordering::Acquire) || self.store.is_closed() {
            return Ok(None);
        }
        while bound.events > 0 {
            let Some(event) = self.inbox.pop() else { break };
            if bound.events != usize::MAX {
                bound.events -= 1;
            }
            if let Some(delivery) = self.resolve(event)? {
                return Ok(Some(delivery));
            }
        }
        if let Some(completion) = self.tally.completion(bound.last_request) {
            return Ok(Some(Delivery::Completed(completion)));
        }
        if let Some(step) = self.uploads.step(self, self.game, bound.last_request) {
            return Ok(Some(Delivery::Achievement(step)));
        }
        Ok(self.storage.step(self, self.game, bound.last_request).map(Delivery::Storage))
    }

    /// An event whose subscription lives, and whose message is still to be delivered.
    fn resolve(&self, event: Event) -> Result<Option<Delivery>> {
        let (Event::Message { token, .. } | Event::Published { token, .. }) = &event;
        let live = locked(&self.subscriptions).contains_key(token);
        Ok(match event {
            _ if !live => None,
            Event::Published { token, value } => Some(Delivery::Published(token, value)),
            Event::Message { token, id } => {
                let found = self.store.read(|snapshot| snapshot.find(&[id]))?.pop().flatten();
                found
                    .filter(|(_, row)| message::deliverable(row))
                    .map(|entry| Delivery::Message(token, entry))
            }
        })
    }
}

impl Cloud for Room {
    fn query(&self, player: i64) -> Result<Vec<(Arc<str>, Progress, i64)>> {
        let data = self.store.read(|snapshot| achievement::query(snapshot, self.game, player))?;
        self.tally.load(player, &data);
        Ok(data)
    }

    fn set(&self, number: u64, player: i64, node: &Arc<str>, op: Op) -> Result<Answer> {
        let Outcome::Achievement(answer) = self.store.commit(vec![op])? else {
            return Err(Error::store("internal error: an achievement set has no answer"));
        };
        match &answer {
            Answer::Stored { progress, completed, .. } => {
                self.tally.learn(player, node, *progress);
                let told = self.tally.has_counted(player, node, *progress);
                if let Some(json) = completed.as_ref().filter(|_| !told) {
                    self.tally.complete(Completion { number, player, node: json.clone() });
                }
            }
            Answer::Conflict(latest) | Answer::Complete(latest) => {
                self.tally.learn(player, node, latest.progress);
            }
            Answer::UnknownNode | Answer::AutoSent | Answer::Wait(_) => {}
        }
        Ok(answer)
    }

    fn now_ms(&self) -> i64 {
        self.store.now_ms()
    }
}
