//! What differs between the rows of one store and those of any other.

/// How many rows a store holds, and a sum that other rows do not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// Rows, the store's own included.
    pub rows: i64,
    /// SHA-256 over every column of every row, in key order; hex.
    pub checksum: String,
}
