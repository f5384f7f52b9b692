//! Deep equality, as `reflect.DeepEqual` has it, and a hash that goes with it.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::printer::MOST_NESTING;
use super::{Failure, List, Map, Str, Type, Value};

/// So many bytes of a text take as long to compare as a small value.
const BYTES_PER_LOOK: usize = 64;
/// A hash is made of so many values inside of a value at most.
const HASHED_VALUES: u32 = 128;
/// A hash is made of so many bytes at each end of a text.
const HASHED_BYTES: usize = 64;

/// Deep equality of values: `1` is not `1.0`, a nil list is not an empty one, and NaN is not even
/// itself. Counts how much it looks at.
#[derive(Default)]
pub struct Comparison {
    /// The pairs of containers under comparison: one met again is taken as equal, as in Go.
    visited: HashSet<(Identity, Identity)>,
    looks: u64,
    depth: u32,
    too_deep: bool,
}

/// Of a list as it says, of a map with zeros.
type Identity = (usize, u32, u32);

impl Comparison {
    /// Go's `reflect.DeepEqual`. Fails for values that are nested beyond all bounds.
    pub fn equal(&mut self, a: &Value, b: &Value) -> Result<bool, Failure> {
        self.visited.clear();
        let equal = self.same(a, b);
        if self.too_deep {
            Err(Failure::new("value is nested too deeply to be compared"))
        } else {
            Ok(equal)
        }
    }

    /// A hash that is equal for values that are deeply equal.
    ///
    /// Only the first elements of large values count, so that hashing stays cheap.
    pub fn hash(&mut self, value: &Value) -> u64 {
        let mut hasher = DefaultHasher::new();
        let mut budget = HASHED_VALUES;
        hash(value, &mut hasher, &mut budget);
        self.looks += u64::from(HASHED_VALUES - budget);
        hasher.finish()
    }

    /// How many values have been looked at since this was last asked; a long text is several.
    pub fn take_looks(&mut self) -> u64 {
        std::mem::take(&mut self.looks)
    }

    fn same(&mut self, a: &Value, b: &Value) -> bool {
        self.looks += 1;
        match (a, b) {
            (Value::Nil, Value::Nil) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(kind, a), Value::Int(other, b)) => kind == other && a == b,
            (Value::Float(a), Value::Float(b)) => a == b,
            (Value::Complex(a, b), Value::Complex(c, d)) => (a, b) == (c, d),
            (Value::String(a), Value::String(b)) | (Value::Bytes(a), Value::Bytes(b)) => {
                self.looks += (a.len().min(b.len()) / BYTES_PER_LOOK) as u64;
                a == b
            }
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
            return a.iter().zip(b.iter()).all(|(a, b)| self.same(&a, &b));
        }
        if !self.visited.insert((a.identity(), b.identity())) {
            return true;
        }
        self.deeper(|c| a.iter().zip(b.iter()).all(|(a, b)| c.same(&a, &b)))
    }

    fn equal_maps(&mut self, a: &Map, b: &Map) -> bool {
        if a.go_type() != b.go_type() || a.is_nil() != b.is_nil() || a.len() != b.len() {
            return false;
        }
        let pair = ((a.identity(), 0, 0), (b.identity(), 0, 0));
        if a.same(b) || !self.visited.insert(pair) {
            return true;
        }
        self.deeper(|c| {
            a.with_entries(|a| {
                b.with_entries(|b| {
                    // Both are sorted by key.
                    a.iter().zip(b).all(|((key, a), (other, b))| key == other && c.same(a, b))
                })
            })
        })
    }

    fn deeper(&mut self, compare: impl FnOnce(&mut Self) -> bool) -> bool {
        if self.depth == MOST_NESTING {
            self.too_deep = true;
            return false;
        }
        self.depth += 1;
        let equal = grow(|| compare(self));
        self.depth -= 1;
        equal
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
        Value::String(text) | Value::Bytes(text) => hash_text(text, hasher),
        Value::List(list) => hash_list(list, hasher, budget),
        Value::Map(map) => hash_map(map, hasher, budget),
    }
}

fn hash_text(text: &Str, hasher: &mut DefaultHasher) {
    let bytes = text.as_bytes();
    bytes.len().hash(hasher);
    hasher.write(&bytes[..bytes.len().min(HASHED_BYTES)]);
    hasher.write(&bytes[bytes.len().saturating_sub(HASHED_BYTES)..]);
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
            hash_text(key, hasher);
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
        let hashed = |value: &Value| Comparison::default().hash(value);
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
            assert_eq!(Comparison::default().equal(&a, &b), Ok(expected), "{a:?} {b:?}");
            assert!(!expected || hashed(&a) == hashed(&b), "{a:?} {b:?}");
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
        let compared = Comparison::default().equal(&a.clone().into(), &b.clone().into());
        assert_eq!(compared, Ok(true));
        Comparison::default().hash(&a.clone().into());
        a.remove(b"self");
        b.remove(b"self");
    }
}
