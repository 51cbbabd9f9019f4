//! Live messages: who is subscribed to what, and how news reaches the rooms. Clauses S-4 to S-8.
//!
//! Every sent message and every published value leaves a note in the store, in commit order. A [`Feed`] reads the
//! notes after its cursor and puts them into the inboxes of the rooms that are subscribed. It looks only while
//! somebody is subscribed, and only when a room asks: no thread, no timer.

use crate::backend::{Backend, Snapshot};
use crate::error::Result;
use crate::kinds::message;
use crate::lock::locked;
use crate::row::{Note, Row};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// A subscription remembers at least this many of the messages that it was given.
const GIVEN_MIN: usize = 4096;

/// What a subscription asked for: the first registration of a channel decides (clause S-7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Stored messages to a user under a key.
    Mailbox {
        /// The target user.
        player: i64,
        /// The messages' key.
        key: Arc<str>,
    },
    /// Values published while subscribed.
    Online,
}

/// Something that arrived for the subscription `token`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "said by the variants")]
pub enum Event {
    /// A stored message; whether it is still to be delivered is looked up at delivery.
    Message { token: u64, id: i64 },
    /// A published value (JSON text).
    Published { token: u64, value: Arc<str> },
}

/// A room's arrived events.
#[derive(Debug, Default)]
pub struct Inbox {
    events: Mutex<VecDeque<Event>>,
    count: AtomicUsize,
}

impl Inbox {
    fn push(&self, event: Event) {
        let mut events = locked(&self.events);
        events.push_back(event);
        self.count.store(events.len(), Ordering::Release);
    }

    /// Puts an event that could not be delivered back in front.
    pub fn put_back(&self, event: Event) {
        let mut events = locked(&self.events);
        events.push_front(event);
        self.count.store(events.len(), Ordering::Release);
    }

    /// The oldest event.
    pub fn pop(&self) -> Option<Event> {
        let mut events = locked(&self.events);
        let event = events.pop_front();
        self.count.store(events.len(), Ordering::Release);
        event
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.count.load(Ordering::Acquire)
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

struct Subscriber {
    token: u64,
    shape: Shape,
    inbox: Arc<Inbox>,
    /// Messages that it was given: no message comes twice, whichever way it is found.
    given: FxHashSet<i64>,
    /// Once this many are remembered, those that cannot be found again are forgotten.
    given_max: usize,
}

impl Subscriber {
    /// True if too many are remembered.
    fn give(&mut self, id: i64) -> bool {
        if self.given.insert(id) {
            self.inbox.push(Event::Message { token: self.token, id });
        }
        self.given.len() > self.given_max
    }

    /// Forgets the messages that no back-log shows any more: read, deleted or changed since they were sent.
    fn forget(&mut self, snapshot: &mut dyn Snapshot, game: i64) -> Result<()> {
        let unread: FxHashSet<i64> = backlog(snapshot, game, &self.shape, untouched)?.into_iter().collect();
        self.given.retain(|id| unread.contains(id));
        self.given.shrink_to_fit();
        self.given_max = (2 * self.given.len()).max(GIVEN_MIN);
        Ok(())
    }
}

#[derive(Default)]
struct FeedState {
    cursor: i64,
    pulse: Option<i64>,
    subscribers: FxHashMap<(i64, Arc<str>), Vec<Subscriber>>,
}

/// All subscriptions of one store in this process.
#[derive(Default)]
pub struct Feed {
    state: Mutex<FeedState>,
    subscriptions: AtomicUsize,
}

impl FeedState {
    fn hand_out(&mut self, notes: Vec<(i64, Note)>, snapshot: &mut dyn Snapshot) -> Result<()> {
        let mut full = FxHashSet::default();
        for (cursor, note) in notes {
            self.cursor = cursor;
            let at = (note.game, note.channel);
            for to in self.subscribers.get_mut(&at).into_iter().flatten() {
                match (&note.value, &to.shape) {
                    (Some(value), Shape::Online) => {
                        to.inbox.push(Event::Published { token: to.token, value: value.clone() });
                    }
                    (None, Shape::Mailbox { .. }) => {
                        let too_many = to.give(note.id);
                        full.extend(too_many.then(|| at.clone()));
                    }
                    _ => {}
                }
            }
        }
        for at in full {
            let full = self.subscribers.get_mut(&at).into_iter().flatten();
            for to in full.filter(|to| to.given.len() > to.given_max) {
                to.forget(snapshot, at.0)?;
            }
        }
        Ok(())
    }
}

impl FeedState {
    /// Reads the notes after the cursor. If some were purged before anybody here looked, the mailboxes themselves tell
    /// what is unread.
    fn catch_up(&mut self, snapshot: &mut dyn Snapshot) -> Result<()> {
        let notes = snapshot.notes(self.cursor)?;
        let newest = snapshot.newest_note()?;
        let next = notes.first().map_or(newest.saturating_add(1), |(cursor, _)| *cursor);
        if next > self.cursor.saturating_add(1) {
            for ((game, _), subscribers) in &mut self.subscribers {
                for to in subscribers {
                    // A message that was read or changed since it was sent is not delivered any more (clause S-4).
                    for id in backlog(snapshot, *game, &to.shape, untouched)? {
                        to.give(id);
                    }
                }
            }
        }
        self.hand_out(notes, snapshot)?;
        self.cursor = newest.max(self.cursor);
        Ok(())
    }
}

impl Feed {
    /// Reads what is new, if anybody is subscribed and anything was committed.
    pub fn poll(&self, backend: &dyn Backend) -> Result<()> {
        if self.subscriptions.load(Ordering::Acquire) == 0 {
            return Ok(());
        }
        let mut state = locked(&self.state);
        // The pulse is taken before the notes are read: what comes in between is found at the next poll.
        let pulse = backend.pulse()?;
        if state.pulse == Some(pulse) {
            return Ok(());
        }
        backend.read(&mut |snapshot| state.catch_up(snapshot))?;
        state.pulse = Some(pulse);
        Ok(())
    }

    /// The next poll looks, whatever the pulse says: it may be counted anew.
    pub fn look_anew(&self) {
        locked(&self.state).pulse = None;
    }

    /// Registers a subscription; for a mailbox, the unread messages from before come first (clause S-4).
    pub fn subscribe(
        &self,
        backend: &dyn Backend,
        game: i64,
        channel: &Arc<str>,
        shape: &Shape,
        inbox: &Arc<Inbox>,
        token: u64,
    ) -> Result<()> {
        let mut state = locked(&self.state);
        let idle = self.subscriptions.load(Ordering::Acquire) == 0;
        let mut unread = Vec::new();
        // One snapshot for the notes and the back-log: each message is in exactly one of them.
        backend.read(&mut |snapshot| {
            if idle {
                state.cursor = snapshot.newest_note()?;
            } else {
                state.catch_up(snapshot)?;
            }
            unread = backlog(snapshot, game, shape, |_| true)?;
            Ok(())
        })?;
        let given_max = (2 * unread.len()).max(GIVEN_MIN);
        let (shape, inbox, given) = (shape.clone(), inbox.clone(), FxHashSet::default());
        let mut subscriber = Subscriber { token, shape, inbox, given, given_max };
        for id in unread {
            subscriber.give(id);
        }
        state.subscribers.entry((game, channel.clone())).or_default().push(subscriber);
        self.subscriptions.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    /// How many messages are remembered, so that none of them comes twice.
    pub fn remembered(&self) -> usize {
        locked(&self.state).subscribers.values().flatten().map(|one| one.given.len()).sum()
    }

    /// Ends a subscription.
    pub fn unsubscribe(&self, game: i64, channel: &Arc<str>, token: u64) {
        let mut state = locked(&self.state);
        let at = (game, channel.clone());
        if let Some(subscribers) = state.subscribers.get_mut(&at) {
            let before = subscribers.len();
            subscribers.retain(|subscriber| subscriber.token != token);
            self.subscriptions.fetch_sub(before - subscribers.len(), Ordering::AcqRel);
            if subscribers.is_empty() {
                state.subscribers.remove(&at);
            }
        }
    }
}

/// Whether a message is as it was sent.
const fn untouched(row: &Row) -> bool {
    row.ver <= 1
}

/// The ids of the unread messages in a mailbox that are `wanted`, oldest first.
fn backlog(
    snapshot: &mut dyn Snapshot,
    game: i64,
    shape: &Shape,
    wanted: impl Fn(&Row) -> bool,
) -> Result<Vec<i64>> {
    let Shape::Mailbox { player, key } = shape else { return Ok(Vec::new()) };
    let mut unread = Vec::new();
    snapshot.ordered(&message::unread(game, Some(*player), key), &mut |key, row| {
        if wanted(&row) {
            unread.push(key.id);
        }
        ControlFlow::Continue(())
    })?;
    Ok(unread)
}
