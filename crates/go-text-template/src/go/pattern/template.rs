//! Replacement texts with references to groups.

use crate::data::{Runes, is_letter, is_number};

/// A replacement text, read.
#[derive(Debug)]
pub(super) struct Template<'t> {
    parts: Vec<Part<'t>>,
}

/// A piece of a replacement text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'t> {
    Literal(&'t [u8]),
    Number(usize),
    Name(&'t [u8]),
}

impl<'t> Template<'t> {
    /// Reads `text`; a `$` that starts no reference stands for itself.
    pub(super) fn parse(mut text: &'t [u8]) -> Self {
        let mut parts = Vec::new();
        while let Some(at) = text.iter().position(|&byte| byte == b'$') {
            let behind = &text[at + 1..];
            if behind.first() == Some(&b'$') {
                parts.push(Part::Literal(&text[..=at]));
                text = &behind[1..];
            } else if let Some((reference, rest)) = reference(behind) {
                parts.push(Part::Literal(&text[..at]));
                parts.push(reference);
                text = rest;
            } else {
                parts.push(Part::Literal(&text[..=at]));
                text = behind;
            }
        }
        parts.push(Part::Literal(text));
        Self { parts }
    }

    pub(super) fn parts(&self) -> &[Part<'t>] {
        &self.parts
    }

    /// The text, if it refers to nothing.
    pub(super) fn literal(&self) -> Option<&'t [u8]> {
        match self.parts.as_slice() {
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }
}

/// Reads `name` or `{name}`; the name is as long as possible, so `$1x` is not `${1}x`.
fn reference(text: &[u8]) -> Option<(Part<'_>, &[u8])> {
    let in_braces = text.strip_prefix(b"{");
    let (name, rest) = split_name(in_braces.unwrap_or(text));
    let rest = if in_braces.is_some() { rest.strip_prefix(b"}")? } else { rest };
    if name.is_empty() {
        return None;
    }
    Some((number(name).map_or(Part::Name(name), Part::Number), rest))
}

fn split_name(text: &[u8]) -> (&[u8], &[u8]) {
    let is_name = |rune: &char| is_letter(*rune) || is_number(*rune) || *rune == '_';
    let len = Runes::new(text).take_while(|(rune, _)| is_name(rune)).map(|(_, size)| size).sum();
    text.split_at(len)
}

/// The group number that `name` is, if it is one.
fn number(name: &[u8]) -> Option<usize> {
    if name.len() > 9 || name.len() > 1 && name[0] == b'0' {
        return None;
    }
    let digits = name.iter().all(u8::is_ascii_digit);
    if digits { std::str::from_utf8(name).ok()?.parse().ok() } else { None }
}
