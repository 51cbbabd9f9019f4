//! What an operation answers beyond "done".

pub mod achievement;
pub mod storage;

/// The answer of one operation that was applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// Applied.
    #[default]
    Done,
    /// A number was handed out.
    Number(i64),
    /// The answer to an achievement set.
    Achievement(achievement::AchievementAnswer),
    /// The answer to a storage set.
    Storage(storage::StorageAnswer),
}
