//! The files of a behavior pack's `customAchievements` folder: one custom node each (clause A-9).
//!
//! Every defect of every file is reported, with its file and field, and a folder with a defect yields no node.

use super::check::Checked;
use super::defect::FieldDefect;
use super::json::{self, Json};
use super::tree;
use crate::kinds::node::Node;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The folder's name inside a behavior pack.
pub const FOLDER: &str = "customAchievements";

/// One file: its name, for messages, and what it holds.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name inside the folder.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What a folder without defects holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadedNodes {
    /// In node order: by code point of their ids.
    pub nodes: Vec<Node>,
    /// What has no effect, or is accepted against the documents.
    pub warnings: Vec<FieldDefect>,
}

/// The folder with the node files: the given one, or the one inside this behavior pack.
pub fn folder(path: &Path) -> PathBuf {
    let inside = path.join(FOLDER);
    if inside.is_dir() { inside } else { path.to_owned() }
}

/// The `*.json` files of a folder, by name.
pub fn files(folder: &Path) -> io::Result<Vec<File>> {
    let named =
        |path: &Path, error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| named(folder, error))? {
        let path = entry.map_err(|error| named(folder, error))?.path();
        if path.extension().is_some_and(|extension| extension == "json") && path.is_file() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push(File { name, bytes: fs::read(&path).map_err(|error| named(&path, error))? });
        }
    }
    files.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}

/// Reads the nodes of these files. `stored`: the custom nodes that the game has already; they may be parents, and
/// one with the same id is replaced.
pub fn parse(files: &[File], stored: &[Node]) -> Result<LoadedNodes, Vec<FieldDefect>> {
    let (mut defects, mut warnings, mut drafts) = (Vec::new(), Vec::new(), Vec::new());
    for file in files {
        let whole = |message| FieldDefect { file: file.name.clone(), field: String::new(), message };
        match json::parse(&file.bytes) {
            Err(message) => defects.push(whole(message)),
            Ok(json @ Json::Object(_)) => {
                let mut checked = Checked::new(&file.name, &json);
                drafts.push(checked.draft());
                defects.append(&mut checked.defects);
                warnings.append(&mut checked.warnings);
            }
            Ok(other) => {
                defects.push(whole(format!(
                    "{}; an object, the fields of one node, is accepted",
                    other.shown()
                )));
            }
        }
    }
    tree::check(&drafts, stored, &mut defects);
    if !defects.is_empty() {
        // The checks of the tree come last; their defects belong beside the others of their file.
        defects.sort_by(|one, other| one.file.cmp(&other.file));
        return Err(defects);
    }
    let mut nodes: Vec<Node> = drafts.into_iter().filter_map(|draft| draft.node).collect();
    nodes.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    Ok(LoadedNodes { nodes, warnings })
}
