//! Which calls a fault is about, and which part of a call it hits.

use super::effect::Effect;
use crate::call::Call;
use crate::error::{Code, Error, Refused};
use crate::names;
use crate::op::Op;
use std::borrow::Cow;

/// Which calls a rule is about; a field that is `None` matches every call.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "said by the type")]
pub struct Select {
    pub op: Option<String>,
    pub user: Option<i64>,
    pub key: Option<String>,
    pub room: Option<String>,
}

/// The part of a call that a rule selected.
pub(super) struct Hit {
    pub(super) index: Option<usize>,
    pub(super) op: &'static str,
    pub(super) user: Option<i64>,
    pub(super) key: Option<String>,
}

impl Select {
    /// The part of this call that is selected, for an effect that can happen to it.
    pub(super) fn hit(&self, room: &str, call: &Call<'_>, effect: &Effect) -> Option<Hit> {
        if self.room.as_ref().is_some_and(|wanted| wanted != room) {
            return None;
        }
        let named = match &self.op {
            Some(op) if op == call.op => true,
            Some(op) if call.op == "commit" => {
                let (index, op, user, key) = self.part(call, |part| part.name() == op)?;
                return Some(Hit { index: Some(index), op, user, key });
            }
            Some(_) => false,
            // Calls without a Reply raise: a rule hits them only if it names them.
            None => {
                effect.fits(call.op)
                    && (names::live().all(|name| name != call.op) || *effect == Effect::Twice)
            }
        };
        if !named {
            return None;
        }
        let chosen = self.user.is_some() || self.key.is_some();
        if !call.ops.is_empty() {
            let part = self.part(call, |_| true);
            return match part {
                None if chosen => None,
                None => Some(Hit { index: None, op: call.op, user: None, key: None }),
                Some((_, _, user, key)) => Some(Hit { index: None, op: call.op, user, key }),
            };
        }
        let user =
            one(call.users, |user| self.user.is_none_or(|wanted| wanted == *user), self.user.is_some())?;
        let key = one(
            call.keys,
            |key| self.key.as_ref().is_none_or(|wanted| **wanted == **key),
            self.key.is_some(),
        )?;
        Some(Hit { index: None, op: call.op, user: user.copied(), key: key.map(|key| (**key).to_owned()) })
    }

    /// The first operation of a commit that is selected.
    fn part(
        &self,
        call: &Call<'_>,
        wanted: impl Fn(&Op) -> bool,
    ) -> Option<(usize, &'static str, Option<i64>, Option<String>)> {
        call.ops.iter().enumerate().find_map(|(index, op)| {
            let (user, key) = op.verb().about();
            let same = wanted(op)
                && self.user.is_none_or(|wanted| user == Some(wanted))
                && self.key.as_deref().is_none_or(|wanted| key.as_deref() == Some(wanted));
            same.then(|| (index, op.name(), user, key.map(Cow::into_owned)))
        })
    }
}

/// The first item that fits; `Some(None)` if none does and the rule asks for none.
#[expect(clippy::option_option, reason = "no hit, a hit without an item, a hit with one")]
fn one<T>(items: &[T], fits: impl Fn(&T) -> bool, asked: bool) -> Option<Option<&T>> {
    match items.iter().find(|item| fits(item)) {
        None if asked => None,
        found => Some(found),
    }
}

impl Hit {
    /// What the call fails with.
    pub(super) fn error(&self, code: Option<Code>, applied: bool) -> Error {
        let stored = if applied { "it took effect all the same" } else { "it had no effect" };
        let message = format!("{} fails on purpose (faults), {stored}", self.op);
        let Some(code) = code else { return Error::store(message) };
        let refused = Refused::new(code, message);
        match self.index {
            Some(index) => refused.at(index, self.op).into(),
            None => refused.into(),
        }
    }
}
