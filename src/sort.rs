//! Sorting that ends early when that is wanted.

use crate::error::Result;
use crate::interrupt;
use std::cmp::Ordering;

/// This many are sorted in some milliseconds.
const AT_ONCE: usize = 1 << 14;

/// Sorts; equal items come in any order. After an error some are gone, and the others are in no order.
pub(crate) fn sort<T>(items: &mut Vec<T>, order: fn(&T, &T) -> Ordering) -> Result<()> {
    if items.len() <= AT_ONCE {
        items.sort_unstable_by(order);
        return Ok(());
    }
    let mut right = items.split_off(items.len() / 2);
    sort(items, order)?;
    sort(&mut right, order)?;
    *items = merge(std::mem::take(items), right, order)?;
    Ok(())
}

fn merge<T>(mut left: Vec<T>, mut right: Vec<T>, order: fn(&T, &T) -> Ordering) -> Result<Vec<T>> {
    if left.last().zip(right.first()).is_none_or(|(last, first)| order(last, first).is_le()) {
        left.append(&mut right);
        return Ok(left);
    }
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(one), Some(other)) = (left.peek(), right.peek()) {
        interrupt::row()?;
        let next = if order(one, other).is_gt() { right.next() } else { left.next() };
        merged.extend(next);
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_as_the_standard_library_does() {
        for count in [0, 1, AT_ONCE, AT_ONCE + 1, 5 * AT_ONCE + 7] {
            let mut mixed: Vec<u64> = (0..count as u64).map(|n| n * 7919 % 10_007).collect();
            let mut sorted = mixed.clone();
            sorted.sort_unstable();
            sort(&mut mixed, Ord::cmp).expect("nobody interrupts");
            assert_eq!(mixed, sorted);
            sort(&mut mixed, Ord::cmp).expect("nobody interrupts");
            assert_eq!(mixed, sorted);
        }
    }
}
