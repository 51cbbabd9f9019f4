//! What a room's calls use, on whatever thread they run. A call that its caller has left goes on and holds this, and no
//! Python object but the callbacks in it.

use super::callback::Callback;
use crate::error::Result;
use crate::interrupt;
use crate::lock::{locked, try_locked};
use crate::room::{Bound, Delivery, Room};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};

type Callbacks = FxHashMap<u64, Callback>;

/// Only the two locks that say so are held while a server is waited for.
#[derive(Default)]
pub(super) struct Shared {
    callbacks: Mutex<Callbacks>,
    /// How many of them are coroutine functions.
    asyncs: AtomicUsize,
    /// What was put aside, to be given before anything else.
    again: Mutex<VecDeque<Delivery>>,
    /// Held, for as long as it takes, while somebody looks for what is ready.
    finding: Mutex<()>,
    /// Held, for as long as it takes, while a helper thread sends a request.
    sending: Mutex<()>,
}

impl Shared {
    pub(super) fn callbacks(&self) -> MutexGuard<'_, Callbacks> {
        locked(&self.callbacks)
    }

    /// For the garbage collector, which must not wait.
    pub(super) fn try_callbacks(&self) -> Option<MutexGuard<'_, Callbacks>> {
        try_locked(&self.callbacks)
    }

    pub(super) fn again(&self) -> MutexGuard<'_, VecDeque<Delivery>> {
        locked(&self.again)
    }

    /// Whether a coroutine function is subscribed.
    pub(super) fn has_asyncs(&self) -> bool {
        self.asyncs.load(Ordering::Acquire) != 0
    }

    pub(super) fn insert(&self, token: u64, callback: Callback) {
        self.asyncs.fetch_add(usize::from(callback.is_async()), Ordering::AcqRel);
        self.callbacks().insert(token, callback);
    }

    /// Forgets the callback of a subscription or request; it is dropped after the lock is.
    pub(super) fn remove(&self, token: u64) {
        let gone = self.callbacks().remove(&token);
        self.asyncs.fetch_sub(usize::from(gone.is_some_and(|one| one.is_async())), Ordering::AcqRel);
    }

    /// Takes away all that the mod gave.
    pub(super) fn clear(&self) -> Callbacks {
        self.asyncs.store(0, Ordering::Release);
        self.again().clear();
        std::mem::take(&mut *self.callbacks())
    }

    /// Puts the next delivery aside, unless one is there: its caller may have left, and could not take it. One thread
    /// at a time, so that what was found first is given first.
    pub(super) fn find(
        &self,
        room: &Room,
        mut bound: Bound,
        find: fn(&Room, &mut Bound) -> Result<Option<Delivery>>,
    ) -> Result<Bound> {
        let _finding = interrupt::lock(&self.finding)?;
        if self.again().is_empty() {
            let found = find(room, &mut bound)?;
            self.again().extend(found);
        }
        Ok(bound)
    }

    /// Sends a request that can go, and puts aside what is to be called. False: none could go.
    pub(super) fn send(&self, room: &Room) -> Result<bool> {
        let _sending = interrupt::lock(&self.sending)?;
        let sent = room.next_request(&Bound::NONE)?;
        let some = sent.is_some();
        self.again().extend(sent);
        Ok(some)
    }

    /// Waits for what a helper thread sends.
    pub(super) fn await_sent(&self) -> Result<()> {
        interrupt::lock(&self.sending).map(drop)
    }
}
