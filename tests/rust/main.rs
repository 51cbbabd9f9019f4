//! Rules and backends without Python. One binary: it links SQLite once.

mod backend;
mod calendar;
mod commit;
mod store;
mod table;
mod value;
