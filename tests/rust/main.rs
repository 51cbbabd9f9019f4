//! Rules and backends without Python. One binary: it links SQLite once.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]
#![expect(clippy::cast_possible_wrap, reason = "small numbers of our own")]

mod backend;
mod calendar;
mod channel;
mod column;
mod combine;
mod commit;
mod copy;
mod csv;
mod file;
mod node;
mod package;
mod store;

mod value;
