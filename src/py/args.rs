//! Reads what a call was given. Each reader has the noun of what it reads.

mod array;
mod cell;
mod container;
mod fields;
mod flag;
mod function;
mod given;
mod id;
mod number;
mod refusal;
mod target;
mod text;

pub(super) use array::scalar_or_array;
pub(super) use cell::{Cell, cell};
pub(super) use container::container;
pub(super) use fields::Fields;
pub(super) use flag::flag;
pub(super) use function::{callable, is_async, optional_callable, progress};
pub(super) use given::Given;
pub(super) use id::{id, uuid};
pub(super) use number::{int, int_from, number};
pub(super) use refusal::{checked, not_accepted, shown};
pub(super) use target::{durability, path};
pub(super) use text::{any_text, key, key_of, text};
