//! Sorting that ends early when that is wanted.

use crate::error::Result;
use crate::interrupt;
use std::cmp::Ordering;

/// This many are sorted in some milliseconds.
const AT_ONCE: usize = 1 << 14;

/// Sorts; equal items keep their order. After an error some are gone, and the others are in no order.
pub(crate) fn sort<T>(items: &mut Vec<T>, order: impl Fn(&T, &T) -> Ordering + Copy) -> Result<()> {
    if items.len() <= AT_ONCE {
        items.sort_by(order);
        return Ok(());
    }
    let mut right = items.split_off(items.len() / 2);
    sort(items, order)?;
    interrupt::part()?;
    sort(&mut right, order)?;
    *items = merge(std::mem::take(items), right, order)?;
    Ok(())
}

fn merge<T>(mut left: Vec<T>, mut right: Vec<T>, order: impl Fn(&T, &T) -> Ordering) -> Result<Vec<T>> {
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
    use crate::error::Error;

    #[test]
    fn sorts_as_the_standard_library_does() {
        for count in [0, 1, AT_ONCE, AT_ONCE + 1, 5 * AT_ONCE + 7] {
            let mut mixed: Vec<(usize, usize)> = (0..count).map(|n| (n * 7919 % 10_007 / 3, n)).collect();
            let mut sorted = mixed.clone();
            let by_first = |one: &(usize, usize), other: &(usize, usize)| one.0.cmp(&other.0);
            sorted.sort_by(by_first);
            sort(&mut mixed, by_first).expect("nobody interrupts");
            assert_eq!(mixed, sorted);
            sort(&mut mixed, by_first).expect("nobody interrupts");
            assert_eq!(mixed, sorted);
        }
    }

    #[test]
    fn gives_up_when_that_is_wanted() {
        // Halves that are in order are merged without a look at each item.
        let mut in_order: Vec<usize> = (0..20 * AT_ONCE).collect();
        let mut sort_again = || -> Result<()> {
            loop {
                sort(&mut in_order, Ord::cmp)?;
            }
        };
        let stopped = interrupt::listening(|| true, &mut sort_again);
        assert!(matches!(stopped, Err(Error::Interrupted { .. })));
    }
}
