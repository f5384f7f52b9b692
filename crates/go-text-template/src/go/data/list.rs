//! Go slices.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::{Str, Tree, Type, Value, capacity};

/// A Go slice: a window on a backing array that other slices may share.
///
/// Elements stay as they are, except that texts can be sorted in place; `append` grows the backing array in place when this
/// window ends where the array ends, as Go does when there is capacity left.
#[derive(Clone, Debug)]
pub struct List {
    backing: Rc<Backing>,
    start: u32,
    len: u32,
    spare: Spare,
}

/// What Go has allocated behind the last element, which only [`List::slice`] shows.
#[derive(Clone, Copy, Debug)]
enum Spare {
    /// Space for that many elements.
    For(u32),
    /// What is left when a slice has got its elements one by one.
    Grown,
    /// What is left when a slice has got them all at once by `append`.
    Rounded,
}

#[derive(Debug)]
struct Backing {
    go_type: Type,
    nil: bool,
    items: RefCell<Items>,
}

impl Drop for Backing {
    /// Lists may be nested deeper than the stack is high.
    fn drop(&mut self) {
        let items = std::mem::replace(self.items.get_mut(), Items::Live(Vec::new()));
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || drop(items));
    }
}

#[derive(Debug)]
enum Items {
    /// Not looked at yet.
    Frozen(Arc<Vec<Tree>>),
    Live(Vec<Value>),
}

impl Items {
    fn len(&self) -> usize {
        match self {
            Self::Frozen(items) => items.len(),
            Self::Live(items) => items.len(),
        }
    }

    /// The elements as values, made now if need be.
    fn live(&mut self) -> &mut Vec<Value> {
        if let Self::Frozen(items) = self {
            *self = Self::Live(items.iter().map(Value::from).collect());
        }
        match self {
            Self::Live(items) => items,
            Self::Frozen(_) => unreachable!("thawed above"),
        }
    }
}

impl List {
    /// A `[]interface {}` of `items`.
    pub fn new(items: Vec<Value>) -> Self {
        Self::of(Type::LIST, items)
    }

    /// A slice of the type `go_type`, whose element type all `items` have.
    pub fn of(go_type: Type, items: Vec<Value>) -> Self {
        Self::with(go_type, false, Items::Live(items))
    }

    /// A `[]string`.
    pub fn strings(items: Vec<Str>) -> Self {
        Self::of(Type::STRINGS, items.into_iter().map(Value::String).collect())
    }

    /// A nil slice of the type `go_type`: empty, prints as `[]`, JSON `null`.
    pub fn nil(go_type: Type) -> Self {
        Self::with(go_type, true, Items::Live(Vec::new()))
    }

    /// A `[]interface {}` of the values of `items`, made when first looked at.
    pub fn from_tree(items: &Arc<Vec<Tree>>) -> Self {
        Self::with(Type::LIST, false, Items::Frozen(items.clone())).grown()
    }

    /// The same list, known to have got its elements one by one.
    pub fn grown(self) -> Self {
        Self { spare: Spare::Grown, ..self }
    }

    /// The same list, known to have got its elements all at once behind the first one.
    pub fn rounded(self) -> Self {
        Self { spare: Spare::Rounded, ..self }
    }

    /// The same list, known to be a copy of `other` with its capacity.
    pub fn as_roomy_as(self, other: &Self) -> Self {
        Self { spare: other.spare, ..self }
    }

    fn with(go_type: Type, nil: bool, items: Items) -> Self {
        let len = narrow(items.len());
        let items = RefCell::new(items);
        let backing = Rc::new(Backing { go_type, nil, items });
        Self { backing, start: 0, len, spare: Spare::For(0) }
    }

    /// The type of the elements.
    pub fn element_type(&self) -> Type {
        match self.backing.go_type {
            Type::List(element) => *element,
            _ => Type::Any,
        }
    }

    /// The type of the slice.
    pub fn go_type(&self) -> Type {
        self.backing.go_type
    }

    /// True for a nil slice.
    pub fn is_nil(&self) -> bool {
        self.backing.nil
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// True if there is no element.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The element at `index`.
    pub fn get(&self, index: usize) -> Option<Value> {
        if index >= self.len() {
            return None;
        }
        Some(self.with_items(|items| items[index].clone()))
    }

    /// All elements, cloned.
    pub fn to_vec(&self) -> Vec<Value> {
        self.with_items(<[Value]>::to_vec)
    }

    /// The elements one by one; the list may be appended to meanwhile.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Value> + '_ {
        (0..self.len()).map(|index| self.get(index).expect("index is below the length"))
    }

    /// Looks at the elements in place. `look` must not touch this list.
    pub fn with_items<R>(&self, look: impl FnOnce(&[Value]) -> R) -> R {
        self.thaw();
        let items = self.backing.items.borrow();
        match &*items {
            Items::Live(items) => look(&items[self.range()]),
            Items::Frozen(_) => unreachable!("thawed above"),
        }
    }

    /// Makes the elements values if they are not yet. Changes nothing, and so disturbs nobody who is
    /// looking, if they are.
    fn thaw(&self) {
        let frozen = matches!(&*self.backing.items.borrow(), Items::Frozen(_));
        if frozen {
            self.backing.items.borrow_mut().live();
        }
    }

    /// The trees this list was made from, if nobody has looked at its elements yet.
    pub fn frozen(&self) -> Option<Arc<Vec<Tree>>> {
        match &*self.backing.items.borrow() {
            Items::Frozen(items) if self.len() == items.len() => Some(items.clone()),
            _ => None,
        }
    }

    /// A `[]interface {}` with `item` behind the elements of this list, which stays as it is.
    ///
    /// Costs amortised constant time when this list ends where its backing array ends.
    pub fn append(&self, item: Value) -> Self {
        let end = self.range().end;
        if self.backing.go_type == Type::LIST && !self.is_nil() {
            let mut items = self.backing.items.borrow_mut();
            let items = items.live();
            if items.len() == end {
                items.push(item);
                return Self { len: self.len + 1, spare: self.room_after_append(), ..self.clone() };
            }
        }
        let mut items = self.to_vec();
        items.push(item);
        Self { spare: self.room_after_append(), ..Self::new(items) }
    }

    fn room_after_append(&self) -> Spare {
        Spare::For(narrow(capacity::appended(self.len(), Type::Any) - self.len() - 1))
    }

    /// Sorts the texts of a `[]string` in place: all who see these elements see them move.
    pub fn sort_strings(&self) {
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            _ => Str::EMPTY,
        };
        self.backing.items.borrow_mut().live()[self.range()].sort_by_cached_key(text);
    }

    /// The window from `start` up to, but not including, `end`. Panics if out of bounds.
    pub fn window(&self, start: usize, end: usize) -> Self {
        assert!(start <= end && end <= self.len(), "window out of bounds");
        let backing = self.backing.clone();
        let (start, len) = (self.start + narrow(start), narrow(end - start));
        Self { backing, start, len, spare: Spare::For(0) }
    }

    /// Go's `list[start:end]`, which may reach beyond the length up to the capacity: zero values
    /// stand there. `None` if out of bounds.
    pub fn slice(&self, start: usize, end: usize) -> Option<Self> {
        let capacity = self.capacity();
        if start > end || end > capacity {
            return None;
        }
        let spare = Spare::For(narrow(capacity - end));
        if end <= self.len() {
            return Some(Self { spare, ..self.window(start, end) });
        }
        let mut items = self.to_vec();
        items.resize(end, zero(self.element_type()));
        items.drain(..start);
        Some(Self { spare, ..Self::of(self.go_type(), items) })
    }

    /// The number of elements that Go would have room for.
    fn capacity(&self) -> usize {
        match self.spare {
            Spare::For(more) => self.len() + more as usize,
            Spare::Grown => capacity::grown(self.len(), self.element_type()),
            Spare::Rounded => capacity::rounded(self.len(), self.element_type()),
        }
    }

    /// A copy that shares nothing which can change.
    pub fn deep_copy(&self) -> Self {
        if let Some(items) = self.frozen() {
            return Self::from_tree(&items);
        }
        let items = self.iter().map(|item| item.deep_copy()).collect();
        Self::with(self.backing.go_type, self.backing.nil, Items::Live(items)).as_roomy_as(self)
    }

    /// True if both are the same window on the same backing array.
    pub fn same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.backing, &other.backing)
            && (self.start, self.len) == (other.start, other.len)
    }

    /// Which window on which backing array this is: what tells lists apart.
    pub fn identity(&self) -> (usize, u32, u32) {
        (Rc::as_ptr(&self.backing) as usize, self.start, self.len)
    }

    fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).expect("the value budget is far below 4 G elements")
}

/// The zero value of a type that slices have as elements.
fn zero(go_type: Type) -> Value {
    match go_type {
        Type::Bool => Value::Bool(false),
        Type::Int(kind) => Value::Int(kind, 0),
        Type::Float64 => Value::Float(0.0),
        Type::String => Value::String(Str::EMPTY),
        Type::List(_) => Value::List(List::nil(go_type)),
        _ => Value::Nil,
    }
}
