//! The lobby storage as a room reaches it: its requests, orders, names, and the cloud behind them. When a request is
//! sent again is in `src/request/storage.rs`.

use super::Room;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::kinds::board::{self, Page, Place};
use crate::kinds::order::{self, Order};
use crate::kinds::outcome::Outcome;
use crate::kinds::storage::{self, Entity, StorageAnswer, VersionedEntity};
use crate::names::{STORAGE_GET, STORAGE_ORDERS, STORAGE_SORT};
use crate::op::Op;
use crate::request::storage::{StorageCloud, StorageRequest};
use crate::row::Row;
use std::slice::from_ref;
use std::sync::Arc;

impl Room {
    /// Takes a storage request; returns its number.
    pub fn request_storage(&self, request: StorageRequest) -> Result<u64> {
        self.check_open()?;
        if matches!(request, StorageRequest::Set { .. }) {
            self.store.check_writable()?;
        }
        let number = self.store.new_token();
        self.storage.push(number, request);
        Ok(number)
    }

    /// What a getter returned ([`crate::request::Requests::brought`]).
    pub fn storage_brought(&self, number: u64, entities: Option<Vec<Entity>>) {
        self.storage.brought(number, entities);
    }

    /// A callback ran ([`crate::request::Requests::answered`]).
    pub fn storage_answered(&self, number: u64, raised: bool) -> bool {
        self.storage.answered(number, raised)
    }

    /// A purchase of a player (clause H-6); returns the order's id.
    pub fn place_order(&self, uid: i64, cmd: Arc<str>, count: i64) -> Result<i64> {
        self.check_open()?;
        let id = self.store.new_id()?;
        self.store.commit(vec![order::place(self.game, uid, id, cmd, count).into()])?;
        Ok(id)
    }

    /// A player's name on the boards (clause H-3).
    pub fn set_nickname(&self, uid: i64, name: Arc<str>) -> Result<()> {
        self.check_open()?;
        self.store.commit(vec![board::nickname(self.game, uid, name).into()]).map(drop)
    }
}

impl StorageCloud for Room {
    fn get(&self, uid: i64, keys: &[Arc<str>]) -> Result<Vec<VersionedEntity>> {
        let sent = self.sends(&Call::new(STORAGE_GET, &[uid], keys), |_| Ok(()))?;
        sent.answered(self.store.read(|snapshot| storage::query(snapshot, self.game, uid, keys)))
    }

    fn places(&self, page: &Page) -> Result<Option<Vec<Place>>> {
        let sent = self.sends(&Call::new(STORAGE_SORT, &[], from_ref(&page.key)), |_| Ok(()))?;
        sent.answered(self.board(page))
    }

    fn orders(&self, uid: i64) -> Result<Vec<Order>> {
        let sent = self.sends(&Call::new(STORAGE_ORDERS, &[uid], &[]), |_| Ok(()))?;
        sent.answered(self.store.read(|snapshot| order::query(snapshot, self.game, uid)))
    }

    fn set(&self, op: Op) -> Result<StorageAnswer> {
        let op = self.within_rate(op);
        let sent = self.sends(&Call::write(from_ref(&op)), |_| Ok(()))?;
        let answer = match self.store.commit(vec![op]) {
            Ok(Outcome::Storage(answer)) => Ok(answer),
            Ok(_) => Err(Error::store("internal error: a storage set has no answer")),
            Err(error) => Err(error),
        };
        sent.told(answer, told)
    }
}

impl Room {
    fn board(&self, page: &Page) -> Result<Option<Vec<Place>>> {
        let at = board::key(self.game, page.key.clone());
        let Some(mut row) = self.store.read_one(&at)? else { return Ok(None) };
        if !board::is_fresh(&row, self.store.now_ms()) {
            let ends = self.store.read(|snapshot| board::rank(snapshot, self.game, &page.key))?;
            // If another room stored the board first, everybody sees that one. If it cannot be stored, it is seen here only.
            row = match self.store.commit(vec![board::refresh(at.clone(), row.ver, ends.clone()).into()]) {
                Ok(_) => self.store.read_one(&at)?.unwrap_or(row),
                Err(_) => Row { value: Some(ends), ..row },
            };
        }
        let ends = row.value.unwrap_or_else(|| "[[],[]]".into());
        self.store.read(|snapshot| board::places(snapshot, &at, &ends, page)).map(Some)
    }
}

/// A set's answer as the journal shows it.
fn told(answer: &StorageAnswer) -> (Option<i64>, String) {
    match answer {
        StorageAnswer::Stored(_) => (Some(0), String::new()),
        StorageAnswer::Conflict(_) => (Some(2), "another room set one of the keys".into()),
        StorageAnswer::Shipped(_) => (Some(5), "the order was shipped before".into()),
        StorageAnswer::NoOrder => (None, "no order of this player".into()),
        StorageAnswer::NotSortable(key) => (None, format!("'{key}' is sorted: an int64 is accepted")),
        StorageAnswer::Wait(_) => (None, "waits: too many sets in this second".into()),
    }
}
