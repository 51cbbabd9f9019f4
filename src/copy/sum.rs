//! What tells the rows of one store from those of all others.

/// How many rows a store holds, and what tells them from all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// Rows, the store's own included.
    pub rows: i64,
    /// SHA-256 over every column of every row, in key order; hex.
    pub checksum: String,
}
