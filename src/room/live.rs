//! What a room is told and what it asks for in its own time: subscriptions, achievement requests, and their delivery.

use super::{Room, Subscription, locked};
use crate::achievement::tally::Completion;
use crate::achievement::upload::{Cloud, Request, Step};
use crate::call::{ACHIEVEMENT_GET, ACHIEVEMENT_SET, Call};
use crate::channel::{Event, Shape, mailbox};
use crate::commit::Outcome;
use crate::error::{Error, Result};
use crate::kinds::achievement::{self, Answer, Progress};
use crate::kinds::{Entry, message};
use crate::op::Op;
use std::slice::from_ref;
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
    // --- subscriptions ---

    /// Subscribes; `None` if this room has the channel already (clauses S-4, S-6, S-7), else the token under
    /// which it is delivered.
    pub fn subscribe(&self, shape: Shape, channel: &str) -> Result<Option<u64>> {
        self.check_open()?;
        let channel = match &shape {
            Shape::Mailbox { player, key } => mailbox(*player, key),
            Shape::Online => channel.into(),
        };
        let sent = self.sends(&subscribing(&shape, &channel), |_| Ok(()))?;
        sent.answered(self.register(shape, channel))
    }

    fn register(&self, shape: Shape, channel: Arc<str>) -> Result<Option<u64>> {
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
                return Ok(Some(self.perhaps_twice(delivery)));
            }
        }
        if let Some(completion) = self.tally.completion(bound.last_request) {
            return Ok(Some(Delivery::Completed(completion)));
        }
        if let Some(step) = self.uploads.step(self, self.game, bound.last_request) {
            return Ok(Some(self.perhaps_twice(Delivery::Achievement(step))));
        }
        Ok(self.storage.step(self, self.game, bound.last_request).map(Delivery::Storage))
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
            Delivery::Achievement(Step::Callback(number, _)) => match self.uploads.about(*number) {
                Some((player, Request::Get)) => twice(&Call::new(ACHIEVEMENT_GET, &[player], &[])),
                Some((player, Request::Set { node, .. })) => {
                    twice(&Call::new(ACHIEVEMENT_SET, &[player], &[node]))
                }
                None => false,
            },
            Delivery::Achievement(Step::Getter(_))
            | Delivery::Completed(_)
            | Delivery::Storage(_)
            | Delivery::Twice(_) => false,
        };
        if strikes { Delivery::Twice(Box::new(delivery)) } else { delivery }
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

/// The call that made a subscription.
fn subscribing<'a>(shape: &'a Shape, channel: &'a Arc<str>) -> Call<'a> {
    match shape {
        Shape::Mailbox { player, key } => Call::new("subscribe_channel", from_ref(player), from_ref(key)),
        Shape::Online => Call::new("subscribe_message", &[], from_ref(channel)),
    }
}

impl Room {
    fn send_set(&self, op: Op) -> Result<Answer> {
        match self.store.commit(vec![op])? {
            Outcome::Achievement(answer) => Ok(answer),
            _ => Err(Error::store("internal error: an achievement set has no answer")),
        }
    }

    /// What a set's answer tells of the player's progress.
    fn learn(&self, number: u64, player: i64, node: &Arc<str>, answer: &Answer) {
        match answer {
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
    }

    /// Lets another room store first, if somebody asked for a conflict. Only a set that carries a version can
    /// meet one (clause A-7).
    fn interfere(&self, op: &Op) -> Result<Option<Answer>> {
        let Op::AchievementSet { key, node, rate, version: Some(_), direct, .. } = op else {
            return Ok(None);
        };
        if !self.store.faults().is_active() {
            return Ok(None);
        }
        let found = self.store.faults().conflict(&self.name, &Call::write(from_ref(op)));
        let Some((progress, extra)) = found else { return Ok(None) };
        let before = self.store.read_one(key)?.and_then(|row| row.i_value).unwrap_or(0);
        let delta = progress.map_or(0, |progress| progress.saturating_sub(before).max(0));
        let (key, node, rate) = (key.clone(), node.clone(), rate.clone());
        let other = Op::AchievementSet { key, node, rate, delta, extra, version: None, direct: *direct };
        let answer = self.send_set(other)?;
        Ok(matches!(answer, Answer::Wait(_)).then_some(answer))
    }
}

/// A set's answer as the journal shows it: the code, and the data or the reason.
fn told(answer: &Answer) -> (Option<i64>, String) {
    let data = |progress: &Progress| {
        let Progress { progress, extra, version, .. } = progress;
        format!("progress {progress}, version {version}, extra '{extra}'")
    };
    match answer {
        Answer::Stored { before, .. } => (Some(0), format!("before: {}", data(before))),
        Answer::Conflict(latest) => (Some(5), format!("latest: {}", data(latest))),
        Answer::Complete(_) => (None, "the node is complete".into()),
        Answer::AutoSent => (None, "the node sends itself".into()),
        Answer::UnknownNode => (None, "the node is not defined".into()),
        Answer::Wait(_) => (None, "waits: too many sets in this second".into()),
    }
}

impl Cloud for Room {
    fn query(&self, player: i64) -> Result<Vec<(Arc<str>, Progress, i64)>> {
        let sent = self.sends(&Call::new(ACHIEVEMENT_GET, &[player], &[]), |_| Ok(()))?;
        let read = self.store.read(|snapshot| achievement::query(snapshot, self.game, player));
        let data = sent.answered(read)?;
        self.tally.load(player, &data);
        Ok(data)
    }

    fn set(&self, number: u64, player: i64, node: &Arc<str>, op: Op) -> Result<Answer> {
        let sent = self.sends(&Call::write(from_ref(&op)), |_| Ok(()))?;
        if let Some(wait) = self.interfere(&op)? {
            return sent.told(Ok(wait), told);
        }
        let answer = sent.told(self.send_set(op), told)?;
        self.learn(number, player, node, &answer);
        Ok(answer)
    }

    fn now_ms(&self) -> i64 {
        self.store.now_ms()
    }
}
