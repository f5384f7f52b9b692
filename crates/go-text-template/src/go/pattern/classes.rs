//! Sets of characters, by name and by range.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

/// If a class stands for all characters that it does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Negation {
    Yes,
    No,
}

/// The characters from `low` to `high`; surrogates, which stand in no text, are left out.
pub(super) fn range(low: u32, high: u32, fold: bool) -> ClassUnicode {
    let low = char::from_u32(low).unwrap_or('\u{e000}');
    let high = char::from_u32(high).unwrap_or('\u{d7ff}');
    if low > high {
        return ClassUnicode::empty();
    }
    finished(ClassUnicode::new([ClassUnicodeRange::new(low, high)]), fold, Negation::No)
}

/// The class of `\d` and the like.
pub(super) fn perl(letter: u8, fold: bool) -> Option<ClassUnicode> {
    let ranges: &[_] = match letter.to_ascii_lowercase() {
        b'd' => &[('0', '9')],
        b's' => &[('\t', '\n'), ('\x0c', '\r'), (' ', ' ')],
        b'w' => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        _ => return None,
    };
    let negation = if letter.is_ascii_uppercase() { Negation::Yes } else { Negation::No };
    Some(finished(of_ranges(ranges), fold, negation))
}

/// The class of `[:name:]`.
pub(super) fn posix(name: &[u8], fold: bool) -> Option<ClassUnicode> {
    let (name, negation) = match name.strip_prefix(b"^") {
        Some(name) => (name, Negation::Yes),
        None => (name, Negation::No),
    };
    let ranges: &[_] = match name {
        b"alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
        b"alpha" => &[('A', 'Z'), ('a', 'z')],
        b"ascii" => &[('\0', '\x7f')],
        b"blank" => &[('\t', '\t'), (' ', ' ')],
        b"cntrl" => &[('\0', '\x1f'), ('\x7f', '\x7f')],
        b"digit" => &[('0', '9')],
        b"graph" => &[('!', '~')],
        b"lower" => &[('a', 'z')],
        b"print" => &[(' ', '~')],
        b"punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        b"space" => &[('\t', '\r'), (' ', ' ')],
        b"upper" => &[('A', 'Z')],
        b"word" => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        b"xdigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
        _ => return None,
    };
    Some(finished(of_ranges(ranges), fold, negation))
}

/// The class of `\p{name}`: a general category, a script, or one of Go's three special names.
pub(super) fn unicode(name: &[u8], negation: Negation, fold: bool) -> Option<ClassUnicode> {
    let name = canonical_name(std::str::from_utf8(name).ok()?);
    let class = match name.as_str() {
        "Any" => of_ranges(&[('\0', char::MAX)]),
        "Ascii" => of_ranges(&[('\0', '\x7f')]),
        "Assigned" => finished(property("gc=Cn")?, false, Negation::Yes),
        "Cs" | "Surrogate" => ClassUnicode::empty(),
        _ => named(&name)?,
    };
    Some(finished(class, fold, negation))
}

/// Go's spelling: the first letter large, the others small, no spaces, hyphens or underscores.
fn canonical_name(name: &str) -> String {
    let mut letters = name.chars().filter(|letter| !matches!(letter, '_' | '-' | ' '));
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters.map(|letter| letter.to_ascii_lowercase())).collect()
}

fn named(name: &str) -> Option<ClassUnicode> {
    if CATEGORIES.contains(&name) {
        return property(&format!("gc={name}"));
    }
    if SCRIPTS.split_ascii_whitespace().any(|known| known == name) {
        return property(&format!("sc={name}"));
    }
    None
}

/// Looks `query` up in the tables of the engine's parser.
fn property(query: &str) -> Option<ClassUnicode> {
    match regex_syntax::parse(&format!("\\p{{{query}}}")).ok()?.into_kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class),
        _ => None,
    }
}

fn of_ranges(ranges: &[(char, char)]) -> ClassUnicode {
    ClassUnicode::new(ranges.iter().map(|&(low, high)| ClassUnicodeRange::new(low, high)))
}

fn finished(mut class: ClassUnicode, fold: bool, negation: Negation) -> ClassUnicode {
    if fold {
        class.case_fold_simple();
    }
    if negation == Negation::Yes {
        class.negate();
    }
    class
}

/// General categories and their long names.
const CATEGORIES: &[&str] = &[
    "C",
    "Cc",
    "Cf",
    "Cn",
    "Co",
    "L",
    "Lc",
    "Ll",
    "Lm",
    "Lo",
    "Lt",
    "Lu",
    "M",
    "Mc",
    "Me",
    "Mn",
    "N",
    "Nd",
    "Nl",
    "No",
    "P",
    "Pc",
    "Pd",
    "Pe",
    "Pf",
    "Pi",
    "Po",
    "Ps",
    "S",
    "Sc",
    "Sk",
    "Sm",
    "So",
    "Z",
    "Zl",
    "Zp",
    "Zs",
    "Casedletter",
    "Closepunctuation",
    "Combiningmark",
    "Connectorpunctuation",
    "Control",
    "Currencysymbol",
    "Dashpunctuation",
    "Decimalnumber",
    "Enclosingmark",
    "Finalpunctuation",
    "Format",
    "Initialpunctuation",
    "Letter",
    "Letternumber",
    "Lineseparator",
    "Lowercaseletter",
    "Mark",
    "Mathsymbol",
    "Modifierletter",
    "Modifiersymbol",
    "Nonspacingmark",
    "Number",
    "Openpunctuation",
    "Otherletter",
    "Othernumber",
    "Otherpunctuation",
    "Othersymbol",
    "Paragraphseparator",
    "Privateuse",
    "Punctuation",
    "Separator",
    "Spaceseparator",
    "Spacingmark",
    "Symbol",
    "Titlecaseletter",
    "Unassigned",
    "Uppercaseletter",
    "Other",
    "Cntrl",
    "Digit",
    "Punct",
];

/// The scripts that Go knows and finds: by a mistake of its look-up, none of two words.
const SCRIPTS: &str = "\
    Adlam Ahom Arabic Armenian Avestan Balinese Bamum Batak Bengali Bhaiksuki Bopomofo Brahmi \
    Braille Buginese Buhid Carian Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot \
    Cyrillic Deseret Devanagari Dogra Duployan Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic \
    Grantha Greek Gujarati Gurmukhi Han Hangul Hanunoo Hatran Hebrew Hiragana Inherited Javanese \
    Kaithi Kannada Katakana Kawi Kharoshthi Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Lisu \
    Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean Marchen Medefaidrin Miao Modi \
    Mongolian Mro Multani Myanmar Nabataean Nandinagari Newa Nko Nushu Ogham Oriya Osage Osmanya \
    Palmyrene Phoenician Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham Sinhala Sogdian \
    Soyombo Sundanese Syriac Tagalog Tagbanwa Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan \
    Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Yezidi Yi";
