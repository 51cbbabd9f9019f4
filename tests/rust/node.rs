//! The files of `customAchievements`.

use cloudvars::kinds::node::{Custom, Node, Upload};
use cloudvars::node_files::folder::{File, LoadedNodes, files, folder, parse};
use cloudvars::node_files::json::{self, Json};
use proptest::prelude::*;

const ROOT: &str = r##"{
  // the whole page hangs on this one
  "node_ID": "rootNode", "title": "Cow Lover",
  "unfinished_icon": "textures/ui/sword", "finished_icon": "textures/ui/sword",
  "use_default_icon_background": true,
  "goal_details": {"goal_type": "default_kill", "entity_identifier": "minecraft:cow"},
  "goal_number": 3, "node_description": "Kill 3 cows", /* or more */
  "window_background": "textures/ui/sign",
  "reward": [{"function_name": "fun1", "name_space": "space:system", "data": {"EXP": 20, "#": [1.5, null]}}],
  "is_hidden": false, "finish_tip": true, "is_cloud": false, "auto_sent_cloud": true
}"##;
const CHILD: &str = r#"{"node_ID": "Node5", "parent_node": "rootNode", "title": "1", "unfinished_icon": "u",
  "finished_icon": "f", "goal_number": 2, "node_description": "1", "depend_parent": true, "is_cloud": true,
  "goal_details": {"goal_type": "default_get", "item_dict": {"newItemName": "minecraft:apple", "enchantData": [[9, 1]]}}}"#;

fn file(name: &str, text: &str) -> File {
    File { name: name.into(), bytes: text.into() }
}

fn loaded(texts: &[&str]) -> LoadedNodes {
    let files: Vec<File> = texts.iter().map(|text| file("x.json", text)).collect();
    parse(&files, &[]).unwrap()
}

/// What is wrong with one file beside a sound root.
fn defects(text: &str) -> Vec<String> {
    let found = parse(&[file("root.json", ROOT), file("x.json", text)], &[]).unwrap_err();
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn the_documents_own_nodes_are_read() {
    // A-9
    let found = loaded(&[ROOT, CHILD]);
    assert!(found.warnings.is_empty());
    let [child, root] = &found.nodes[..] else { panic!("two nodes") };
    assert_eq!((&*root.id, root.total), ("rootNode", 3));
    assert_eq!(root.custom, Some(Custom { parent: None, depends: false, upload: Upload::Never }));
    assert!(root.value.starts_with(r#"{"node_ID":"rootNode","title":"Cow Lover","#));
    assert!(root.value.contains(r###""data":{"EXP":20,"##":[1.5,null]}"###));
    let parent = Some("rootNode".into());
    assert_eq!(child.custom, Some(Custom { parent, depends: true, upload: Upload::Auto }));
}

#[test]
fn who_sends_follows_from_two_flags() {
    // A-9
    for (flags, upload) in [
        ("", Upload::Never),
        (r#","auto_sent_cloud": true"#, Upload::Never),
        (r#","is_cloud": true"#, Upload::Auto),
        (r#","is_cloud": true, "auto_sent_cloud": false"#, Upload::ByMod),
    ] {
        let text = CHILD.replace(r#", "is_cloud": true"#, flags);
        assert_eq!(loaded(&[ROOT, &text]).nodes[0].custom.as_ref().unwrap().upload, upload);
    }
}

#[test]
fn every_defect_of_a_file_is_listed() {
    // A-9
    let text = r#"{"node_ID": 5, "parent_node": "nobody", "title": null, "unfinished_icon": "u", "goal_number": -1,
        "node_description": "", "node_descriptrion": "", "is_hidden": 0, "window": "w",
        "goal_details": {"goal_type": "default_kill", "entity": "cow"},
        "reward": [{"function_name": "", "name_space": "a:b:c"}, []]}"#;
    assert_eq!(
        defects(text),
        [
            "node_ID: 5; a str is accepted",
            "title: null; a str is accepted",
            "finished_icon: missing; a str is accepted",
            "node_descriptrion: node_description is there too; one of them is accepted",
            "goal_number: -1; a whole number of at least 1 is accepted",
            "is_hidden: 0; true or false is accepted",
            "goal_details.entity_identifier: missing; a str that is not empty is accepted",
            "reward[0].function_name: ''; a str that is not empty is accepted",
            "reward[0].name_space: 'a:b:c'; 'nameSpace:systemName' of a server system is accepted",
            "reward[0].data: missing; an object is accepted",
            "reward[1]: a list; a list of objects {function_name, name_space, data} is accepted",
            "parent_node: 'nobody' is no custom node; a node_ID of this folder, or of one that was loaded before, \
             is accepted",
        ]
        .map(|defect| format!("x.json: {defect}"))
    );
}

#[test]
fn a_field_that_the_documents_do_not_list_is_a_warning() {
    // A-9
    let text = ROOT
        .replace("\"is_hidden\"", "\"type\": \"root\", \"is_hidden\"")
        .replace("\"entity_identifier\"", "\"entity\": \"cow\", \"entity_identifier\"");
    let found = loaded(&[&text]);
    let said: Vec<String> = found.warnings.iter().map(ToString::to_string).collect();
    let begins = |at: usize, name: &str| {
        said[at].starts_with(&format!("x.json: {name}: not a field of the documents"))
    };
    assert!(said.len() == 2 && begins(0, "type") && begins(1, "goal_details.entity"), "{said:?}");
    assert_eq!(found.nodes.len(), 1);
}

#[test]
fn what_is_no_object_is_said_with_its_place() {
    // A-9
    for (text, said) in [
        ("", "EOF while parsing a value at line 1 column 0"),
        ("[]", "a list; an object, the fields of one node, is accepted"),
        ("{\n\"a\" 1}", "expected `:` at line 2 column 5"),
        ("{}\n\n/* \n", "line 3: a comment is opened and never closed"),
        ("{\"a\": 1, \"a\": 2}", "the key 'a' comes twice at line 1 column 12"),
        ("{\"a\": 9223372036854775808}", "9223372036854775808 is outside int64 at line 1 column 25"),
    ] {
        assert_eq!(defects(text), [format!("x.json: {said}")]);
    }
    let deep = CHILD.replace("[[9, 1]]", &format!("{}{}", "[".repeat(99), "]".repeat(99)));
    assert_eq!(defects(&deep), ["x.json: nested deeper than 100 (does it contain itself?)"]);
    assert_eq!(json::parse(b"{\n\n\xff}"), Err("line 3: not UTF-8".into()));
}

#[test]
fn comments_are_no_part_of_a_text() {
    // A-9
    let text = "\u{feff}// \"\n{/**/\"a\"/* \" */: \"//\\\"/*\", // é\r\n\"b\":1/**/}//";
    let Json::Object(fields) = json::parse(text.as_bytes()).unwrap() else { panic!("an object") };
    assert_eq!(fields, [("a".into(), Json::Text("//\"/*".into())), ("b".into(), Json::Int(1))]);
    assert!(json::parse(b"{} / 5").is_err());
}

#[test]
fn a_stored_node_may_be_a_parent_and_may_be_replaced() {
    // A-9
    let stored = |id: &str, parent: Option<&str>| Node {
        id: id.into(),
        total: 1,
        value: "{}".into(),
        custom: Some(Custom { parent: parent.map(Into::into), depends: false, upload: Upload::Never }),
    };
    assert_eq!(parse(&[file("x", CHILD)], &[stored("rootNode", None)]).unwrap().nodes.len(), 1);
    let again = [stored("Node5", None), stored("rootNode", None)];
    assert_eq!(parse(&[file("x", CHILD)], &again).unwrap().nodes.len(), 1);
    let circle = parse(&[file("x", CHILD)], &[stored("rootNode", Some("Node5"))]).unwrap_err();
    assert_eq!(
        circle[0].to_string(),
        "x: parent_node: the parents go in a circle: 'Node5' → 'rootNode' → 'Node5'"
    );
}

#[test]
fn a_folder_gives_its_json_files_by_name() {
    // A-9
    let pack = tempfile::tempdir().unwrap();
    let inside = pack.path().join("customAchievements");
    assert_eq!(folder(pack.path()), pack.path());
    std::fs::create_dir_all(inside.join("deep.json")).unwrap();
    for name in ["b.json", "a.json", "c.txt"] {
        std::fs::write(inside.join(name), ROOT).unwrap();
    }
    assert_eq!(folder(pack.path()), inside);
    assert_eq!(folder(&inside), inside);
    let names: Vec<String> = files(&inside).unwrap().into_iter().map(|file| file.name).collect();
    assert_eq!(names, ["a.json", "b.json"]);
    let missing = files(&pack.path().join("nowhere")).unwrap_err();
    assert_eq!(missing.kind(), std::io::ErrorKind::NotFound);
    assert!(missing.to_string().contains("nowhere"));
}

/// Whatever the bytes are: nodes in order, or defects that say something.
fn check(bytes: Vec<u8>) {
    let files = [file("root.json", ROOT), File { name: "x.json".into(), bytes }];
    match parse(&files, &[]) {
        Ok(found) => {
            assert!(found.nodes.is_sorted_by_key(|node| node.id.clone()));
            assert!(found.nodes.iter().all(|node| node.total >= 1 && node.custom.is_some()));
            for node in found.nodes {
                let read: serde_json::Value = serde_json::from_str(&node.value).unwrap();
                assert_eq!(read["node_ID"], *node.id);
            }
        }
        Err(defects) => {
            assert!(!defects.is_empty());
            assert!(defects.iter().all(|defect| !defect.message.is_empty()));
        }
    }
}

/// One change of a text: bytes that go, and bytes that come instead.
fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, usize, Vec<u8>)>> {
    let telling = prop::sample::select(
        ["\"", "/*", "*/", "//", "{", "[", "]", "}", ",", ":", "\\", "null", "true", "-1", "1e999", "é"]
            .to_vec(),
    );
    let new = prop_oneof![
        telling.prop_map(|text| text.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12, new), 1..4)
}

proptest! {
    #[test]
    fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check(bytes);
    }

    #[test]
    fn no_change_of_a_valid_file_breaks_it(child in any::<bool>(), changes in changes()) {
        let mut bytes = if child { CHILD } else { ROOT }.as_bytes().to_vec();
        for (at, gone, new) in changes {
            let from = at.index(bytes.len() + 1);
            let to = (from + gone).min(bytes.len());
            bytes.splice(from..to, new);
        }
        check(bytes);
    }

    #[test]
    fn a_field_with_another_value_is_a_defect_or_a_node(
        field in prop::sample::select(&["node_ID", "goal_number", "reward", "goal_details", "is_cloud", "title"][..]),
        value in prop::sample::select(&["null", "[]", "{}", "\"\"", "0", "7", "0.5", "true", "[{}]", "[[[]]]"][..]),
    ) {
        let Json::Object(fields) = json::parse(CHILD.as_bytes()).unwrap() else { unreachable!() };
        let mut fields: Vec<_> = fields.into_iter().filter(|(name, _)| name != field).collect();
        fields.push((field.into(), json::parse(value.as_bytes()).unwrap()));
        let text = Json::Object(fields).encoded().unwrap().json;
        if let Err(found) = parse(&[file("root.json", ROOT), file("x.json", &text)], &[]) {
            prop_assert!(found.iter().all(|defect| defect.file == "x.json" && defect.field.starts_with(field)));
        }
        check(text.as_bytes().to_vec());
    }
}
