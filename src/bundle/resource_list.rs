//! The list that functions of the Kubernetes resource model take and give.

use bstr::ByteSlice;

use super::node::{Kind, Nodes};
use super::object::in_utf8;
use crate::data::Str;
use crate::yaml::Error;

/// The list in `text` with `documents` behind the items that it has, which stay as they are
/// written. `None` if its items are written in the form of flow.
pub fn extended(text: &[u8], documents: &[&[u8]]) -> Result<Option<Vec<u8>>, Error> {
    let text = &in_utf8(Str::from(text));
    let (mut items, column) = match Nodes::read(text)? {
        Some(nodes) => match items(&nodes, text) {
            Some(items) => items,
            None => return Ok(None),
        },
        None => (Vec::new(), 0),
    };
    for document in documents {
        append(&mut items, document, column);
    }
    let mut out = b"apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n".to_vec();
    out.extend_from_slice(if items.is_empty() { b"items: []\n" } else { b"items:\n" });
    out.extend_from_slice(&items);
    Ok(Some(out))
}

/// The lines of the items, and the column of their dashes.
fn items(nodes: &Nodes, text: &[u8]) -> Option<(Vec<u8>, usize)> {
    let Some(list) = nodes.get(nodes.root(), "items") else { return Some((Vec::new(), 0)) };
    let Kind::List(children) = &nodes.node(list).kind else { return Some((Vec::new(), 0)) };
    let Some(first) = children.first() else { return Some((Vec::new(), 0)) };
    let line_start = |offset: usize| text[..offset].rfind_byte(b'\n').map_or(0, |at| at + 1);
    let start = line_start(nodes.node_as_written(*first).range.start);
    let column = text[start..].iter().take_while(|byte| **byte == b' ').count();
    if text.get(start + column) != Some(&b'-') {
        return None;
    }
    let keys = nodes.entries(nodes.root()).map(|(key, _)| nodes.node(key).range.start);
    let end = keys.filter(|offset| *offset > start).min().map_or(nodes.end(), line_start);
    let mut lines = text[start..end].to_vec();
    if !lines.ends_with(b"\n") {
        lines.push(b'\n');
    }
    Some((lines, column))
}

/// Appends a document as an item: further indentation changes nothing of its meaning.
fn append(out: &mut Vec<u8>, document: &[u8], column: usize) {
    let mut dash: &[u8] = b"- ";
    for line in document.lines() {
        if !line.trim().is_empty() {
            out.extend(std::iter::repeat_n(b' ', column));
            out.extend_from_slice(std::mem::replace(&mut dash, b"  "));
        }
        out.extend_from_slice(line);
        out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_pod(text: &str) -> Option<String> {
        let pod: &[u8] = b"kind: Pod\ndata: |\n  x\n\n  y\n";
        extended(text.as_bytes(), &[pod]).unwrap().map(|list| String::from_utf8(list).unwrap())
    }

    #[test]
    fn items_are_kept() {
        let head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n";
        let pod = "- kind: Pod\n  data: |\n    x\n\n    y\n";
        assert_eq!(with_pod("kind: ResourceList\n"), Some(format!("{head}{pod}")));
        assert_eq!(with_pod("items: []\nfunctionConfig: {}\n"), Some(format!("{head}{pod}")));
        let items = "items:\n- kind: A # a\n  x: 1\nfunctionConfig:\n  a: 1\n";
        assert_eq!(with_pod(items), Some(format!("{head}- kind: A # a\n  x: 1\n{pod}")));
        assert_eq!(with_pod("items: [{kind: A}]\n"), None);
        // What is behind the end of the document is no part of the list.
        let items = "items:\n- kind: A\n";
        for end in ["---\nkind: B\n", "...\n", "--- {}\n"] {
            assert_eq!(with_pod(&format!("{items}{end}")), Some(format!("{head}- kind: A\n{pod}")));
        }
    }
}
