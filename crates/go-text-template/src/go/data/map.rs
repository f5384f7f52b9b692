//! Go maps with string keys.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use super::{Failure, Purse, Signature, Snapshot, Str, Tree, TreeMap, Type, Value};

/// The methods of a map type, called by their names.
pub type MapMethod = fn(&Map, &str, &mut [Value], &dyn Purse) -> Result<Value, Failure>;

/// A map type: its Go name, its elements and its methods.
pub struct MapClass {
    /// The type that `%T` prints.
    pub go_type: Type,
    /// The static type of the elements.
    pub element: Type,
    /// The parameters of the method of that name.
    pub method: fn(name: &str) -> Option<Signature>,
    /// Calls the method of that name; the arguments fit its signature. The result is thrown away if
    /// the purse is empty.
    pub call: MapMethod,
}

impl fmt::Debug for MapClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.go_type.fmt(f)
    }
}

impl MapClass {
    /// A map type without methods.
    pub const fn plain(go_type: Type, element: Type) -> Self {
        Self { go_type, element, method: |_| None, call: |_, _, _, _| Ok(Value::Nil) }
    }
}

/// `map[string]interface {}`.
pub static ANY_MAP: MapClass = MapClass::plain(Type::Map, Type::Any);
/// `map[string]string`.
pub static STRING_MAP: MapClass = MapClass::plain(Type::StringMap, Type::String);

/// A handle of a Go map: clones see each other's changes.
///
/// The type belongs to the handle, not to the entries: in Helm one map is seen as `common.Values`
/// by a subchart and as `map[string]interface {}` by its parent.
#[derive(Clone, Debug)]
pub struct Map {
    class: &'static MapClass,
    cell: Rc<Cell>,
}

#[derive(Debug)]
struct Cell {
    nil: bool,
    entries: RefCell<Entries>,
}

impl Drop for Cell {
    /// Maps may be nested deeper than the stack is high.
    fn drop(&mut self) {
        let entries = std::mem::replace(self.entries.get_mut(), Entries::Live(BTreeMap::new()));
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || drop(entries));
    }
}

#[derive(Debug)]
enum Entries {
    /// Not changed yet.
    Frozen(Frozen),
    Live(BTreeMap<Str, Value>),
    /// With keys that are the texts of maps, which nobody has asked for yet.
    Late(Box<Late>),
}

/// A tree, of which only what somebody looks at is made a value.
#[derive(Debug)]
struct Frozen {
    tree: Arc<TreeMap>,
    /// The maps and lists among the entries that have been looked at: from then on each of them is
    /// one of its own, which can change. Empty until there is one.
    opened: Vec<Option<Value>>,
}

impl Frozen {
    fn get(&mut self, key: &[u8]) -> Option<Value> {
        let (at, tree) = self.tree.find(key)?;
        if !matches!(tree, Tree::List(_) | Tree::Map(_)) {
            return Some(tree.into());
        }
        if self.opened.is_empty() {
            self.opened.resize(self.tree.len(), None);
        }
        Some(self.opened[at].get_or_insert_with(|| tree.into()).clone())
    }

    fn live(&mut self) -> BTreeMap<Str, Value> {
        let mut opened = std::mem::take(&mut self.opened).into_iter();
        let entries = self.tree.iter().map(|(key, tree)| {
            let value = opened.next().flatten();
            (key.clone(), value.unwrap_or_else(|| tree.into()))
        });
        entries.collect()
    }
}

#[derive(Debug, Default)]
struct Late {
    /// The entries whose keys do not begin like the text of a map.
    entries: BTreeMap<Str, Value>,
    /// The others, in the order they came.
    others: Vec<(LateKey, Value)>,
}

#[derive(Debug)]
enum LateKey {
    Text(Str),
    Snapshot(Snapshot),
}

impl Late {
    /// Makes `entries` ones that late keys can join.
    fn of(mut entries: BTreeMap<Str, Value>) -> Self {
        let mut others = entries.split_off(&b"map["[..]);
        entries.append(&mut others.split_off(&b"map\\"[..]));
        let others = others.into_iter().map(|(key, value)| (LateKey::Text(key), value)).collect();
        Self { entries, others }
    }

    fn insert(&mut self, key: Str, value: Value) {
        if is_like_map(&key) {
            self.others.push((LateKey::Text(key), value));
        } else {
            self.entries.insert(key, value);
        }
    }

    fn finish(self) -> BTreeMap<Str, Value> {
        let mut entries = self.entries;
        for (key, value) in self.others {
            let key = match key {
                LateKey::Text(text) => text,
                LateKey::Snapshot(snapshot) => snapshot.text(),
            };
            entries.insert(key, value);
        }
        entries
    }
}

/// True for what may be the text of a map.
fn is_like_map(key: &[u8]) -> bool {
    key.starts_with(b"map[")
}

impl Entries {
    /// The entries as values, made now if need be: from here on nested maps have an identity.
    fn live(&mut self) -> &mut BTreeMap<Str, Value> {
        if let Self::Frozen(frozen) = self {
            *self = Self::Live(frozen.live());
        } else if let Self::Late(late) = self {
            *self = Self::Live(std::mem::take(late).finish());
        }
        match self {
            Self::Live(entries) => entries,
            Self::Frozen(_) | Self::Late(_) => unreachable!("made live above"),
        }
    }
}

impl Map {
    /// An empty `map[string]interface {}`.
    pub fn new() -> Self {
        Self::with(&ANY_MAP, false, Entries::Live(BTreeMap::new()))
    }

    /// An empty map of the type `class`.
    pub fn of(class: &'static MapClass) -> Self {
        Self::with(class, false, Entries::Live(BTreeMap::new()))
    }

    /// A nil `map[string]interface {}`: reads as empty, cannot be written.
    pub fn nil() -> Self {
        Self::with(&ANY_MAP, true, Entries::Live(BTreeMap::new()))
    }

    /// A `map[string]interface {}` of the values of `map`, made when first looked at.
    pub fn from_tree(map: &Arc<TreeMap>) -> Self {
        Self::from_tree_as(&ANY_MAP, map)
    }

    /// The values of `map` as a map of the type `class`, made when first looked at.
    pub fn from_tree_as(class: &'static MapClass, map: &Arc<TreeMap>) -> Self {
        let frozen = Frozen { tree: map.clone(), opened: Vec::new() };
        Self::with(class, false, Entries::Frozen(frozen))
    }

    fn with(class: &'static MapClass, nil: bool, entries: Entries) -> Self {
        Self { class, cell: Rc::new(Cell { nil, entries: RefCell::new(entries) }) }
    }

    /// The map's type.
    pub fn class(&self) -> &'static MapClass {
        self.class
    }

    /// The same map, seen as one of the type `class`.
    pub fn as_class(&self, class: &'static MapClass) -> Self {
        Self { class, cell: self.cell.clone() }
    }

    /// The same map as a `map[string]interface {}`: what a parameter or result of that type makes
    /// of a map whose type has another name.
    pub fn into_plain(self) -> Self {
        Self { class: &ANY_MAP, cell: self.cell }
    }

    /// The Go type.
    pub fn go_type(&self) -> Type {
        self.class.go_type
    }

    /// True for a nil map.
    pub fn is_nil(&self) -> bool {
        self.cell.nil
    }

    /// The value of `key`.
    pub fn get(&self, key: &[u8]) -> Option<Value> {
        match &*self.cell.entries.borrow() {
            Entries::Live(entries) => return entries.get(key).cloned(),
            Entries::Late(late) if !is_like_map(key) => return late.entries.get(key).cloned(),
            Entries::Late(_) | Entries::Frozen(_) => {}
        }
        match &mut *self.cell.entries.borrow_mut() {
            Entries::Frozen(frozen) => frozen.get(key),
            entries => entries.live().get(key).cloned(),
        }
    }

    /// True if `key` is there, also with a nil value.
    pub fn contains(&self, key: &[u8]) -> bool {
        match &*self.cell.entries.borrow() {
            Entries::Frozen(frozen) => return frozen.tree.find(key).is_some(),
            Entries::Live(entries) => return entries.contains_key(key),
            Entries::Late(late) if !is_like_map(key) => return late.entries.contains_key(key),
            Entries::Late(_) => {}
        }
        self.with_entries(|entries| entries.contains_key(key))
    }

    /// Sets `key` to `value`; every alias sees it. The map must not be nil.
    pub fn insert(&self, key: impl Into<Str>, value: impl Into<Value>) {
        let (key, value) = (key.into(), value.into());
        match &mut *self.cell.entries.borrow_mut() {
            Entries::Late(late) => late.insert(key, value),
            entries => drop(entries.live().insert(key, value)),
        }
    }

    /// Sets the text of `key` to `value`, and makes that text only when somebody asks for it.
    pub fn insert_late(&self, key: Snapshot, value: Value) {
        let entries = &mut *self.cell.entries.borrow_mut();
        if !matches!(entries, Entries::Late(_)) {
            *entries = Entries::Late(Box::new(Late::of(std::mem::take(entries.live()))));
        }
        if let Entries::Late(late) = entries {
            late.others.push((LateKey::Snapshot(key), value));
        }
    }

    /// Removes `key` and gives its value.
    pub fn remove(&self, key: &[u8]) -> Option<Value> {
        self.cell.entries.borrow_mut().live().remove(key)
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        match &*self.cell.entries.borrow() {
            Entries::Frozen(frozen) => return frozen.tree.len(),
            Entries::Live(entries) => return entries.len(),
            Entries::Late(_) => {}
        }
        self.with_entries(BTreeMap::len)
    }

    /// True if there is no entry.
    pub fn is_empty(&self) -> bool {
        match &*self.cell.entries.borrow() {
            Entries::Frozen(frozen) => frozen.tree.is_empty(),
            Entries::Live(entries) => entries.is_empty(),
            Entries::Late(_) => false,
        }
    }

    /// The keys in byte order.
    pub fn keys(&self) -> Vec<Str> {
        match &*self.cell.entries.borrow() {
            Entries::Frozen(frozen) => {
                return frozen.tree.iter().map(|(key, _)| key.clone()).collect();
            }
            Entries::Live(entries) => return entries.keys().cloned().collect(),
            Entries::Late(_) => {}
        }
        self.with_entries(|entries| entries.keys().cloned().collect())
    }

    /// Keys and values in byte order of the keys, as they are now.
    pub fn entries(&self) -> Vec<(Str, Value)> {
        let clone = |(key, value): (&Str, &Value)| (key.clone(), value.clone());
        self.with_entries(|entries| entries.iter().map(clone).collect())
    }

    /// Looks at the entries in place. `look` must not write to this map.
    pub fn with_entries<R>(&self, look: impl FnOnce(&BTreeMap<Str, Value>) -> R) -> R {
        self.thaw();
        let entries = self.cell.entries.borrow();
        match &*entries {
            Entries::Live(entries) => look(entries),
            Entries::Frozen(_) | Entries::Late(_) => unreachable!("thawed above"),
        }
    }

    /// Makes the entries values if they are not yet. Changes nothing, and so disturbs nobody who is
    /// looking, if they are.
    fn thaw(&self) {
        let live = matches!(&*self.cell.entries.borrow(), Entries::Live(_));
        if !live {
            self.cell.entries.borrow_mut().live();
        }
    }

    /// The tree this map was made from, if nobody has looked inside or changed it yet.
    pub fn frozen(&self) -> Option<Arc<TreeMap>> {
        match &*self.cell.entries.borrow() {
            Entries::Frozen(frozen) if frozen.opened.is_empty() => Some(frozen.tree.clone()),
            _ => None,
        }
    }

    /// A copy that shares nothing which can change; constant time for a map nobody looked into.
    pub fn deep_copy(&self) -> Self {
        if let Some(map) = self.frozen() {
            return Self::from_tree_as(self.class, &map);
        }
        let copy = |(key, value): (Str, Value)| (key, value.deep_copy());
        let entries = self.entries().into_iter().map(copy).collect();
        Self::with(self.class, self.cell.nil, Entries::Live(entries))
    }

    /// Which map this is: what tells maps apart.
    pub fn identity(&self) -> usize {
        Rc::as_ptr(&self.cell) as usize
    }

    /// True if both are handles of one map.
    pub fn same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.cell, &other.cell)
    }
}

impl Default for Map {
    fn default() -> Self {
        Self::new()
    }
}

impl FromIterator<(Str, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (Str, Value)>>(entries: I) -> Self {
        Self::with(&ANY_MAP, false, Entries::Live(entries.into_iter().collect()))
    }
}
