//! How the nodes of a folder are related: each id once, parents that exist, no circle.

use super::check::Draft;
use super::defect::FieldDefect;
use crate::kinds::node::Node;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::hash_map::Entry;
use std::sync::Arc;

pub(super) fn check(drafts: &[Draft<'_>], stored: &[Node], defects: &mut Vec<FieldDefect>) {
    let stored_parent = |node: &Node| node.custom.as_ref().and_then(|custom| custom.parent.clone());
    let mut parents: FxHashMap<Arc<str>, Option<Arc<str>>> =
        stored.iter().map(|node| (node.id.clone(), stored_parent(node))).collect();
    let mut files: FxHashMap<Arc<str>, &str> = FxHashMap::default();
    let mut defect = |file: &str, field: &str, message: String| {
        defects.push(FieldDefect { file: file.into(), field: field.into(), message });
    };
    for Draft { file, id, parent, .. } in drafts {
        let Some(id) = id else { continue };
        match files.entry(id.clone()) {
            Entry::Occupied(first) => {
                defect(file, "node_ID", format!("'{id}' is the node of {} already", first.get()));
            }
            Entry::Vacant(free) => {
                free.insert(file);
                parents.insert(id.clone(), parent.clone());
            }
        }
    }
    for Draft { file, parent, .. } in drafts {
        if let Some(parent) = parent.as_ref().filter(|parent| !parents.contains_key(*parent)) {
            let accepted = "a node_ID of this folder, or of one that was loaded before, is accepted";
            defect(file, "parent_node", format!("'{parent}' is no custom node; {accepted}"));
        }
    }
    let mut told: FxHashSet<Arc<str>> = FxHashSet::default();
    for (file, id) in drafts.iter().filter_map(|draft| Some((draft.file, draft.id.as_ref()?))) {
        if let Some(circle) = circle(id, &parents).filter(|_| !told.contains(id)) {
            let shown: Vec<String> = circle.iter().chain([id]).map(|id| format!("'{id}'")).collect();
            defect(file, "parent_node", format!("the parents go in a circle: {}", shown.join(" → ")));
            told.extend(circle);
        }
    }
}

/// The way from a node back to itself, if its parents lead there.
fn circle(id: &Arc<str>, parents: &FxHashMap<Arc<str>, Option<Arc<str>>>) -> Option<Vec<Arc<str>>> {
    let mut way = vec![id.clone()];
    let mut at = id;
    // A way longer than there are nodes runs in a circle that this node only leads to.
    while way.len() <= parents.len() {
        at = parents.get(at)?.as_ref()?;
        if at == id {
            return Some(way);
        }
        way.push(at.clone());
    }
    None
}
