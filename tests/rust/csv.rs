//! `NodeSetting.csv`.

use cloudvars::node_files::csv::{NodeSetting, parse};

const HEADER: &str = "NodeId,PrePic,FinPic,Title,Description,Total,Rank\n";

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

fn rows(text: &str) -> Vec<NodeSetting> {
    parse(&gbk(&format!("{HEADER}{text}"))).unwrap()
}

/// What is wrong with these rows; their first is line 2.
fn defects(text: &str) -> Vec<String> {
    listed(&gbk(&format!("{HEADER}{text}")))
}

fn listed(bytes: &[u8]) -> Vec<String> {
    parse(bytes).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn a_row_is_a_node() {
    //
    let text = "kill_cow,textures/03.jpg,textures/04.jpg,牛仔,\"杀死 10 头牛, 不限时间\",10,2\n";
    let node = NodeSetting {
        node_id: "kill_cow".into(),
        prepic: "textures/03.jpg".into(),
        finpic: "textures/04.jpg".into(),
        title: "牛仔".into(),
        description: "杀死 10 头牛, 不限时间".into(),
        total: 10,
        rank: 2,
    };
    assert_eq!(rows(text), std::slice::from_ref(&node));
    let utf8 = format!("\u{feff}{HEADER}{text}");
    assert_eq!(parse(utf8.as_bytes()).unwrap(), [node]);
}

#[test]
fn blank_cells_and_lines() {
    // Total is 1 where nothing is said.
    let nodes = rows("\r\n  \na,,,,,,\r\n,,,,,,\nb,,,,, 7 ,-1");
    let short: Vec<_> = nodes.iter().map(|node| (node.node_id.as_str(), node.total, node.rank)).collect();
    assert_eq!(short, [("a", 1, 0), ("b", 7, -1)]);
    assert!(rows("").is_empty());
}

#[test]
fn columns_in_any_order() {
    let nodes = parse(b"Total, NodeId ,Rank,Title,PrePic,FinPic,Description\n3,a,1,t,p,f,d\n").unwrap();
    assert_eq!((nodes[0].node_id.as_str(), nodes[0].total, nodes[0].description.as_str()), ("a", 3, "d"));
}

#[test]
fn a_bad_header_is_named() {
    assert_eq!(
        listed(b"\nNodeId,PrePic,Titel,Title,Description,Title,Rank\na,,,,,,\n"),
        [
            "line 2: column 3: 'Titel' is unknown",
            "line 2: column 6: Title again",
            "line 2: column FinPic is missing",
            "line 2: column Total is missing",
        ]
        .map(|defect| format!("{defect}; the header is {}", HEADER.trim()))
    );
    assert_eq!(
        listed(b"\n \n"),
        [format!("line 1: the file is empty; the header {} is expected", HEADER.trim())]
    );
}

#[test]
fn every_defect_is_listed() {
    assert_eq!(
        defects("a,,,,,0,x\nb,,,,,1.5,\n,,,,,1,1\nc,,,\na,,,,,,\nd,,,,,,,8\n"),
        [
            "line 2: Total: '0' is not a whole number of at least 1",
            "line 2: Rank: 'x' is not a whole number",
            "line 3: Total: '1.5' is not a whole number of at least 1",
            "line 4: NodeId: '' is empty; a str of 1 to 180 characters is accepted",
            "line 5: 4 cells, but the header has 7",
            "line 6: NodeId: 'a' is already defined on line 2",
            "line 7: 8 cells, but the header has 7",
        ]
    );
    assert_eq!(defects(&format!("{},,,,,,", "长".repeat(181))).len(), 1);
    assert_eq!(defects("a,,,,,9223372036854775808,").len(), 1);
}

#[test]
fn lines_count_line_feeds_inside_quotes() {
    assert_eq!(
        defects("a,,,\"two\nlines\",\"a \"\"word\"\"\",,\n\n\nb,,,,,x,\n"),
        ["line 6: Total: 'x' is not a whole number of at least 1"]
    );
    assert_eq!(rows("a,,,\"two\nlines\",\"a \"\"word\"\"\",,")[0].description, "a \"word\"");
    assert_eq!(defects("a,,,,,,\nb,,,,,,\"1\nc,,,,,,\n"), ["line 3: a quote is opened and never closed"]);
    assert_eq!(rows("a,,,5\" disc,,,\n")[0].title, "5\" disc");
}

#[test]
fn the_encoding_is_gbk() {
    let mut bytes = gbk(&format!("{HEADER}a,,,牛,,,\n"));
    bytes.extend_from_slice(b"b,,,\xff\xff,,,\nc,,,,,,\nd,,,\x81\n");
    assert_eq!(listed(&bytes), ["line 3: not GBK", "line 5: not GBK"]);
    let utf8 = format!("{HEADER}a,,,,,,\nb,,,成就。,,,\n");
    assert_eq!(
        listed(utf8.as_bytes()),
        ["line 3: not GBK but UTF-8; GBK, or UTF-8 with a byte order mark, is accepted"]
    );
    assert_eq!(
        listed(b"\xef\xbb\xbfNodeId\n\xff\n"),
        ["line 2: not UTF-8, although the file starts with a byte order mark"]
    );
}

proptest::proptest! {
    #[test]
    fn no_bytes_break_it(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        let mut file = HEADER.as_bytes().to_vec();
        file.extend(bytes);
        if let Err(defects) = parse(&file) {
            proptest::prop_assert!(!defects.is_empty());
            proptest::prop_assert!(defects.is_sorted_by_key(|defect| defect.line));
        }
    }

    #[test]
    fn what_is_written_is_read(title in "[ -~\r\n一-龥，。“”]{0,20}", total in 1_i64..) {
        let nodes = rows(&format!("a,,,\"{}\",,{total},", title.replace('"', "\"\"")));
        proptest::prop_assert_eq!(&nodes[0].title, &title);
        proptest::prop_assert_eq!(nodes[0].total, total);
    }
}
