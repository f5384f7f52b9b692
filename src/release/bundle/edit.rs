//! Changes of a document's text that leave all its other bytes as they are.

use std::ops::Range;

use bstr::ByteSlice;

use super::lines::line_start;
use super::node::{Kind, NodeId, Nodes};

/// Bytes to put in the place of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// What goes; empty for an insertion.
    pub(super) range: Range<usize>,
    /// What comes.
    pub(super) text: Vec<u8>,
}

/// The text with all `edits` made. Of edits in the same place the first comes first; of those that
/// overlap the first counts.
pub(super) fn apply(text: &[u8], mut edits: Vec<Edit>) -> Vec<u8> {
    edits.sort_by_key(|edit| edit.range.start);
    let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut out = Vec::with_capacity(text.len() + added);
    let mut at = 0;
    for edit in edits.iter().filter(|edit| edit.range.end <= text.len()) {
        if edit.range.start < at {
            continue;
        }
        out.extend_from_slice(&text[at..edit.range.start]);
        out.extend_from_slice(&edit.text);
        at = edit.range.end;
    }
    out.extend_from_slice(&text[at..]);
    out
}

/// Sets `key` in the map `map` to `value`, both plain words: in front of its first key if it is not
/// there. `None` if the text is written in a way that leaves no room for it.
pub(super) fn set(nodes: &Nodes, text: &[u8], map: NodeId, key: &str, value: &str) -> Option<Edit> {
    match nodes.get(map, key) {
        Some(old) => Some(replace(nodes, text, old, value)),
        None => insert(nodes, text, map, format!("{key}: {value}").as_bytes()),
    }
}

/// Writes `value` where the scalar `old` is.
pub(super) fn replace(nodes: &Nodes, text: &[u8], old: NodeId, value: &str) -> Edit {
    let range = nodes.value_range(old, text);
    // An empty value may stand right behind its colon.
    let space = if range.is_empty() && text[..range.start].ends_with(b":") { " " } else { "" };
    Edit { range, text: format!("{space}{value}").into_bytes() }
}

/// Inserts `entry`, a line or several, each with its own further indentation, in front of the first
/// entry of `map`.
pub(super) fn insert(nodes: &Nodes, text: &[u8], map: NodeId, entry: &[u8]) -> Option<Edit> {
    let node = nodes.node(map);
    let Kind::Map(children) = &node.kind else { return None };
    let opening = text[node.range.clone()].trim_end().ends_with(b"{");
    if opening {
        let comma: &[u8] = if children.is_empty() { b"" } else { b", " };
        let end = node.range.start + text[node.range.clone()].rfind_byte(b'{')? + 1;
        let flat = flattened(entry);
        return Some(Edit { range: end..end, text: [&flat, comma].concat() });
    }
    let at = nodes.node_as_written(*children.first()?).range.start;
    let line_start = line_start(text, at);
    // Behind `? ` the key has no line of its own.
    if text[line_start..at].trim_end().ends_with(b"?") {
        return None;
    }
    let column = String::from_utf8_lossy(&text[line_start..at])
        .trim_start_matches('\u{feff}')
        .chars()
        .count();
    let mut lines = Vec::new();
    for line in entry.lines() {
        lines.extend_from_slice(line);
        lines.push(b'\n');
        lines.extend(std::iter::repeat_n(b' ', column));
    }
    // All but the first line begin with that indentation already.
    Some(Edit { range: at..at, text: lines })
}

/// `key:` with a line of `name: value` below it, in the form of flow.
fn flattened(entry: &[u8]) -> Vec<u8> {
    match entry.split_once_str("\n") {
        None => entry.to_vec(),
        Some((key, inner)) => {
            let entries: Vec<&[u8]> = inner.lines().map(ByteSlice::trim).collect();
            [key, b" {", &entries.join(&b", "[..]), b"}"].concat()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_namespace(text: &str) -> Option<String> {
        let nodes = Nodes::read(text.as_bytes()).unwrap().unwrap();
        let metadata = nodes.get(0, "metadata").unwrap();
        let edit = set(&nodes, text.as_bytes(), metadata, "namespace", "shop")?;
        Some(String::from_utf8(apply(text.as_bytes(), vec![edit])).unwrap())
    }

    #[test]
    fn a_key_goes_where_it_belongs() {
        for (text, expected) in [
            ("metadata:\n  name: x # n\n", "metadata:\n  namespace: shop\n  name: x # n\n"),
            ("metadata: {name: x}\n", "metadata: {namespace: shop, name: x}\n"),
            ("metadata: &m {}\n", "metadata: &m {namespace: shop}\n"),
            ("metadata:\n  namespace:\n  name: x\n", "metadata:\n  namespace: shop\n  name: x\n"),
            ("metadata:\n  namespace: \"\"\n", "metadata:\n  namespace: shop\n"),
            ("metadata:\n  namespace: null # x\n", "metadata:\n  namespace: shop # x\n"),
            (
                "{\"metadata\": {\n  \"name\": \"x\"}}",
                "{\"metadata\": {namespace: shop, \n  \"name\": \"x\"}}",
            ),
            ("metadata: &m\n  name: x\n", "metadata: &m\n  namespace: shop\n  name: x\n"),
            ("metadata:\r  name: x\r", "metadata:\r  namespace: shop\n  name: x\r"),
            (
                "metadata:\u{2028}  name: x\u{85}",
                "metadata:\u{2028}  namespace: shop\n  name: x\u{85}",
            ),
        ] {
            assert_eq!(with_namespace(text).as_deref(), Some(expected), "{text:?}");
        }
        assert_eq!(with_namespace("metadata:\n  ? name\n  : x\n"), None);
    }

    #[test]
    fn edits_in_one_place_keep_their_order() {
        let edit = |at: usize, text: &str| Edit { range: at..at, text: text.into() };
        assert_eq!(apply(b"ab", vec![edit(1, "1"), edit(1, "2"), edit(2, "3")]), b"a12b3");
    }
}
