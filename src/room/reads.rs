//! What a room reads: every query of the contract, counted and measured.

use super::Room;
use crate::call::Call;
use crate::error::Result;
use crate::kinds::message::{self, Query};
use crate::kinds::name::{self, Name};
use crate::kinds::{Entry, limit, list, plain, player, product};
use crate::op::{List, Op};
use crate::quota;
use crate::row::{Key, Kind, Row};
use crate::value::{json_len, json_len_max, text_len};
use std::slice::from_ref;
use std::sync::Arc;

impl Room {
    /// Clause Q-2 for what a read found.
    fn sized<'a>(&self, rows: impl Iterator<Item = &'a Row> + Clone) -> Result<()> {
        if !self.limits {
            return Ok(());
        }
        let texts = rows.clone().flat_map(|row| [&row.value, &row.s_value]).flatten();
        if json_len_max(texts.map(|text| text.len() + 8).sum()) <= quota::CALL_BYTES_MAX {
            return Ok(());
        }
        let mut bytes = 0;
        for row in rows {
            bytes += row.value.as_ref().map_or(Ok(0), |json| json_len(json))?;
            bytes += row.s_value.as_ref().map_or(0, |text| text_len(text));
        }
        Ok(quota::one_call(bytes, "read")?)
    }

    fn sized_entries(&self, entries: Vec<Entry>) -> Result<Vec<Entry>> {
        self.sized(entries.iter().map(|(_, row)| row))?;
        Ok(entries)
    }

    fn get_rows(&self, kind: Kind, users: &[i64], keys: &[Arc<str>]) -> Result<Vec<Entry>> {
        if let ([user], [key]) = (users, keys) {
            let key = plain(self.game, *user, kind, key.clone());
            let row = self.store.read_one(&key)?;
            return self.sized_entries(row.into_iter().map(|row| (key.clone(), row)).collect());
        }
        let keys = product(self.game, kind, users, keys);
        let rows = self.store.read(|snapshot| snapshot.get(&keys))?;
        let found = keys.into_iter().zip(rows).filter_map(|(key, row)| Some((key, row?))).collect();
        self.sized_entries(found)
    }

    /// `score.get`: the existing rows of users × keys (clause G-5).
    pub fn get(&self, users: &[i64], keys: &[Arc<str>]) -> Result<Vec<Entry>> {
        self.read(&Call::new("get", users, keys), || self.get_rows(Kind::General, users, keys))
    }

    /// `score.money_get`
    pub fn money_get(&self, users: &[i64], keys: &[Arc<str>]) -> Result<Vec<Entry>> {
        self.read(&Call::new("money_get", users, keys), || self.get_rows(Kind::Money, users, keys))
    }

    const fn list(&self, world: bool) -> List {
        List { game: self.game, world }
    }

    /// `score.list_query`
    pub fn list_query(&self, users: &[i64], keys: &[Arc<str>], limit: Option<usize>) -> Result<Vec<Entry>> {
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
            self.store.commit(vec![Op::LimitExpire { key: key.clone() }])?;
            self.store.read_one(key)
        })
    }

    /// `score.is_old_player`
    pub fn is_old_player(&self, user: i64) -> Result<bool> {
        self.read(&Call::new("is_old_player", &[user], &[]), || {
            self.store.read(|snapshot| player::is_old(snapshot, user, &self.game_name))
        })
    }
}
