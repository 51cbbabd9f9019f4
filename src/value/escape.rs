//! The inside of a JSON string.

/// Appends the text, with escapes where JSON asks for them and nowhere else.
pub(super) fn push(out: &mut String, text: &str) {
    if is_plain(text.as_bytes()) {
        return out.push_str(text);
    }
    let mut rest = text;
    while let Some(at) = rest.bytes().position(is_special) {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        push_special(out, tail.as_bytes()[0]);
        rest = &tail[1..];
    }
    out.push_str(rest);
}

fn push_special(out: &mut String, byte: u8) {
    const HEX: &str = "0123456789abcdef";
    match byte {
        b'"' => out.push_str("\\\""),
        b'\\' => out.push_str("\\\\"),
        b'\n' => out.push_str("\\n"),
        b'\r' => out.push_str("\\r"),
        b'\t' => out.push_str("\\t"),
        0x08 => out.push_str("\\b"),
        0x0c => out.push_str("\\f"),
        _ => {
            let low = usize::from(byte & 15);
            out.push_str(if byte < 16 { "\\u000" } else { "\\u001" });
            out.push_str(&HEX[low..=low]);
        }
    }
}

/// A byte that JSON does not take as it is.
const fn is_special(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

/// Whether JSON takes the text as it is.
fn is_plain(bytes: &[u8]) -> bool {
    // The last block overlaps the ones before it, so that no tail is left.
    if let Some(last) = bytes.last_chunk::<16>() {
        return bytes.as_chunks::<16>().0.iter().all(is_plain_block) && is_plain_block(last);
    }
    match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => is_plain_block(first) && is_plain_block(last),
        _ => !bytes.iter().copied().any(is_special),
    }
}

/// Looks at the whole block without a branch: the compiler makes vector instructions of it.
fn is_plain_block<const N: usize>(block: &[u8; N]) -> bool {
    !block.iter().fold(false, |found, &byte| found | is_special(byte))
}
