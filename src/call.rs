//! What a room asks of the cloud, by its public name: what faults select and what the journal writes down.

use crate::kinds::name;
use crate::op::Op;
use crate::row::Kind;
use std::borrow::Cow;
use std::sync::Arc;

/// Calls that read.
pub const READS: [&str; 11] = [
    "get",
    "money_get",
    "list_query",
    "list_query_by_uuid",
    "world_data_get",
    "world_list_query",
    "world_list_query_by_uuid",
    "name_search",
    "message_query",
    "withlimit_query",
    "is_old_player",
];
/// Calls that write.
pub const WRITES: [&str; 4] = ["commit", "message_send", "message_modify_read", "message_delete"];
/// Verbs of a committer: each is part of a commit.
pub const VERBS: [&str; 14] = [
    "set",
    "add",
    "addi",
    "money_add",
    "money_cost",
    "list_add",
    "list_modify",
    "list_delete",
    "name_new",
    "world_data_set",
    "world_list_add",
    "world_list_modify",
    "world_list_delete",
    "withlimit_add",
];
/// Live calls: they have no Reply.
pub const LIVE: [&str; 3] = ["subscribe_channel", "subscribe_message", "publish_message"];
/// `LobbyGetAchievementStorage`
pub const ACHIEVEMENT_GET: &str = "LobbyGetAchievementStorage";
/// `LobbySetAchievementStorage`
pub const ACHIEVEMENT_SET: &str = "LobbySetAchievementStorage";
/// `LobbyGetStorage`
pub const STORAGE_GET: &str = "LobbyGetStorage";
/// `LobbyGetStorageBySort`
pub const STORAGE_SORT: &str = "LobbyGetStorageBySort";
/// `QueryLobbyUserItem`
pub const STORAGE_ORDERS: &str = "QueryLobbyUserItem";
/// `LobbySetStorageAndUserItem`
pub const STORAGE_SET: &str = "LobbySetStorageAndUserItem";
/// Calls that answer by a callback.
pub const REQUESTS: [&str; 6] =
    [ACHIEVEMENT_GET, ACHIEVEMENT_SET, STORAGE_GET, STORAGE_SORT, STORAGE_ORDERS, STORAGE_SET];

/// One call of a room.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Its public name; `commit` for the verbs of a committer.
    pub op: &'static str,
    /// The users that it names.
    pub users: &'a [i64],
    /// The keys that it names.
    pub keys: &'a [Arc<str>],
    /// The operations of a commit.
    pub ops: &'a [Op],
}

impl<'a> Call<'a> {
    /// A call about users × keys.
    pub const fn new(op: &'static str, users: &'a [i64], keys: &'a [Arc<str>]) -> Self {
        Self { op, users, keys, ops: &[] }
    }

    /// A write that consists of these operations.
    pub fn write(ops: &'a [Op]) -> Self {
        let op = match ops {
            [
                op @ (Op::MessageSend { .. }
                | Op::MessageRead { .. }
                | Op::MessageDelete { .. }
                | Op::Publish { .. }
                | Op::AchievementSet { .. }
                | Op::StorageSet(_)),
            ] => op.name(),
            _ => "commit",
        };
        Self { op, users: &[], keys: &[], ops }
    }

    /// The call as people read it.
    pub fn shown(&self) -> String {
        let mut parts = Vec::new();
        for op in self.ops {
            let verb = if self.op == "commit" { op.name() } else { "" };
            let (user, key) = about(op);
            parts.push(shown(verb, user.as_slice(), key.as_deref().as_slice()));
        }
        if self.ops.is_empty() {
            let keys: Vec<&str> = self.keys.iter().map(|key| &**key).collect();
            parts.push(shown("", self.users, &keys));
        }
        parts.join(", ")
    }
}

fn shown(verb: &str, users: &[i64], keys: &[&str]) -> String {
    let users = users.iter().map(i64::to_string).collect::<Vec<_>>().join("|");
    let keys = keys.iter().map(|key| format!("'{key}'")).collect::<Vec<_>>().join("|");
    [verb, &users, &keys].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

/// The user and the key that an operation names; what is reached by uuid alone names none.
pub fn about(op: &Op) -> (Option<i64>, Option<Cow<'_, str>>) {
    match op {
        Op::ListModify { .. } | Op::ListDelete { .. } | Op::MessageRead { .. } | Op::MessageDelete { .. } => {
            (None, None)
        }
        Op::Publish { channel, .. } => (None, Some(Cow::Borrowed(channel))),
        Op::StorageSet(set) => (Some(set.uid), set.parts.first().map(|part| Cow::Borrowed(&*part.key.key))),
        Op::Set { key, .. }
        | Op::Add { key, .. }
        | Op::MoneyAdd { key, .. }
        | Op::MoneyCost { key, .. }
        | Op::ListAdd { key, .. }
        | Op::WorldDataSet { key, .. }
        | Op::NameNew { key, .. }
        | Op::LimitAdd { key, .. }
        | Op::LimitExpire { key }
        | Op::MessageSend { key, .. }
        | Op::AchievementSet { key, .. }
        | Op::NodeDefine { key, .. }
        | Op::PlayerJoin { key }
        | Op::GameNumber { key, .. }
        | Op::Lease { counter: key, .. }
        | Op::OrderPlace { key, .. }
        | Op::BoardSort { key }
        | Op::BoardRefresh { key, .. }
        | Op::Nickname { key, .. } => match key.kind {
            Kind::Name => (None, Some(Cow::Owned(name::parts(&key.key).0))),
            _ => (Some(key.owner), Some(Cow::Borrowed(&key.key))),
        },
    }
}
