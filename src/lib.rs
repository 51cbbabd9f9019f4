//! Cloud variables and cloud achievements of an online game lobby, on your own machine.
//!
//! A commit is a pure function from rows to rows ([`commit`]): the rules live in [`kinds`], a [`backend`] only
//! loads and stores rows, a [`store::Store`] lets concurrent commits share one durable write, and a
//! [`room::Room`] is one running game session with its quota and subscriptions.
//!
//! ```
//! use cloudvars::{kinds::money, room::RoomOptions, store::{Options, Store}};
//!
//! let store = Store::open(&Options::default())?;
//! let room = store.room("lobby-1", &RoomOptions::default())?;
//! let (add, cost) = (money::add(room.game(), 7, "gold".into(), 30), money::cost(room.game(), 7, "gold".into(), 10));
//! room.commit(vec![add.into(), cost.into()], 0)?;
//! assert_eq!(room.money_get(&[7], &["gold".into()])?[0].1.i_value, Some(20));
//! # Ok::<(), cloudvars::error::Error>(())
//! ```

pub mod backend;
pub mod backup;
pub mod calendar;
pub mod call;
pub mod channel;
pub mod check;
pub mod clock;
pub mod column;
pub mod combine;
pub mod commit;
pub mod copy;
pub mod dump;
pub mod error;
pub mod fault;
pub mod fork;
pub mod interrupt;
pub mod journal;
pub mod key;
pub mod kinds;
mod lock;
pub mod names;
pub mod node_files;
pub mod number;
pub mod op;
pub mod query;
pub mod quota;
pub mod request;
pub mod room;
pub mod row;
pub mod rows;
mod sort;
pub mod store;
pub mod table;
pub mod value;
pub mod whole;

#[cfg(feature = "python")]
mod py;
