//! The text of a value and its length.

use cloudvars::value::{
    DEPTH_MAX, Encoder, NotStorable, StoredKey, header_len, int_len, json_len, json_len_max, text_len,
    unescaped,
};
use proptest::prelude::*;

/// A value as a tree.
#[derive(Clone, Debug, PartialEq)]
enum Tree {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Tree>),
    Map(Vec<(TreeKey, Tree)>),
}

#[derive(Clone, Debug, PartialEq)]
enum TreeKey {
    Int(i64),
    Text(String),
}

impl Tree {
    fn write(&self, out: &mut Encoder) -> Result<(), NotStorable> {
        match self {
            Self::Null => out.null(),
            Self::Bool(bool) => out.bool(*bool),
            Self::Int(int) => out.int(*int),
            Self::Float(float) => out.float(*float)?,
            Self::Text(text) => out.text(text)?,
            Self::List(items) => {
                out.open_list()?;
                items.iter().try_for_each(|item| item.write(out))?;
                out.close_list(items.len());
            }
            Self::Map(entries) => {
                out.open_map()?;
                for (key, value) in entries {
                    match key {
                        TreeKey::Int(int) => out.key_int(*int),
                        TreeKey::Text(text) => out.key_text(text)?,
                    }
                    value.write(out)?;
                }
                out.close_map(entries.len());
            }
        }
        Ok(())
    }

    /// The MessagePack bytes, with strings as bin: what V-3 measures, written out.
    fn pack(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.push(0xc0),
            Self::Bool(bool) => out.push(0xc2 + u8::from(*bool)),
            Self::Int(int) => pack_int(*int, out),
            Self::Float(float) => {
                out.push(0xcb);
                out.extend(float.to_be_bytes());
            }
            Self::Text(text) => pack_text(text, out),
            Self::List(items) => {
                pack_head(items.len(), 0x90, 0xdc, out);
                for item in items {
                    item.pack(out);
                }
            }
            Self::Map(entries) => {
                pack_head(entries.len(), 0x80, 0xde, out);
                for (key, value) in entries {
                    match key {
                        TreeKey::Int(int) => pack_int(*int, out),
                        TreeKey::Text(text) => pack_text(text, out),
                    }
                    value.pack(out);
                }
            }
        }
    }

    /// What the stored text says.
    fn read(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(bool) => Self::Bool(*bool),
            serde_json::Value::Number(number) => match number.as_i64() {
                Some(int) => Self::Int(int),
                None => Self::Float(number.as_f64().unwrap()),
            },
            serde_json::Value::String(text) => Self::Text(text.clone()),
            serde_json::Value::Array(items) => Self::List(items.iter().map(Self::read).collect()),
            serde_json::Value::Object(entries) => {
                let key = |text: &String| match unescaped(text).unwrap() {
                    StoredKey::Int(int) => TreeKey::Int(int),
                    StoredKey::Text(text) => TreeKey::Text(text.into()),
                };
                Self::Map(entries.iter().map(|(text, value)| (key(text), Self::read(value))).collect())
            }
        }
    }

    /// Without equal keys, and in the order in which `serde_json` keeps them.
    fn sorted(self) -> Self {
        match self {
            Self::List(items) => Self::List(items.into_iter().map(Self::sorted).collect()),
            Self::Map(entries) => {
                let text = |key: &TreeKey| match key {
                    TreeKey::Int(int) => format!("#{int}"),
                    TreeKey::Text(text) if text.starts_with('#') => format!("#{text}"),
                    TreeKey::Text(text) => text.clone(),
                };
                let entries = entries.into_iter().map(|(key, value)| (text(&key), (key, value.sorted())));
                Self::Map(entries.collect::<std::collections::BTreeMap<_, _>>().into_values().collect())
            }
            other => other,
        }
    }
}

fn pack_int(int: i64, out: &mut Vec<u8>) {
    let bytes = int.to_be_bytes();
    let width = if int >= 0 {
        match int {
            0..=0x7f => 0,
            _ if u8::try_from(int).is_ok() => 1,
            _ if u16::try_from(int).is_ok() => 2,
            _ if u32::try_from(int).is_ok() => 4,
            _ => 8,
        }
    } else {
        match int {
            -32..0 => 0,
            _ if i8::try_from(int).is_ok() => 1,
            _ if i16::try_from(int).is_ok() => 2,
            _ if i32::try_from(int).is_ok() => 4,
            _ => 8,
        }
    };
    out.push(0xcc); // A fix int is one byte, too.
    out.extend(&bytes[8 - width..]);
}

fn pack_text(text: &str, out: &mut Vec<u8>) {
    match text.len() {
        0..0x100 => out.extend([0xc4, 0]),
        0x100..0x1_0000 => out.extend([0xc5, 0, 0]),
        _ => out.extend([0xc6, 0, 0, 0, 0]),
    }
    out.extend(text.as_bytes());
}

fn pack_head(count: usize, fix: u8, wide: u8, out: &mut Vec<u8>) {
    match count {
        0..16 => out.push(fix),
        16..0x1_0000 => out.extend([wide, 0, 0]),
        _ => out.extend([wide + 1, 0, 0, 0, 0]),
    }
}

fn encoded(tree: &Tree) -> cloudvars::value::Value {
    let mut out = Encoder::new();
    tree.write(&mut out).unwrap();
    out.finish()
}

/// All three ways to the length agree; the bound holds.
#[track_caller]
fn measured(tree: &Tree) -> u64 {
    let value = encoded(tree);
    let mut packed = Vec::new();
    tree.pack(&mut packed);
    assert_eq!(value.len, packed.len() as u64, "{}", value.json);
    assert_eq!(json_len(&value.json).unwrap(), value.len, "{}", value.json);
    assert!(value.len <= json_len_max(value.json.len()), "{}", value.json);
    value.len
}

fn text(text: &str) -> Tree {
    Tree::Text(text.into())
}

#[test]
fn lengths_of_the_contract() {
    // V-3
    assert_eq!(measured(&Tree::Null), 1);
    let red = (TreeKey::Text("color".into()), text("red"));
    let price = (TreeKey::Text("price".into()), Tree::Int(100));
    assert_eq!(measured(&Tree::Map(vec![red, price])), 21);
    assert_eq!(measured(&Tree::Map(vec![(TreeKey::Int(1000), Tree::Bool(true))])), 5);
}

#[test]
fn lengths_at_the_edges() {
    // V-3
    for (int, len) in [
        (0, 1),
        (127, 1),
        (128, 2),
        (255, 2),
        (256, 3),
        (65_535, 3),
        (65_536, 5),
        (4_294_967_295, 5),
        (4_294_967_296, 9),
        (i64::MAX, 9),
        (-1, 1),
        (-32, 1),
        (-33, 2),
        (-128, 2),
        (-129, 3),
        (-32_768, 3),
        (-32_769, 5),
        (-2_147_483_648, 5),
        (-2_147_483_649, 9),
        (i64::MIN, 9),
    ] {
        assert_eq!(int_len(int), len, "{int}");
        assert_eq!(measured(&Tree::Int(int)), len);
        assert_eq!(*encoded(&Tree::Int(int)).json, *int.to_string());
    }
    for (chars, head) in [(0, 2), (255, 2), (256, 3), (65_535, 3), (65_536, 5)] {
        assert_eq!(measured(&text(&"x".repeat(chars))), chars as u64 + head);
        assert_eq!(text_len(&"x".repeat(chars)), chars as u64 + head);
    }
    for (count, head) in [(0, 1), (15, 1), (16, 3), (65_535, 3), (65_536, 5)] {
        assert_eq!(header_len(count), head);
        assert_eq!(measured(&Tree::List(vec![Tree::Null; count])), count as u64 + head);
        // The widest a text of this length can be.
        measured(&Tree::List(vec![Tree::Float(0.0); count]));
        measured(&Tree::Map((0..).take(count).map(|key| (TreeKey::Int(key), Tree::Float(0.0))).collect()));
    }
    assert_eq!(text_len("牛"), 5);
}

#[test]
fn numbers_keep_their_kind() {
    // V-2
    for (float, json) in [
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (0.1, "0.1"),
        (1e300, "1e300"),
        (5e-324, "5e-324"),
        (f64::MAX, "1.7976931348623157e308"),
        (1e15, "1000000000000000.0"),
        (-1.234_567_890_123_456_7e-100, "-1.2345678901234567e-100"),
    ] {
        let value = encoded(&Tree::Float(float));
        assert_eq!(value.json.parse::<f64>().unwrap().to_bits(), float.to_bits());
        assert!(value.json.contains(['.', 'e']), "{}", value.json);
        assert_eq!(value.json.replace("e+", "e"), json);
        measured(&Tree::Float(float));
    }
    let mut out = Encoder::new();
    assert_eq!(out.float(f64::NAN), Err("nan is not storable"));
    assert_eq!(out.float(f64::NEG_INFINITY), Err("an infinite float is not storable"));
}

#[test]
fn keys_are_escaped() {
    // V-2
    let keys = ["#", "##", "#5", "5", "", "a#"].map(|key| TreeKey::Text(key.into()));
    let keys = [TreeKey::Int(5), TreeKey::Int(i64::MIN)].into_iter().chain(keys);
    let tree = Tree::Map(keys.map(|key| (key, Tree::Null)).collect());
    assert_eq!(
        *encoded(&tree).json,
        *r####"{"#5":null,"#-9223372036854775808":null,"##":null,"###":null,"##5":null,"5":null,"":null,"a#":null}"####
    );
    assert_eq!(measured(&tree), 1 + 8 + 1 + 9 + 3 + 4 + 4 + 3 + 2 + 4);
    assert_eq!(unescaped("#x"), None);
    assert_eq!(unescaped("#"), None);
    assert_eq!(unescaped("#9223372036854775808"), None);
}

#[test]
fn depth_is_limited() {
    // V-1
    let nested = |depth| (1..depth).fold(Tree::List(vec![]), |tree, _| Tree::List(vec![tree]));
    assert_eq!(measured(&nested(DEPTH_MAX)), 100);
    let mut out = Encoder::new();
    assert!(nested(DEPTH_MAX + 1).write(&mut out).is_err());
}

#[test]
fn what_is_none_of_ours_is_an_error() {
    for json in ["", "[", "[1,]", "{\"#x\":1}", "9223372036854775808", "\"\\ud800\"", "1 2", "{1:2}"] {
        assert!(json_len(json).is_err(), "{json}");
    }
    assert!(json_len(&"[".repeat(1 << 20)).is_err());
}

#[test]
fn a_mark_takes_back() {
    let mut out = Encoder::new();
    out.open_list().unwrap();
    out.int(1);
    let mark = out.mark();
    out.open_map().unwrap();
    out.key_text("a").unwrap();
    assert_eq!(out.since(mark), "{\"a\":");
    out.rewind(mark);
    out.null();
    out.close_list(2);
    let value = out.finish();
    assert_eq!((&*value.json, value.len), ("[1,null]", 3));
}

fn trees() -> impl Strategy<Value = Tree> {
    let words = || prop_oneof!["\\PC{0,40}", "#{0,3}[0-9]{0,3}", "[ -~\0-\u{1f}\"\\\\é牛🐂]{0,40}"];
    let key = prop_oneof![any::<i64>().prop_map(TreeKey::Int), words().prop_map(TreeKey::Text)];
    let leaf = prop_oneof![
        Just(Tree::Null),
        any::<bool>().prop_map(Tree::Bool),
        any::<i64>().prop_map(Tree::Int),
        (-70_000_i64..70_000).prop_map(Tree::Int),
        (any::<i64>(), 0_u32..64).prop_map(|(int, bits)| Tree::Int(int >> bits)),
        any::<f64>().prop_filter("finite", |float| float.is_finite()).prop_map(Tree::Float),
        words().prop_map(Tree::Text),
    ];
    leaf.prop_recursive(5, 200, 20, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..20).prop_map(Tree::List),
            prop::collection::vec((key.clone(), inner), 0..20).prop_map(Tree::Map),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_encoded_is_read(tree in trees()) {
        // V-2, V-3
        let tree = tree.sorted();
        measured(&tree);
        let json: serde_json::Value = serde_json::from_str(&encoded(&tree).json).unwrap();
        prop_assert_eq!(Tree::read(&json), tree);
    }

    #[test]
    fn no_text_breaks_the_measure(json in "[\\[\\]{}\",:0-9a-f.#\\\\+ eEnulltruefals-]{0,60}") {
        _ = json_len(&json);
    }

    #[test]
    fn a_text_is_escaped_as_everywhere(text in "[ -~\0-\u{1f}\"\\\\é牛🐂]{0,100}") {
        prop_assert_eq!(&*encoded(&Tree::Text(text.clone())).json, serde_json::to_string(&text).unwrap());
    }
}
