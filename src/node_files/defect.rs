//! What is wrong with a file of nodes, and where.

use std::fmt;

/// What is wrong with a node file (or, as a warning, odd), and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDefect {
    /// The file's name.
    pub file: String,
    /// The field, as in `reward[0].data`; empty for the file as a whole.
    pub field: String,
    /// What is there and what is accepted.
    pub message: String,
}

impl fmt::Display for FieldDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, field, message } = self;
        if field.is_empty() {
            write!(f, "{file}: {message}")
        } else {
            write!(f, "{file}: {field}: {message}")
        }
    }
}

/// What is wrong with a `NodeSetting.csv`, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineDefect {
    /// The line in the file, from 1.
    pub line: u64,
    /// The column, the cell and what is accepted.
    pub message: String,
}

impl fmt::Display for LineDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}
