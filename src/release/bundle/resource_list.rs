//! The list that functions of the Kubernetes resource model take and give.

use bstr::ByteSlice;

use super::lines::{is_empty, line_start, lines};
use super::node::{Kind, NodeId, Nodes};
use super::object::in_utf8;
use go_text_template::data::{Str, Tree};
use go_text_template::yaml::{self, Error};

/// Why a list cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListFault {
    /// It is not YAML.
    Unreadable(Error),
    /// Its items are not written line by line, or need what stands elsewhere.
    Items,
    /// The text of this document, counted from 0, would mean something else in a list.
    Document(usize),
}

/// The list in `text` with `documents` behind the items that it has, which stay as they are
/// written.
pub fn extended(text: &[u8], documents: &[&[u8]]) -> Result<Vec<u8>, ListFault> {
    let text = &in_utf8(Str::from(text));
    let (mut items, column) = match Nodes::read(text).map_err(ListFault::Unreadable)? {
        Some(nodes) => items(&nodes, text).ok_or(ListFault::Items)?,
        None => (Vec::new(), 0),
    };
    for (at, document) in documents.iter().enumerate() {
        items.extend(item(document, column).ok_or(ListFault::Document(at))?);
    }
    let mut out = b"apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n".to_vec();
    out.extend_from_slice(if items.is_empty() { b"items: []\n" } else { b"items:\n" });
    out.extend_from_slice(&items);
    Ok(out)
}

/// The lines of the items, and the column of their dashes; `None` if they mean something else
/// where they will stand.
fn items(nodes: &Nodes, text: &[u8]) -> Option<(Vec<u8>, usize)> {
    let Some(list) = nodes.get(nodes.root(), "items") else { return Some((Vec::new(), 0)) };
    let Kind::List(children) = &nodes.node(list).kind else { return Some((Vec::new(), 0)) };
    let Some(first) = children.first() else { return Some((Vec::new(), 0)) };
    let start = line_start(text, first_dash(nodes, text, list, *first));
    let column = text[start..].iter().take_while(|byte| **byte == b' ').count();
    let keys = nodes.entries(nodes.root()).map(|(key, _)| nodes.node(key).range.start);
    let end = keys.filter(|offset| *offset > start).min();
    let end = end.map_or(nodes.end(), |offset| line_start(text, offset));
    let lines = ended(text.get(start..end)?);
    let tree = yaml::read(&Str::from(text)).ok()?;
    (yaml::read(&Str::from(&*lines)).ok()? == *tree.at(&["items"])?).then_some((lines, column))
}

/// Where the first dash of the list is; behind an anchor, its first item.
fn first_dash(nodes: &Nodes, text: &[u8], list: NodeId, first: NodeId) -> usize {
    let start = nodes.node(list).range.start;
    if text[start..].starts_with(b"-") { start } else { nodes.node_as_written(first).range.start }
}

/// `document` as an item whose dash stands in `column`; `None` if it would mean something else.
/// Blanks count in blocks of text, so every line moves by the same number of them.
fn item(document: &[u8], column: usize) -> Option<Vec<u8>> {
    let text = document.strip_prefix("\u{feff}".as_bytes()).unwrap_or(document);
    let end = Nodes::read(text).ok()??.end();
    let mut lead: &[u8] = b"- ";
    let mut item = Vec::new();
    for line in lines(&ended(&text[..end])) {
        let is_before = lead == b"- " && line.trim().is_empty();
        if !is_before && !is_empty(line) {
            item.extend(std::iter::repeat_n(b' ', column));
            item.extend_from_slice(std::mem::replace(&mut lead, b"  "));
        }
        item.extend_from_slice(line);
    }
    let tree = yaml::read(&Str::from(text)).ok()?;
    (yaml::read(&Str::from(&*item)).ok()? == Tree::list(vec![tree])).then_some(item)
}

/// `text` with a line break at its end.
fn ended(text: &[u8]) -> Vec<u8> {
    let mut text = text.to_vec();
    if !text.ends_with(b"\n") {
        text.push(b'\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_pod(text: &str) -> Result<String, ListFault> {
        let pod: &[u8] = b"kind: Pod\ndata: |\n  x\n\n  y\n";
        extended(text.as_bytes(), &[pod]).map(|list| String::from_utf8(list).unwrap())
    }

    #[test]
    fn items_are_kept() {
        let head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n";
        let pod = "- kind: Pod\n  data: |\n    x\n\n    y\n";
        assert_eq!(with_pod("kind: ResourceList\n"), Ok(format!("{head}{pod}")));
        assert_eq!(with_pod("items: []\nfunctionConfig: {}\n"), Ok(format!("{head}{pod}")));
        let items = "items:\n- kind: A # a\n  x: 1\nfunctionConfig:\n  a: 1\n";
        assert_eq!(with_pod(items), Ok(format!("{head}- kind: A # a\n  x: 1\n{pod}")));
        assert_eq!(with_pod("items:\n-\n  kind: A\n"), Ok(format!("{head}-\n  kind: A\n{pod}")));
        assert_eq!(with_pod("items: [{kind: A}]\n"), Err(ListFault::Items));
        // What is behind the end of the document is no part of the list.
        let items = "items:\n- kind: A\n";
        for end in ["---\nkind: B\n", "...\n", "--- {}\n"] {
            assert_eq!(with_pod(&format!("{items}{end}")), Ok(format!("{head}- kind: A\n{pod}")));
        }
    }

    #[test]
    fn items_that_need_what_goes_are_refused() {
        assert_eq!(with_pod("x: &x {a: 1}\nitems:\n- *x\n"), Err(ListFault::Items));
        let unended = "items:\n- kind: A\n  a: |\n    x";
        assert_eq!(with_pod(unended), Err(ListFault::Items));
    }

    #[test]
    fn a_document_means_the_same_in_a_list() {
        for text in [
            "a: |\n  x\n    \n  y\n   \n\nb: 1\n",
            "a: |+\n  x\n     \n\n",
            "a: >\n    \n\n    x\n     y\n    \n",
            "a: |2\n    x\n   \n",
            "a: |\n      \n",
            "a: \"x\\\n  \n y\"\nb: 'x\n\n   y'\nc: x\n\n  y\n",
            "  a: |\n     x\n      \n  b: 1\n",
            "a: |\r  x\r    \r  y\rb: 1\r",
            "a: |\r\n  x\r\n    \r\n  y\r\n",
            "a: |\n  x\u{85}    \u{85}  y\u{2028}  z\u{2029}\nb: \"x\u{2028}y\"\n",
            "\u{feff}a: 1\n",
            "\n  \n# c\na: 1\n...\nb: 1\n",
            "{a: c,\n  b: 'x\n  y'}\n",
            "&x\na: &y [1,\n2]\nb: *y\n",
        ] {
            for column in [0, 3] {
                let tree = yaml::read(&Str::from(text.trim_start_matches('\u{feff}'))).unwrap();
                let item = item(text.as_bytes(), column).unwrap_or_else(|| panic!("{text:?}"));
                let list = yaml::read(&Str::from(item));
                assert_eq!(list, Ok(Tree::list(vec![tree])), "{text:?}");
            }
        }
        assert_eq!(item(b"--- # x\na: 1\n", 0), None);
    }
}
