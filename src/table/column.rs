//! A column of a table as people see it, and the types that it may have.

use crate::column::Type;
use arrow_schema::{DataType, TimeUnit};
use std::fmt;
use std::sync::Arc;

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ColumnType {
    Int64,
    Float64,
    String,
    /// Text that is JSON.
    Json,
    Bool,
    /// A moment, in milliseconds, UTC.
    Timestamp,
}

impl ColumnType {
    const ALL: [Self; 6] =
        [Self::Int64, Self::Float64, Self::String, Self::Json, Self::Bool, Self::Timestamp];

    /// The name that people see.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Int64 => "int64",
            Self::Float64 => "float64",
            Self::String => "string",
            Self::Json => "json",
            Self::Bool => "bool",
            Self::Timestamp => "timestamp",
        }
    }

    /// The type with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.name() == name)
    }

    /// Its type in Arrow.
    pub(super) fn arrow(self) -> DataType {
        match self {
            Self::Int64 => DataType::Int64,
            Self::Float64 => DataType::Float64,
            Self::String | Self::Json => DataType::Utf8,
            Self::Bool => DataType::Boolean,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        }
    }

    /// What a value of it is, for errors.
    pub(super) const fn accepted(self) -> &'static str {
        match self {
            Self::Int64 => "an int within int64",
            Self::Float64 => "a float",
            Self::String => "a str",
            Self::Json => "None (JSON is compared through fields())",
            Self::Bool => "True or False",
            Self::Timestamp => "an aware datetime or its ISO text",
        }
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<Type> for ColumnType {
    fn from(holds: Type) -> Self {
        match holds {
            Type::Int => Self::Int64,
            Type::Text | Type::Key => Self::String,
            Type::Json => Self::Json,
            Type::Millis | Type::Seconds => Self::Timestamp,
            Type::Bool => Self::Bool,
        }
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What people call it.
    pub name: Arc<str>,
    /// What its cells are.
    pub holds: ColumnType,
}

impl Field {
    pub(super) fn new(name: impl Into<Arc<str>>, holds: ColumnType) -> Self {
        Self { name: name.into(), holds }
    }
}

/// The place of a column, or an error that names those that there are.
pub(super) fn place(fields: &[Field], column: &str, of: &str) -> crate::error::Result<usize> {
    fields.iter().position(|field| &*field.name == column).ok_or_else(|| {
        let names: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
        crate::error::Error::value(format!(
            "{of}: there is no column '{column}'; accepted are {}",
            names.join(", ")
        ))
    })
}
