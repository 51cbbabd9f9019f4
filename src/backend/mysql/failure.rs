//! The errors that a server reports, sorted by what to do about each.

use crate::error::{Code, Error, Reason, Refused};
use std::error::Error as _;
use std::fmt::Write;
use std::io;

/// What can go wrong inside this backend.
#[derive(Debug)]
pub(super) enum Failure {
    /// The engine undid the transaction because of others: run it again.
    Conflict(String),
    /// Somebody else keeps a row locked: undo the transaction, and perhaps run it again.
    LockWait(String),
    /// This connection cannot be used any more.
    Lost(String),
    /// This server cannot serve now, but another one may.
    Unfit(String),
    /// The store's format is not the one that was checked.
    Moved,
    /// Trying again does not help.
    Ours(Error),
}

pub(super) type Tried<T> = Result<T, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

fn refused(code: Code, message: impl Into<String>) -> Failure {
    Failure::Ours(Refused::new(code, message).into())
}

impl From<mysql::Error> for Failure {
    fn from(error: mysql::Error) -> Self {
        let said = |message: &str| plain(message);
        match error {
            error if timed_out(&error) => Self::Unfit("no answer in time".into()),
            mysql::Error::MySqlError(error) => server(error.code, &said(&error.message)),
            mysql::Error::IoError(error) => Self::Lost(said(&error.to_string())),
            mysql::Error::CodecError(error) => Self::Lost(said(&error.to_string())),
            mysql::Error::DriverError(error) => Self::Lost(said(&error.to_string())),
            mysql::Error::TlsError(error) => Self::Unfit(format!("TLS: {}", said(&error.to_string()))),
            // The messages of these two would show a row.
            mysql::Error::FromValueError(_) | mysql::Error::FromRowError(_) => Self::Ours(
                Reason::Damaged
                    .error("the store is damaged: a row holds a value that cloudvars never writes"),
            ),
            mysql::Error::UrlError(_) => Self::Ours(Error::store("internal error: a bad URL")),
        }
    }
}

/// Whether the server did not answer within a time-out.
fn timed_out(error: &mysql::Error) -> bool {
    let io = match error {
        mysql::Error::IoError(io) => Some(io),
        mysql::Error::CodecError(codec) => codec.source().and_then(|error| error.downcast_ref::<io::Error>()),
        mysql::Error::DriverError(driver) => {
            return matches!(driver, mysql::DriverError::ConnectTimeout | mysql::DriverError::Timeout);
        }
        _ => None,
    };
    io.is_some_and(|io| matches!(io.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock))
}

/// The message in one line.
fn plain(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Sorts an error by its number in `MySQL`, `MariaDB`, Galera and `TiDB`.
fn server(code: u16, message: &str) -> Failure {
    let mut said = format!("{code}: {message}");
    let too_large = ["max_allowed_packet", "writeset size", "too large"];
    match code {
        // 1412: somebody altered the table.
        1213 | 1020 | 1412 | 8002 | 8005 | 8022 | 8028 | 9007 => Failure::Conflict(said),
        1105 if message.contains("Information schema is changed") => Failure::Conflict(said),
        // Only the check of the format in a guarded statement makes a NULL.
        1048 => Failure::Moved,
        1205 | 3572 => Failure::LockWait(said),
        1406 | 1153 | 8004 | 8025 => refused(Code::TooLong, too_long(&said)),
        // Galera: the commit failed with the system's error EMSGSIZE.
        1180 if message.contains("error 90 ") => refused(Code::TooLong, too_long(&said)),
        1105 if too_large.iter().any(|part| message.contains(part)) => {
            refused(Code::TooLong, too_long(&said))
        }
        7534 | 7533 | 5041 | 3277 | 9003 | 8252 => {
            refused(Code::Throttled, format!("the server throttles ({said}); nothing was stored"))
        }
        // Too many connections; no quorum, or lost while committing; shutting down; read-only; no space left; too many
        // prepared statements, which are freed when the connection is given up.
        1040 | 1203 | 1226 | 1047 | 1180 | 1053 | 1290 | 1792 | 1836 | 1021 | 1114 | 1461 => {
            Failure::Unfit(said)
        }
        // Killed, interrupted, network errors seen by the server.
        1317 | 1927 | 4031 | 2006 | 2013 | 1152 | 1158..=1161 | 3169 => Failure::Lost(said),
        1045 | 1698 => Failure::Ours(Reason::Refused.error(format!(
            "the server refuses: {said}; are the user and the percent-encoded password those of the server?"
        ))),
        1044 | 1142 | 1227 => {
            said.push_str("; give the user SELECT, INSERT, UPDATE, DELETE and CREATE on the database");
            Failure::Ours(Reason::Refused.error(format!("the server refuses: {said}")))
        }
        1049 => Failure::Ours(
            Reason::Missing.error(format!("the server refuses: {said}; make it with CREATE DATABASE")),
        ),
        _ => {
            let mut text = String::from("the server answered ");
            let _ = write!(text, "{said}");
            Failure::Ours(Error::store(text))
        }
    }
}

/// Why something that is too long was refused.
pub(super) fn too_long(said: &str) -> String {
    format!(
        "more than the server takes at once ({said}); nothing was stored: use several keys, or raise its limit"
    )
}

impl Failure {
    /// The error for the caller when the call is not tried again.
    pub(super) fn surfaced(self) -> Error {
        match self {
            Self::Conflict(said) => Refused::new(
                Code::Deadlock,
                format!("deadlock with another commit ({said}); nothing was stored"),
            )
            .into(),
            Self::LockWait(said) => Refused::new(
                Code::LockTimeout,
                format!("another commit kept a row locked for too long ({said}); nothing was stored"),
            )
            .into(),
            Self::Moved => Reason::Newer.error("the store's format is being changed; nothing was stored"),
            Self::Lost(said) | Self::Unfit(said) => {
                Reason::Unreachable.error(format!("the server was lost: {said}"))
            }
            Self::Ours(error) => error,
        }
    }

    /// What happened, as part of a sentence.
    pub(super) fn said(&self) -> String {
        match self {
            Self::Conflict(said) | Self::LockWait(said) | Self::Lost(said) | Self::Unfit(said) => {
                said.clone()
            }
            Self::Moved => "the store's format is being changed".into(),
            Self::Ours(error) => error.to_string(),
        }
    }
}
