//! What is not to be shown: the values of keys that are named like secrets.

use std::ops::Range;

use bstr::ByteSlice;

/// What stands in the place of a secret.
pub(super) const MASK: &str = "***";

/// Words in the names of keys whose values are secrets, in lower case and without what parts them.
const SECRETS: [&str; 20] = [
    "accesskey",
    "accountkey",
    "apikey",
    "authorization",
    "bearer",
    "connectionstring",
    "credential",
    "dockerconfig",
    "encryptionkey",
    "htpasswd",
    "licensekey",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "signingkey",
    "sshkey",
    "tlskey",
    "token",
];

/// Ends of names that only tell where a secret is, or what is done with it.
const PLACES: [&str; 12] = [
    "annotations",
    "class",
    "create",
    "enabled",
    "file",
    "labels",
    "name",
    "namespace",
    "path",
    "ref",
    "refs",
    "type",
];

/// Starts of such names.
const USES: [&str; 3] = ["automount", "existing", "imagepull"];

/// True if the key called `name` is named like one whose value is a secret.
pub fn is_secret(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let letters: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    let is_use = USES.iter().any(|start| letters.starts_with(start));
    let is_named = SECRETS.iter().any(|word| letters.contains(word));
    (is_named || ["pass", "pwd"].contains(&&*letters)) && !is_use && !is_place(name)
}

/// True if the key only tells where something is, even below a secret one.
fn is_place(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    PLACES.iter().any(|end| name.ends_with(end))
}

/// True if one of the keys that lead to a value is named like a secret.
pub fn leads_to_secret<'k>(path: impl Iterator<Item = &'k str>) -> bool {
    let path: Vec<&str> = path.collect();
    !path.last().is_some_and(|name| is_place(name)) && path.into_iter().any(is_secret)
}

/// An argument of a flag of the `--set` family with its secrets masked.
pub fn masked_argument(flag: &str, argument: &str) -> String {
    let is_typed = ["set", "set-string"].contains(&flag);
    match argument.split_once('=') {
        _ if flag == "set-file" => argument.to_owned(),
        _ if argument.trim_start().starts_with('{') => masked_whole("", argument),
        Some(_) if is_typed => masked_pairs(argument),
        Some((key, _)) if leads_to_secret(key.split(['.', '[', ']'])) => format!("{key}={MASK}"),
        Some((key, value)) => format!("{key}={}", masked_whole(key, value)),
        None => argument.to_owned(),
    }
}

/// `text`, or nothing of it if there is a secret in it.
fn masked_whole(key: &str, text: &str) -> String {
    let is_plain = secrets(text.as_bytes()).is_empty() && !is_secret(key);
    if is_plain { text.to_owned() } else { MASK.to_owned() }
}

/// `a=1,b.c=2` with the values of secret keys masked; a piece without a key belongs to the value
/// before it.
fn masked_pairs(argument: &str) -> String {
    let mut shown: Vec<String> = Vec::new();
    let mut is_masked = false;
    for piece in pieces(argument) {
        match piece.split_once('=') {
            Some((key, value)) => {
                is_masked = leads_to_secret(key.split(['.', '[', ']']));
                let value = if is_masked { MASK.to_owned() } else { masked_whole(key, value) };
                shown.push(format!("{key}={value}"));
            }
            None if is_masked => {}
            None => shown.push(piece.to_owned()),
        }
    }
    shown.join(",")
}

/// The pieces of `text` between commas that no backslash stands before.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if byte == b',' && !is_escaped {
            pieces.push(&text[start..at]);
            start = at + 1;
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    pieces.push(&text[start..]);
    pieces
}

/// The parts of `text`, YAML or a template of it, that are values of secret keys, in their order.
/// The text may be broken: what counts is how its lines look.
pub(super) fn secrets(text: &[u8]) -> Vec<Range<usize>> {
    let mut search = Search { text, ..Search::default() };
    let mut start = 0;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let end = start + line.trim_end().len();
        if !line.trim().is_empty() {
            search.line(start, end);
        }
        start += line.len();
    }
    search.found.sort_by_key(|range| range.start);
    search.found
}

#[derive(Default)]
struct Search<'t> {
    text: &'t [u8],
    found: Vec<Range<usize>>,
    /// The keys that the line stands below: their columns, and whether they are secret.
    above: Vec<(usize, bool)>,
    /// The pair of a name and a value that is being read, as environment variables are written.
    pair: Pair,
    /// Where the document begins.
    document: usize,
}

/// `name: DB_PASSWORD` and `value: …`, in any order.
#[derive(Default)]
struct Pair {
    column: usize,
    is_secret: bool,
    value: Option<Range<usize>>,
}

/// A line without its indentation and dashes.
struct Entry<'t> {
    /// Where its indentation ends.
    indentation: usize,
    /// The column behind its dashes.
    column: usize,
    key: Option<&'t str>,
    /// Everything behind the key, or all of it.
    value: Range<usize>,
}

impl<'t> Search<'t> {
    fn line(&mut self, start: usize, end: usize) {
        if self.text[start..end].starts_with(b"---") {
            self.above.clear();
            self.document = start;
        }
        let entry = self.entry(start, end);
        let has_dash = entry.column > entry.indentation;
        self.above.retain(|(column, _)| {
            *column < entry.indentation || has_dash && *column == entry.indentation
        });
        let is_below = self.above.iter().any(|(_, is_secret)| *is_secret);
        let Some(key) = entry.key else {
            return if is_below { self.mask(entry.value) } else { self.inside(entry.value) };
        };
        let is_secret = is_secret(key) || self.is_secret_data(key, entry.column);
        self.above.push((entry.column, is_secret));
        self.pair(key, &entry, has_dash);
        match is_secret || is_below && !is_place(key) {
            true if self.is_block(&entry.value) => {}
            true => self.mask(entry.value),
            false => self.inside(entry.value),
        }
    }

    fn entry(&self, start: usize, end: usize) -> Entry<'t> {
        let line = &self.text[start..end];
        let indentation = line.len() - line.trim_start_with(|first| first == ' ').len();
        let mut column = indentation;
        while line[column..].starts_with(b"- ") {
            column += 1 + (line.len() - column - 1) - line[column + 1..].trim_start().len();
        }
        let (key, value) = match key(&line[column..]) {
            Some((key, len)) => (Some(key), column + len),
            None => (None, column),
        };
        let value = value + (line.len() - value) - line[value..].trim_start().len();
        Entry { indentation, column, key, value: start + value..end }
    }

    /// A block of text follows, on lines of its own.
    fn is_block(&self, value: &Range<usize>) -> bool {
        matches!(self.text[value.clone()].first(), Some(b'|' | b'>'))
    }

    /// Whether everything below this key is secret: the data of an object of kind Secret.
    fn is_secret_data(&self, key: &str, column: usize) -> bool {
        if key != "data" && key != "stringData" {
            return false;
        }
        let document = &self.text[self.document..];
        let end = document.find("\n---").unwrap_or(document.len());
        document[..end].lines().any(|line| {
            let rest = line.trim_start_with(|first| first == ' ' || first == '-');
            rest.trim_end() == b"kind: Secret" && line.len() - rest.len() == column
        })
    }

    fn pair(&mut self, key: &str, entry: &Entry<'_>, has_dash: bool) {
        if has_dash || entry.column < self.pair.column {
            self.pair = Pair { column: entry.column, ..Pair::default() };
        }
        if entry.column != self.pair.column {
            return;
        }
        match key {
            "name" | "key" => {
                let name = self.text[entry.value.clone()].to_str_lossy();
                self.pair.is_secret |= is_secret(name.trim_matches(['"', '\'']));
            }
            "value" => self.pair.value = Some(entry.value.clone()),
            _ => {}
        }
        if self.pair.is_secret
            && let Some(value) = self.pair.value.take()
        {
            self.mask(value);
        }
    }

    /// Looks for secrets in a line: in maps in braces, assignments, and addresses.
    fn inside(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while let Some(found) = self.text[at..range.end].find_byteset(b":=") {
            let sign = at + found;
            at = match self.value_behind(range.start, sign, range.end) {
                Some(value) => {
                    let end = value.end;
                    self.mask(value);
                    end.max(sign + 1)
                }
                None => sign + 1,
            };
        }
    }

    /// The secret behind the `:` or `=` at `sign`, if there is one.
    fn value_behind(&self, start: usize, sign: usize, end: usize) -> Option<Range<usize>> {
        if self.text[sign..end].starts_with(b"://") {
            return self.password_in_address(sign + 3, end);
        }
        let before = self.text[start..sign].trim_end_with(|last| "\"'\\ ".contains(last));
        let is_quoted =
            !self.text[start..sign].ends_with(&before[before.len().saturating_sub(1)..]);
        let is_of_key = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let name =
            &before[before.iter().rposition(|&byte| !is_of_key(byte)).map_or(0, |at| at + 1)..];
        let behind = &self.text[sign + 1..end];
        let is_pair = self.text[sign] == b'=' || is_quoted || behind.starts_with(b" ");
        if !is_pair || !leads_to_secret(name.to_str().ok()?.split('.')) {
            return None;
        }
        let value = sign + 1 + behind.len() - behind.trim_start().len();
        Some(value..value + value_len(&self.text[value..end], self.text[sign]))
    }

    /// What stands between `:` and `@` of an address.
    fn password_in_address(&self, start: usize, end: usize) -> Option<Range<usize>> {
        let host = &self.text[start..end];
        let host = &host[..host.find_byteset(b"/ \"'").unwrap_or(host.len())];
        let colon = host.find_byte(b':')?;
        let at = host.rfind_byte(b'@').filter(|at| *at > colon)?;
        Some(start + colon + 1..start + at)
    }

    /// Notes that `range` is a secret: not its template actions, and nothing that says nothing.
    fn mask(&mut self, range: Range<usize>) {
        const NOTHING: [&[u8]; 6] = [b"null", b"~", b"true", b"false", b"{}", b"[]"];
        let mut start = range.start;
        while start < range.end {
            let rest = &self.text[start..range.end];
            let len = rest.find("{{").unwrap_or(rest.len());
            let part = rest[..len].trim();
            let says = part.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
            if says && !NOTHING.contains(&part) {
                let first = start + (len - rest[..len].trim_start().len());
                self.found.push(first..first + part.len());
            }
            let action = rest[len..].find("}}").map_or(rest.len() - len, |end| end + 2);
            start += len + action;
        }
    }
}

/// The key at the start of `text`, and how long it is with its colon.
fn key(text: &[u8]) -> Option<(&str, usize)> {
    let quote = text.first().copied().filter(|first| b"\"'".contains(first));
    let len = match quote {
        Some(quote) => 2 + text[1..].find_byte(quote)?,
        None => (1..text.len()).find(|&at| {
            text[at] == b':' && matches!(text.get(at + 1), None | Some(b' ' | b'\t'))
        })?,
    };
    let behind = text[len..].trim_start();
    let colon = len + (text.len() - len - behind.len());
    if !behind.starts_with(b":") || b"{[#".contains(&text[0]) {
        return None;
    }
    let name = text[..len].to_str().ok()?;
    Some((name.trim_matches(['"', '\'']), colon + 1))
}

/// How long the value at the start of `text` is, behind `sign`.
fn value_len(text: &[u8], sign: u8) -> usize {
    let quote = text.trim_start_with(|first| first == '\\').first().copied();
    let opened = text.len() - text.trim_start_with(|first| "\\\"'".contains(first)).len();
    match quote {
        Some(b'{' | b'[') => text.len(),
        Some(quote @ (b'"' | b'\'')) if opened > 0 => {
            text[opened..].find_byte(quote).map_or(text.len(), |end| opened + end + 1)
        }
        _ if sign == b'=' => text.find_byteset(b" \t\"'").unwrap_or(text.len()),
        _ => text.find_byteset(b",}]\"'").unwrap_or(text.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_known_by_their_names() {
        for name in [
            "password",
            "adminPassword",
            "DB_PASSWORD",
            "client-secret",
            "apiKey",
            "token",
            "pwd",
            "tls.key",
            ".dockerconfigjson",
            "aws_secret_access_key",
            "secrets",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "passwordSecretRef",
            "existingSecret",
            "secretName",
            "imagePullSecrets",
            "keyboard",
            "automountServiceAccountToken",
            "replicas",
            "passwordFile",
            "",
            "compass",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }

    fn masked(text: &str) -> String {
        let mut shown = text.to_owned();
        for range in secrets(text.as_bytes()).into_iter().rev() {
            shown.replace_range(range, MASK);
        }
        shown
    }

    #[test]
    fn values_of_secret_keys_are_found() {
        for (text, expected) in [
            ("password: x y # z", "password: ***"),
            ("a:\n  - \"password\": 'x'\n    b: 1", "a:\n  - \"password\": ***\n    b: 1"),
            ("token: |\n  one\n\n  two: 2\nb: 1", "token: |\n  ***\n\n  two: ***\nb: 1"),
            (
                "passwords:\n  admin: x\n  name: y\nb: z",
                "passwords:\n  admin: ***\n  name: y\nb: z",
            ),
            ("passwords:\n- x\n- y\nb:\n- z", "passwords:\n- ***\n- ***\nb:\n- z"),
            (
                "- name: DB_PASSWORD\n  value: x\n- name: A\n  value: y",
                "- name: DB_PASSWORD\n  value: ***\n- name: A\n  value: y",
            ),
            ("- value: x\n  name: \"API_TOKEN\"", "- value: ***\n  name: \"API_TOKEN\""),
            ("a: {password: x, b: 1}", "a: {password: ***, b: 1}"),
            ("a: '{\"token\":\"x\",\"b\":1}'", "a: '{\"token\":***,\"b\":1}'"),
            ("a: {secrets: {x: y}}", "a: {secrets: ***"),
            ("args: [--password=x, --b=1]", "args: [--password=*** --b=1]"),
            ("url: https://me:x@host/p?token=y", "url: https://me:***@host/p?token=***"),
            (
                "kind: Secret\ndata:\n  x: y\n---\ndata:\n  x: y",
                "kind: Secret\ndata:\n  x: ***\n---\ndata:\n  x: y",
            ),
            ("password: {{ .Values.x }}", "password: {{ .Values.x }}"),
            ("password: \"x{{ .Values.x }}y\"", "password: ***{{ .Values.x }}***"),
            ("password: \"\"\ntoken:\nsecret: null", "password: \"\"\ntoken:\nsecret: null"),
            ("image: registry/secret:1.0", "image: registry/secret:1.0"),
            ("existingSecret: x\nsecretName: y", "existingSecret: x\nsecretName: y"),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    #[test]
    fn arguments_lose_their_secrets() {
        for (flag, argument, expected) in [
            ("set", "a.password=x", "a.password=***"),
            ("set", "a=1,auth.token=x\\,y,b=2", "a=1,auth.token=***,b=2"),
            ("set", "passwords={a,b},c=1", "passwords=***,c=1"),
            ("set", "users[0].password=x", "users[0].password=***"),
            ("set", "secret.name=x", "secret.name=x"),
            ("set-string", "url=http://a:b@c", "url=***"),
            ("set-literal", "password=a,b=c", "password=***"),
            ("set-json", "a={\"password\":\"x\"}", "a=***"),
            ("set-json", "{\"password\":\"x\"}", "***"),
            ("set-json", "{\"a\":1}", "{\"a\":1}"),
            ("set-file", "password=secret.txt", "password=secret.txt"),
        ] {
            assert_eq!(masked_argument(flag, argument), expected);
        }
    }
}
