//! What a room delivers to the mod, and in which order: messages and published values, completions, then requests. A
//! tick delivers what is there when it begins (clause D-1).

use super::Room;
use super::subscription::subscribing;
use crate::call::Call;
use crate::channel::Event;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::kinds::{Entry, message};
use crate::lock::locked;
use crate::request::achievement::AchievementReply;
use crate::request::storage::StorageReply;
use crate::request::tally::Completion;
use crate::request::{Request, Step};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Something to be given to the mod.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// A stored message, for the subscription with this token.
    Message(u64, Entry),
    /// A published value (JSON text), for the subscription with this token.
    Published(u64, Arc<str>),
    /// An achievement request wants something.
    Achievement(Step<AchievementReply>),
    /// A custom node is complete.
    Completed(Completion),
    /// A storage request wants something.
    Storage(Step<StorageReply>),
    /// The same twice: a fault that somebody asked for.
    Twice(Box<Self>),
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
    /// Whether a look at [`Room::next`] can be worth it.
    pub fn may_deliver(&self) -> bool {
        self.is_subscribed() || self.has_ready()
    }

    /// The same, after a look for what others sent.
    pub fn has_ready(&self) -> bool {
        !self.inbox.is_empty() || !self.tally.is_empty() || self.has_requests()
    }

    /// Looks for what others sent.
    pub fn poll(&self) -> Result<()> {
        if self.is_subscribed() { self.store.poll() } else { Ok(()) }
    }

    /// What is there now.
    pub fn bound(&self) -> Bound {
        Bound { last_request: self.store.new_token(), events: self.inbox.len() }
    }

    /// Whether a request waits for something.
    fn has_requests(&self) -> bool {
        !self.achievements.is_empty() || !self.storage.is_empty()
    }

    /// Whether [`Room::next_request`] would find something to do.
    pub fn can_send(&self) -> bool {
        if !self.has_requests() {
            return false;
        }
        let now_ms = self.store.now_ms();
        self.achievements.can_go(now_ms) || self.storage.can_go(now_ms)
    }

    /// The next thing to give to the mod, within the bound.
    pub fn next(&self, bound: &mut Bound) -> Result<Option<Delivery>> {
        Ok(match self.next_event(bound)? {
            Some(delivery) => Some(delivery),
            None => self.next_request(bound)?,
        })
    }

    /// The next message, published value or completion: what is there without asking the cloud for anything.
    pub fn next_event(&self, bound: &mut Bound) -> Result<Option<Delivery>> {
        if self.closed.load(Ordering::Acquire) || self.store.is_closed() {
            return Ok(None);
        }
        while bound.events > 0 {
            let Some(event) = self.inbox.pop() else { break };
            let resolved = self.resolve(&event).inspect_err(|_| self.inbox.put_back(event))?;
            if bound.events != usize::MAX {
                bound.events -= 1;
            }
            if let Some(delivery) = resolved {
                return Ok(Some(self.perhaps_twice(delivery)));
            }
        }
        Ok(self.tally.completion(bound.last_request).map(Delivery::Completed))
    }

    /// Sends the next request that can go, if it needs no getter first, and tells what is to be called.
    pub fn next_request(&self, bound: &Bound) -> Result<Option<Delivery>> {
        if self.closed.load(Ordering::Acquire) || self.store.is_closed() {
            return Ok(None);
        }
        let upload = self.achievements.step(self, self.game, bound.last_request).map(Delivery::Achievement);
        let found = match unless_stopped(upload)? {
            None => {
                unless_stopped(self.storage.step(self, self.game, bound.last_request).map(Delivery::Storage))?
            }
            upload => upload,
        };
        Ok(found.map(|delivery| self.perhaps_twice(delivery)))
    }

    fn perhaps_twice(&self, delivery: Delivery) -> Delivery {
        let faults = self.store.faults();
        if !faults.is_active() {
            return delivery;
        }
        let twice = |call: &Call<'_>| faults.twice(&self.name, call);
        let subscription = |token| locked(&self.subscriptions).get(token).cloned();
        let strikes = match &delivery {
            Delivery::Message(token, _) | Delivery::Published(token, _) => {
                subscription(token).is_some_and(|one| twice(&subscribing(&one.shape, &one.channel)))
            }
            Delivery::Achievement(Step::Callback(number, _)) => {
                self.achievements.about(*number).is_some_and(|request| twice(&request.call()))
            }
            Delivery::Storage(Step::Callback(number, _)) => {
                self.storage.about(*number).is_some_and(|request| twice(&request.call()))
            }
            Delivery::Achievement(Step::Getter(_))
            | Delivery::Storage(Step::Getter(_))
            | Delivery::Completed(_)
            | Delivery::Twice(_) => false,
        };
        if strikes { Delivery::Twice(Box::new(delivery)) } else { delivery }
    }

    /// An event whose subscription lives, and whose message is still to be delivered.
    fn resolve(&self, event: &Event) -> Result<Option<Delivery>> {
        let (Event::Message { token, .. } | Event::Published { token, .. }) = event;
        let live = locked(&self.subscriptions).contains_key(token);
        Ok(match event {
            _ if !live => None,
            Event::Published { token, value } => Some(Delivery::Published(*token, value.clone())),
            Event::Message { token, id } => {
                let found = self.store.read(|snapshot| snapshot.find(&[*id]))?.pop().flatten();
                found
                    .filter(|(_, row)| message::deliverable(row))
                    .map(|entry| Delivery::Message(*token, entry))
            }
        })
    }
}

/// A caller that was interrupted while a request was sent has found nothing: the request waits in its lane again.
fn unless_stopped(found: Option<Delivery>) -> Result<Option<Delivery>> {
    if found.is_none() && interrupt::is_stopped() {
        return Err(Error::Interrupted { unsure: false });
    }
    Ok(found)
}
