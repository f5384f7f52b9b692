//! Times of today in what comes out, which no two runs have in common.

/// What stands in their place.
const TIME: &str = "$TIME";
/// What Helm prints in front of the time of a release.
const DEPLOYED: &str = "LAST DEPLOYED: ";

/// `text` with `$TIME` in the place of every time that has fractions of a second, and behind
/// `LAST DEPLOYED: `.
pub(super) fn without_times(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (shown, length) = if let Some(behind) = rest.strip_prefix(DEPLOYED) {
            let line = behind.split('\n').next().unwrap_or_default();
            (format!("{DEPLOYED}{TIME}"), DEPLOYED.len() + line.len())
        } else if let Some(length) = time(rest) {
            (TIME.to_owned(), length)
        } else {
            (first.to_string(), first.len_utf8())
        };
        out.push_str(&shown);
        rest = &rest[length..];
    }
    out
}

/// The length of the time that `text` begins with, such as `2026-01-02T03:04:05.6789Z`.
fn time(text: &str) -> Option<usize> {
    const FORM: &[u8] = b"0000-00-00T00:00:00.0";
    let bytes = text.as_bytes();
    let fits = |(form, byte): (&u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        sign => sign == byte,
    };
    if bytes.len() < FORM.len() || !FORM.iter().zip(bytes).all(fits) {
        return None;
    }
    let digits = bytes[FORM.len()..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let end = FORM.len() + digits;
    match bytes.get(end)? {
        b'Z' => Some(end + 1),
        b'+' | b'-' => Some(end + "+00:00".len()),
        _ => None,
    }
}
