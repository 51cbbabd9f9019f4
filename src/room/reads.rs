//! What a room reads: every query of the contract, counted and measured.

use super::Room;
use super::meter::Meter;
use crate::backend::{Snapshot, Unknown};
use crate::call::Call;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::kinds::list::List;
use crate::kinds::message::{self, Query};
use crate::kinds::name::{self, Name};
use crate::kinds::{Entry, limit, list, pairs, player, product};
use crate::quota;
use crate::row::{Found, Key, Kind, Row, Sought};
use crate::value::text_len;
use std::borrow::Borrow;
use std::slice::from_ref;
use std::sync::Arc;

/// This many pairs of a user and a key are looked up at a time.
const PAIRS_AT_ONCE: usize = 4096;

impl Room {
    fn meter(&self) -> Meter {
        Meter::new(self.limits)
    }

    fn sized_entries<E: Borrow<Entry>>(&self, entries: Vec<E>) -> Result<Vec<E>> {
        self.meter().weigh(&entries)?;
        Ok(entries)
    }

    fn get_rows(
        &self,
        call: &'static str,
        kind: Kind,
        users: &[i64],
        keys: &[Arc<str>],
    ) -> Result<Vec<Found>> {
        let about = Call::new(call, users, keys);
        let pairs = product(self.game, kind, users, keys)?;
        if users.len().saturating_mul(keys.len()) <= PAIRS_AT_ONCE {
            let keys: Vec<Key> = pairs.collect();
            return self.read(&about, || {
                let rows = self.store.read_all(&keys)?;
                self.sized_entries(rows.into_iter().flatten().collect())
            });
        }
        self.read(&about, || self.store.read(|snapshot| self.existing(snapshot, pairs.clone())))
    }

    /// Reads the rows that exist, some of the pairs at a time.
    fn existing(
        &self,
        snapshot: &mut dyn Snapshot,
        mut pairs: impl Iterator<Item = Key>,
    ) -> Result<Vec<Found>> {
        let (mut found, mut meter) = (Vec::new(), self.meter());
        loop {
            let keys: Vec<Key> = pairs.by_ref().take(PAIRS_AT_ONCE).collect();
            if keys.is_empty() {
                return Ok(found);
            }
            let rows = snapshot.get(&keys)?;
            found.extend(keys.into_iter().zip(rows).filter_map(|(key, row)| Some(Arc::new((key, row?)))));
            meter.weigh(&found)?;
        }
    }

    /// `score.get`: the existing rows of users × keys (clause G-5).
    pub fn get(&self, users: &[i64], keys: &[Arc<str>]) -> Result<Vec<Found>> {
        self.get_rows("get", Kind::General, users, keys)
    }

    /// `score.money_get`
    pub fn money_get(&self, users: &[i64], keys: &[Arc<str>]) -> Result<Vec<Found>> {
        self.get_rows("money_get", Kind::Money, users, keys)
    }

    /// What [`Room::get`] (general rows) or [`Room::money_get`] answers for one user and one key, without waiting for
    /// anybody. It gives up, and has counted nothing, if the row has to be read.
    pub fn recall(&self, kind: Kind, user: i64, key: &str) -> Result<Option<Found>> {
        self.check_unwatched()?;
        let found =
            self.store.recall(&Sought { game: self.game, owner: user, kind, world: 0, key, id: 0 })?;
        self.count_read()?;
        self.meter().weigh(found.as_slice())?;
        Ok(found)
    }

    /// The same for users × keys.
    pub fn recall_all(&self, kind: Kind, users: &[i64], keys: &[Arc<str>]) -> Result<Vec<Found>> {
        self.check_unwatched()?;
        if users.len().saturating_mul(keys.len()) > PAIRS_AT_ONCE {
            return Err(Unknown.into());
        }
        let sought: Vec<Sought<'_>> = pairs(users, keys)?
            .map(|(owner, key)| Sought { game: self.game, owner, kind, world: 0, key, id: 0 })
            .collect();
        let found = self.store.recall_all(&sought)?.into_iter().flatten().collect();
        self.count_read()?;
        self.sized_entries(found)
    }

    /// A call that is written down, or may be made to fail, takes the way that does both.
    fn check_unwatched(&self) -> Result<()> {
        if self.is_watched() { Err(Unknown.into()) } else { Ok(()) }
    }

    const fn list(&self, world: bool) -> List {
        List { game: self.game, world }
    }

    /// `score.list_query`
    pub fn list_query(&self, users: &[i64], keys: &[Arc<str>], limit: Option<usize>) -> Result<Vec<Entry>> {
        product(self.game, Kind::List, users, keys).map(drop)?; // more than there may be is no read
        self.read(&Call::new("list_query", users, keys), || {
            let found =
                self.store.read(|snapshot| list::query(snapshot, self.list(false), users, keys, 0, limit))?;
            self.sized_entries(found)
        })
    }

    /// `score.world_list_query`
    pub fn world_list_query(&self, user: i64, key: &Arc<str>, world: i64) -> Result<Vec<Entry>> {
        self.read(&Call::new("world_list_query", &[user], from_ref(key)), || {
            let (users, keys, limit) = ([user], [key.clone()], Some(list::WORLD_ROWS_MAX));
            let list = self.list(true);
            let found =
                self.store.read(|snapshot| list::query(snapshot, list, &users, &keys, world, limit))?;
            self.sized_entries(found)
        })
    }

    /// `score.list_query_by_uuid` and `score.world_list_query_by_uuid`
    pub fn list_by_uuid(&self, world: bool, uuid: i64) -> Result<Vec<Entry>> {
        self.read(
            &Call::new(if world { "world_list_query_by_uuid" } else { "list_query_by_uuid" }, &[], &[]),
            || {
                let found = self.store.read(|snapshot| list::by_uuid(snapshot, self.list(world), uuid))?;
                self.sized_entries(found.into_iter().collect())
            },
        )
    }

    /// `score.world_data_get`: the row, if its value was ever set.
    pub fn world_data_get(&self, key: &Key) -> Result<Vec<Entry>> {
        self.read(&Call::new("world_data_get", &[key.owner], from_ref(&key.key)), || {
            let row = self.store.read_one(key)?;
            self.sized_entries(row.into_iter().map(|row| (key.clone(), row)).collect())
        })
    }

    /// `score.name_search`
    pub fn name_search(&self, key: &str, prefix: &str) -> Result<Vec<Name>> {
        self.read(&Call::new("name_search", &[], &[key.into()]), || {
            let names = self.store.read(|snapshot| name::search(snapshot, self.game, key, prefix))?;
            if self.limits {
                quota::one_call(names.iter().map(|name| text_len(&name.value)).sum(), "read")?;
            }
            Ok(names)
        })
    }

    /// `score.message_query`
    pub fn message_query(&self, query: &Query) -> Result<Vec<Entry>> {
        self.read(&Call::new("message_query", query.target.as_slice(), from_ref(&query.key)), || {
            let found = self.store.read(|snapshot| message::query(snapshot, self.game, query))?;
            self.sized_entries(found)
        })
    }

    /// `score.withlimit_query`: after the window's end it stores and returns 0 (clause T-4).
    pub fn withlimit_query(&self, key: &Key) -> Result<Option<Row>> {
        self.read(&Call::new("withlimit_query", &[key.owner], from_ref(&key.key)), || {
            let Some(row) = self.store.read_one(key)? else { return Ok(None) };
            if row.i_value == Some(0) || !limit::expired(&row, self.store.zone(), self.store.now_ms())? {
                return Ok(Some(row));
            }
            // The answer is 0 whether that can be stored or not.
            match self.store.commit(vec![limit::expire(key.clone()).into()]) {
                Ok(_) => self.store.read_one(key),
                Err(error @ Error::Interrupted { .. }) if interrupt::is_at_once() => Err(error),
                Err(_) => Ok(Some(Row { i_value: Some(0), ..row })),
            }
        })
    }

    /// `score.is_old_player`
    pub fn is_old_player(&self, user: i64) -> Result<bool> {
        self.read(&Call::new("is_old_player", &[user], &[]), || {
            self.store.read(|snapshot| player::is_old(snapshot, user, &self.game_name))
        })
    }
}
