//! `NodeSetting.csv`: the nodes of a game's cloud achievements (clause A-1).
//!
//! The file is GBK; one that starts with a byte order mark is UTF-8. Every defect is reported, each with its line,
//! and a file with a defect yields no node.

use super::defect::LineDefect;
use crate::key;
use csv::StringRecord;
use encoding_rs::GBK;
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// The columns; a file has each once, in any order.
const COLUMNS: [&str; 7] = ["NodeId", "PrePic", "FinPic", "Title", "Description", "Total", "Rank"];

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeSetting {
    /// What a set names.
    pub node_id: String,
    /// Picture while unfinished.
    pub prepic: String,
    /// Picture when finished.
    pub finpic: String,
    /// Title.
    pub title: String,
    /// Description.
    pub description: String,
    /// The progress that finishes the node; 1 if the cell is blank.
    pub total: i64,
    /// Place among the unfinished nodes; 0 if the cell is blank.
    pub rank: i64,
}

/// Reads the nodes of a file, in its order.
pub fn parse(bytes: &[u8]) -> Result<Vec<NodeSetting>, Vec<LineDefect>> {
    let SettingRows { read, defects, .. } = rows(&decoded(bytes)?);
    if defects.is_empty() { Ok(read.into_iter().map(|read| read.node).collect()) } else { Err(defects) }
}

/// The header that everybody writes.
pub(super) fn columns() -> String {
    COLUMNS.join(",")
}

/// All that a text says, its defects included.
pub(super) fn rows(text: &str) -> SettingRows {
    let mut rows = SettingRows::default();
    let records = records(text);
    let Some((names, records)) = records.split_first() else {
        rows.defect(1, format!("the file is empty; the header {} is expected", columns()));
        return rows;
    };
    let (places, width) = match header(names) {
        Ok(places) => (places, names.cells.len()),
        Err(defects) => return SettingRows { defects, ..rows },
    };
    rows.shuffled = Some(names.line).filter(|_| !places.is_sorted());
    for Record { line, cells, text } in records {
        // A quote without its end takes the rest of the file into its cell, and the reader says nothing.
        if cells.iter().any(|cell| cell.contains('\n')) && text.matches('"').count() % 2 == 1 {
            rows.defect(*line, "a quote is opened and never closed");
        } else if cells.len() == width {
            rows.add(*line, &places, cells);
        } else {
            rows.defect(*line, format!("{} cells, but the header has {width}", cells.len()));
        }
    }
    rows
}

/// The file's text, or every line that is not text.
fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, Vec<LineDefect>> {
    type Decode = fn(&[u8]) -> Option<Cow<'_, str>>;
    let utf8: Decode = |bytes| std::str::from_utf8(bytes).ok().map(Cow::Borrowed);
    let gbk: Decode = |bytes| GBK.decode_without_bom_handling_and_without_replacement(bytes);
    let (body, decode, message) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(body) => (body, utf8, "not UTF-8, although the file starts with a byte order mark"),
        None if std::str::from_utf8(bytes).is_ok() => {
            (bytes, gbk, "not GBK but UTF-8; GBK, or UTF-8 with a byte order mark, is accepted")
        }
        None => (bytes, gbk, "not GBK"),
    };
    decode(body).ok_or_else(|| {
        // No character of GBK or UTF-8 has a line feed inside.
        let lines = (1..).zip(body.split(|&byte| byte == b'\n'));
        let bad = lines.filter(|(_, text)| decode(text).is_none());
        bad.map(|(line, _)| LineDefect { line, message: message.into() }).collect()
    })
}

struct Record<'a> {
    /// Where it starts.
    line: u64,
    cells: StringRecord,
    text: &'a str,
}

/// The records that are not blank.
fn records(text: &str) -> Vec<Record<'_>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let at = |reader: &csv::Reader<&[u8]>| usize::try_from(reader.position().byte()).unwrap_or(text.len());
    let (mut records, mut cells) = (Vec::new(), StringRecord::new());
    loop {
        let (line, start) = (reader.position().line(), at(&reader));
        // The text is in memory and rows may have any length, so reading cannot fail.
        if !reader.read_record(&mut cells).unwrap_or(false) {
            return records;
        }
        let text = text.get(start..at(&reader)).unwrap_or_default();
        // The reader counts the empty lines before a record to it.
        let empty =
            text.bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|&byte| byte == b'\n');
        let line = line + empty.count() as u64;
        if cells.iter().any(|cell| !cell.trim().is_empty()) {
            records.push(Record { line, cells: cells.clone(), text });
        }
    }
}

/// The place of each of [`COLUMNS`] in the header.
fn header(names: &Record<'_>) -> Result<[usize; COLUMNS.len()], Vec<LineDefect>> {
    let mut defects = Vec::new();
    let mut places = [None; COLUMNS.len()];
    for (at, name) in names.cells.iter().map(str::trim).enumerate() {
        match COLUMNS.iter().position(|column| *column == name) {
            None => defects.push(format!("column {}: '{}' is unknown", at + 1, shown(name))),
            Some(column) if places[column].is_some() => {
                defects.push(format!("column {}: {name} again", at + 1));
            }
            Some(column) => places[column] = Some(at),
        }
    }
    for (name, _) in COLUMNS.iter().zip(places).filter(|(_, place)| place.is_none()) {
        defects.push(format!("column {name} is missing"));
    }
    if defects.is_empty() {
        return Ok(places.map(Option::unwrap_or_default));
    }
    let accepted = format!("; the header is {}", columns());
    Err(defects
        .into_iter()
        .map(|message| LineDefect { line: names.line, message: message + &accepted })
        .collect())
}

/// What the rows said so far.
#[derive(Default)]
pub(super) struct SettingRows {
    /// The rows of the right width, those with a defect too.
    pub(super) read: Vec<SettingRow>,
    pub(super) defects: Vec<LineDefect>,
    /// The line of a header that has every column, but not in the usual order.
    pub(super) shuffled: Option<u64>,
    /// Node id → its line.
    lines: FxHashMap<String, u64>,
}

/// A row as it was read.
pub(super) struct SettingRow {
    pub(super) line: u64,
    /// The columns whose cell is blank.
    pub(super) blank: Vec<&'static str>,
    pub(super) node: NodeSetting,
}

impl SettingRows {
    fn defect(&mut self, line: u64, message: impl Into<String>) {
        self.defects.push(LineDefect { line, message: message.into() });
    }

    fn add(&mut self, line: u64, places: &[usize; COLUMNS.len()], cells: &StringRecord) {
        let [node_id, prepic, finpic, title, description, total, rank] =
            places.map(|at| cells.get(at).unwrap_or_default());
        let node_id = node_id.trim();
        match key::key(node_id, "NodeId") {
            Err(error) => self.defect(line, error.to_string()),
            Ok(_) => match self.lines.get(node_id) {
                Some(first) => {
                    self.defect(line, format!("NodeId: '{node_id}' is already defined on line {first}"));
                }
                None => _ = self.lines.insert(node_id.to_owned(), line),
            },
        }
        let numbers = (number(total, 1, 1), number(rank, 0, i64::MIN));
        if numbers.0.is_none() {
            self.defect(line, format!("Total: '{}' is not a whole number of at least 1", shown(total)));
        }
        if numbers.1.is_none() {
            self.defect(line, format!("Rank: '{}' is not a whole number", shown(rank)));
        }
        let blank = |(_, at): &(_, usize)| cells.get(*at).is_none_or(|cell| cell.trim().is_empty());
        let blank = COLUMNS.into_iter().zip(*places).filter(blank).map(|(column, _)| column).collect();
        let node = NodeSetting {
            node_id: node_id.to_owned(),
            prepic: prepic.to_owned(),
            finpic: finpic.to_owned(),
            title: title.to_owned(),
            description: description.to_owned(),
            total: numbers.0.unwrap_or(1),
            rank: numbers.1.unwrap_or(0),
        };
        self.read.push(SettingRow { line, blank, node });
    }
}

/// A whole number of at least `min`; `blank` for a blank cell.
fn number(cell: &str, blank: i64, min: i64) -> Option<i64> {
    let cell = cell.trim();
    if cell.is_empty() { Some(blank) } else { cell.parse().ok().filter(|number| *number >= min) }
}

/// The start of a cell, for a message.
fn shown(cell: &str) -> String {
    const CHARS_MAX: usize = 40;
    let mut shown: String = cell.chars().take(CHARS_MAX).collect();
    if shown.len() < cell.len() {
        shown.push('…');
    }
    shown
}
