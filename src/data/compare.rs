//! Deep equality, as `reflect.DeepEqual` has it, and a hash that goes with it.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::{List, Map, Type, Value};

/// True if both have the same type and the same content: `1` is not `1.0`, a nil list is not an
/// empty one, and NaN is not even itself.
pub fn deep_equal(a: &Value, b: &Value) -> bool {
    Comparison::default().equal(a, b)
}

/// A hash that is equal for values that are deeply equal.
///
/// Only the first elements of large values count, so that hashing stays cheap.
pub fn deep_hash(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    hash(value, &mut hasher, &mut 1024);
    hasher.finish()
}

/// The pairs of containers under comparison: one met again is taken as equal, as in Go.
#[derive(Default)]
struct Comparison {
    visited: HashSet<(Identity, Identity)>,
}

/// Of a list as it says, of a map with zeros.
type Identity = (usize, u32, u32);

impl Comparison {
    fn equal(&mut self, a: &Value, b: &Value) -> bool {
        match (a, b) {
            (Value::Nil, Value::Nil) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(kind, a), Value::Int(other, b)) => kind == other && a == b,
            (Value::Float(a), Value::Float(b)) => a == b,
            (Value::Complex(a, b), Value::Complex(c, d)) => (a, b) == (c, d),
            (Value::String(a), Value::String(b)) | (Value::Bytes(a), Value::Bytes(b)) => a == b,
            (Value::List(a), Value::List(b)) => self.equal_lists(a, b),
            (Value::Map(a), Value::Map(b)) => self.equal_maps(a, b),
            (Value::Object(a), Value::Object(b)) => a.equals(b.as_ref()),
            _ => false,
        }
    }

    fn equal_lists(&mut self, a: &List, b: &List) -> bool {
        if a.go_type() != b.go_type() || a.is_nil() != b.is_nil() || a.len() != b.len() {
            return false;
        }
        if a.same(b) || a.is_empty() {
            return true;
        }
        if is_scalar(a.element_type()) {
            return a.iter().zip(b.iter()).all(|(a, b)| self.equal(&a, &b));
        }
        if !self.visited.insert((a.identity(), b.identity())) {
            return true;
        }
        grow(|| a.iter().zip(b.iter()).all(|(a, b)| self.equal(&a, &b)))
    }

    fn equal_maps(&mut self, a: &Map, b: &Map) -> bool {
        if a.go_type() != b.go_type() || a.is_nil() != b.is_nil() || a.len() != b.len() {
            return false;
        }
        let pair = ((a.identity(), 0, 0), (b.identity(), 0, 0));
        if a.same(b) || !self.visited.insert(pair) {
            return true;
        }
        grow(|| {
            a.with_entries(|a| {
                b.with_entries(|b| {
                    // Both are sorted by key.
                    a.iter().zip(b).all(|((key, a), (other, b))| key == other && self.equal(a, b))
                })
            })
        })
    }
}

fn grow<R>(run: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, run)
}

fn is_scalar(go_type: Type) -> bool {
    matches!(go_type, Type::Bool | Type::Int(_) | Type::Float64 | Type::String)
}

fn hash(value: &Value, hasher: &mut DefaultHasher, budget: &mut u32) {
    if *budget == 0 {
        return;
    }
    *budget -= 1;
    std::mem::discriminant(value).hash(hasher);
    match value {
        Value::Nil | Value::Object(_) | Value::Complex(..) => {}
        Value::Bool(truth) => truth.hash(hasher),
        Value::Int(kind, number) => (kind, number).hash(hasher),
        // Both zeros are equal.
        Value::Float(number) => (number + 0.0).to_bits().hash(hasher),
        Value::String(text) | Value::Bytes(text) => text.hash(hasher),
        Value::List(list) => hash_list(list, hasher, budget),
        Value::Map(map) => hash_map(map, hasher, budget),
    }
}

fn hash_list(list: &List, hasher: &mut DefaultHasher, budget: &mut u32) {
    list.len().hash(hasher);
    for item in list.iter().take(*budget as usize) {
        grow(|| hash(&item, hasher, budget));
    }
}

fn hash_map(map: &Map, hasher: &mut DefaultHasher, budget: &mut u32) {
    map.len().hash(hasher);
    map.with_entries(|entries| {
        for (key, value) in entries.iter().take(*budget as usize) {
            key.hash(hasher);
            grow(|| hash(value, hasher, budget));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_count() {
        let list = |items: Vec<Value>| Value::list(items);
        for (a, b, expected) in [
            (1.into(), 1.into(), true),
            (1.into(), 1.0.into(), false),
            (Value::int(1), Value::int64(1), false),
            (0.0.into(), (-0.0).into(), true),
            (f64::NAN.into(), f64::NAN.into(), false),
            (Value::Nil, Value::Nil, true),
            (list(vec![1.into()]), list(vec![1.into()]), true),
            (list(vec![]), List::nil(Type::LIST).into(), false),
            (list(vec!["a".into()]), List::strings(vec!["a".into()]).into(), false),
        ] {
            assert_eq!(deep_equal(&a, &b), expected, "{a:?} {b:?}");
            assert!(!expected || deep_hash(&a) == deep_hash(&b), "{a:?} {b:?}");
        }
    }

    #[test]
    fn cycles_end() {
        let cycle = || {
            let map = Map::new();
            map.insert("self", map.clone());
            map
        };
        let (a, b) = (cycle(), cycle());
        assert!(deep_equal(&a.clone().into(), &b.clone().into()));
        deep_hash(&a.clone().into());
        a.remove(b"self");
        b.remove(b"self");
    }
}
