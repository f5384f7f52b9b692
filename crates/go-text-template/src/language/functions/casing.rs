//! Upper, lower and title case, and names in the styles of programming languages.
//!
//! Runes change one by one, as Go does it: no rune becomes two.

use bstr::ByteSlice;

use crate::data::{
    Runes, Str, is_letter, is_lower, is_number, is_punctuation, is_title, is_upper, lower_rune,
    title_rune, upper_rune,
};
use crate::template::{Function, function};

pub(super) static TABLE: &[Function] = &[
    ("camelcase", &function(camelcase)),
    ("initials", &function(initials)),
    ("kebabcase", &function(kebabcase)),
    ("lower", &function(lower)),
    ("snakecase", &function(snakecase)),
    ("swapcase", &function(swapcase)),
    ("title", &function(title)),
    ("untitle", &function(untitle)),
    ("upper", &function(upper)),
];

/// `text` in upper case.
///
/// ```text
/// {{ upper "Hello ß é" }} -> HELLO ß É
/// {{ upper nil }}         -> error: cannot assign nil to string
/// ```
fn upper(text: Str) -> Str {
    if !text.is_ascii() {
        return mapped(&text, upper_rune);
    }
    if text.iter().any(u8::is_ascii_lowercase) { text.to_ascii_uppercase().into() } else { text }
}

/// `text` in lower case.
///
/// ```text
/// {{ lower "HELLO É" }} -> hello é
/// ```
fn lower(text: Str) -> Str {
    if !text.is_ascii() {
        return mapped(&text, lower_rune);
    }
    if text.iter().any(u8::is_ascii_uppercase) { text.to_ascii_lowercase().into() } else { text }
}

/// `text` with every rune changed; bytes that are no UTF-8 become U+FFFD.
fn mapped(text: &Str, change: impl FnMut(char) -> char) -> Str {
    text.runes().map(|(rune, _)| rune).map(change).collect::<String>().into()
}

/// `text` with the first letter of each word in title case.
///
/// Everything in ASCII but letters, digits and the underscore ends a word, also the apostrophe.
///
/// ```text
/// {{ title "hello wORLD" }}            -> Hello WORLD
/// {{ title "o'neil foo-bar a_b 1st" }} -> O'Neil Foo-Bar A_b 1st
/// ```
fn title(text: Str) -> Str {
    let mut previous = ' ';
    mapped(&text, |rune| {
        let starts_word = is_separator(previous);
        previous = rune;
        if starts_word { title_rune(rune) } else { rune }
    })
}

fn is_separator(rune: char) -> bool {
    match rune {
        '0'..='9' | 'a'..='z' | 'A'..='Z' | '_' => false,
        _ => rune.is_ascii() || rune.is_whitespace(),
    }
}

/// `text` with the first rune of each word, which ends at white space, in lower case.
///
/// ```text
/// {{ untitle "Hello World-Wide" }} -> hello world-Wide
/// ```
fn untitle(text: Str) -> Str {
    let mut starts_word = true;
    mapped(&text, |rune| {
        if rune.is_whitespace() {
            starts_word = true;
            return rune;
        }
        if std::mem::take(&mut starts_word) { lower_rune(rune) } else { rune }
    })
}

/// `text` with upper and lower case exchanged; lower-case letters that start a word get title case.
///
/// ```text
/// {{ swapcase "This Is a.Test" }} -> tHIS iS A.tEST
/// {{ swapcase "ǆ aǆ" }}           -> ǅ AǄ
/// ```
fn swapcase(text: Str) -> Str {
    let mut starts_word = true;
    mapped(&text, |rune| {
        if is_upper(rune) || is_title(rune) {
            starts_word = false;
            return lower_rune(rune);
        }
        if !is_lower(rune) {
            starts_word = rune.is_whitespace();
            return rune;
        }
        if std::mem::take(&mut starts_word) { title_rune(rune) } else { upper_rune(rune) }
    })
}

/// The first byte of each word, taken for a rune: what is not ASCII is mangled.
///
/// ```text
/// {{ initials "First Try of it" }} -> FToi
/// {{ initials "élan vital" }}      -> Ãv
/// ```
fn initials(text: Str) -> String {
    let mut after_space = true;
    let mut initials = String::new();
    for rune in text.iter().map(|&byte| char::from(byte)) {
        let is_space = rune.is_whitespace();
        if after_space && !is_space {
            initials.push(rune);
        }
        after_space = is_space;
    }
    initials
}

/// `text` as one word in which each word begins with an upper-case letter.
///
/// Leading connectors stay, and of several connectors in a row all but the last.
///
/// ```text
/// {{ camelcase "http_server" }}     -> HttpServer
/// {{ camelcase "HTTPServer" }}      -> Httpserver
/// {{ camelcase "FOO_BAR" }}         -> FooBar
/// {{ camelcase "_complex__case_" }} -> _Complex_Case_
/// {{ camelcase "some words-here" }} -> SomeWordsHere
/// ```
fn camelcase(text: Str) -> Str {
    let mut runes = text.runes().map(|(rune, _)| rune);
    let mut out = String::with_capacity(text.len());
    let mut current = None;
    let mut in_upper_run = false;
    for rune in runes.by_ref() {
        if !is_connector(rune) {
            in_upper_run = is_upper(rune);
            current = Some(upper_rune(rune));
            break;
        }
        out.push(rune);
    }
    let Some(mut current) = current else {
        return repeat_lone_connector(out, &text).into();
    };
    for rune in runes {
        let previous = std::mem::replace(&mut current, rune);
        if is_connector(previous) && is_connector(rune) {
            out.push(previous);
        } else if is_connector(previous) {
            in_upper_run = is_upper(rune);
            current = upper_rune(rune);
        } else {
            in_upper_run &= is_upper(rune);
            current = if in_upper_run { lower_rune(rune) } else { rune };
            out.push(previous);
        }
    }
    out.push(current);
    out.into()
}

/// A text of nothing but connectors gets its last one twice, by an oversight of the original.
fn repeat_lone_connector(mut out: String, text: &Str) -> String {
    out.extend(text.chars().next_back());
    out
}

fn is_connector(rune: char) -> bool {
    rune == '-' || rune == '_' || rune.is_whitespace()
}

/// The words of `text` in lower case with underscores between them.
///
/// ```text
/// {{ snakecase "FirstName" }}                      -> first_name
/// {{ snakecase "HTTPServer" }}                     -> http_server
/// {{ snakecase "HTTP20xOK http2xx Bld4Floor3rd" }} -> http_20x_ok_http_2xx_bld4_floor_3rd
/// {{ snakecase "some-words here.txt" }}            -> some_words_here.txt
/// {{ snakecase "ABC123DEF" }}                      -> abc123_def
/// ```
fn snakecase(text: Str) -> Str {
    joined_words(&text, b'_')
}

/// The words of `text` in lower case with hyphens between them.
///
/// ```text
/// {{ kebabcase "FirstName" }}      -> first-name
/// {{ kebabcase "x86_64 GO_PATH" }} -> x86-64-go-path
/// ```
fn kebabcase(text: Str) -> Str {
    joined_words(&text, b'-')
}

/// Numbers belong to the word before them, unless lower-case letters follow.
fn joined_words(text: &Str, connector: u8) -> Str {
    let mut words = Words { rest: text.as_bytes() };
    let mut out = Joined { out: Vec::with_capacity(text.len() + 8), connector };
    let mut word = words.next();
    while !words.rest.is_empty() {
        if word.kind != Kind::Connector {
            out.word(word);
        }
        let last = std::mem::replace(&mut word, words.next());
        match last.kind {
            Kind::Number => word = out.letters_and_digits(word, &mut words),
            Kind::Connector => out.word(last),
            Kind::Punctuation => {}
            _ if word.kind != Kind::Number => out.connector_before(word),
            // The text ends with this number, which belongs to the word before it.
            _ if words.rest.is_empty() => {}
            _ => word = out.number_within(word, &mut words),
        }
    }
    out.word(word);
    out.out.into()
}

/// What has been joined so far.
struct Joined {
    out: Vec<u8>,
    connector: u8,
}

impl Joined {
    fn word(&mut self, word: Word<'_>) {
        if !matches!(word.kind, Kind::Upper | Kind::Connector) {
            self.out.extend_from_slice(word.text);
            return;
        }
        for (rune, _) in Runes::new(word.text) {
            match rune {
                _ if is_connector(rune) => self.out.push(self.connector),
                _ if is_upper(rune) => self.rune(lower_rune(rune)),
                _ => self.rune(rune),
            }
        }
    }

    fn rune(&mut self, rune: char) {
        self.out.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn connector_before(&mut self, word: Word<'_>) {
        if !matches!(word.kind, Kind::Connector | Kind::Punctuation) {
            self.out.push(self.connector);
        }
    }

    /// Joins words of small letters and digits, beginning with `word`, as one; gives the next word.
    fn letters_and_digits<'t>(&mut self, mut word: Word<'t>, words: &mut Words<'t>) -> Word<'t> {
        while matches!(word.kind, Kind::Alphabet | Kind::Number) {
            self.word(word);
            word = words.next();
        }
        if word.kind != Kind::Invalid {
            self.connector_before(word);
        }
        word
    }

    /// Joins a number behind a word to what it belongs to; gives the next word.
    fn number_within<'t>(&mut self, number: Word<'t>, words: &mut Words<'t>) -> Word<'t> {
        let word = words.next();
        if word.kind != Kind::Alphabet {
            self.word(number);
            self.connector_before(word);
            return word;
        }
        self.out.push(self.connector);
        self.word(number);
        self.letters_and_digits(word, words)
    }
}

/// What a run of runes is, in the eyes of `snakecase`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Nothing is left, or nothing that is UTF-8.
    Invalid,
    Number,
    /// Begins with an upper-case letter.
    Upper,
    Alphabet,
    Connector,
    Punctuation,
    Other,
}

#[derive(Clone, Copy, Debug)]
struct Word<'t> {
    kind: Kind,
    text: &'t [u8],
}

/// The words of a text, one after another; after the last, invalid ones.
struct Words<'t> {
    rest: &'t [u8],
}

impl<'t> Words<'t> {
    fn next(&mut self) -> Word<'t> {
        let (first, size) = next_valid(self.rest);
        let Some(first) = first else {
            return self.take(Kind::Invalid, size);
        };
        match first {
            _ if is_connector(first) => self.run(Kind::Connector, size, first, is_connector),
            _ if is_punctuation(first) => self.run(Kind::Punctuation, size, first, is_punctuation),
            _ if is_upper(first) => self.upper(size, first),
            _ if is_alphabet(first) => self.run(Kind::Alphabet, size, first, is_small),
            _ if is_number(first) => self.run(Kind::Number, size, first, is_number),
            _ => self.run(Kind::Other, size, first, is_other),
        }
    }

    fn take(&mut self, kind: Kind, size: usize) -> Word<'t> {
        let (text, rest) = self.rest.split_at(size);
        self.rest = rest;
        Word { kind, text }
    }

    /// Takes the first `size` bytes, the last rune of which is `last`, and what belongs to them.
    fn run(&mut self, kind: Kind, size: usize, last: char, belongs: fn(char) -> bool) -> Word<'t> {
        let (length, _, _) = self.extent(size, last, belongs);
        self.take(kind, length)
    }

    /// How far a run goes, how long its last rune is, and which rune ends it, if any.
    fn extent(
        &self,
        start: usize,
        mut last: char,
        belongs: fn(char) -> bool,
    ) -> (usize, usize, Option<char>) {
        let (mut length, mut last_size) = (start, 0);
        while length < self.rest.len() {
            let (rune, size) = next_valid(&self.rest[length..]);
            // Bytes at the end that are no UTF-8 go with the run.
            let rune = rune.unwrap_or(last);
            if !belongs(rune) {
                return (length, last_size, Some(rune));
            }
            (length, last_size, last) = (length + size, size, rune);
        }
        (length, last_size, None)
    }

    /// `HTTPStatus` is two words: the last upper-case letter of a run begins the next one.
    fn upper(&mut self, size: usize, first: char) -> Word<'t> {
        let (length, last_size, end) = self.extent(size, first, is_upper);
        let starts_next = end.is_some_and(is_alphabet);
        match length {
            _ if length == size => self.run(Kind::Upper, size, first, is_small),
            _ if starts_next => self.take(Kind::Upper, length - last_size),
            _ => self.take(Kind::Upper, length),
        }
    }
}

/// The first rune that is valid, and its size together with the invalid bytes before it.
fn next_valid(text: &[u8]) -> (Option<char>, usize) {
    let mut length = 0;
    for (rune, size) in Runes::new(text) {
        length += size;
        if rune != char::REPLACEMENT_CHARACTER {
            return (Some(rune), length);
        }
    }
    (None, length)
}

/// A letter, but not an ideograph.
fn is_alphabet(rune: char) -> bool {
    is_letter(rune)
        && !matches!(
            rune,
            '\u{3400}'..='\u{4d85}' | '\u{4e00}'..='\u{9fcc}' | '\u{20000}'..='\u{2b81d}'
        )
}

fn is_small(rune: char) -> bool {
    is_alphabet(rune) && !is_upper(rune)
}

fn is_other(rune: char) -> bool {
    !is_connector(rune) && !is_alphabet(rune) && !is_number(rune) && !is_punctuation(rune)
}
