//! Addresses of people and of pages, by the rules of the library that Helm asks.

use go_text_template::pattern::Regexp;
use go_text_template::url;

/// Letters beyond ASCII that may stand in addresses.
const BEYOND: &str = r"\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}";
/// The longest URL, in characters, and the shortest, in bytes.
const URL_LENGTH: (usize, usize) = (2083, 3);

/// True for an address of mail.
pub(super) fn is_email(text: &str) -> bool {
    let atom = format!(r"[a-zA-Z\d!#$%&'*+\-/=?^_`{{|}}~{BEYOND}]+");
    let blank = r"(([ \t]*\r\n)?[ \t]+)?";
    let inner = format!(
        r"([\x01-\x08\x0b\x0c\x0e-\x1f\x7f\x21\x23-\x5b\x5d-\x7e{BEYOND}]|\([\x01-\x09\x0b\x0c\x0d-\x7f])"
    );
    let user = format!(r#"({atom}(\.{atom})*|"({blank}{inner})*{blank}")"#);
    let (start, end) = (format!(r"[a-zA-Z\d{BEYOND}]"), format!("[a-zA-Z{BEYOND}]"));
    let label = format!(r"({start}|{start}[a-zA-Z\d\-._~{BEYOND}]*{start})");
    let last = format!(r"({end}|{end}[a-zA-Z\d\-_~{BEYOND}]*{end})");
    matches(&format!(r"^{user}@({label}\.)+{last}\.?$"), text)
}

/// True for the address of a page, also without a scheme.
pub(super) fn is_url(text: &str) -> bool {
    let (most, least) = URL_LENGTH;
    if text.chars().count() >= most || text.len() <= least || text.starts_with('.') {
        return false;
    }
    let has_port_only = text.contains(':') && !text.contains("://");
    let whole = if has_port_only { format!("http://{text}") } else { text.to_owned() };
    let Some((host, path)) = url::host_and_path(whole.as_bytes()) else { return false };
    if host.starts_with(b".") || host.is_empty() && !path.is_empty() && !path.contains(&b'.') {
        return false;
    }
    matches(&url_pattern(), text)
}

/// True for a URL with a scheme.
pub(super) fn is_request_url(text: &str) -> bool {
    url::is_request_url(text.as_bytes())
}

fn matches(pattern: &str, text: &str) -> bool {
    Regexp::matches(pattern.as_bytes(), text.as_bytes())
}

fn url_pattern() -> String {
    let numbers = r"([1-9]\d?|1\d\d|2[01]\d|22[0-3]|24\d|25[0-5])(\.(\d{1,2}|1\d\d|2[0-4]\d|25[0-5])){2}\.([0-9]\d?|1\d\d|2[0-4]\d|25[0-5])";
    let six = six_pattern();
    let label = "[a-zA-Z0-9]([a-zA-Z0-9-_]+)?[a-zA-Z0-9]([-.][a-zA-Z0-9]+)*";
    let below = r"((www\.)|([a-zA-Z0-9]+([-_.]?[a-zA-Z0-9])*[a-zA-Z0-9]\.[a-zA-Z0-9]+))?";
    let letters = r"a-zA-Z\x{a1}-\x{ffff}";
    let name = format!(
        r"(({label})|{below})?(([{letters}0-9]+-?-?)*[{letters}0-9]+)(\.([{letters}]{{1,}}))?"
    );
    format!(
        r"^((ftp|tcp|udp|wss?|https?)://)?(\S+(:\S*)?@)?({numbers}|(\[({six})\])|({name}))\.?(:(\d{{1,5}}))?((/|\?|#)\S*)?$"
    )
}

/// IPv6 in all its abbreviations.
fn six_pattern() -> String {
    let group = "[0-9a-fA-F]{1,4}";
    let byte = "(25[0-5]|(2[0-4]|1?[0-9])?[0-9])";
    let four = format!(r"({byte}\.){{3}}{byte}");
    let mut forms = vec![format!("({group}:){{7}}{group}"), format!("({group}:){{1,7}}:")];
    for before in 1..=6 {
        let after = 7 - before;
        forms.push(format!("({group}:){{1,{before}}}(:{group}){{1,{after}}}"));
    }
    forms.push(format!(":((:{group}){{1,7}}|:)"));
    forms.push("fe80:(:[0-9a-fA-F]{0,4}){0,4}%[0-9a-zA-Z]+".to_owned());
    forms.push(format!("::(ffff(:0{{1,4}})?:)?{four}"));
    forms.push(format!("({group}:){{1,4}}:{four}"));
    forms.join("|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_mail() {
        for text in
            ["a@b.co", "a.b+c@x-y.example.org", "\"a b\"@c.de", "\u{e9}@\u{e9}.fr", "a@b.c."]
        {
            assert!(is_email(text), "{text}");
        }
        for text in ["", "a", "a@b", "a@b.1", "a b@c.de", "a@@b.co", "@b.co", ".a@b.co", "a@b..co"]
        {
            assert!(!is_email(text), "{text}");
        }
    }

    #[test]
    fn addresses_of_pages() {
        for text in
            ["http://a.b", "example.com", "https://x/y?z#q", "a.b:80", "1.2.3.4", "[::1]:80/x"]
        {
            assert!(is_url(text), "{text}");
        }
        for text in ["", "a b", ".a.b", "ssh://a.b", "http://", "a/b", "http://a b"] {
            assert!(!is_url(text), "{text}");
        }
        assert!(is_request_url("x:y") && is_request_url("https://x"));
        assert!(!is_request_url("") && !is_request_url("a.b") && !is_request_url("/x"));
    }
}
