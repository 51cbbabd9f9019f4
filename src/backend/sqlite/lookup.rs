//! Rows by their keys: many of one user and kind lie together, and are read as one range.

use super::failure::Tried;
use super::rows::{self, Lazy, Point};
use super::select;
use crate::interrupt;
use crate::row::{Key, Row};
use rusqlite::{Connection, Statement};

/// If at least this many keys of one user and kind are read, one range is read instead of single rows.
const STRETCH_KEYS_MIN: usize = 2;

/// The row under each key, and whether the schema changed meanwhile.
pub(super) fn rows(connection: &Connection, keys: &[Key]) -> Tried<(Vec<Option<Row>>, bool)> {
    let mut point = Point::new(connection)?;
    let mut answer = Vec::new();
    if keys.len() < STRETCH_KEYS_MIN {
        for key in keys {
            interrupt::row()?;
            answer.push(point.get(key)?);
        }
        return Ok((answer, point.moved()));
    }
    answer.resize(keys.len(), None);
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by(|&a, &b| keys[a].cmp(&keys[b])); // already in order: one pass
    let mut stretch = Lazy::new(connection, select::STRETCH);
    for group in order.chunk_by(|&a, &b| same_stretch(&keys[a], &keys[b])) {
        let read = if group.len() < STRETCH_KEYS_MIN {
            0
        } else {
            read_stretch(stretch.get()?, keys, group, &mut answer)?
        };
        for &index in &group[read..] {
            interrupt::row()?;
            answer[index] = point.get(&keys[index])?;
        }
    }
    let moved = point.moved() || stretch.made().is_some_and(rows::moved);
    Ok((answer, moved))
}

/// Reads the range that holds all keys of a group. Returns how many of them were answered: not all if the user has far
/// more rows in the range than were asked for.
fn read_stretch(
    statement: &mut Statement<'_>,
    keys: &[Key],
    group: &[usize],
    answer: &mut [Option<Row>],
) -> Tried<usize> {
    let (Some(&first), Some(&last)) = (group.first(), group.last()) else { return Ok(0) };
    let (first, last) = (&keys[first], &keys[last]);
    let rows_max = 4 * group.len() + 16;
    let bounds = (first.game, first.owner, first.kind.number(), first.world, &*first.key, &*last.key);
    let mut found = statement.query(bounds)?;
    let (mut next, mut scanned) = (0, 0);
    while next < group.len() {
        let Some(found) = found.next()? else {
            next = group.len();
            break;
        };
        interrupt::row()?;
        scanned += 1;
        if scanned > rows_max {
            break;
        }
        let bad = |damage: rows::Damage| damage.of(&keys[group[next]]);
        let here = (rows::text(found, 9, "key").map_err(bad)?, found.get::<_, i64>(10)?);
        while next < group.len() && (&*keys[group[next]].key, keys[group[next]].id) < here {
            next += 1;
        }
        while next < group.len() && (&*keys[group[next]].key, keys[group[next]].id) == here {
            let key = &keys[group[next]];
            answer[group[next]] = Some(rows::content(found).map_err(|damage| damage.of(key))?);
            next += 1;
        }
    }
    Ok(next)
}

fn same_stretch(a: &Key, b: &Key) -> bool {
    (a.game, a.owner, a.kind, a.world) == (b.game, b.owner, b.kind, b.world)
}
