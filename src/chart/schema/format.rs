//! The values of `format`, with the words of Helm's validator for texts that do not fit.
//!
//! Drafts 4, 6 and 7 assert formats; the later ones take them as remarks.

use std::borrow::Cow;

use super::quoting::quoted;
use go_text_template::data::{Failure, Str};
use go_text_template::pattern::Regexp;
use go_text_template::url::{Family, Url, family, path_unescape};

/// A known format.
#[derive(Clone, Copy)]
pub(super) struct Format {
    name: &'static str,
    check: Check,
}

type Check = fn(&str) -> Result<(), Failure>;

impl std::fmt::Debug for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

const FORMATS: &[(&str, Check)] = &[
    ("date", date),
    ("date-time", date_time),
    ("duration", duration),
    ("email", email),
    ("hostname", hostname),
    ("ipv4", ipv4),
    ("ipv6", ipv6),
    ("iri", uri),
    ("iri-reference", uri_reference),
    ("json-pointer", json_pointer),
    ("period", period),
    ("regex", regex),
    ("relative-json-pointer", relative_json_pointer),
    ("semver", semver),
    ("time", time),
    ("uri", uri),
    ("uri-reference", uri_reference),
    ("uri-template", uri_template),
    ("uuid", uuid),
];

impl Format {
    /// The format `name`; others are not asserted.
    pub(super) fn named(name: &str) -> Option<Self> {
        let (name, check) = FORMATS.iter().find(|(known, _)| *known == name)?;
        Some(Self { name, check: *check })
    }

    pub(super) fn name(self) -> &'static str {
        self.name
    }

    /// Says what keeps `text` from being of this format.
    pub(super) fn check(self, text: &Str) -> Result<(), Failure> {
        let text: Cow<'_, str> = text.to_str_lossy();
        (self.check)(&text)
    }
}

/// Fails with `message` unless `fits`.
fn ensure(fits: bool, message: &'static str) -> Result<(), Failure> {
    if fits { Ok(()) } else { Err(message.into()) }
}

/// Fails with what is wrong with a part of the text.
fn within(part: &str, checked: Result<(), Failure>) -> Result<(), Failure> {
    checked.map_err(|failure| format!("{part}: {failure}").into())
}

/// Fails for the first character that is not allowed; `place` follows its name.
fn ensure_characters(text: &str, allowed: fn(char) -> bool, place: &str) -> Result<(), Failure> {
    match text.chars().find(|rune| !allowed(*rune)) {
        Some(rune) => Err(format!("invalid character {}{place}", rune_literal(rune)).into()),
        None => Ok(()),
    }
}

/// `rune` as Go's `%q` writes it.
fn rune_literal(rune: char) -> String {
    let mut out = Vec::new();
    go_text_template::data::append_quoted_rune(
        &mut out,
        Some(rune),
        go_text_template::data::Charset::Unicode,
    );
    String::from_utf8_lossy(&out).into_owned()
}

/// The number of digits that `text` begins with.
fn leading_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn regex(text: &str) -> Result<(), Failure> {
    Regexp::check(text.as_bytes()).map_err(|error| error.to_string().into())
}

fn json_pointer(text: &str) -> Result<(), Failure> {
    if text.is_empty() {
        return Ok(());
    }
    ensure(text.starts_with('/'), "not starting with /")?;
    let mut escapes = text.split('/').flat_map(|token| token.split('~').skip(1));
    ensure(escapes.all(|rest| rest.starts_with(['0', '1'])), "~ must be followed by 0 or 1")
}

fn relative_json_pointer(text: &str) -> Result<(), Failure> {
    let digits = leading_digits(text);
    ensure(digits > 0, "must start with non-negative integer")?;
    ensure(digits == 1 || !text.starts_with('0'), "starts with zero")?;
    match &text[digits..] {
        "#" => Ok(()),
        pointer => json_pointer(pointer),
    }
}

fn uuid(text: &str) -> Result<(), Failure> {
    const LENGTHS: [usize; 5] = [8, 4, 4, 4, 12];
    let groups: Vec<&str> = text.split('-').collect();
    ensure(groups.len() == LENGTHS.len(), "must have 5 elements")?;
    for (at, (group, length)) in groups.iter().zip(LENGTHS).enumerate() {
        if group.len() != length {
            return Err(format!("element {} must be {length} characters long", at + 1).into());
        }
        if let Some(rune) = group.chars().find(|rune| !rune.is_ascii_hexdigit()) {
            return Err(format!("non-hex character {}", rune_literal(rune)).into());
        }
    }
    Ok(())
}

fn duration(text: &str) -> Result<(), Failure> {
    let Some(text) = text.strip_prefix('P') else { return Err("must start with P".into()) };
    ensure(!text.is_empty(), "nothing after P")?;
    if let Some(weeks) = text.strip_suffix('W') {
        ensure(!weeks.is_empty(), "no number in week")?;
        return ensure(leading_digits(weeks) == weeks.len(), "invalid week");
    }
    for (at, part) in text.split('T').enumerate() {
        ensure(at == 0 || !part.is_empty(), "no time elements")?;
        match at {
            0 => duration_part(part, "YMD")?,
            1 => duration_part(part, "HMS")?,
            _ => return Err("more than one T".into()),
        }
    }
    Ok(())
}

/// Numbers with units, in the order of `all_units`.
fn duration_part(mut text: &str, all_units: &str) -> Result<(), Failure> {
    let mut units = all_units;
    while !text.is_empty() {
        let digits = leading_digits(text);
        ensure(digits > 0, "missing number")?;
        text = &text[digits..];
        // Go looks at the next byte, whatever character it belongs to.
        let Some(unit) = text.bytes().next().map(char::from) else {
            return Err("missing unit".into());
        };
        match units.find(unit) {
            Some(at) => units = &units[at + 1..],
            None if all_units.contains(unit) => {
                return Err(format!("unit {} out of order", rune_literal(unit)).into());
            }
            None => return Err(format!("invalid unit {}", rune_literal(unit)).into()),
        }
        text = &text[1..];
    }
    Ok(())
}

fn ipv4(text: &str) -> Result<(), Failure> {
    let groups: Vec<&str> = text.split('.').collect();
    ensure(groups.len() == 4, "expected four decimals")?;
    for group in groups {
        ensure(group.len() <= 1 || !group.starts_with('0'), "leading zeros")?;
        let number = integer(group)?;
        ensure((0..=255).contains(&number), "decimal must be between 0 and 255")?;
    }
    Ok(())
}

/// Go's `strconv.Atoi`.
fn integer(text: &str) -> Result<i64, Failure> {
    text.parse().map_err(|error: std::num::ParseIntError| {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        let whole = !digits.is_empty() && leading_digits(digits) == digits.len();
        let why = if whole { "value out of range" } else { "invalid syntax" };
        let _ = error;
        format!("strconv.Atoi: parsing {}: {why}", quoted(text.as_bytes())).into()
    })
}

fn ipv6(text: &str) -> Result<(), Failure> {
    ensure(text.contains(':'), "missing colon")?;
    let family = family(text.as_bytes())?;
    ensure(family == Family::V6, "invalid IP-literal")?;
    ensure(!text.contains('%'), "zone id is not a part of ipv6 address")
}

fn hostname(text: &str) -> Result<(), Failure> {
    let text = text.strip_suffix('.').unwrap_or(text);
    ensure(text.len() <= 253, "more than 253 characters long")?;
    for label in text.split('.') {
        ensure((1..=63).contains(&label.len()), "label must be 1 to 63 characters long")?;
        ensure(!label.starts_with('-'), "label starts with hyphen")?;
        ensure(!label.ends_with('-'), "label ends with hyphen")?;
        ensure_characters(label, |rune| rune.is_ascii_alphanumeric() || rune == '-', "")?;
    }
    Ok(())
}

fn email(text: &str) -> Result<(), Failure> {
    ensure(text.len() <= 254, "more than 255 characters long")?;
    let Some((local, domain)) = text.rsplit_once('@') else { return Err("missing @".into()) };
    ensure(local.len() <= 64, "local part more than 64 characters long")?;
    let inner = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) => ensure(
            !inner.contains(['\\', '"']),
            "backslash and quote are not allowed within quoted local part",
        )?,
        None => email_local_part(local)?,
    }
    let Some(address) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
        return within("invalid domain", hostname(domain));
    };
    match address.strip_prefix("IPv6:") {
        Some(address) => within("invalid ipv6 address", ipv6(address)),
        None => within("invalid ipv4 address", ipv4(address)),
    }
}

fn email_local_part(local: &str) -> Result<(), Failure> {
    ensure(!local.starts_with('.'), "starts with dot")?;
    ensure(!local.ends_with('.'), "ends with dot")?;
    ensure(!local.contains(".."), "consecutive dots")?;
    let allowed =
        |rune: char| rune.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(rune);
    ensure_characters(local, allowed, "")
}

/// `2006-01-02`, with the words of Go's `time.Parse`.
fn date(text: &str) -> Result<(), Failure> {
    let mut rest = text;
    let year = date_number(text, &mut rest, "2006")?;
    date_dash(text, &mut rest)?;
    let month = date_number(text, &mut rest, "01")?;
    if !(1..=12).contains(&month) {
        return Err(date_failure(text, ": month out of range"));
    }
    date_dash(text, &mut rest)?;
    let day = date_number(text, &mut rest, "02")?;
    if !rest.is_empty() {
        return Err(date_failure(text, &format!(": extra text: {}", time_quoted(rest))));
    }
    if !(1..=days_of(year, month)).contains(&day) {
        return Err(date_failure(text, ": day out of range"));
    }
    Ok(())
}

/// Reads as many digits as `layout` has.
fn date_number(text: &str, rest: &mut &str, layout: &str) -> Result<u32, Failure> {
    let length = layout.len();
    if leading_digits(rest) < length {
        return Err(date_mismatch(text, rest, layout));
    }
    let (digits, behind) = rest.split_at(length);
    *rest = behind;
    Ok(digits.bytes().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
}

fn date_dash(text: &str, rest: &mut &str) -> Result<(), Failure> {
    *rest = rest.strip_prefix('-').ok_or_else(|| date_mismatch(text, rest, "-"))?;
    Ok(())
}

fn date_mismatch(text: &str, rest: &str, layout: &str) -> Failure {
    let cannot = format!("cannot parse {} as {}", time_quoted(rest), time_quoted(layout));
    date_failure(text, &format!(" as \"2006-01-02\": {cannot}"))
}

fn date_failure(text: &str, message: &str) -> Failure {
    format!("parsing time {}{message}", time_quoted(text)).into()
}

/// Go's `time` quotes in a way of its own: everything beyond ASCII as bytes.
fn time_quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b' '..=b'~' => out.push(char::from(byte)),
            byte => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out + "\""
}

fn days_of(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn time(text: &str) -> Result<(), Failure> {
    ensure(text.len() >= 9, "less than 9 characters long")?;
    let bytes = text.as_bytes();
    ensure(bytes[2] == b':' && bytes[5] == b':', "missing colon in correct place")?;
    let number = |range: std::ops::Range<usize>| -> Result<i64, Failure> {
        let number = text.get(range).and_then(|part| integer(part).ok());
        let number = number.ok_or_else(|| Failure::new("invalid hour/min/sec"))?;
        ensure(number >= 0, "non-positive hour/min/sec")?;
        Ok(number)
    };
    let (hour, minute, second) = (number(0..2)?, number(3..5)?, number(6..8)?);
    ensure(hour <= 23 && minute <= 59 && second <= 60, "hour/min/sec out of range")?;
    let mut rest = &text[8..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = leading_digits(fraction);
        ensure(digits > 0, "no digits in second fraction")?;
        rest = &fraction[digits..];
    }
    let offset = if rest == "z" || rest == "Z" { 0 } else { time_offset(rest)? };
    // Leap seconds come at the end of a day in UTC.
    let minutes = (hour * 60 + minute - offset + 24 * 60) % (24 * 60);
    let leaps = second < 60 || hour * 60 + minute - offset < 24 * 60 && minutes == 23 * 60 + 59;
    ensure(leaps, "invalid leap second")
}

/// The minutes that `+01:30` is ahead of UTC.
fn time_offset(text: &str) -> Result<i64, Failure> {
    ensure(text.len() == 6, "offset must be 6 characters long")?;
    let sign = match text.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return Err("offset must begin with plus/minus".into()),
    };
    ensure(text.as_bytes()[3] == b':', "missing colon in offset in correct place")?;
    let number = |range: std::ops::Range<usize>| -> Result<i64, Failure> {
        let number = text.get(range).and_then(|part| integer(part).ok());
        let number = number.ok_or_else(|| Failure::new("invalid hour/min in offset"))?;
        ensure(number >= 0, "non-positive hour/min in offset")?;
        Ok(number)
    };
    let (hours, minutes) = (number(1..3)?, number(4..6)?);
    ensure(hours <= 23 && minutes <= 59, "hour/min in offset out of range")?;
    Ok(sign * (hours * 60 + minutes))
}

fn date_time(text: &str) -> Result<(), Failure> {
    ensure(text.len() >= 20, "less than 20 characters long")?;
    ensure(matches!(text.as_bytes()[10], b't' | b'T'), "11th character must be t or T")?;
    within("invalid date element", date(&text[..10]))?;
    within("invalid time element", time(&text[11..]))
}

fn period(text: &str) -> Result<(), Failure> {
    let Some((start, end)) = text.split_once('/') else { return Err("missing slash".into()) };
    if start.starts_with('P') {
        within("invalid start duration", duration(start))?;
        return within("invalid end date-time", date_time(end));
    }
    within("invalid start date-time", date_time(start))?;
    match end.starts_with('P') {
        true => within("invalid end duration", duration(end)),
        false => within("invalid end date-time", date_time(end)),
    }
}

fn parse_url(text: &str) -> Result<Url, Failure> {
    let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
    let url = Url::parse(address.as_bytes())?;
    path_unescape(fragment.as_bytes())
        .map_err(|failure| format!("parse {}: {failure}", quoted(text.as_bytes())))?;
    let name = String::from_utf8_lossy(url.hostname());
    if name.contains(':') {
        let bracketed = url.host.contains(&b'[') && url.host.contains(&b']');
        ensure(bracketed, "ipv6 address not enclosed in brackets")?;
        within("invalid ipv6 address", ipv6(&name))?;
    }
    Ok(url)
}

fn uri(text: &str) -> Result<(), Failure> {
    ensure(!parse_url(text)?.scheme.is_empty(), "relative url")
}

fn uri_reference(text: &str) -> Result<(), Failure> {
    ensure(!text.contains('\\'), "contains \\")?;
    parse_url(text).map(|_| ())
}

fn uri_template(text: &str) -> Result<(), Failure> {
    let url = parse_url(text)?;
    for segment in url.raw_path.split(|byte| *byte == b'/') {
        let segment = path_unescape(segment)
            .map_err(|failure| format!("percent decode failed: {failure}"))?;
        let mut open = false;
        for byte in segment.iter().filter(|byte| matches!(byte, b'{' | b'}')) {
            ensure((*byte == b'{') != open, "nested curly braces")?;
            open = !open;
        }
        ensure(!open, "no matching closing brace")?;
    }
    Ok(())
}

fn semver(text: &str) -> Result<(), Failure> {
    let (text, build) = match text.split_once('+') {
        Some((text, build)) => (text, Some(build)),
        None => (text, None),
    };
    let allowed = |rune: char| rune.is_ascii_alphanumeric() || rune == '-';
    if let Some(build) = build {
        ensure(!build.is_empty(), "build is empty")?;
        for identifier in build.split('.') {
            ensure(!identifier.is_empty(), "build identifier is empty")?;
            ensure_characters(identifier, allowed, " in build identifier")?;
        }
    }
    let (core, pre_release) = match text.split_once('-') {
        Some((core, pre_release)) => (core, Some(pre_release)),
        None => (text, None),
    };
    for identifier in pre_release.into_iter().flat_map(|text| text.split('.')) {
        ensure(!identifier.is_empty(), "pre-release identifier is empty")?;
        ensure_characters(identifier, allowed, " in pre-release identifier")?;
        let number = leading_digits(identifier) == identifier.len();
        let zero = number && identifier.len() > 1 && identifier.starts_with('0');
        ensure(!zero, "pre-release numeric identifier starts with zero")?;
    }
    let versions: Vec<&str> = core.split('.').collect();
    ensure(versions.len() == 3, "versionCore must have 3 numbers separated by dot")?;
    for (version, name) in versions.into_iter().zip(["major", "minor", "patch"]) {
        let problem = match version {
            "" => "is empty",
            _ if version.len() > 1 && version.starts_with('0') => "starts with zero",
            _ if leading_digits(version) != version.len() => "contains non-digit",
            _ => continue,
        };
        return Err(format!("{name} {problem}").into());
    }
    Ok(())
}
