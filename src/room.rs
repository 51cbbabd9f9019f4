//! A room: one running game session. It counts its quota, holds its subscriptions and its achievement requests,
//! and offers every verb of the contract to bindings.

mod achievement;
mod bulk;
mod calls;
mod closing;
mod delivery;
mod meter;
mod node;
mod reads;
mod save;
mod storage;
mod subscription;

use crate::call::Call;
use crate::channel::{Inbox, Shape};
use crate::error::{Error, Reason, Refused, Result};
use crate::key;
use crate::kinds::outcome::Outcome;
use crate::kinds::{channel, message, player};
use crate::lock::locked;
use crate::op::Op;
use crate::quota::{self, Budget, Quota};
use crate::request::achievement::AchievementRequest;
use crate::request::storage::StorageRequest;
use crate::request::tally::Tally;
use crate::request::{Cloud, Requests};
use crate::store::Store;
use crate::value::Value;
use rustc_hash::FxHashMap;
use std::slice::from_ref;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

pub use delivery::{Bound, Delivery};
pub use node::{Advance, By, NodeRefusal};

/// How to open a room.
#[derive(Clone, Debug)]
pub struct RoomOptions {
    /// The game; `None` = the store's.
    pub game: Option<String>,
    /// Whether quotas count (clause Q-3).
    pub limits: bool,
}

impl Default for RoomOptions {
    fn default() -> Self {
        Self { game: None, limits: true }
    }
}

#[derive(Clone)]
struct Subscription {
    channel: Arc<str>,
    shape: Shape,
}

/// One running game session.
pub struct Room {
    store: Arc<Store>,
    name: Arc<str>,
    game_name: Arc<str>,
    game: i64,
    limits: bool,
    quota: Mutex<Quota>,
    subscriptions: Mutex<FxHashMap<u64, Subscription>>,
    subscribed: AtomicUsize,
    inbox: Arc<Inbox>,
    achievements: Requests<AchievementRequest>,
    tally: Tally,
    storage: Requests<StorageRequest>,
    /// Whether a request's callback runs that never lined up.
    answering: AtomicBool,
    /// The room is being closed: what waits is sent without a limit.
    closing: AtomicBool,
    closed: AtomicBool,
}

impl Room {
    fn new(store: Arc<Store>, name: &str, game_name: Arc<str>, game: i64, limits: bool) -> Self {
        Self {
            store,
            name: name.into(),
            game_name,
            game,
            limits,
            quota: Mutex::default(),
            subscriptions: Mutex::default(),
            subscribed: AtomicUsize::new(0),
            inbox: Arc::default(),
            achievements: Requests::default(),
            tally: Tally::default(),
            storage: Requests::default(),
            answering: AtomicBool::new(false),
            closing: AtomicBool::new(false),
            closed: AtomicBool::new(false),
        }
    }

    /// The room's name, for people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of its game.
    pub const fn game(&self) -> i64 {
        self.game
    }

    /// The name of its game.
    pub fn game_name(&self) -> &str {
        &self.game_name
    }

    /// Its store.
    pub const fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// A closed room (or store) refuses every call.
    pub fn check_open(&self) -> Result<()> {
        self.not_closed()?;
        self.store.check_open()
    }

    /// Whether [`Room::close`] was called.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// The same for what reaches the backend, which looks for a fork itself.
    fn not_closed(&self) -> Result<()> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Reason::Closed.error(format!("room '{}' is closed", self.name)));
        }
        self.store.not_closed()
    }

    // --- quota ---

    fn count_read(&self) -> Result<()> {
        self.not_closed()?;
        if self.limits {
            locked(&self.quota).read(self.store.now_ms())?;
        }
        Ok(())
    }

    /// Counts a write before it is sent; the second of the two ways a write can be refused without the store.
    pub fn count_write(&self, bytes: u64) -> Result<()> {
        self.not_closed()?;
        if self.limits {
            locked(&self.quota).write(self.store.now_ms(), bytes)?;
        }
        Ok(())
    }

    /// A set as this room sends it: without limits, and while the room ends, it is not counted and waits for nothing
    /// (clauses ).
    fn within_rate(&self, set: Op) -> Op {
        if self.limits && !self.closing.load(Ordering::Acquire) { set } else { set.unlimited() }
    }

    /// What is left of the running window (clause Q-3).
    pub fn budget(&self) -> Budget {
        if self.limits { locked(&self.quota).budget(self.store.now_ms()) } else { quota::FULL }
    }

    // --- writes ---

    /// Runs one commit of `bytes` bytes; it counts as one write (clause Q-1).
    pub fn commit(&self, ops: Vec<Op>, bytes: u64) -> Result<Outcome> {
        let sent = self.writes(&Call::write(&ops), bytes)?;
        sent.answered(self.store.commit(ops))
    }

    /// A commit that was refused before it was sent: it counts as a write all the same (clause C-3).
    pub fn refused(&self, error: Error) -> Result<Outcome> {
        self.writes(&Call::write(&[]), 0)?.answered(Err(error))
    }

    /// Runs independent commits, each with its bytes, made durable together; each counts as one write. One that was
    /// refused before it was sent has its error here.
    pub fn commit_many(&self, work: Vec<Result<(Vec<Op>, u64)>>) -> Vec<Result<Outcome>> {
        let mut sent = Vec::with_capacity(work.len());
        let mut let_through = Vec::with_capacity(work.len());
        for one in work {
            sent.push(match one {
                Err(error) => Err(self.refused(error)),
                Ok((ops, bytes)) => {
                    self.writes(&Call::write(&ops), bytes).map_err(Err).inspect(|_| let_through.push(ops))
                }
            });
        }
        self.together(sent, let_through)
    }

    /// Leaves independent commits to the store's serving thread, under one number; each counts as one write. What was
    /// refused before it was sent has its refusal here.
    pub fn enqueue_many(
        &self,
        number: u64,
        work: Vec<Result<(Vec<Op>, u64)>>,
    ) -> Result<Vec<Option<Refused>>> {
        let (mut refused, mut let_through) = (Vec::with_capacity(work.len()), Vec::with_capacity(work.len()));
        for one in work {
            let sent = match one {
                Err(error) => self.refused(error).map(drop),
                Ok((ops, bytes)) => self.count_write(bytes).inspect(|()| let_through.push(ops)),
            };
            refused.push(match sent {
                Ok(()) => None,
                Err(Error::Refused(refused)) => Some(refused),
                Err(error) => return Err(error),
            });
        }
        if !let_through.is_empty() {
            self.store.enqueue(number, let_through)?;
        }
        Ok(refused)
    }

    /// `score.message_send`; returns the objectId.
    pub fn message_send(
        &self,
        target: i64,
        key: Arc<str>,
        src: i64,
        read: bool,
        deleted: bool,
        value: Value,
    ) -> Result<i64> {
        let sent = self.writes(&Call::new("message_send", &[target], from_ref(&key)), value.len)?;
        sent.answered(self.store.new_id().and_then(|id| {
            let key = message::key(self.game, target, key, id);
            self.store.commit(vec![message::send(key, src, read, deleted, value).into()]).map(|_| id)
        }))
    }

    /// `score.publish_message`: not counted, but of bounded size, with limits or without (clause Q-3).
    pub fn publish(&self, channel: Arc<str>, value: Value) -> Result<()> {
        self.check_open()?;
        quota::one_publish(value.len)?;
        let ops = vec![channel::publish(self.game, channel, value).into()];
        let sent = self.sends(&Call::write(&ops), |_| Ok(()))?;
        sent.answered(self.store.commit(ops).map(drop))
    }

    /// `room.player_join` (clause O-1).
    pub fn player_join(&self, user: i64) -> Result<()> {
        self.check_open()?;
        self.store.commit(vec![player::join(user, self.game_name.clone()).into()]).map(drop)
    }

    /// `room.player_leave`: ends the user's subscriptions (clause S-5); returns their tokens.
    pub fn player_leave(&self, user: i64) -> Result<Vec<u64>> {
        self.check_open()?;
        self.tally.leave(user);
        Ok(self.end(|one| matches!(one.shape, Shape::Mailbox { player, .. } if player == user)))
    }
}

impl Store {
    /// Opens a room: one running game session.
    pub fn room(self: &Arc<Self>, name: &str, options: &RoomOptions) -> Result<Room> {
        self.check_open()?;
        let game = match options.game.as_deref() {
            Some(game) => key::key(game, "game")?,
            None => self.default_game().clone(),
        };
        let number = self.game_number(&game)?;
        Ok(Room::new(self.clone(), name, game, number, options.limits))
    }
}

impl Cloud for Room {
    fn now_ms(&self) -> i64 {
        self.store.now_ms()
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.close();
    }
}
