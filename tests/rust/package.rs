//! `NodeSetting.csv` as the platform wants it.

use cloudvars::node_files::package::examine;

const HEADER: &str = "NodeId,PrePic,FinPic,Title,Description,Total,Rank\n";

#[test]
fn rows_with_defects_keep_their_lines_and_pictures() {
    //
    let examined = examine(format!("{HEADER}\na,p,f,t,d,x,1\nb\nc,q,g,t,d,,1\n").as_bytes());
    let rows: Vec<_> = examined.nodes.iter().map(|(line, node)| (*line, node.prepic.as_str())).collect();
    assert_eq!(rows, [(3, "p"), (5, "q")]);
    let lines: Vec<_> = examined.defects.iter().map(|defect| defect.line).collect();
    assert_eq!(lines, [3, 4]);
}

#[test]
fn bytes_that_are_no_text_are_named_and_the_rest_is_read() {
    //
    let mut bytes = format!("{HEADER}a,p,f,").into_bytes();
    bytes.extend_from_slice(b"\xff,d,1,1\nb,p,f,t,d,0,1\n");
    let examined = examine(&bytes);
    let defects: Vec<_> = examined.defects.iter().map(ToString::to_string).collect();
    assert_eq!(defects, ["line 2: not GBK", "line 3: Total: '0' is not a whole number of at least 1"]);
    assert_eq!(examined.nodes.len(), 2);
}

proptest::proptest! {
    #[test]
    fn what_is_examined_clean_is_loaded(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        let mut file = HEADER.as_bytes().to_vec();
        file.extend(bytes);
        let examined = examine(&file);
        proptest::prop_assert!(examined.defects.is_sorted_by_key(|defect| defect.line));
        if examined.defects.is_empty() {
            proptest::prop_assert!(cloudvars::node_files::csv::parse(&file).is_ok());
        }
    }
}
