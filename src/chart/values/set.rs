//! The language of `--set` and its relatives.
//!
//! In: an argument such as `a.b[0]=1,c={x,y}` and the table it changes. Each part is worked off from
//! left to right, and the table changes as Helm's does also where the argument just stops.

use std::sync::Arc;

use super::ReadFile;
use go_text_template::Compat;
use go_text_template::data::{Failure, Runes, Str, Tree, TreeMap, Value, quoted, sprintf};
use go_text_template::json;

/// Which flag the argument belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// `--set`: words and numbers get their types.
    Typed,
    /// `--set-string`.
    Text,
    /// `--set-file`: the text is the content of the file named.
    File,
    /// `--set-json`.
    Json,
    /// `--set-literal`: all behind the `=` is the text.
    Literal,
}

/// Changes `target` as `argument` says.
pub(super) fn set(
    argument: &Str,
    family: Family,
    target: &mut TreeMap,
    files: &mut dyn ReadFile,
    compat: Compat,
) -> Result<(), Failure> {
    let mut parser =
        Parser { text: argument, at: 0, family, files, compat, items_left: MOST_ITEMS };
    loop {
        match parser.key(target, 0) {
            Ok(()) => {}
            Err(Stop::End) => return Ok(()),
            Err(Stop::Fault(failure)) => return Err(failure),
        }
    }
}

/// Helm takes no larger index.
const MOST_INDEX: i64 = 65536;
/// Helm takes no more dots than this in a name.
const MOST_DOTS: u32 = 30;
/// Items that lists may grow by, all together. Helm has no such limit, and dies.
const MOST_ITEMS: usize = 1 << 24;

/// Why there is nothing to go on with.
enum Stop {
    /// The argument is at its end. That is fine, wherever it happens.
    End,
    /// Something is wrong.
    Fault(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Fault(failure)
    }
}

impl From<String> for Stop {
    fn from(message: String) -> Self {
        Self::Fault(message.into())
    }
}

impl From<&'static str> for Stop {
    fn from(message: &'static str) -> Self {
        Self::Fault(message.into())
    }
}

/// What stands in front of a stop rune, and that rune; none at the end of the argument.
type Word = (String, Option<char>);

struct Parser<'p> {
    text: &'p Str,
    at: usize,
    family: Family,
    files: &'p mut dyn ReadFile,
    compat: Compat,
    items_left: usize,
}

impl Parser<'_> {
    /// A key and what belongs to it, set in `table`.
    fn key(&mut self, table: &mut TreeMap, dots: u32) -> Result<(), Stop> {
        let stops = if self.family == Family::Literal { "=[." } else { "=[.," };
        let (key, stop) = self.word(stops);
        match stop {
            None if key.is_empty() => Err(Stop::End),
            None => Err(format!("key {} has no value", go_quoted(&key)).into()),
            Some('[') => self.key_of_list(table, key, dots),
            Some('=') => self.key_of_value(table, key),
            Some('.') => self.key_of_table(table, key, dots),
            Some(_) => {
                Err(format!("key {} has no value (cannot end with ,)", go_quoted(&key)).into())
            }
        }
    }

    fn key_of_value(&mut self, table: &mut TreeMap, key: String) -> Result<(), Stop> {
        if self.family == Family::Json {
            let value = self.json()?;
            put(table, key, value);
            return Ok(());
        }
        match self.value() {
            Ok(value) => {
                put(table, key, value);
                Ok(())
            }
            Err(Stop::End) => {
                put(table, key, Tree::String(Str::EMPTY));
                Err(Stop::End)
            }
            Err(fault) => Err(fault),
        }
    }

    fn key_of_table(&mut self, table: &mut TreeMap, key: String, dots: u32) -> Result<(), Stop> {
        let dots = dots + 1;
        if dots > MOST_DOTS {
            return Err(format!(
                "value name nested level is greater than maximum supported nested level of {MOST_DOTS}"
            )
            .into());
        }
        let mut inner = match table.get(key.as_bytes()) {
            None => Arc::default(),
            Some(Tree::Map(inner)) => inner.clone(),
            Some(other) => return Err(wrong_type(other, "map[string]interface {}")),
        };
        let result = stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            self.key(Arc::make_mut(&mut inner), dots)
        });
        if result.is_ok() && inner.is_empty() {
            return Err(format!("key map {} has no value", go_quoted(&key)).into());
        }
        if !inner.is_empty() {
            put(table, key, Tree::Map(inner));
        }
        result
    }

    fn key_of_list(&mut self, table: &mut TreeMap, key: String, dots: u32) -> Result<(), Stop> {
        let index = self.index()?;
        let mut list = match table.get(key.as_bytes()) {
            None => Arc::default(),
            Some(Tree::List(list)) => list.clone(),
            Some(other) => return Err(wrong_type(other, "[]interface {}")),
        };
        let result = self.item(&mut list, index, dots);
        put(table, key, Tree::List(list));
        result
    }

    /// The number up to a `]`.
    fn index(&mut self) -> Result<i64, Stop> {
        let (digits, stop) = self.word("]");
        if stop.is_none() {
            // Helm 4 looks through the words around an end, and so takes this for one.
            return Err(match self.compat {
                Compat::Helm3 => "error parsing index: EOF".into(),
                Compat::Helm4 => Stop::End,
            });
        }
        digits.parse().map_err(|error: std::num::ParseIntError| {
            use std::num::IntErrorKind::{NegOverflow, PosOverflow};
            let why = match error.kind() {
                PosOverflow | NegOverflow => "value out of range",
                _ => "invalid syntax",
            };
            let digits = go_quoted(&digits);
            format!("error parsing index: strconv.Atoi: parsing {digits}: {why}").into()
        })
    }

    /// What stands behind an index, set in `list`.
    fn item(&mut self, list: &mut Arc<Vec<Tree>>, index: i64, dots: u32) -> Result<(), Stop> {
        if index < 0 {
            return Err(format!("negative {index} index not allowed").into());
        }
        let (junk, stop) = self.word("[.=");
        if !junk.is_empty() {
            return Err(format!("unexpected data at end of array index: {}", runes(&junk)).into());
        }
        match stop {
            None => Err(Stop::End),
            Some('=') => self.item_of_value(list, index),
            Some('[') => self.item_of_list(list, index, dots),
            Some(_) => self.item_of_table(list, index, dots),
        }
    }

    fn item_of_value(&mut self, list: &mut Arc<Vec<Tree>>, index: i64) -> Result<(), Stop> {
        if self.family == Family::Json {
            let value = self.json()?;
            return self.put_item(list, index, value);
        }
        let value = match self.value() {
            Err(Stop::End) => Tree::String(Str::EMPTY),
            value => value?,
        };
        self.put_item(list, index, value)
    }

    fn item_of_list(
        &mut self,
        list: &mut Arc<Vec<Tree>>,
        index: i64,
        dots: u32,
    ) -> Result<(), Stop> {
        let next = self.index()?;
        let mut inner = match item_at(list, index) {
            None | Some(Tree::Null) => Arc::default(),
            Some(Tree::List(inner)) => inner.clone(),
            Some(other) => return Err(wrong_type(other, "[]interface {}")),
        };
        let was_there = item_at(list, index).is_some_and(|item| !item.is_null());
        let result =
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.item(&mut inner, next, dots));
        // What is new is only kept if it is complete.
        if result.is_ok() || was_there {
            self.put_item(list, index, Tree::List(inner))?;
        }
        result
    }

    fn item_of_table(
        &mut self,
        list: &mut Arc<Vec<Tree>>,
        index: i64,
        dots: u32,
    ) -> Result<(), Stop> {
        let found = item_at(list, index);
        let is_there = found.is_some();
        let mut inner = match found {
            Some(Tree::Map(inner)) => inner.clone(),
            _ => Arc::default(),
        };
        let result = stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            self.key(Arc::make_mut(&mut inner), dots)
        });
        if result.is_ok() || is_there {
            self.put_item(list, index, Tree::Map(inner))?;
        }
        result
    }

    /// Sets the item at `index`, with nulls in front of it if need be.
    fn put_item(&mut self, list: &mut Arc<Vec<Tree>>, index: i64, value: Tree) -> Result<(), Stop> {
        if index > MOST_INDEX {
            return Err(format!(
                "index of {index} is greater than maximum supported index of {MOST_INDEX}"
            )
            .into());
        }
        let index = usize::try_from(index).expect("negative ones are refused before");
        let growth = (index + 1).saturating_sub(list.len());
        if growth > self.items_left {
            return Err("lists become too long".into());
        }
        self.items_left -= growth;
        let list = Arc::make_mut(list);
        if growth > 0 {
            list.resize(index + 1, Tree::Null);
        }
        list[index] = value;
        Ok(())
    }

    /// A value or a list of them; the end of the argument if there is nothing.
    fn value(&mut self) -> Result<Tree, Stop> {
        if self.family == Family::Literal {
            let rest = Runes::new(self.rest()).map(|(rune, _)| rune).collect::<String>();
            self.at = self.text.len();
            return Ok(Tree::String(rest.into()));
        }
        match self.rest().first() {
            None => Err(Stop::End),
            Some(b'{') => {
                self.at += 1;
                self.list()
            }
            Some(_) => {
                let (word, _) = self.word(",");
                Ok(self.typed(word)?)
            }
        }
    }

    /// The items of a list up to its `}`, and a comma behind it.
    fn list(&mut self) -> Result<Tree, Stop> {
        let mut items = Vec::new();
        loop {
            let (word, stop) = self.word(",}");
            let Some(stop) = stop else { return Err("list must terminate with '}'".into()) };
            if stop == '}' && self.rest().starts_with(b",") {
                self.at += 1;
            }
            items.push(self.typed(word)?);
            if stop == '}' {
                return Ok(Tree::list(items));
            }
        }
    }

    /// What a word means to this family.
    fn typed(&mut self, word: String) -> Result<Tree, Failure> {
        match self.family {
            Family::Typed => Ok(typed(word)),
            Family::File => self.files.read(&word.into()).map(Tree::String),
            _ => Ok(Tree::String(word.into())),
        }
    }

    /// A value in JSON, with blanks and a comma behind it; without the value, those are null.
    fn json(&mut self) -> Result<Tree, Stop> {
        if self.blank_value() {
            return Ok(Tree::Null);
        }
        match json::read_prefix(&self.text.slice(self.at..)) {
            Ok((value, len)) => {
                self.at += len;
                self.blank_value();
                Ok(value)
            }
            Err(error) => Err(error.to_string().into()),
        }
    }

    /// Goes over blanks and one comma; true if there was a comma, or nothing more.
    fn blank_value(&mut self) -> bool {
        while let Some((rune, size)) = Runes::new(self.rest()).next() {
            if rune != ',' && !rune.is_whitespace() {
                return false;
            }
            self.at += size;
            if rune == ',' {
                return true;
            }
        }
        true
    }

    /// The runes up to one of `stops`, which is gone over. A backslash takes the next rune as it is.
    fn word(&mut self, stops: &str) -> Word {
        let escapes = self.family != Family::Literal;
        let mut word = String::new();
        while let Some(rune) = self.rune() {
            match rune {
                rune if stops.contains(rune) => return (word, Some(rune)),
                '\\' if escapes => word.extend(self.rune()),
                rune => word.push(rune),
            }
        }
        (word, None)
    }

    fn rune(&mut self) -> Option<char> {
        let (rune, size) = Runes::new(self.rest()).next()?;
        self.at += size;
        Some(rune)
    }

    fn rest(&self) -> &[u8] {
        &self.text[self.at..]
    }
}

/// Sets `key`; the empty key is never set.
fn put(table: &mut TreeMap, key: String, value: Tree) {
    if !key.is_empty() {
        table.insert(key.into(), value);
    }
}

fn item_at(list: &[Tree], index: i64) -> Option<&Tree> {
    list.get(usize::try_from(index).ok()?)
}

/// The value that a word of `--set` stands for.
fn typed(word: String) -> Tree {
    let is = |known: &str| word.eq_ignore_ascii_case(known);
    if is("true") || is("false") {
        return Tree::Bool(is("true"));
    }
    if is("null") {
        return Tree::Null;
    }
    // A leading zero makes it a text: it may be a phone number or a file's mode.
    let number = word.parse().ok().filter(|_| word == "0" || !word.starts_with('0'));
    number.map_or_else(|| Tree::String(word.into()), Tree::Int)
}

/// What Go's run-time says, and Helm passes on, when a key is used for two kinds of values.
fn wrong_type(found: &Tree, wanted: &str) -> Stop {
    let found = match found {
        Tree::Null => "nil".to_owned(),
        other => Value::from(other).go_type().to_string(),
    };
    let message = "unable to parse key: interface conversion: interface {}";
    format!("{message} is {found}, not {wanted}").into()
}

fn go_quoted(text: &str) -> String {
    let text: Vec<u8> = quoted(text.as_bytes()).into();
    String::from_utf8_lossy(&text).into_owned()
}

/// The runes as `%q` prints a slice of them: `['a' 'b']`.
fn runes(text: &str) -> String {
    let quoted = text.chars().map(|rune| {
        let rune = Value::int(i64::from(u32::from(rune)));
        let text = sprintf(b"%q", &[rune]).unwrap_or_default();
        String::from_utf8_lossy(&text).into_owned()
    });
    format!("[{}]", quoted.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::LocalFiles;

    fn parsed(argument: &str, family: Family, compat: Compat) -> String {
        let mut table = TreeMap::default();
        match set(&argument.into(), family, &mut table, &mut LocalFiles, compat) {
            Ok(()) => {
                let value = Value::from(&Tree::Map(table.into()));
                go_text_template::data::to_text(&value).expect("small").to_string()
            }
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn arguments_mean_what_they_mean_to_helm() {
        use Family::{Json, Literal, Text, Typed};
        for (family, argument, expected) in [
            (Typed, "a=1,b.c=true,d=x\\,y", "map[a:1 b:map[c:true] d:x,y]"),
            (Typed, "a=007,b=-5,c=1.5,d=NULL", "map[a:007 b:-5 c:1.5 d:<nil>]"),
            (Typed, "a[2]=x", "map[a:[<nil> <nil> x]]"),
            (Typed, "a[0].b=1,a[0].c=2", "map[a:[map[b:1 c:2]]]"),
            (Typed, "a={1,x}", "map[a:[1 x]]"),
            (Typed, "a", "key \"a\" has no value"),
            (Typed, "a,b=1", "key \"a\" has no value (cannot end with ,)"),
            (Typed, "a.=1", "key map \"a\" has no value"),
            (Typed, "=1", "map[]"),
            (Typed, "a[0].b=", "map[a:[]]"),
            (Typed, "a={1", "list must terminate with '}'"),
            (Typed, "a[-1]=1", "negative -1 index not allowed"),
            (Typed, "a[0]xy=1", "unexpected data at end of array index: ['x' 'y']"),
            (
                Typed,
                "a=1,a.b=2",
                "unable to parse key: interface conversion: interface {} is int64, not map[string]interface {}",
            ),
            (Text, "a=1", "map[a:1]"),
            (Json, "a={\"b\":[1]} c=null", "map[a:map[b:[1]] c:<nil>]"),
            (Literal, "a.b[0]={x},\\y", "map[a:map[b:[{x},\\y]]]"),
        ] {
            assert_eq!(parsed(argument, family, Compat::Helm3), expected, "{argument}");
        }
    }

    #[test]
    fn an_open_index_is_an_end_to_helm_4() {
        assert_eq!(parsed("a[0", Family::Typed, Compat::Helm3), "error parsing index: EOF");
        assert_eq!(parsed("a[0", Family::Typed, Compat::Helm4), "map[]");
    }
}
