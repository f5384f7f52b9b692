//! From nodes and a value to text.

use std::cmp::Ordering;
use std::fmt;

use super::node::{Bound, List, Node};
use crate::data::{IntKind, Str, Value, to_text};
use crate::json;

/// What a path leads to; `None` is what Go has where it has no value at all.
type Item = Option<Value>;
/// Where nodes lead to. What was found before something is missing is an error's content: a filter
/// that asks whether a path exists is content with it.
type Found = Result<Vec<Item>, Vec<Item>>;

/// How deep a value may be that `..` goes down.
const MAX_DEPTH: usize = 10_000;

/// The most values that a template goes through: loops without their end go through everything
/// behind them twice, and `..` goes through the same values again and again.
const MOST_VALUES: usize = 10_000_000;
/// How many loops a template may be inside.
const MOST_LOOPS: usize = 1000;
/// The longest text, in bytes.
const MOST_TEXT: usize = 1 << 28;

/// A template leads to more values, or to more text, than anybody can want.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMuch;

impl fmt::Display for TooMuch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the jsonpath leads to too many values")
    }
}

impl std::error::Error for TooMuch {}

/// The text of `nodes` for `value`; `None` if a path leads nowhere.
pub(super) fn execute(nodes: &[List], value: &Value) -> Result<Option<Vec<u8>>, TooMuch> {
    let left = MOST_VALUES;
    let mut ranges = Ranges { nodes, begun: 0, inside: 0, ended: 0, last_end: None, left };
    let results = ranges.find(0, &present(value));
    if ranges.left == 0 {
        return Err(TooMuch);
    }
    let Some(results) = results else { return Ok(None) };
    let mut text = Vec::new();
    results.iter().try_for_each(|items| print(items, &mut text))?;
    Ok(Some(text))
}

/// A nil interface has no value once Go looks at what is in it.
fn present(value: &Value) -> Item {
    (!value.is_nil()).then(|| value.clone())
}

/// The loops of a template, counted as Kubernetes counts them.
struct Ranges<'n> {
    nodes: &'n [List],
    begun: usize,
    inside: usize,
    ended: usize,
    /// The node of the `{end}` that was met last.
    last_end: Option<usize>,
    /// How many more values may be gone through.
    left: usize,
}

impl Ranges<'_> {
    /// What the nodes from `start` on lead to, up to the end of the loop they are in.
    fn find(&mut self, start: usize, data: &Item) -> Option<Vec<Vec<Item>>> {
        let mut found = Vec::new();
        let mut at = start;
        while at < self.nodes.len() {
            let items = self.list(vec![data.clone()], &self.nodes[at]).ok()?;
            if self.ended > 0 && self.ended <= self.inside {
                self.ended -= 1;
                self.last_end = Some(at);
                break;
            }
            if self.begun == 0 {
                found.push(items);
            } else {
                found.append(&mut self.range(at, items)?);
                at = self.last_end.filter(|&end| end > at).unwrap_or(at);
            }
            at += 1;
        }
        Some(found)
    }

    /// Goes through a loop whose head is the node `at`.
    fn range(&mut self, at: usize, items: Vec<Item>) -> Option<Vec<Vec<Item>>> {
        self.begun -= 1;
        self.inside += 1;
        if self.inside > MOST_LOOPS {
            self.left = 0;
            return None;
        }
        let mut found = Vec::new();
        if items.is_empty() {
            // Only to find the end.
            self.find(at + 1, &None)?;
        }
        for item in items {
            let item = item.filter(|value| !value.is_nil());
            found.append(&mut self.find(at + 1, &item)?);
        }
        self.inside -= 1;
        Some(found)
    }

    fn list(&mut self, mut items: Vec<Item>, list: &List) -> Found {
        for node in list {
            items = self.node(items, node)?;
            self.spend(items.len() + 1)?;
        }
        Ok(items)
    }

    fn spend(&mut self, values: usize) -> Result<(), Vec<Item>> {
        self.left = self.left.saturating_sub(values);
        if self.left == 0 { Err(Vec::new()) } else { Ok(()) }
    }

    fn node(&mut self, input: Vec<Item>, node: &Node) -> Found {
        let each = |value: Value| Ok(input.iter().map(|_| Some(value.clone())).collect());
        match node {
            Node::Text(text) => Ok(vec![Some(Value::String(text.clone()))]),
            Node::Field(name) => fields(&input, name),
            Node::Slice(bounds) => slices(input, bounds, self.left),
            Node::Filter { left, operator, right } => self.filter(input, left, operator, right),
            Node::Int(number) => each(Value::int(*number)),
            Node::Float(number) => each(Value::Float(*number)),
            Node::Bool(value) => each(Value::Bool(*value)),
            Node::Wildcard => Ok(input.iter().flat_map(children).take(self.left).collect()),
            Node::Recursive => Ok(descendants(&input, self.left)),
            Node::Union(lists) => self.union(input, lists),
            Node::Identifier(name) => self.identifier(input, name),
        }
    }

    fn identifier(&mut self, input: Vec<Item>, name: &str) -> Found {
        match name {
            "range" => {
                self.begun += 1;
                Ok(input)
            }
            "end" if self.inside > 0 => {
                self.ended += 1;
                Ok(Vec::new())
            }
            "end" => Err(Vec::new()),
            _ => Err(input),
        }
    }

    fn union(&mut self, input: Vec<Item>, lists: &[List]) -> Found {
        let mut found = Vec::new();
        for list in lists {
            self.spend(input.len())?;
            match self.list(input.clone(), list) {
                Ok(mut items) => found.append(&mut items),
                Err(_) => return Err(input),
            }
        }
        Ok(found)
    }

    fn filter(&mut self, input: Vec<Item>, left: &List, operator: &str, right: &List) -> Found {
        let mut found = Vec::new();
        for item in &input {
            let Some(Value::List(list)) = item else { return Err(input) };
            for element in list.to_vec() {
                match self.passes(&element, left, operator, right) {
                    Some(true) => found.push(Some(element)),
                    Some(false) => {}
                    None => return Err(input),
                }
            }
        }
        Ok(found)
    }

    /// Whether the element passes; `None` if that cannot be told.
    fn passes(
        &mut self,
        element: &Value,
        left: &List,
        operator: &str,
        right: &List,
    ) -> Option<bool> {
        let lefts = self.list(vec![Some(element.clone())], left);
        if operator == "exists" {
            return Some(!lefts.unwrap_or_else(|partly| partly).is_empty());
        }
        let Some(left) = single(lefts)? else { return Some(false) };
        let rights = self.list(vec![Some(element.clone())], right);
        let Some(right) = single(rights)? else { return Some(false) };
        compare(&left, operator, &right)
    }
}

/// The only item, or none; more cannot be compared.
fn single(found: Found) -> Option<Option<Value>> {
    let mut items = found.ok()?;
    match items.len() {
        0 => Some(None),
        1 => Some(Some(items.remove(0).unwrap_or_default())),
        _ => None,
    }
}

/// Whether the comparison holds; `None` for values that are not comparable.
fn compare(left: &Value, operator: &str, right: &Value) -> Option<bool> {
    let order = match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => {
            return match operator {
                "==" => Some(left == right),
                "!=" => Some(left != right),
                _ => None,
            };
        }
        (Value::Int(_, left), Value::Int(_, right)) => Some(left.cmp(right)),
        (Value::Float(left), Value::Float(right)) => left.partial_cmp(right),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ => return None,
    };
    let less_or_equal = matches!(order, Some(Ordering::Less | Ordering::Equal));
    match operator {
        "==" => Some(order == Some(Ordering::Equal)),
        "!=" => Some(order != Some(Ordering::Equal)),
        "<" => Some(order == Some(Ordering::Less)),
        "<=" => Some(less_or_equal),
        ">" => Some(!less_or_equal),
        ">=" => Some(order != Some(Ordering::Less)),
        _ => None,
    }
}

fn fields(input: &[Item], name: &Str) -> Found {
    let field = |item: &Item| match item {
        Some(Value::Map(map)) => map.get(name.as_bytes()),
        _ => None,
    };
    let found: Vec<Item> = input.iter().filter_map(field).map(Some).collect();
    if found.is_empty() && !input.is_empty() { Err(found) } else { Ok(found) }
}

fn slices(input: Vec<Item>, bounds: &[Bound; 3], most: usize) -> Found {
    let mut found = Vec::new();
    for item in &input {
        if found.len() > most {
            break;
        }
        match item {
            Some(Value::Nil) => {}
            Some(Value::List(list)) => match slice(&list.to_vec(), bounds) {
                Some(Some(elements)) => found.extend(elements.into_iter().map(Some)),
                Some(None) => return Ok(found),
                None => return Err(input),
            },
            _ => return Err(input),
        }
    }
    Ok(found)
}

/// The elements within `bounds`; nothing if nothing is asked for, `None` if the bounds are wrong.
fn slice(list: &[Value], bounds: &[Bound; 3]) -> Option<Option<Vec<Value>>> {
    let len = i64::try_from(list.len()).ok()?;
    let [from, to, step] = bounds;
    let start = if from.known { from.value } else { 0 };
    let start = if start < 0 { start + len } else { start };
    let end = if to.known { to.value } else { len };
    let end = if end < 0 || end == 0 && to.derived { end + len } else { end };
    if start == end {
        return Some(None);
    }
    if start < 0 || start >= len || end < 0 || end > len || start > end {
        return None;
    }
    let step =
        if step.known { usize::try_from(step.value).ok().filter(|&step| step > 0)? } else { 1 };
    let range = usize::try_from(start).ok()?..usize::try_from(end).ok()?;
    Some(Some(list[range].iter().step_by(step).cloned().collect()))
}

/// What is directly in a map, a list or a text, which is made of bytes.
fn children(item: &Item) -> Vec<Item> {
    match item {
        Some(Value::Map(map)) => map.entries().into_iter().map(|(_, value)| Some(value)).collect(),
        Some(Value::List(list)) => list.to_vec().into_iter().map(Some).collect(),
        Some(Value::String(text)) => {
            let byte = |byte: &u8| Some(Value::Int(IntKind::Uint8, i64::from(*byte)));
            text.iter().map(byte).collect()
        }
        _ => Vec::new(),
    }
}

/// All values that have something in them, each before what is in it; no more than `most`.
fn descendants(input: &[Item], most: usize) -> Vec<Item> {
    let mut found = Vec::new();
    let mut waiting: Vec<(Item, usize)> =
        input.iter().rev().map(|item| (item.clone(), 0)).collect();
    while let Some((item, depth)) = waiting.pop() {
        let children = children(&item);
        if children.is_empty() || depth > MAX_DEPTH {
            continue;
        }
        found.push(item);
        if found.len() + waiting.len() > most {
            break;
        }
        waiting.extend(children.into_iter().rev().map(|child| (child, depth + 1)));
    }
    found
}

/// The items with blanks between them.
fn print(items: &[Item], text: &mut Vec<u8>) -> Result<(), TooMuch> {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            text.push(b' ');
        }
        match item {
            None => text.extend_from_slice(b"<no value>"),
            Some(Value::Nil) => text.extend_from_slice(b"null"),
            Some(value @ (Value::Map(_) | Value::List(_))) => {
                let json = json::write(value, json::Style::COMPACT, &mut |_| true);
                text.extend_from_slice(&json.unwrap_or_default());
            }
            Some(value) => text.extend_from_slice(&to_text(value).unwrap_or_default()),
        }
        if text.len() > MOST_TEXT {
            return Err(TooMuch);
        }
    }
    Ok(())
}
