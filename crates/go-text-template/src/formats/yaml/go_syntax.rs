//! YAML values as Go's `%#v` prints them, for the few messages that quote one.

use super::meaning::{Meaning, is_merge, meaning};
use super::node::{Document, NodeId, NodeKind};
use super::resolve::Resolved;
use crate::data::{append_float, quoted};

/// Deeper than this nothing is printed; the message is long enough by then.
const MAX_DEPTH: usize = 100;
/// More than this many bytes are not printed either.
const MAX_LENGTH: usize = 1 << 20;

/// A nil inside something else.
const NESTED_NIL: &[u8] = b"interface {}(nil)";

/// The node `id`, as decoded into an `interface {}`, in Go's syntax.
pub(super) fn of(document: &Document, id: NodeId) -> String {
    let mut out = Vec::new();
    append(&mut out, document, id, 0);
    if out == NESTED_NIL {
        out = b"<nil>".to_vec();
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn append(out: &mut Vec<u8>, document: &Document, id: NodeId, depth: usize) {
    if depth > MAX_DEPTH || out.len() > MAX_LENGTH {
        return;
    }
    let node = document.node(id);
    match &node.kind {
        NodeKind::Alias { target, .. } => append(out, document, *target, depth + 1),
        NodeKind::Scalar(scalar) => match meaning(scalar, node.start) {
            Ok(meaning) => append_scalar(out, &meaning),
            Err(_) => out.extend_from_slice(quoted(&scalar.value).as_bytes()),
        },
        NodeKind::Sequence(items) => {
            out.extend_from_slice(b"[]interface {}{");
            for (index, &item) in items.iter().enumerate() {
                append_separator(out, index);
                append(out, document, item, depth + 1);
            }
            out.push(b'}');
        }
        NodeKind::Mapping(children) => {
            out.extend_from_slice(b"map[interface {}]interface {}{");
            let mut entries = Entries::new();
            collect(&mut entries, document, children, depth);
            for (index, ((_, key), value)) in entries.iter().enumerate() {
                append_separator(out, index);
                out.extend_from_slice(key);
                out.push(b':');
                append(out, document, *value, depth + 1);
            }
            out.push(b'}');
        }
    }
}

fn append_separator(out: &mut Vec<u8>, index: usize) {
    if index > 0 {
        out.extend_from_slice(b", ");
    }
}

/// The printed keys and the values of a mapping; nil stands first.
type Entries = std::collections::BTreeMap<(bool, Vec<u8>), NodeId>;

/// Adds the entries of a mapping and of what is merged into it; of equal keys the last one counts.
fn collect(entries: &mut Entries, document: &Document, children: &[NodeId], depth: usize) {
    for pair in children.chunks_exact(2) {
        if is_merge(document, pair[0]) {
            merge(entries, document, pair[1], depth + 1);
            continue;
        }
        let mut key = Vec::new();
        append(&mut key, document, pair[0], depth + 1);
        entries.insert((key != NESTED_NIL, key), pair[1]);
    }
}

fn merge(entries: &mut Entries, document: &Document, source: NodeId, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    match &document.node(source).kind {
        NodeKind::Mapping(children) => collect(entries, document, children, depth),
        NodeKind::Alias { target, .. } => merge(entries, document, *target, depth + 1),
        NodeKind::Sequence(sources) => {
            sources.iter().rev().for_each(|&source| merge(entries, document, source, depth + 1));
        }
        NodeKind::Scalar(_) => {}
    }
}

fn append_scalar(out: &mut Vec<u8>, meaning: &Meaning) {
    let text = match meaning {
        Meaning::Text(text) => return out.extend_from_slice(quoted(text.as_bytes()).as_bytes()),
        Meaning::Typed(Resolved::Float(value)) => return append_float(out, *value),
        Meaning::Typed(Resolved::Bool(value)) => value.to_string(),
        Meaning::Typed(Resolved::Int(value)) => value.to_string(),
        Meaning::Typed(Resolved::Uint(value)) => format!("{value:#x}"),
        Meaning::Typed(_) => return out.extend_from_slice(NESTED_NIL),
    };
    out.extend_from_slice(text.as_bytes());
}
