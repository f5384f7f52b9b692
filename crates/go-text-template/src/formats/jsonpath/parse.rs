//! From the text of a template to its nodes.

use std::fmt;

use super::node::{Bound, List, Node};
use super::unquote::unquote;
use crate::data::Str;

/// Why a text is no template; the `Display` is that of Kubernetes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A `{` without its `}`.
    UnclosedAction,
    /// A `[` without its `]`.
    UnterminatedArray,
    /// A `[?(` without its `)`.
    UnterminatedFilter,
    /// Something else than `]` behind the `)` of a filter.
    UnclosedArray,
    /// A quote without its partner.
    UnterminatedText,
    /// A character that means nothing here.
    Character(char),
    /// A `..` behind another.
    MultipleRecursion,
    /// Digits that are no number.
    Number(String),
    /// An index that is none.
    Index(String),
    /// A bound that is too large.
    Bound(String),
    /// A quoted text with an escape that is none.
    Unquote(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnclosedAction => f.write_str("unclosed action"),
            Self::UnterminatedArray => f.write_str("unterminated array"),
            Self::UnterminatedFilter => f.write_str("unterminated filter"),
            Self::UnclosedArray => f.write_str("unclosed array expect ]"),
            Self::UnterminatedText => f.write_str("unterminated quoted string"),
            Self::Character(c) => {
                write!(f, "unrecognized character in action: U+{:04X}", u32::from(*c))?;
                if crate::data::is_printable(*c) { write!(f, " '{c}'") } else { Ok(()) }
            }
            Self::MultipleRecursion => f.write_str("invalid multiple recursive descent"),
            Self::Number(text) => write!(f, "cannot parse number {text}"),
            Self::Index(text) => write!(f, "invalid array index {text}"),
            Self::Bound(text) => write!(f, "array index {text} is not a number"),
            Self::Unquote(text) => write!(f, "unquote string {text} error invalid syntax"),
        }
    }
}

impl std::error::Error for Error {}

/// The nodes of `text`: a list of one for what stands outside of braces.
pub(super) fn template(text: &str) -> Result<Vec<List>, Error> {
    let mut parser = Parser { text, at: 0 };
    let mut nodes = Vec::new();
    while parser.at < text.len() {
        let rest = parser.rest();
        match rest.find('{') {
            Some(0) => {
                parser.at += 1;
                nodes.push(parser.action()?);
            }
            found => {
                let end = found.unwrap_or(rest.len());
                nodes.push(vec![Node::Text(Str::from(&rest[..end]))]);
                parser.at += end;
            }
        }
    }
    Ok(nodes)
}

/// The nodes of `text` as if it stood between braces.
fn action(text: &str) -> Result<List, Error> {
    let mut lists = template(&format!("{{{text}}}"))?;
    Ok(if lists.is_empty() { List::new() } else { lists.swap_remove(0) })
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest().chars().next()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn skip(&mut self, prefix: &str) -> bool {
        let found = self.rest().starts_with(prefix);
        if found {
            self.at += prefix.len();
        }
        found
    }

    /// Everything up to the closing brace.
    fn action(&mut self) -> Result<List, Error> {
        let mut list = List::new();
        loop {
            if self.skip("}") {
                return Ok(list);
            }
            if self.skip("[?(") {
                list.push(self.filter()?);
                continue;
            }
            if self.skip("..") {
                self.recursion(&mut list)?;
                continue;
            }
            let start = self.at;
            match self.next() {
                None | Some('\r' | '\n') => return Err(Error::UnclosedAction),
                Some(' ' | '@' | '$') => {}
                Some('[') => self.array(&mut list)?,
                Some(quote @ ('"' | '\'')) => list.push(self.quoted(start, quote)?),
                Some('.') => list.push(self.field()),
                Some(c) if c == '+' || c == '-' || c.is_numeric() => list.push(self.number(start)?),
                Some(c) if is_alphanumeric(c) => list.push(self.identifier(start)),
                Some(c) => return Err(Error::Character(c)),
            }
        }
    }

    fn recursion(&mut self, list: &mut List) -> Result<(), Error> {
        if matches!(list.last(), Some(Node::Recursive)) {
            return Err(Error::MultipleRecursion);
        }
        list.push(Node::Recursive);
        if self.rest().chars().next().is_some_and(is_alphanumeric) {
            list.push(self.field());
        }
        Ok(())
    }

    /// A name up to the next character that ends it; a backslash takes the next one in.
    fn field(&mut self) -> Node {
        let start = self.at;
        while let Some(c) = self.rest().chars().next().filter(|c| !is_terminator(*c)) {
            self.at += c.len_utf8();
            if c == '\\' {
                let _ = self.next();
            }
        }
        match &self.text[start..self.at] {
            "*" => Node::Wildcard,
            name => Node::Field(Str::from(name.replace('\\', ""))),
        }
    }

    fn identifier(&mut self, start: usize) -> Node {
        let rest = self.rest();
        self.at += rest.find(is_terminator).unwrap_or(rest.len());
        match &self.text[start..self.at] {
            "true" => Node::Bool(true),
            "false" => Node::Bool(false),
            name => Node::Identifier(name.to_owned()),
        }
    }

    fn number(&mut self, start: usize) -> Result<Node, Error> {
        let rest = self.rest();
        self.at += rest.find(|c: char| c != '.' && !c.is_numeric()).unwrap_or(rest.len());
        let text = &self.text[start..self.at];
        if let Ok(number) = text.parse() {
            return Ok(Node::Int(number));
        }
        text.parse().map(Node::Float).map_err(|_| Error::Number(text.to_owned()))
    }

    fn quoted(&mut self, start: usize, quote: char) -> Result<Node, Error> {
        loop {
            match self.next() {
                None | Some('\n') => return Err(Error::UnterminatedText),
                Some(c) if c == quote && self.text.as_bytes()[self.at - 2] != b'\\' => break,
                Some(_) => {}
            }
        }
        let text = &self.text[start..self.at];
        let unquoted = unquote(text).ok_or_else(|| Error::Unquote(text.to_owned()))?;
        Ok(Node::Text(unquoted.into()))
    }

    /// Everything behind a `[`.
    fn array(&mut self, list: &mut List) -> Result<(), Error> {
        let rest = self.rest();
        let end = rest.find([']', '\n']).filter(|&end| rest[end..].starts_with(']'));
        let text = &rest[..end.ok_or(Error::UnterminatedArray)?];
        self.at += text.len() + 1;
        let text = if text == "*" { ":" } else { text };
        if text.contains(',') {
            let part = |part: &str| action(&format!("[{}]", part.trim_matches(' ')));
            list.push(Node::Union(text.split(',').map(part).collect::<Result<_, _>>()?));
            return Ok(());
        }
        let quoted = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        match quoted.filter(|name| !name.contains('\'')) {
            Some(name) => list.extend(action(&format!(".{name}"))?),
            None => list.push(slice(text)?),
        }
        Ok(())
    }

    /// Everything behind `[?(`.
    fn filter(&mut self) -> Result<Node, Error> {
        let start = self.at;
        let (mut pair, mut closed) = (None, false);
        loop {
            match self.next() {
                None | Some('\n') => return Err(Error::UnterminatedFilter),
                Some(c @ ('"' | '\'')) => match pair {
                    None => pair = Some(c),
                    Some(pair) => {
                        closed |= self.text.as_bytes()[self.at - 2] != b'\\' && c == pair;
                    }
                },
                Some(')') if pair.is_some() == closed => break,
                Some(_) => {}
            }
        }
        let text = &self.text[start..self.at - 1];
        if self.next() != Some(']') {
            return Err(Error::UnclosedArray);
        }
        condition(text)
    }
}

/// What stands in the parentheses of a filter.
fn condition(text: &str) -> Result<Node, Error> {
    let is_sign = |c: char| matches!(c, '!' | '<' | '>' | '=');
    let operator = text.find(is_sign).filter(|&start| start > 0).and_then(|start| {
        let end = text[start..].find(|c| !is_sign(c)).map_or(text.len(), |end| start + end);
        // Something has to be left for the right side, were it one of the signs.
        let end = if end == text.len() { end - 1 } else { end };
        (end > start).then_some((start, end))
    });
    let Some((start, end)) = operator else {
        let left = action(text)?;
        return Ok(Node::Filter { left, operator: "exists".to_owned(), right: List::new() });
    };
    let left = action(&text[..start])?;
    let right = action(&text[end..])?;
    Ok(Node::Filter { left, operator: text[start..end].to_owned(), right })
}

/// `from:to:step`, each of which may be left out.
fn slice(text: &str) -> Result<Node, Error> {
    let parts: Vec<&str> = text.split(':').collect();
    let is_digits = |part: &&str| {
        let digits = part.strip_prefix('-').unwrap_or(part);
        digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    if parts.len() > 3 || !parts.iter().all(is_digits) {
        return Err(Error::Index(text.to_owned()));
    }
    let mut bounds = [Bound::default(); 3];
    for (part, bound) in parts.iter().zip(&mut bounds).filter(|(part, _)| !part.is_empty()) {
        bound.known = true;
        bound.value = part.parse().map_err(|_| Error::Bound((*part).to_owned()))?;
    }
    if parts.len() == 1 {
        let value = bounds[0].value.saturating_add(1);
        bounds[1] = Bound { value, known: true, derived: true };
    }
    Ok(Node::Slice(bounds))
}

fn is_terminator(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}')
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || c.is_alphabetic() || c.is_numeric()
}
