//! Whether a text is a timestamp for go-yaml: one of four layouts, read as leniently as Go's
//! `time.Parse` does.

/// True for a date, or a date and a time, in one of the layouts that go-yaml tries.
pub(super) fn is_timestamp(text: &[u8]) -> bool {
    let year_length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if year_length != 4 || text.get(4) != Some(&b'-') {
        return false;
    }
    let Some(rest) = date(text) else {
        return false;
    };
    match rest {
        [] => true,
        [b'T' | b't', rest @ ..] => time(rest).is_some_and(is_zone),
        // Go takes any number of blanks for one.
        [b' ', ..] => {
            let blanks = rest.iter().take_while(|&&byte| byte == b' ').count();
            time(&rest[blanks..]).is_some_and(<[u8]>::is_empty)
        }
        _ => false,
    }
}

/// Reads `2006-1-2` and gives the rest.
fn date(text: &[u8]) -> Option<&[u8]> {
    let year = text[..4].iter().fold(0, |year, digit| year * 10 + u32::from(digit - b'0'));
    let (month, rest) = number(&text[5..])?;
    let (day, rest) = number(rest.strip_prefix(b"-")?)?;
    let valid = (1..=12).contains(&month) && (1..=days_in(month, year)).contains(&day);
    valid.then_some(rest)
}

fn days_in(month: u32, year: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads `15:4:5.999999999` and gives the rest.
fn time(text: &[u8]) -> Option<&[u8]> {
    let (hour, rest) = number(text)?;
    let (minute, rest) = number(rest.strip_prefix(b":")?)?;
    let (second, rest) = number(rest.strip_prefix(b":")?)?;
    (hour < 24 && minute < 60 && second < 60).then(|| skip_fraction(rest))
}

fn skip_fraction(text: &[u8]) -> &[u8] {
    let digits = match text {
        [b'.' | b',', rest @ ..] => rest.iter().take_while(|byte| byte.is_ascii_digit()).count(),
        _ => 0,
    };
    if digits == 0 { text } else { &text[digits + 1..] }
}

/// True for `Z`, or a sign, two digits, a colon and two digits.
fn is_zone(text: &[u8]) -> bool {
    match text {
        [b'Z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => {
            two_digits(*h1, *h2).is_some_and(|hours| hours <= 24)
                && two_digits(*m1, *m2).is_some_and(|minutes| minutes <= 60)
        }
        _ => false,
    }
}

fn two_digits(tens: u8, ones: u8) -> Option<u8> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| (tens - b'0') * 10 + (ones - b'0'))
}

/// Reads one or two digits and gives the rest.
fn number(text: &[u8]) -> Option<(u32, &[u8])> {
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    let tens = digit(text.first()?)?;
    match text.get(1).and_then(digit) {
        Some(ones) => Some((tens * 10 + ones, &text[2..])),
        None => Some((tens, &text[1..])),
    }
}

#[cfg(test)]
mod tests {
    use super::is_timestamp;

    #[test]
    fn layouts_are_read_as_go_does() {
        let yes = [
            "2001-01-01",
            "2001-1-1",
            "2001-1-1T1:2:3Z",
            "2001-1-1t01:02:03.5+01:00",
            "2001-01-01 1:2:3",
            "2001-01-01   1:2:3,25",
            "2004-02-29",
        ];
        let no = [
            "2001-13-01",
            "2001-02-29",
            "2001-1-1T1:2:3",
            "2001-1-1 1:2:3Z",
            "2001-1-1T25:2:3Z",
            "201-1-1",
            "2001-1",
            "2001-1-1T1:2:3+1:00",
        ];
        for text in yes {
            assert!(is_timestamp(text.as_bytes()), "{text}");
        }
        for text in no {
            assert!(!is_timestamp(text.as_bytes()), "{text}");
        }
    }
}
