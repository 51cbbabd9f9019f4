//! One operation of a commit. It carries its row keys, its values are encoded and its arguments checked, so that
//! applying it can only fail for what is stored.

use crate::calendar::Unit;
use crate::call::{ACHIEVEMENT_SET, STORAGE_SET, STORAGE_SORT};
use crate::kinds::node::Node;
use crate::kinds::storage;
use crate::row::{Key, Kind};
use crate::value::Value;
use std::sync::Arc;

/// What a commit is made of. Each variant's rule stands in the file of its kind.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are named as in the contract; the rules stand in kinds/")]
pub enum Op {
    /// `kinds/general.rs`
    Set { key: Key, i_value: Option<i64>, s_value: Option<Arc<str>>, value: Option<Value> },
    /// `kinds/general.rs`; `name` is the verb that was called, `add` or `addi`.
    Add { key: Key, amount: i64, name: &'static str },
    /// `kinds/money.rs`
    MoneyAdd { key: Key, amount: i64 },
    /// `kinds/money.rs`
    MoneyCost { key: Key, amount: i64 },
    /// `kinds/list.rs`, for both kinds of list.
    ListAdd { key: Key, value: Value },
    /// `kinds/list.rs`
    ListModify { list: List, uuid: i64, value: Value },
    /// `kinds/list.rs`
    ListDelete { list: List, uuid: i64 },
    /// `kinds/world.rs`
    WorldDataSet { key: Key, value: Option<Value> },
    /// `kinds/name.rs`
    NameNew { key: Key, value: Arc<str> },
    /// `kinds/limit.rs`
    LimitAdd { key: Key, amount: i64, limit: i64, refresh: Option<(Unit, u32)> },
    /// `kinds/limit.rs`: stores 0 if the window has ended.
    LimitExpire { key: Key },
    /// `kinds/message.rs`
    MessageSend { key: Key, src: i64, read: bool, deleted: bool, value: Value },
    /// `kinds/message.rs`
    MessageRead { game: i64, id: i64, read: bool },
    /// `kinds/message.rs`
    MessageDelete { game: i64, id: i64 },
    /// `channel.rs`: a note, no row.
    Publish { game: i64, channel: Arc<str>, value: Value },
    /// `kinds/achievement.rs`
    AchievementSet {
        key: Key,
        node: Key,
        rate: Option<Key>,
        delta: i64,
        extra: Option<Arc<str>>,
        version: Option<i64>,
        direct: bool,
    },
    /// `kinds/node.rs`
    NodeDefine { key: Key, node: Node },
    /// `kinds/player.rs`
    PlayerJoin { key: Key },
    /// `kinds/counter.rs`
    GameNumber { key: Key, counter: Key },
    /// `kinds/counter.rs`
    Lease { counter: Key, floor: i64, count: i64 },
    /// `kinds/storage.rs`
    StorageSet(Box<storage::Set>),
    /// `kinds/order.rs`
    OrderPlace { key: Key, cmd: Arc<str>, count: i64 },
    /// `kinds/board.rs`
    BoardSort { key: Key },
    /// `kinds/board.rs`: stores what was read, unless somebody did since version `ver`.
    BoardRefresh { key: Key, ver: i64, ends: Arc<str> },
    /// `kinds/board.rs`
    Nickname { key: Key, name: Arc<str> },
}

/// Which of the two list services: they do not see each other's uuids, nor another game's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List {
    /// Number of the game.
    pub game: i64,
    /// A world list?
    pub world: bool,
}

impl Op {
    /// The name under which the user called it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Set { .. } => "set",
            Self::Add { name, .. } => name,
            Self::MoneyAdd { .. } => "money_add",
            Self::MoneyCost { .. } => "money_cost",
            Self::ListAdd { key: Key { kind: Kind::WorldList, .. }, .. } => "world_list_add",
            Self::ListAdd { .. } => "list_add",
            Self::ListModify { list: List { world: true, .. }, .. } => "world_list_modify",
            Self::ListModify { .. } => "list_modify",
            Self::ListDelete { list: List { world: true, .. }, .. } => "world_list_delete",
            Self::ListDelete { .. } => "list_delete",
            Self::WorldDataSet { .. } => "world_data_set",
            Self::NameNew { .. } => "name_new",
            Self::LimitAdd { .. } => "withlimit_add",
            Self::LimitExpire { .. } => "withlimit_query",
            Self::MessageSend { .. } => "message_send",
            Self::MessageRead { .. } => "message_modify_read",
            Self::MessageDelete { .. } => "message_delete",
            Self::Publish { .. } => "publish_message",
            Self::AchievementSet { .. } => ACHIEVEMENT_SET,
            Self::NodeDefine { .. } => "define",
            Self::PlayerJoin { .. } => "player_join",
            Self::GameNumber { .. } => "game",
            Self::Lease { .. } => "lease",
            Self::StorageSet(_) => STORAGE_SET,
            Self::OrderPlace { .. } => "place_order",
            Self::BoardSort { .. } => "sort_keys",
            Self::BoardRefresh { .. } => STORAGE_SORT,
            Self::Nickname { .. } => "set_nickname",
        }
    }

    /// The same, if it is a set, without a place in the running second: nothing makes it wait (clause Q-4).
    #[must_use]
    pub fn unlimited(mut self) -> Self {
        match &mut self {
            Self::AchievementSet { rate, .. } => *rate = None,
            Self::StorageSet(set) => set.rate = None,
            _ => {}
        }
        self
    }

    /// Whether a note may come of it.
    pub const fn leaves_note(&self) -> bool {
        matches!(self, Self::Publish { .. } | Self::MessageSend { .. })
    }

    /// Whether its acknowledgement must survive a power cut. Only what nobody can query need not.
    pub const fn durable(&self) -> bool {
        !matches!(self, Self::Publish { .. })
    }
}
