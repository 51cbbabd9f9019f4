//! The known name that was probably meant by an unknown one, for errors (clause G-3).

/// The nearest of `names`; `None` if none is near.
pub(super) fn nearest<'a>(unknown: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = plain(unknown);
    let distances = names.into_iter().filter_map(|name| {
        let known = plain(name);
        // A beginning counts as near, however much is left out: 'user' for 'user_id'.
        let begun = wanted.len() >= 2 && (known.starts_with(&wanted) || wanted.starts_with(&known));
        let distance = if begun { 1 } else { edits(&wanted, &known) };
        (distance <= 1 + wanted.len().min(known.len()) / 4).then_some((distance, name))
    });
    distances.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// The name in lower case and without underscores, because people mix these up; at most 64 characters.
fn plain(name: &str) -> Vec<char> {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).take(64).collect()
}

/// How many characters must be changed, added, left out or swapped with the next one.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let changed = rows[i][j] + usize::from(x != y);
            let mut least = changed.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}
