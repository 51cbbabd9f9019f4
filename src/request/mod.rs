//! A room's requests, and its custom progress.

pub mod achievement;
pub mod lanes;
pub mod storage;
pub mod tally;
