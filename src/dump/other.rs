//! Rows of kinds that this version does not know: every column as it is, so that `load` brings back the same rows.

use super::LARGEST;
use crate::error::{Error, Result};
use crate::row::{Key, Kind, Row};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which game a row belongs to: its name, or the number where it is not a game's.
#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum Of {
    Game(String),
    Number(i64),
}

/// A row, its columns called as in the file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Other {
    kind: i64,
    game: Of,
    owner: i64,
    world: i64,
    key: String,
    id: i64,
    ver: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    i_value: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    s_value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    aux: i64,
    flags: i64,
    created: i64,
    updated: i64,
    seq: i64,
}

impl Other {
    /// A line of the text.
    pub(super) fn line(game: Option<&Arc<str>>, key: &Key, row: &Row) -> Result<String> {
        let text = |text: &Option<Arc<str>>| text.as_deref().map(str::to_owned);
        let other = Self {
            kind: key.kind.number(),
            game: game.map_or(Of::Number(key.game), |name| Of::Game(name.to_string())),
            owner: key.owner,
            world: key.world,
            key: key.key.to_string(),
            id: key.id,
            ver: row.ver,
            i_value: row.i_value,
            s_value: text(&row.s_value),
            value: text(&row.value),
            aux: row.aux,
            flags: row.flags,
            created: row.created,
            updated: row.updated,
            seq: row.seq,
        };
        serde_json::to_string(&other)
            .map_err(|error| Error::store(format!("internal error: a dump: {error}")))
    }

    /// The name of its game, if that has one.
    pub(super) fn game_name(&self) -> Option<&str> {
        match &self.game {
            Of::Game(name) => Some(name),
            Of::Number(_) => None,
        }
    }

    /// The row, of the game with this number if it is named.
    pub(super) fn row(self, at: usize, named: Option<i64>) -> Result<(Key, Row)> {
        let game = match self.game {
            Of::Number(number) => number,
            Of::Game(_) => named.ok_or_else(|| Error::store("internal error: a game without a number"))?,
        };
        let kind = Kind::from_number(self.kind).filter(|kind| !kind.is_known()).ok_or_else(|| {
            let (kind, most) = (self.kind, Kind::NUMBER_MAX);
            Error::value(format!(
                "other[{at}].kind: {kind}; the number of a kind that stands nowhere else, at most {most}, is accepted"
            ))
        })?;
        let text = |text: Option<String>| text.map(Into::into);
        let Self { owner, world, id, ver, i_value, aux, flags, created, updated, seq, .. } = self;
        let key = Key { game, owner, kind, world, key: self.key.into(), id };
        let (s_value, value) = (text(self.s_value), text(self.value));
        let largest = [ver, id, seq].into_iter().max().unwrap_or(0);
        if largest > LARGEST {
            return Err(Error::value(format!(
                "other[{at}]: ver {ver}, id {id}, seq {seq}; ints of at most {LARGEST} are accepted"
            )));
        }
        Ok((key, Row { ver, i_value, s_value, value, aux, flags, created, updated, seq }))
    }
}
