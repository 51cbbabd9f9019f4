//! The fields of one node file: which there are, and what each accepts.

use super::defect::FieldDefect;
use super::json::Json;
use crate::key;
use crate::kinds::node::{Custom, Node, Upload};
use std::sync::Arc;

/// Every field, in the order of the documents.
const FIELDS: [&str; 16] = [
    "node_ID",
    "parent_node",
    "depend_parent",
    "title",
    "unfinished_icon",
    "finished_icon",
    "use_default_icon_background",
    "goal_details",
    "goal_number",
    DESCRIPTION,
    "window_background",
    "reward",
    "is_hidden",
    "finish_tip",
    "is_cloud",
    "auto_sent_cloud",
];
const DESCRIPTION: &str = "node_description";
/// The documents' own sample of a child spells it so.
const MISSPELT: &str = "node_descriptrion";

const TEXT: &str = "a str is accepted";
const FLAG: &str = "true or false is accepted";
const COUNT: &str = "a whole number of at least 1 is accepted";

/// One file's node as far as it could be read; `node` only if nothing is wrong with the file itself.
pub(super) struct Draft<'a> {
    pub(super) file: &'a str,
    pub(super) id: Option<Arc<str>>,
    pub(super) parent: Option<Arc<str>>,
    pub(super) node: Option<Node>,
}

/// A file under its checks.
pub(super) struct Checked<'a, 'j> {
    file: &'a str,
    pub(super) json: &'j Json,
    pub(super) defects: Vec<FieldDefect>,
    pub(super) warnings: Vec<FieldDefect>,
}

pub(super) fn text(json: &Json) -> Option<&str> {
    if let Json::Text(text) = json { Some(text) } else { None }
}

fn flag(json: &Json) -> Option<bool> {
    if let Json::Bool(flag) = json { Some(*flag) } else { None }
}

fn count(json: &Json) -> Option<i64> {
    if let Json::Int(count @ 1..) = json { Some(*count) } else { None }
}

impl<'a, 'j> Checked<'a, 'j> {
    pub(super) const fn new(file: &'a str, json: &'j Json) -> Self {
        Self { file, json, defects: Vec::new(), warnings: Vec::new() }
    }

    fn note(&self, field: impl Into<String>, message: impl Into<String>) -> FieldDefect {
        FieldDefect { file: self.file.into(), field: field.into(), message: message.into() }
    }

    pub(super) fn defect(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.defects.push(self.note(field, message));
    }

    pub(super) fn warn(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.warnings.push(self.note(field, message));
    }

    /// Reads `object[name]` if it is there; `prefix` is the path to the object.
    pub(super) fn optional<'o, T>(
        &mut self,
        object: &'o Json,
        prefix: &str,
        name: &str,
        read: impl Fn(&'o Json) -> Option<T>,
        accepted: &str,
    ) -> Option<T> {
        let given = object.get(name)?;
        let found = read(given);
        if found.is_none() {
            self.defect(format!("{prefix}{name}"), format!("{}; {accepted}", given.shown()));
        }
        found
    }

    /// The same for a field that must be there.
    pub(super) fn required<'o, T>(
        &mut self,
        object: &'o Json,
        prefix: &str,
        name: &str,
        read: impl Fn(&'o Json) -> Option<T>,
        accepted: &str,
    ) -> Option<T> {
        if object.get(name).is_none() {
            self.defect(format!("{prefix}{name}"), format!("missing; {accepted}"));
        }
        self.optional(object, prefix, name, read, accepted)
    }

    /// Warns of the fields that the documents do not list: editors write some that the game passes over (`type`).
    pub(super) fn unknown(&mut self, object: &Json, prefix: &str, known: &[&str]) {
        let Json::Object(fields) = object else { return };
        for (name, _) in fields.iter().filter(|(name, _)| !known.contains(&name.as_str())) {
            self.warn(
                format!("{prefix}{name}"),
                format!("not a field of the documents, so it has no effect; they have {}", known.join(", ")),
            );
        }
    }

    fn id(&mut self, field: &str, given: Option<&str>) -> Option<Arc<str>> {
        match key::key(given?, field) {
            Ok(id) => Some(id),
            Err(error) => {
                let message = error.to_string();
                let message = message.strip_prefix(&format!("{field}: ")).unwrap_or(&message).to_owned();
                self.defect(field, message);
                None
            }
        }
    }

    pub(super) fn draft(&mut self) -> Draft<'a> {
        let json = self.json;
        if json.get(MISSPELT).is_none() {
            self.unknown(json, "", &FIELDS);
        } else {
            self.unknown(json, "", &[&FIELDS[..], &[MISSPELT]].concat());
        }
        let id = self.required(json, "", "node_ID", text, TEXT);
        let id = self.id("node_ID", id);
        let parent = self.optional(json, "", "parent_node", text, "the node_ID of another node is accepted");
        let parent = self.id("parent_node", parent);
        for field in ["title", "unfinished_icon", "finished_icon"] {
            self.required(json, "", field, text, TEXT);
        }
        self.description();
        let total = self.required(json, "", "goal_number", count, COUNT);
        let [_, _, _, cloud, auto, depends] = [
            "use_default_icon_background",
            "is_hidden",
            "finish_tip",
            "is_cloud",
            "auto_sent_cloud",
            "depend_parent",
        ]
        .map(|field| self.optional(json, "", field, flag, FLAG));
        self.place();
        self.goal();
        self.rewards();
        let upload = match (cloud.unwrap_or(false), auto.unwrap_or(true)) {
            (false, _) => Upload::Never,
            (true, false) => Upload::ByMod,
            (true, true) => Upload::Auto,
        };
        let depends = depends.unwrap_or(false) && parent.is_some();
        let custom = Some(Custom { parent: parent.clone(), depends, upload });
        let value = self.value();
        let node = id.clone().zip(total).zip(value);
        let node = node.map(|((id, total), value)| Node { id, total, value, custom });
        Draft { file: self.file, id, parent, node }
    }

    /// The file as it is stored.
    fn value(&mut self) -> Option<Arc<str>> {
        match self.json.encoded() {
            Ok(value) => Some(value.json),
            Err(refusal) => {
                self.defect("", refusal);
                None
            }
        }
    }

    fn description(&mut self) {
        match (self.json.get(DESCRIPTION), self.json.get(MISSPELT)) {
            (Some(_), Some(_)) => {
                self.defect(MISSPELT, format!("{DESCRIPTION} is there too; one of them is accepted"));
            }
            (None, Some(_)) => {
                self.optional(self.json, "", MISSPELT, text, TEXT);
                self.warn(MISSPELT, "taken for node_description, which is the field's name");
            }
            _ => _ = self.required(self.json, "", DESCRIPTION, text, TEXT),
        }
    }

    /// What only a root has, and what only a child has.
    fn place(&mut self) {
        const BACKGROUND: &str = "window_background";
        if self.json.get("parent_node").is_none() {
            self.required(self.json, "", BACKGROUND, text, TEXT);
            if self.json.get("depend_parent").is_some() {
                self.warn("depend_parent", "has no effect: without parent_node this is a root");
            }
        } else if self.optional(self.json, "", BACKGROUND, text, TEXT).is_some() {
            self.warn(BACKGROUND, "has no effect: only a root, a node without parent_node, has a window");
        }
    }
}
