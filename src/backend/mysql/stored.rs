//! A row as it is stored on the server: how it is read from a select and passed to a statement.

use super::address::RowAddress;
use super::failure::{Failure, Tried};
use crate::error::Reason;
use crate::row::Row;
use mysql::Value;
use std::sync::Arc;

pub(super) const COLUMNS: usize = 17;

/// A row with its address, and the stamp that guards it.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) address: RowAddress,
    /// Raised by one with every write.
    pub(super) stamp: i64,
    pub(super) gone: bool,
    pub(super) row: Row,
}

pub(super) fn at(address: &RowAddress) -> [Value; 6] {
    [
        address.game.into(),
        address.owner.into(),
        address.kind.into(),
        address.world.into(),
        text(&address.key),
        address.id.into(),
    ]
}

pub(super) fn text(text: &str) -> Value {
    Value::Bytes(text.as_bytes().to_vec())
}

pub(super) fn text_or_null(given: Option<&Arc<str>>) -> Value {
    given.map_or(Value::NULL, |given| text(given))
}

impl Stored {
    /// Adds the row's columns to the parameters.
    pub(super) fn push(&self, params: &mut Vec<Value>) {
        params.reserve(COLUMNS);
        params.extend(at(&self.address));
        let Row { ver, i_value, s_value, value, aux, flags, created, updated, seq } = &self.row;
        params.extend([
            self.stamp.into(),
            i64::from(self.gone).into(),
            (*ver).into(),
            i_value.map_or(Value::NULL, Value::from),
            text_or_null(s_value.as_ref()),
            text_or_null(value.as_ref()),
            (*aux).into(),
            (*flags).into(),
            (*created).into(),
            (*updated).into(),
            (*seq).into(),
        ]);
    }

    /// About the number of bytes that the row takes on the network.
    pub(super) fn len(&self) -> usize {
        let text = |text: &Option<Arc<str>>| text.as_ref().map_or(0, |text| text.len());
        8 * COLUMNS + self.address.key.len() + text(&self.row.s_value) + text(&self.row.value)
    }

    /// Reads a row of any select of all columns.
    pub(super) fn read(mut found: mysql::Row) -> Tried<Self> {
        let mut next = 0;
        let mut column = || {
            next += 1;
            found.take::<Value, _>(next - 1)
        };
        let mut read = || {
            let address = RowAddress {
                game: number(column())?,
                owner: number(column())?,
                kind: number(column())?,
                world: number(column())?,
                key: words(column())??,
                id: number(column())?,
            };
            let (stamp, gone) = (number(column())?, number(column())? != 0);
            let row = Row {
                ver: number(column())?,
                i_value: number_or_null(column())?,
                s_value: words(column())?,
                value: words(column())?,
                aux: number(column())?,
                flags: number(column())?,
                created: number(column())?,
                updated: number(column())?,
                seq: number(column())?,
            };
            Some(Self { address, stamp, gone, row })
        };
        read().ok_or_else(damaged)
    }
}

pub(super) fn damaged() -> Failure {
    Failure::Ours(
        Reason::Damaged
            .error("the store is damaged: a row of table cloud holds a value that cloudvars never writes"),
    )
}

pub(super) fn number(found: Option<Value>) -> Option<i64> {
    match found? {
        Value::Int(number) => Some(number),
        Value::UInt(number) => i64::try_from(number).ok(),
        _ => None,
    }
}

#[expect(clippy::option_option, reason = "what nobody stores, NULL, and a number")]
fn number_or_null(found: Option<Value>) -> Option<Option<i64>> {
    match found {
        Some(Value::NULL) => Some(None),
        other => number(other).map(Some),
    }
}

#[expect(clippy::option_option, reason = "what nobody stores, NULL, and a text")]
fn words(found: Option<Value>) -> Option<Option<Arc<str>>> {
    match found? {
        Value::NULL => Some(None),
        Value::Bytes(bytes) => String::from_utf8(bytes).ok().map(|text| Some(text.into())),
        _ => None,
    }
}
