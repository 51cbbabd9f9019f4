//! What a row's columns are called in the text: the names of the contract where it has one.

use crate::row::Kind;
use crate::value::Recoded;

/// The kinds that a game's part of the text lists, in this order.
pub(super) const KINDS: [(Kind, &str); 14] = [
    (Kind::General, "general"),
    (Kind::Money, "money"),
    (Kind::List, "list"),
    (Kind::WorldData, "world_data"),
    (Kind::WorldList, "world_list"),
    (Kind::Limit, "with_limit"),
    (Kind::Name, "name"),
    (Kind::Message, "message"),
    (Kind::Node, "node"),
    (Kind::Achievement, "achievement"),
    (Kind::Storage, "storage"),
    (Kind::Order, "order"),
    (Kind::Board, "sorted_key"),
    (Kind::Nickname, "nickname"),
];

/// A column of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Owner,
    World,
    Key,
    Id,
    IValue,
    SValue,
    Value,
    Aux,
    Flags,
    Ver,
    Created,
    Updated,
    Order,
}

impl Column {
    pub(super) const ALL: [Self; 13] = [
        Self::Owner,
        Self::World,
        Self::Key,
        Self::Id,
        Self::IValue,
        Self::SValue,
        Self::Value,
        Self::Aux,
        Self::Flags,
        Self::Ver,
        Self::Created,
        Self::Updated,
        Self::Order,
    ];
}

pub(super) const fn has_owner(kind: Kind) -> bool {
    !matches!(kind, Kind::Name | Kind::Node | Kind::Board)
}

pub(super) const fn has_key(kind: Kind) -> bool {
    !matches!(kind, Kind::Name | Kind::Order | Kind::Nickname)
}

pub(super) const fn has_world(kind: Kind) -> bool {
    matches!(kind, Kind::WorldData | Kind::WorldList)
}

pub(super) const fn has_id(kind: Kind) -> bool {
    matches!(kind, Kind::List | Kind::WorldList | Kind::Message | Kind::Order)
}

pub(super) const fn label(kind: Kind, column: Column) -> &'static str {
    match (column, kind) {
        (Column::Owner, Kind::Message) => "target_user_id",
        (Column::Owner, Kind::Achievement) => "player_id",
        (Column::Owner, Kind::Storage | Kind::Order | Kind::Nickname) => "uid",
        (Column::Owner, _) => "user_id",
        (Column::World, _) => "world_id",
        (Column::Key, Kind::Node | Kind::Achievement) => "node_id",
        (Column::Key, _) => "key",
        (Column::Id, Kind::Message) => "objectId",
        (Column::Id, Kind::Order) => "order_id",
        (Column::Id, _) => "uuid",
        (Column::IValue, Kind::Money | Kind::Limit) | (Column::SValue, Kind::Name) => "value",
        (Column::IValue, Kind::Achievement) => "progress",
        (Column::IValue, Kind::Node) => "total",
        (Column::IValue, Kind::Order) => "product_count",
        (Column::IValue, _) => "i_value",
        (Column::SValue, Kind::Limit) => "refresh",
        (Column::SValue, Kind::Achievement) => "extra",
        (Column::SValue, Kind::Order) => "cmd",
        (Column::SValue, Kind::Nickname) => "nickname",
        (Column::SValue, _) => "s_value",
        // Never set where "value" is another column.
        (Column::Value, Kind::Money | Kind::Limit | Kind::Name) => "table",
        (Column::Value, Kind::Board) => "ends",
        (Column::Value, _) => "value",
        (Column::Aux, Kind::Limit) => "limit",
        (Column::Aux, Kind::Message) => "src_user_id",
        (Column::Aux, Kind::Achievement) => "completed_at",
        (Column::Aux, Kind::Board) => "read_at",
        (Column::Aux, _) => "aux",
        (Column::Flags, Kind::Order) => "shipped",
        (Column::Flags, _) => "flags",
        (Column::Ver, _) => "version",
        (Column::Created, _) => "created",
        (Column::Updated, _) => "updated",
        (Column::Order, _) => "order",
    }
}

/// The field that holds a storage value which other fields' JSON cannot say: its JSON as text.
pub(super) const JSON: &str = "json";

/// Whether a row's value reads back as the same text.
pub(super) fn is_plain(json: &str) -> bool {
    serde_json::from_str::<Recoded>(json).is_ok_and(|read| *read.0.json == *json)
}
