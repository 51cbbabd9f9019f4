//! A file as a whole: its version, its size, and what is wrong with it below the rows.

use super::failure::Tried;
use super::schema;
use crate::backend::Facts;
use crate::backend::format::VERSION;
use rusqlite::Connection;

/// Of one kind of damage, at most this many places are named.
const NAMED_MAX: i64 = 100;
const RESTORE: &str = "restore a backup, or export what can still be read as JSON";

pub(super) fn facts(connection: &Connection) -> Tried<Facts> {
    let number = |sql| connection.prepare_cached(sql)?.query_row((), |row| row.get::<_, i64>(0));
    Ok(Facts {
        version: number("PRAGMA user_version")?,
        bytes: number("PRAGMA page_count")?.saturating_mul(number("PRAGMA page_size")?),
    })
}

pub(super) fn damage(connection: &Connection) -> Tried<Vec<String>> {
    let mut found = unsound(connection)?;
    if facts(connection)?.version == VERSION {
        for sql in schema::missing_views(connection)? {
            let name = sql.split_whitespace().nth(2).unwrap_or("").trim_matches('"');
            found.push(format!(
                "the view '{name}' is missing; open the store once without readonly, which makes it again"
            ));
        }
        found.extend(unstamped(connection)?);
    }
    Ok(found)
}

/// What SQLite finds wrong with pages, indexes and constraints.
fn unsound(connection: &Connection) -> Tried<Vec<String>> {
    let mut statement = connection.prepare(&format!("PRAGMA integrity_check({NAMED_MAX})"))?;
    let mut rows = statement.query(())?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let said: String = row.get(0)?;
        if said != "ok" {
            found.push(format!("the file is damaged ({}); {RESTORE}", said.replace('\n', " ")));
        }
    }
    Ok(found)
}

/// Rows with a larger order stamp than the file says that any has: a later change might get a smaller one.
fn unstamped(connection: &Connection) -> Tried<Option<String>> {
    let sql = "SELECT count(*) FROM cloud WHERE seq > (SELECT stamped FROM format)";
    let rows: i64 = connection.prepare_cached(sql)?.query_row((), |row| row.get(0))?;
    Ok((rows > 0).then(|| {
        format!(
            "the order stamp of {rows} of the rows is beyond the one that the file notes as the largest, so somebody else \
             wrote them; export the store as JSON, and import that into a new one"
        )
    }))
}
