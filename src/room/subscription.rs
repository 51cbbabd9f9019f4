//! A room's subscriptions: which channels it hears (clauses S-4 to S-7).

use super::{Room, Subscription};
use crate::call::Call;
use crate::channel::Shape;
use crate::error::Result;
use crate::interrupt;
use crate::kinds::message;
use crate::lock::locked;
use std::slice::from_ref;
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl Room {
    /// Subscribes; events are delivered under this token ([`Store::new_token`]). False if this room has the channel
    /// already (clauses S-4, S-6, S-7).
    pub fn subscribe(&self, token: u64, shape: Shape, channel: &str) -> Result<bool> {
        self.check_open()?;
        let channel = match &shape {
            Shape::Mailbox { player, key } => message::mailbox(*player, key),
            Shape::Online => channel.into(),
        };
        let sent = self.sends(&subscribing(&shape, &channel), |_| Ok(()))?;
        sent.answered(self.register(token, shape, channel))
    }

    fn register(&self, token: u64, shape: Shape, channel: Arc<str>) -> Result<bool> {
        let mut subscriptions = locked(&self.subscriptions);
        if subscriptions.values().any(|one| one.channel == channel) {
            return Ok(false);
        }
        let (feed, backend) = self.store.feed();
        feed.subscribe(backend, self.game, &channel, &shape, &self.inbox, token)?;
        // A caller that was interrupted meanwhile does not know of the subscription.
        interrupt::check().inspect_err(|_| feed.unsubscribe(self.game, &channel, token))?;
        subscriptions.insert(token, Subscription { channel, shape });
        self.subscribed.store(subscriptions.len(), Ordering::Release);
        Ok(true)
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
}

/// The call that made a subscription.
pub(super) fn subscribing<'a>(shape: &'a Shape, channel: &'a Arc<str>) -> Call<'a> {
    match shape {
        Shape::Mailbox { player, key } => Call::new("subscribe_channel", from_ref(player), from_ref(key)),
        Shape::Online => Call::new("subscribe_message", &[], from_ref(channel)),
    }
}
