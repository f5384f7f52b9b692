//! Finds equal items in a list.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use super::document::{Data, Document, NodeId};
use super::number::Decimal;

/// Up to this length every pair is compared, which is quicker than hashing.
const SHORT: usize = 20;

/// The positions of the first item that an earlier one equals, the earlier one first.
pub(super) fn first_duplicate(document: &Document, items: &[NodeId]) -> Option<(usize, usize)> {
    let equal = |a: usize, b: usize| document.equal(items[a], document, items[b]);
    if items.len() <= SHORT {
        return (1..items.len()).find_map(|at| {
            (0..at).find(|earlier| equal(*earlier, at)).map(|earlier| (earlier, at))
        });
    }
    let mut seen: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, item) in items.iter().enumerate() {
        let mut hasher = DefaultHasher::new();
        hash(document, *item, &mut hasher);
        let alike = seen.entry(hasher.finish()).or_default();
        if let Some(earlier) = alike.iter().find(|earlier| equal(**earlier, at)) {
            return Some((*earlier, at));
        }
        alike.push(at);
    }
    None
}

/// Equal values have equal hashes, however their numbers are written.
fn hash(document: &Document, node: NodeId, hasher: &mut DefaultHasher) {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, || match document.data(node) {
        Data::Null | Data::Unspeakable => 0_u8.hash(hasher),
        Data::Bool(value) => (1_u8, value).hash(hasher),
        Data::Number(text) => (2_u8, Decimal::parse(text)).hash(hasher),
        Data::String(text) => (3_u8, text.as_bytes()).hash(hasher),
        Data::List(items) => {
            (4_u8, items.len()).hash(hasher);
            items.iter().for_each(|item| hash(document, *item, hasher));
        }
        Data::Map(entries) => {
            (5_u8, entries.len()).hash(hasher);
            for (key, value) in entries {
                key.as_bytes().hash(hasher);
                hash(document, *value, hasher);
            }
        }
    });
}
