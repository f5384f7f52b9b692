//! Where in a text a value is.

use super::meaning::key_text;
use super::node::{Document, NodeId, NodeKind};
use crate::diagnostics::Span;

/// The place of the key of the value at `path`, going from map to map in the first document of
/// `text`; numbers in the path go into lists, and give the place of the element.
///
/// Of equal keys the last one counts. What a merge key brings in has no place.
pub fn locate(text: &[u8], path: &[&str]) -> Option<Span> {
    let document = Document::first(text).ok()??;
    let bom = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut place = document.root();
    let mut node = place;
    for word in path {
        (place, node) = step(&document, node, word)?;
    }
    let place = document.node(place);
    Some(Span::new(place.start.offset + bom, place.end.offset + bom))
}

/// One step down: the key, or the element itself, and the value.
fn step(document: &Document, node: NodeId, word: &str) -> Option<(NodeId, NodeId)> {
    match &document.node(node).kind {
        NodeKind::Mapping(children) => {
            let mut pairs = children.chunks_exact(2).rev();
            let pair = pairs.find(|pair| is_key(document, pair[0], word))?;
            Some((pair[0], pair[1]))
        }
        NodeKind::Sequence(items) => {
            let item = *items.get(word.parse::<usize>().ok()?)?;
            Some((item, item))
        }
        NodeKind::Alias { target, .. } if *target < node => step(document, *target, word),
        _ => None,
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
    use super::locate;

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
}
