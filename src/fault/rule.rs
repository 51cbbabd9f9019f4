//! One fault: what happens to which calls, and how often it strikes.

use super::effect::Effect;
use super::select::{Hit, Select};
use crate::call::Call;
use crate::error::Code;
use std::sync::Arc;

/// How often a rule strikes.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// From the n-th selected call on (the first is 1), this many times; `None` = for ever.
    Nth(u64, Option<u64>),
    /// By chance, with this seed; the rate is in 2⁻⁵³.
    Random(u64, u64),
}

/// A rule's number.
pub type RuleId = u64;

/// A fault, and how often it met its calls.
pub(super) struct Rule {
    pub(super) id: RuleId,
    pub(super) effect: Effect,
    pub(super) select: Select,
    pub(super) when: When,
    pub(super) seen: u64,
    pub(super) injected: u64,
}

/// A fault that is switched on.
#[derive(Clone, Debug)]
pub struct Planned {
    /// What happens.
    pub what: &'static str,
    /// To which calls.
    pub select: Select,
    /// How often it did.
    pub injected: u64,
}

/// One thing that was injected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Injected {
    /// The rule that struck.
    pub rule: RuleId,
    /// The room's name.
    pub room: Arc<str>,
    /// The call, or the verb that was selected.
    pub op: &'static str,
    /// The user that it named.
    pub user: Option<i64>,
    /// The key that it named.
    pub key: Option<String>,
    /// What happened.
    pub what: &'static str,
    /// The code, if it failed with one.
    pub code: Option<Code>,
}

impl Rule {
    /// Counts the call if it is selected; the part that is hit, and a number drawn for it.
    pub(super) fn strikes(&mut self, room: &Arc<str>, call: &Call<'_>) -> Option<(Hit, u64)> {
        let hit = self.select.hit(room, call, &self.effect)?;
        self.seen += 1;
        let draw = match self.when {
            When::Nth(nth, times) => {
                let left = times.is_none_or(|times| self.injected < times);
                (self.seen >= nth && left).then_some(self.injected)?
            }
            When::Random(seed, rate) => {
                let drawn = mixed(seed.wrapping_add(self.seen.wrapping_mul(GOLDEN)));
                (drawn >> 11 < rate).then(|| mixed(drawn))?
            }
        };
        self.injected += 1;
        Some((hit, draw))
    }

    /// For whoever looks which faults are switched on.
    pub(super) fn planned(&self) -> Planned {
        Planned { what: self.effect.name(), select: self.select.clone(), injected: self.injected }
    }

    /// For the trace.
    pub(super) fn injected(&self, hit: Hit, room: &Arc<str>, code: Option<Code>) -> Injected {
        let Hit { op, user, key, .. } = hit;
        Injected { rule: self.id, room: room.clone(), op, user, key, what: self.effect.name(), code }
    }
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// `SplitMix64`'s output function: every bit of the input moves every bit of the output.
const fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
