//! Where in a text a value is.

use bstr::ByteSlice;

use super::meaning::key_text;
use super::node::{Document, NodeId, NodeKind};
use super::token::ScalarStyle;
use crate::diagnostics::Span;

/// The place of the key of the value at `path`, going from map to map in the first document of
/// `text`; numbers in the path go into lists, and give the place of the element.
///
/// Of equal keys the last one counts. What a merge key brings in is where the merged map has it.
pub fn locate(text: &[u8], path: &[&str]) -> Option<Span> {
    let document = Document::first(text).ok()??;
    let bom = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    Some(find(&document, path, bom)?.key)
}

/// Where a value is, and the key it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The key; of an element of a list the element.
    pub key: Span,
    /// The value; of a map or a list where its first token is.
    pub value: Span,
    /// Whether the value is written in several lines below an indicator, `|` or `>`.
    pub is_block: bool,
}

/// A text that is read once, so that many of its values can be found.
#[derive(Debug)]
pub struct Places(Vec<(usize, Document)>);

impl Places {
    /// The places in `text`, which may have several documents; a later one counts before the others.
    /// A document that is not YAML has no places.
    pub fn read(text: &[u8]) -> Self {
        let mut documents = Vec::new();
        let mut end = text.len();
        loop {
            let start = text[..end].rfind(b"\n---").map_or(0, |at| at + 1);
            let bom = if text[start..].starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            if let Ok(Some(document)) = Document::first(&text[start..end]) {
                documents.push((start + bom, document));
            }
            if start == 0 {
                return Self(documents);
            }
            end = start;
        }
    }

    /// The place of the value at `path`: keys of maps, and numbers of elements of lists.
    pub fn find(&self, path: &[&str]) -> Option<Place> {
        self.0.iter().find_map(|(start, document)| find(document, path, *start))
    }
}

fn find(document: &Document, path: &[&str], start: usize) -> Option<Place> {
    let mut key = document.root();
    let mut value = key;
    for word in path {
        (key, value) = step(document, value, word)?;
    }
    let span = |id: NodeId| {
        let node = document.node(id);
        Span::new(start + node.start.offset, start + node.end.offset)
    };
    let value = target(document, value);
    let is_block = match &document.node(value).kind {
        NodeKind::Scalar(scalar) => {
            matches!(scalar.style, ScalarStyle::Literal | ScalarStyle::Folded)
        }
        _ => false,
    };
    Some(Place { key: span(key), value: span(value), is_block })
}

/// What `node` stands for, if it is an alias.
fn target(document: &Document, node: NodeId) -> NodeId {
    match document.node(node).kind {
        NodeKind::Alias { target: named, .. } if named < node => target(document, named),
        _ => node,
    }
}

/// One step down: the key, or the element itself, and the value.
fn step(document: &Document, node: NodeId, word: &str) -> Option<(NodeId, NodeId)> {
    match &document.node(node).kind {
        NodeKind::Mapping(children) => {
            let mut pairs = children.chunks_exact(2).rev();
            let pair = pairs.find(|pair| is_key(document, pair[0], word));
            pair.map(|pair| (pair[0], pair[1])).or_else(|| merged(document, node, word))
        }
        NodeKind::Sequence(items) => {
            let item = *items.get(word.parse::<usize>().ok()?)?;
            Some((item, item))
        }
        NodeKind::Alias { target, .. } if *target < node => step(document, *target, word),
        _ => None,
    }
}

/// The key and value that a merge key brings into a map: from the map, or the first map of a list.
fn merged(document: &Document, node: NodeId, word: &str) -> Option<(NodeId, NodeId)> {
    let NodeKind::Mapping(children) = &document.node(node).kind else { return None };
    let mut pairs = children.chunks_exact(2);
    let source = target(document, pairs.find(|pair| is_key(document, pair[0], "<<"))?[1]);
    // Only what stands before can be merged in, so that this ends.
    let earlier = |id: &NodeId| *id < node;
    match &document.node(source).kind {
        NodeKind::Sequence(items) => {
            let sources = items.iter().map(|item| target(document, *item)).filter(earlier);
            sources.into_iter().find_map(|source| step(document, source, word))
        }
        _ => Some(source).filter(earlier).and_then(|source| step(document, source, word)),
    }
}

fn is_key(document: &Document, key: NodeId, word: &str) -> bool {
    match &document.node(key).kind {
        NodeKind::Scalar(scalar) => {
            scalar.value == word.as_bytes() || key_text(scalar).is_some_and(|text| text == *word)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Places, locate};

    #[test]
    fn keys_are_found_by_their_path() {
        let text =
            "a: {b: 1}\nlist:\n- x: 1\n  y: 2\nref: &r\n  k: v\nuse: *r\na:\n  ? b\n  : 3\non: 1\n";
        type Case<'c> = (&'c [&'c str], Option<(u32, u32)>);
        let cases: [Case<'_>; 7] = [
            (&["a", "b"], Some((60, 61))),
            (&["list", "0", "y"], Some((25, 26))),
            (&["list", "1"], None),
            (&["use", "k"], Some((40, 41))),
            (&["true"], Some((68, 70))),
            (&["nope"], None),
            (&["a"], Some((53, 54))),
        ];
        for (path, expected) in cases {
            let found = locate(text.as_bytes(), path).map(|span| (span.start, span.end));
            assert_eq!(found, expected, "{path:?}");
        }
    }

    #[test]
    fn places_are_those_of_values() {
        let text = "a: &a {b: 1, c: [x, 'y']}\nd:\n  <<: *a\n  t: |\n    z\n---\na:\n  b: 2\n";
        let places = Places::read(text.as_bytes());
        let found = |path: &[&str]| {
            places.find(path).map(|place| (place.key.start, place.value.start, place.is_block))
        };
        assert_eq!(found(&["a", "b"]), Some((60, 63, false)));
        assert_eq!(found(&["a", "c", "1"]), Some((20, 20, false)));
        assert_eq!(found(&["d", "b"]), Some((7, 10, false)));
        assert_eq!(found(&["d", "t"]), Some((40, 43, true)));
        assert_eq!(found(&["d", "nope"]), None);
    }
}
