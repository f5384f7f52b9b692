//! Go's layouts: `2006-01-02T15:04:05Z07:00` and the like.

/// A part of a layout that stands for a part of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// `January`.
    LongMonth,
    /// `Jan`.
    Month,
    /// `1`, or `01` if padded.
    MonthNumber { padded: bool },
    /// `Monday`.
    LongWeekday,
    /// `Mon`.
    Weekday,
    /// `2`, `_2` or `02`.
    Day(Padding),
    /// `__2` or `002`.
    YearDay(Padding),
    /// `15`.
    Hour,
    /// `3` or `03`.
    Hour12 { padded: bool },
    /// `4` or `04`.
    Minute { padded: bool },
    /// `5` or `05`.
    Second { padded: bool },
    /// `2006`.
    LongYear,
    /// `06`.
    Year,
    /// `PM` or `pm`.
    HalfDay { upper: bool },
    /// `MST`.
    ZoneName,
    /// `-0700`, `Z07:00` and the like.
    Offset(OffsetStyle),
    /// `.000` or `,999`.
    Fraction { digits: usize, trimmed: bool, separator: u8 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Padding {
    None,
    Space,
    Zero,
}

/// How an offset from UTC is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OffsetStyle {
    /// UTC is `Z`.
    pub(super) zulu: bool,
    pub(super) colon: bool,
    /// How many of hours, minutes and seconds are written.
    pub(super) parts: usize,
}

/// The start of a layout, up to the end of its first element.
#[derive(Debug)]
pub(super) struct Chunk<'l> {
    /// Literal text before the element.
    pub(super) prefix: &'l [u8],
    /// The element and its text; nothing at the end of the layout.
    pub(super) element: Option<(Element, &'l [u8])>,
    pub(super) rest: &'l [u8],
}

/// Splits the first element, and what is before it, off `layout`.
pub(super) fn next_chunk(layout: &[u8]) -> Chunk<'_> {
    for at in 0..layout.len() {
        if let Some((element, len)) = element(&layout[at..]) {
            let (prefix, rest) = layout.split_at(at);
            let (text, rest) = rest.split_at(len);
            return Chunk { prefix, element: Some((element, text)), rest };
        }
    }
    Chunk { prefix: layout, element: None, rest: &[] }
}

/// The element that `text` starts with, and its length.
fn element(text: &[u8]) -> Option<(Element, usize)> {
    match text[0] {
        b'J' => month_name(text),
        b'M' if text.starts_with(b"MST") => Some((Element::ZoneName, 3)),
        b'M' => weekday_name(text),
        b'0' => padded_number(text),
        b'1' if text.starts_with(b"15") => Some((Element::Hour, 2)),
        b'1' => Some((Element::MonthNumber { padded: false }, 1)),
        b'2' if text.starts_with(b"2006") => Some((Element::LongYear, 4)),
        b'2' => Some((Element::Day(Padding::None), 1)),
        // `_2006` is a literal `_` and a year.
        b'_' if text.starts_with(b"_2006") => None,
        b'_' if text.starts_with(b"_2") => Some((Element::Day(Padding::Space), 2)),
        b'_' if text.starts_with(b"__2") => Some((Element::YearDay(Padding::Space), 3)),
        b'3' => Some((Element::Hour12 { padded: false }, 1)),
        b'4' => Some((Element::Minute { padded: false }, 1)),
        b'5' => Some((Element::Second { padded: false }, 1)),
        b'P' if text.starts_with(b"PM") => Some((Element::HalfDay { upper: true }, 2)),
        b'p' if text.starts_with(b"pm") => Some((Element::HalfDay { upper: false }, 2)),
        b'-' | b'Z' => offset(text),
        b'.' | b',' => fraction(text),
        _ => None,
    }
}

fn month_name(text: &[u8]) -> Option<(Element, usize)> {
    if text.starts_with(b"January") {
        return Some((Element::LongMonth, 7));
    }
    (text.starts_with(b"Jan") && !starts_with_lower_case(&text[3..])).then_some((Element::Month, 3))
}

fn weekday_name(text: &[u8]) -> Option<(Element, usize)> {
    if text.starts_with(b"Monday") {
        return Some((Element::LongWeekday, 6));
    }
    (text.starts_with(b"Mon") && !starts_with_lower_case(&text[3..]))
        .then_some((Element::Weekday, 3))
}

/// `Month` is a word, not `Mon` with something behind it.
fn starts_with_lower_case(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_lowercase)
}

fn padded_number(text: &[u8]) -> Option<(Element, usize)> {
    let element = match text.get(1)? {
        b'1' => Element::MonthNumber { padded: true },
        b'2' => Element::Day(Padding::Zero),
        b'3' => Element::Hour12 { padded: true },
        b'4' => Element::Minute { padded: true },
        b'5' => Element::Second { padded: true },
        b'6' => Element::Year,
        b'0' if text.get(2) == Some(&b'2') => return Some((Element::YearDay(Padding::Zero), 3)),
        _ => return None,
    };
    Some((element, 2))
}

fn offset(text: &[u8]) -> Option<(Element, usize)> {
    let styles: [(&[u8], bool, usize); 5] = [
        (b"070000", false, 3),
        (b"07:00:00", true, 3),
        (b"0700", false, 2),
        (b"07:00", true, 2),
        (b"07", false, 1),
    ];
    let (digits, colon, parts) =
        styles.into_iter().find(|(digits, ..)| text[1..].starts_with(digits))?;
    let style = OffsetStyle { zulu: text[0] == b'Z', colon, parts };
    Some((Element::Offset(style), digits.len() + 1))
}

/// A separator with zeros or nines, unless other digits follow.
fn fraction(text: &[u8]) -> Option<(Element, usize)> {
    let digit = *text.get(1).filter(|digit| matches!(digit, b'0' | b'9'))?;
    let digits = text[1..].iter().take_while(|&&byte| byte == digit).count();
    if text.get(1 + digits).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let trimmed = digit == b'9';
    Some((Element::Fraction { digits, trimmed, separator: text[0] }, 1 + digits))
}
