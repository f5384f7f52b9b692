//! Names of images in texts: arguments, variables, the files of config maps.
//!
//! Two things tell a name: it cannot well be anything else, or it is the value of a key that says
//! so. A text is searched as it is written in the document, escapes and all, so that a name can be
//! changed where it stands. It may be YAML, JSON, JSON in JSON or anything else.

use std::cell::LazyCell;
use std::ops::Range;

use bstr::ByteSlice;

use super::reference::Reference;

/// The name of an image in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mention {
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// Whether the text has the rest of the name elsewhere.
    pub(super) is_part: bool,
    /// Whether a key says that it is one.
    pub(super) has_key: bool,
}

/// What a key says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// It is an image: `image`.
    Image,
    /// It may be one: `builder-image`, `executorImage`.
    SomeImage,
}

impl Key {
    /// What the key called `name` says; `None` if it is not about images.
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        match name.strip_suffix(b"image") {
            Some([]) => Some(Self::Image),
            Some([.., b'-' | b'_' | b'.' | b'/']) => Some(Self::SomeImage),
            _ => name.ends_with(b"Image").then_some(Self::SomeImage),
        }
    }

    /// Whether `value` is the name of an image.
    pub(super) fn accepts(self, value: &str) -> bool {
        Reference::parse(value).is_some_and(|image| match self {
            Self::Image => image.has_version() || !is_something_else(value),
            Self::SomeImage => image.has_version() && has_letter(value),
        })
    }
}

/// Istio writes it for a container that it is to fill in.
pub(super) const FILLED_IN: &str = "auto";

/// Whether an image `name` is completed by a key `hub` near it, which is Istio's way.
pub(super) fn needs_hub(name: &str) -> bool {
    Reference::parse(name).is_some_and(|image| image.is_bare())
}

/// Values of a key `image` that could be names but are words of their own, numbers, or files.
fn is_something_else(value: &str) -> bool {
    const WORDS: [&str; 7] = [FILLED_IN, "false", "image", "none", "null", "string", "true"];
    const FILES: [&str; 12] = [
        ".bmp", ".gif", ".ico", ".img", ".iso", ".jpeg", ".jpg", ".png", ".qcow2", ".raw", ".svg",
        ".webp",
    ];
    WORDS.contains(&value)
        || !has_letter(value)
        || FILES.iter().any(|extension| value.ends_with(extension))
}

fn has_letter(value: &str) -> bool {
    value.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// The names of images in `text`, in their order.
pub(super) fn mentions(text: &[u8]) -> Vec<Mention> {
    let has_hub = LazyCell::new(|| has_key(text, b"hub"));
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(word) = next_word(text, at) {
        at = word.end;
        let Some((range, has_key)) = name_in(text, word) else { continue };
        let is_part = text[range.clone()].to_str().is_ok_and(needs_hub) && *has_hub;
        found.push(Mention { range, is_part, has_key });
    }
    found
}

/// The next bytes from `at` on that could be a name.
fn next_word(text: &[u8], at: usize) -> Option<Range<usize>> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"._/:@-".contains(&byte);
    let start = at + text[at..].iter().position(|&byte| is_part(byte))?;
    let len = text[start..].iter().position(|&byte| !is_part(byte));
    let end = len.map_or(text.len(), |len| start + len);
    // What is left of an escape sequence is not part of the word.
    let start = if text[..start].ends_with(b"\\") { start + 1 } else { start };
    Some(start..end)
}

/// Which part of `word` names an image, and whether a key says so.
fn name_in(text: &[u8], word: Range<usize>) -> Option<(Range<usize>, bool)> {
    let value = text[word.clone()].to_str().ok()?;
    if key_of(text, &word).is_some_and(|key| key.accepts(value)) {
        return Some((word, true));
    }
    // A sentence may end here.
    let value = value.trim_end_matches(['.', ':', '-', '/']);
    let image = Reference::parse(value)?;
    let is_image = image.is_certain() && !image.is_label();
    is_image.then(|| (word.start..word.start + value.len(), false))
}

/// The key whose whole value is the part `value` of `text`; `None` if that is no key of an image.
fn key_of(text: &[u8], value: &Range<usize>) -> Option<Key> {
    let (before, quote) = without_quote(&text[..value.start]);
    let (name, key_quote) = without_quote(without_blanks(before).strip_suffix(b":")?.trim_end());
    let start = name.iter().rposition(|&byte| !is_of_key(byte)).map_or(0, |at| at + 1);
    // What is left of an escape sequence is not part of the word.
    let start = if name[..start].ends_with(b"\\") { start + 1 } else { start };
    let key = Key::of(name.get(start..)?)?;
    let lead = &name[..start];
    let begins = if key_quote.is_empty() { begins_entry(lead) } else { lead.ends_with(key_quote) };
    (begins && ends_value(quote, lead, &text[value.end..])).then_some(key)
}

fn is_of_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._/-".contains(&byte)
}

/// `text` without the quote at its end, and the quote with what escapes it.
fn without_quote(text: &[u8]) -> (&[u8], &[u8]) {
    let rest = text.trim_end_with(|last| matches!(last, '"' | '\'' | '\\'));
    (rest, &text[rest.len()..])
}

fn without_blanks(text: &[u8]) -> &[u8] {
    text.trim_end_with(|last| matches!(last, ' ' | '\t'))
}

/// Whether a key without quotes can stand behind `lead`: words of a sentence that ends in a colon
/// are none.
fn begins_entry(lead: &[u8]) -> bool {
    let lead = without_blanks(lead);
    let lead = lead.strip_suffix(b"-").map_or(lead, without_blanks);
    match lead {
        [] | [.., b'\n' | b'{' | b'"' | b'\''] | [.., b'\\', b'n' | b'r' | b't'] => true,
        [.., b','] => is_in_braces(lead),
        _ => false,
    }
}

/// Whether a value that began with `quote` behind the key behind `lead` ends before `rest`: more
/// words make it a sentence, and braces a template.
fn ends_value(quote: &[u8], lead: &[u8], rest: &[u8]) -> bool {
    if !quote.is_empty() {
        return rest.starts_with(quote);
    }
    let behind = rest.trim_start_with(|first| matches!(first, ' ' | '\t'));
    match behind.first() {
        None | Some(b'\n' | b'\r') => true,
        Some(b'#') => behind.len() < rest.len(),
        Some(b'"' | b'\'' | b'\\') => behind.len() == rest.len(),
        Some(b',' | b'}') => is_in_braces(lead),
        Some(_) => false,
    }
}

/// Whether a map in braces is open behind `lead`. It is looked for on the line, and not forever.
fn is_in_braces(lead: &[u8]) -> bool {
    const REACH: usize = 4096;
    let near = &lead[lead.len().saturating_sub(REACH)..];
    near.rfind_byteset(b"{\n").is_some_and(|at| near[at] == b'{')
}

/// Whether `text` has the key `name`, quoted or not.
fn has_key(text: &[u8], name: &[u8]) -> bool {
    text.find_iter(name).any(|at| {
        let behind = text[at + name.len()..].trim_start_with(|first| "\"'\\ ".contains(first));
        behind.starts_with(b":") && !text[..at].last().copied().is_some_and(is_of_key)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        mentions(text.as_bytes()).into_iter().map(|mention| &text[mention.range]).collect()
    }

    #[test]
    fn the_value_of_a_key_is_an_image() {
        for text in [
            "image: a/b:1",
            "  - image: a/b:1  # c\n",
            "image: 'a/b:1'\r\n",
            "- \"image\" : \"a/b:1\"",
            "{\"image\":\"a/b:1\"}",
            "{name: x, image: a/b:1, y: z}",
            "\"{\\\"x\\\":[{\\\"image\\\": \\\"a/b:1\\\"}]}\"",
            "{\"x\": \"{\\\\\\\"image\\\\\\\":\\\\\\\"a/b:1\\\\\\\"}\"}",
            "\"x:\\n- image: a/b:1\\n  y: z\"",
            "{\"x\": \"x:\\\\n- image: a/b:1\\\\n\"}",
            "'image: ''a/b:1'''",
            "builder-image: a/b:1",
            "\"executorImage\": \"a/b:1\"",
        ] {
            assert_eq!(names(text), ["a/b:1"], "{text:?}");
        }
        assert_eq!(names("image: busybox\n\"image\": \"a/b\""), ["busybox", "a/b"]);
    }

    #[test]
    fn other_values_are_none() {
        for text in [
            "image: {{ .Values.image }}",
            "image: a/{{ .Values.image }}",
            "image: a/b:${TAG}",
            "image: $(IMAGE)",
            "image: %s",
            "image: <name>:1",
            "image: \"\"",
            "image: \n  a: b",
            "\"image\": \"\", \"name\": \"a\"",
            "image: Message[1]",
            "image: message[1]",
            "image: auto",
            "image: true",
            "image: 1.5",
            "image: logo.png",
            "image: images/logo.svg",
            "image: the logo",
            "image: a, b",
            "image:a",
            "# image: a",
            "no such image: a",
            "said, image: a",
            "images: a",
            "background-image: a",
            "\"my image\": \"a\"",
            "[{\"image\": a[0]}]",
        ] {
            assert_eq!(names(text), [""; 0], "{text:?}");
        }
    }

    #[test]
    fn a_hub_makes_parts() {
        let parts = |text: &str| -> Vec<bool> {
            mentions(text.as_bytes()).iter().map(|mention| mention.is_part).collect()
        };
        let text = "\"image\": \"a\", \"image\": \"b/a\"\n";
        assert_eq!(parts(text), [false, false]);
        assert_eq!(parts(&format!("{text}\"hub\": \"x.y/z\"")), [true, false]);
        assert_eq!(parts(&format!("{text}github: x")), [false, false]);
    }
}
