//! Reads globs.

use crate::data::Runes;

/// Longer globs are bad; the library has no bound, but takes the third power of the time.
pub(super) const MAX_LEN: usize = 512;

/// A part of a glob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// Parts that follow each other.
    Pattern(Vec<Self>),
    /// `{a,b}`.
    AnyOf(Vec<Self>),
    Text(Vec<u8>),
    /// `[abc]`.
    List {
        chars: Vec<char>,
        not: bool,
    },
    /// `[a-z]`.
    Range {
        low: char,
        high: char,
        not: bool,
    },
    /// `*`.
    Any,
    /// `**`.
    Super,
    /// `?`.
    Single,
    /// What remains of an alternative when what it shares with the others is taken away.
    Nothing,
}

/// Reads `pattern`; nothing if it is bad. Braces left open are closed at the end.
pub(super) fn parse(pattern: &[u8]) -> Option<Node> {
    let runes = Runes::new(pattern).map(|(rune, _)| rune).collect::<Vec<_>>();
    if runes.len() > MAX_LEN || runes.contains(&char::REPLACEMENT_CHARACTER) {
        return None;
    }
    let mut reader = Reader { runes: &runes, open: Vec::new(), current: Vec::new() };
    while reader.read_one()? {}
    while !reader.open.is_empty() {
        reader.close();
    }
    Some(Node::Pattern(reader.current))
}

struct Reader<'r> {
    runes: &'r [char],
    /// For each brace around: the parts before it and its alternatives so far.
    open: Vec<(Vec<Node>, Vec<Node>)>,
    current: Vec<Node>,
}

impl Reader<'_> {
    fn take(&mut self) -> Option<char> {
        let (&rune, rest) = self.runes.split_first()?;
        self.runes = rest;
        Some(rune)
    }

    /// Reads one part; false at the end, nothing if the glob is bad.
    fn read_one(&mut self) -> Option<bool> {
        let Some(&rune) = self.runes.first().filter(|rune| **rune != '\0') else {
            return Some(false);
        };
        let in_braces = !self.open.is_empty();
        match rune {
            '{' => {
                self.take();
                self.open.push((std::mem::take(&mut self.current), Vec::new()));
            }
            ',' if in_braces => {
                self.take();
                self.end_alternative();
            }
            '}' if in_braces => {
                self.take();
                self.close();
            }
            '[' => {
                self.take();
                let range = self.read_range()?;
                self.current.push(range);
            }
            '?' => {
                self.take();
                self.current.push(Node::Single);
            }
            '*' => {
                self.take();
                let double = self.runes.first() == Some(&'*');
                if double {
                    self.take();
                }
                self.current.push(if double { Node::Super } else { Node::Any });
            }
            _ => {
                let text = self.read_text(if in_braces { "?*[{}," } else { "?*[{" });
                if !text.is_empty() {
                    self.current.push(Node::Text(text.into_bytes()));
                }
            }
        }
        Some(true)
    }

    fn end_alternative(&mut self) {
        let alternative = Node::Pattern(std::mem::take(&mut self.current));
        if let Some((_, alternatives)) = self.open.last_mut() {
            alternatives.push(alternative);
        }
    }

    fn close(&mut self) {
        self.end_alternative();
        if let Some((before, alternatives)) = self.open.pop() {
            self.current = before;
            self.current.push(Node::AnyOf(alternatives));
        }
    }

    /// Reads text up to one of `breakers`; a backslash takes their meaning away.
    fn read_text(&mut self, breakers: &str) -> String {
        let mut text = String::new();
        while let Some(&rune) = self.runes.first() {
            if breakers.contains(rune) {
                break;
            }
            self.take();
            match rune {
                '\\' => text.extend(self.take()),
                _ => text.push(rune),
            }
        }
        text
    }

    /// Reads what follows `[`: one range or a list, never both.
    fn read_range(&mut self) -> Option<Node> {
        let not = self.runes.first() == Some(&'!');
        if not {
            self.take();
        }
        let node = if self.runes.get(1) == Some(&'-') {
            let low = self.take()?;
            self.take();
            let high = self.take()?;
            (low <= high).then_some(Node::Range { low, high, not })?
        } else {
            let chars = self.read_text("]").chars().collect::<Vec<_>>();
            (!chars.is_empty()).then_some(Node::List { chars, not })?
        };
        (self.take() == Some(']')).then_some(node)
    }
}
