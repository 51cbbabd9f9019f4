//! What the platform asks of an uploaded `NodeSetting.csv`, beyond what [`csv::parse`] needs to load it: GBK without
//! a mark, the documented header, no blank cell. Clause A-1.

use super::csv::{self, NodeSetting};
use super::defect::LineDefect;
use encoding_rs::GBK;
use std::borrow::Cow;

/// A blank cell of this column has a documented meaning: 1.
const MAY_BE_BLANK: &str = "Total";
/// An empty cell of this column is reported already: it is not a key.
const REPORTED: &str = "NodeId";
const MARK: &[u8] = b"\xef\xbb\xbf";

/// What a file says, and all that is wrong with it, by line.
#[derive(Debug, Default)]
pub struct Examined {
    /// The rows with the right number of cells, each with its line; those with a defect too.
    pub nodes: Vec<(u64, NodeSetting)>,
    /// Sorted by line.
    pub defects: Vec<LineDefect>,
}

/// Reads a file to its end, whatever is wrong with it.
pub fn examine(bytes: &[u8]) -> Examined {
    let (text, mut defects) = decoded(bytes);
    let rows = csv::rows(&text);
    defects.extend(rows.defects);
    defects.extend(rows.shuffled.map(|line| LineDefect {
        line,
        message: format!("the columns stand in another order; the header is {}", csv::columns()),
    }));
    for read in &rows.read {
        let blank = read.blank.iter().filter(|column| ![MAY_BE_BLANK, REPORTED].contains(column));
        defects
            .extend(blank.map(|column| LineDefect { line: read.line, message: format!("{column}: blank") }));
    }
    defects.sort_by_key(|defect| defect.line);
    Examined { nodes: rows.read.into_iter().map(|read| (read.line, read.node)).collect(), defects }
}

/// The text as well as it can be read, and what is wrong with its bytes.
fn decoded(bytes: &[u8]) -> (Cow<'_, str>, Vec<LineDefect>) {
    let defect = |line, message: &str| LineDefect { line, message: message.into() };
    let (body, marked) = bytes.strip_prefix(MARK).map_or((bytes, false), |body| (body, true));
    let mut defects = Vec::new();
    if marked {
        defects.push(defect(1, "starts with a UTF-8 byte order mark; GBK without a mark is accepted"));
    }
    // Short GBK texts may be UTF-8 by chance, but hardly ever with such characters in it.
    let chinese = |text: &str| text.chars().any(|c| c >= '\u{800}');
    if let Ok(text) = std::str::from_utf8(body)
        && (marked || chinese(text))
    {
        let bad = (1..).zip(text.split('\n')).filter(|(_, line)| !line.is_ascii());
        defects.extend(bad.map(|(line, _)| defect(line, "not GBK but UTF-8")));
        return (text.into(), defects);
    }
    // No character of GBK has a line feed inside.
    let lines = (1..).zip(body.split(|&byte| byte == b'\n'));
    let bad =
        lines.filter(|(_, line)| GBK.decode_without_bom_handling_and_without_replacement(line).is_none());
    defects.extend(bad.map(|(line, _)| defect(line, "not GBK")));
    (GBK.decode_without_bom_handling(body).0, defects)
}
