//! What a relative URL means where it stands, as Go's `ResolveReference` has it.

use super::parts::Url;
use crate::data::Str;

impl Url {
    /// The address that `reference` names in a document at this address: RFC 3986, section 5.
    #[must_use]
    pub fn resolve(&self, reference: &Self) -> Self {
        let mut url = reference.clone();
        if url.scheme.is_empty() {
            url.scheme = self.scheme.clone();
        }
        if !reference.scheme.is_empty() || !reference.host.is_empty() || reference.user.is_some() {
            url.set_escaped_path(&without_dots(b"", &reference.escaped_path()));
            return url;
        }
        if !reference.opaque.is_empty() {
            url.user = None;
            return url;
        }
        if reference.path.is_empty() && !reference.empty_query && reference.query.is_empty() {
            url.query = self.query.clone();
            if reference.fragment.is_empty() {
                url.fragment = self.fragment.clone();
                url.raw_fragment = self.raw_fragment.clone();
            }
        }
        if reference.path.is_empty() && !self.opaque.is_empty() {
            url.opaque = self.opaque.clone();
            url.user = None;
            return url;
        }
        url.host = self.host.clone();
        url.user = self.user.clone();
        url.set_escaped_path(&without_dots(&self.escaped_path(), &reference.escaped_path()));
        url
    }

    /// Sets an escaped path, which came out of paths that were read before.
    fn set_escaped_path(&mut self, path: &[u8]) {
        let parsed = Self::parse(&[b"x://h", path].concat()).unwrap_or_default();
        self.path = parsed.path;
        self.raw_path = parsed.raw_path;
    }

    /// The URL with a path that ends in a slash, which makes it a folder.
    #[must_use]
    pub fn as_folder(mut self) -> Self {
        let with_slash =
            |path: &Str| -> Str { [path.strip_suffix(b"/").unwrap_or(path), b"/"].concat().into() };
        self.path = with_slash(&self.path);
        if !self.raw_path.is_empty() {
            self.raw_path = with_slash(&self.raw_path);
        }
        self
    }
}

/// The path `reference` seen from `base`, without `.` and `..`.
fn without_dots(base: &[u8], reference: &[u8]) -> Vec<u8> {
    let full = if reference.is_empty() {
        base.to_vec()
    } else if reference.starts_with(b"/") {
        reference.to_vec()
    } else {
        let folder = base.iter().rposition(|&byte| byte == b'/').map_or(0, |at| at + 1);
        [&base[..folder], reference].concat()
    };
    if full.is_empty() {
        return full;
    }
    let mut path = vec![b'/'];
    let (mut is_first, mut last) = (true, &b""[..]);
    for part in full.split(|&byte| byte == b'/') {
        last = part;
        match part {
            b"." => is_first = false,
            b".." => {
                path.truncate(
                    path[1..].iter().rposition(|&byte| byte == b'/').map_or(1, |at| at + 1),
                );
                is_first = path.len() == 1;
            }
            part => {
                if !is_first {
                    path.push(b'/');
                }
                path.extend_from_slice(part);
                is_first = false;
            }
        }
    }
    if last == b"." || last == b".." {
        path.push(b'/');
    }
    // One slash was written before anything was read.
    if path.starts_with(b"//") { path.split_off(1) } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Go's `ResolveReference` gives.
    #[test]
    fn references_are_resolved_as_in_go() {
        for (base, reference, expected) in [
            ("http://h//x/a", "", "http://h//x/a"),
            ("http://h//x/a", "c", "http://h//x/c"),
            ("http://h//x/a", "../c", "http://h//c"),
            ("http://h//x/a", "//o/c", "http://o/c"),
            ("http://h//x/a", "?r=2", "http://h//x/a?r=2"),
            ("http://h//x/a", "#g", "http://h//x/a#g"),
            ("http://h//x/a", "./", "http://h//x/"),
            ("http://h//x/a", "..", "http://h//"),
            ("http://h//x/a", "../..", "http://h/"),
            ("http://h//x/a", "/..//c", "http://h/c"),
            ("http://h//x/a", "x:y", "x:y"),
            ("http://h//x/a", "a b", "http://h//x/a%20b"),
            ("http://h//x/a", "%7e", "http://h//x/%7e"),
            ("http://h//x/a", "http://z", "http://z"),
            ("http://h//x/a", "http://z//a/./b", "http://z//a/b"),
            ("http://h//x/a", "./c:d", "http://h//x/c:d"),
            ("http://h//x/a", "c?", "http://h//x/c?"),
            ("http://h//x/a", ".//d", "http://h//x//d"),
            ("http://h/a/b?q=1#f", "", "http://h/a/b?q=1#f"),
            ("http://h/a/b?q=1#f", "c", "http://h/a/c"),
            ("http://h/a/b?q=1#f", "../c", "http://h/c"),
            ("http://h/a/b?q=1#f", "//o/c", "http://o/c"),
            ("http://h/a/b?q=1#f", "?r=2", "http://h/a/b?r=2"),
            ("http://h/a/b?q=1#f", "#g", "http://h/a/b?q=1#g"),
            ("http://h/a/b?q=1#f", "./", "http://h/a/"),
            ("http://h/a/b?q=1#f", "..", "http://h/"),
            ("http://h/a/b?q=1#f", "../..", "http://h/"),
            ("http://h/a/b?q=1#f", "/..//c", "http://h/c"),
            ("http://h/a/b?q=1#f", "x:y", "x:y"),
            ("http://h/a/b?q=1#f", "a b", "http://h/a/a%20b"),
            ("http://h/a/b?q=1#f", "%7e", "http://h/a/%7e"),
            ("http://h/a/b?q=1#f", "http://z", "http://z"),
            ("http://h/a/b?q=1#f", "http://z//a/./b", "http://z//a/b"),
            ("http://h/a/b?q=1#f", "./c:d", "http://h/a/c:d"),
            ("http://h/a/b?q=1#f", "c?", "http://h/a/c?"),
            ("http://h/a/b?q=1#f", ".//d", "http://h/a//d"),
            ("file:/a/b", "", "file:///a/b"),
            ("file:/a/b", "c", "file:///a/c"),
            ("file:/a/b", "../c", "file:///c"),
            ("file:/a/b", "//o/c", "file://o/c"),
            ("file:/a/b", "?r=2", "file:///a/b?r=2"),
            ("file:/a/b", "#g", "file:///a/b#g"),
            ("file:/a/b", "./", "file:///a/"),
            ("file:/a/b", "..", "file:///"),
            ("file:/a/b", "../..", "file:///"),
            ("file:/a/b", "/..//c", "file:///c"),
            ("file:/a/b", "x:y", "x:y"),
            ("file:/a/b", "a b", "file:///a/a%20b"),
            ("file:/a/b", "%7e", "file:///a/%7e"),
            ("file:/a/b", "http://z", "http://z"),
            ("file:/a/b", "http://z//a/./b", "http://z//a/b"),
            ("file:/a/b", "./c:d", "file:///a/c:d"),
            ("file:/a/b", "c?", "file:///a/c?"),
            ("file:/a/b", ".//d", "file:///a//d"),
            ("file:///a/b", "", "file:///a/b"),
            ("file:///a/b", "c", "file:///a/c"),
            ("file:///a/b", "../c", "file:///c"),
            ("file:///a/b", "//o/c", "file://o/c"),
            ("file:///a/b", "?r=2", "file:///a/b?r=2"),
            ("file:///a/b", "#g", "file:///a/b#g"),
            ("file:///a/b", "./", "file:///a/"),
            ("file:///a/b", "..", "file:///"),
            ("file:///a/b", "../..", "file:///"),
            ("file:///a/b", "/..//c", "file:///c"),
            ("file:///a/b", "x:y", "x:y"),
            ("file:///a/b", "a b", "file:///a/a%20b"),
            ("file:///a/b", "%7e", "file:///a/%7e"),
            ("file:///a/b", "http://z", "http://z"),
            ("file:///a/b", "http://z//a/./b", "http://z//a/b"),
            ("file:///a/b", "./c:d", "file:///a/c:d"),
            ("file:///a/b", "c?", "file:///a/c?"),
            ("file:///a/b", ".//d", "file:///a//d"),
            ("urn:x:y", "", "urn:x:y"),
            ("urn:x:y", "c", "urn:///c"),
            ("urn:x:y", "../c", "urn:///c"),
            ("urn:x:y", "//o/c", "urn://o/c"),
            ("urn:x:y", "?r=2", "urn:x:y?r=2"),
            ("urn:x:y", "#g", "urn:x:y#g"),
            ("urn:x:y", "./", "urn:///"),
            ("urn:x:y", "..", "urn:///"),
            ("urn:x:y", "../..", "urn:///"),
            ("urn:x:y", "/..//c", "urn:///c"),
            ("urn:x:y", "x:y", "x:y"),
            ("urn:x:y", "a b", "urn:///a%20b"),
            ("urn:x:y", "%7e", "urn:///%7e"),
            ("urn:x:y", "http://z", "http://z"),
            ("urn:x:y", "http://z//a/./b", "http://z//a/b"),
            ("urn:x:y", "./c:d", "urn:///c:d"),
            ("urn:x:y", "c?", "urn:///c?"),
            ("urn:x:y", ".//d", "urn:////d"),
            ("http://h", "", "http://h"),
            ("http://h", "c", "http://h/c"),
            ("http://h", "../c", "http://h/c"),
            ("http://h", "//o/c", "http://o/c"),
            ("http://h", "?r=2", "http://h?r=2"),
            ("http://h", "#g", "http://h#g"),
            ("http://h", "./", "http://h/"),
            ("http://h", "..", "http://h/"),
            ("http://h", "../..", "http://h/"),
            ("http://h", "/..//c", "http://h/c"),
            ("http://h", "x:y", "x:y"),
            ("http://h", "a b", "http://h/a%20b"),
            ("http://h", "%7e", "http://h/%7e"),
            ("http://h", "http://z", "http://z"),
            ("http://h", "http://z//a/./b", "http://z//a/b"),
            ("http://h", "./c:d", "http://h/c:d"),
            ("http://h", "c?", "http://h/c?"),
            ("http://h", ".//d", "http://h//d"),
            ("http://u:p@h/a%2Fb/c", "", "http://u:p@h/a%2Fb/c"),
            ("http://u:p@h/a%2Fb/c", "c", "http://u:p@h/a%2Fb/c"),
            ("http://u:p@h/a%2Fb/c", "../c", "http://u:p@h/c"),
            ("http://u:p@h/a%2Fb/c", "//o/c", "http://o/c"),
            ("http://u:p@h/a%2Fb/c", "?r=2", "http://u:p@h/a%2Fb/c?r=2"),
            ("http://u:p@h/a%2Fb/c", "#g", "http://u:p@h/a%2Fb/c#g"),
            ("http://u:p@h/a%2Fb/c", "./", "http://u:p@h/a%2Fb/"),
            ("http://u:p@h/a%2Fb/c", "..", "http://u:p@h/"),
            ("http://u:p@h/a%2Fb/c", "../..", "http://u:p@h/"),
            ("http://u:p@h/a%2Fb/c", "/..//c", "http://u:p@h/c"),
            ("http://u:p@h/a%2Fb/c", "x:y", "x:y"),
            ("http://u:p@h/a%2Fb/c", "a b", "http://u:p@h/a%2Fb/a%20b"),
            ("http://u:p@h/a%2Fb/c", "%7e", "http://u:p@h/a%2Fb/%7e"),
            ("http://u:p@h/a%2Fb/c", "http://z", "http://z"),
            ("http://u:p@h/a%2Fb/c", "http://z//a/./b", "http://z//a/b"),
            ("http://u:p@h/a%2Fb/c", "./c:d", "http://u:p@h/a%2Fb/c:d"),
            ("http://u:p@h/a%2Fb/c", "c?", "http://u:p@h/a%2Fb/c?"),
            ("http://u:p@h/a%2Fb/c", ".//d", "http://u:p@h/a%2Fb//d"),
            ("/a/b", "", "/a/b"),
            ("/a/b", "c", "/a/c"),
            ("/a/b", "../c", "/c"),
            ("/a/b", "//o/c", "//o/c"),
            ("/a/b", "?r=2", "/a/b?r=2"),
            ("/a/b", "#g", "/a/b#g"),
            ("/a/b", "./", "/a/"),
            ("/a/b", "..", "/"),
            ("/a/b", "../..", "/"),
            ("/a/b", "/..//c", "/c"),
            ("/a/b", "x:y", "x:y"),
            ("/a/b", "a b", "/a/a%20b"),
            ("/a/b", "%7e", "/a/%7e"),
            ("/a/b", "http://z", "http://z"),
            ("/a/b", "http://z//a/./b", "http://z//a/b"),
            ("/a/b", "./c:d", "/a/c:d"),
            ("/a/b", "c?", "/a/c?"),
            ("/a/b", ".//d", "/a//d"),
            ("a/b", "", "/a/b"),
            ("a/b", "c", "/a/c"),
            ("a/b", "../c", "/c"),
            ("a/b", "//o/c", "//o/c"),
            ("a/b", "?r=2", "/a/b?r=2"),
            ("a/b", "#g", "/a/b#g"),
            ("a/b", "./", "/a/"),
            ("a/b", "..", "/"),
            ("a/b", "../..", "/"),
            ("a/b", "/..//c", "/c"),
            ("a/b", "x:y", "x:y"),
            ("a/b", "a b", "/a/a%20b"),
            ("a/b", "%7e", "/a/%7e"),
            ("a/b", "http://z", "http://z"),
            ("a/b", "http://z//a/./b", "http://z//a/b"),
            ("a/b", "./c:d", "/a/c:d"),
            ("a/b", "c?", "/a/c?"),
            ("a/b", ".//d", "/a//d"),
            ("http://h/a/../b", "", "http://h/b"),
            ("http://h/a/../b", "c", "http://h/c"),
            ("http://h/a/../b", "../c", "http://h/c"),
            ("http://h/a/../b", "//o/c", "http://o/c"),
            ("http://h/a/../b", "?r=2", "http://h/b?r=2"),
            ("http://h/a/../b", "#g", "http://h/b#g"),
            ("http://h/a/../b", "./", "http://h/"),
            ("http://h/a/../b", "..", "http://h/"),
            ("http://h/a/../b", "../..", "http://h/"),
            ("http://h/a/../b", "/..//c", "http://h/c"),
            ("http://h/a/../b", "x:y", "x:y"),
            ("http://h/a/../b", "a b", "http://h/a%20b"),
            ("http://h/a/../b", "%7e", "http://h/%7e"),
            ("http://h/a/../b", "http://z", "http://z"),
            ("http://h/a/../b", "http://z//a/./b", "http://z//a/b"),
            ("http://h/a/../b", "./c:d", "http://h/c:d"),
            ("http://h/a/../b", "c?", "http://h/c?"),
            ("http://h/a/../b", ".//d", "http://h//d"),
            ("https://e.org/a/b", "", "https://e.org/a/b"),
            ("https://e.org/a/b", "c", "https://e.org/a/c"),
            ("https://e.org/a/b", "../c", "https://e.org/c"),
            ("https://e.org/a/b", "//o/c", "https://o/c"),
            ("https://e.org/a/b", "?r=2", "https://e.org/a/b?r=2"),
            ("https://e.org/a/b", "#g", "https://e.org/a/b#g"),
            ("https://e.org/a/b", "./", "https://e.org/a/"),
            ("https://e.org/a/b", "..", "https://e.org/"),
            ("https://e.org/a/b", "../..", "https://e.org/"),
            ("https://e.org/a/b", "/..//c", "https://e.org/c"),
            ("https://e.org/a/b", "x:y", "x:y"),
            ("https://e.org/a/b", "a b", "https://e.org/a/a%20b"),
            ("https://e.org/a/b", "%7e", "https://e.org/a/%7e"),
            ("https://e.org/a/b", "http://z", "http://z"),
            ("https://e.org/a/b", "http://z//a/./b", "http://z//a/b"),
            ("https://e.org/a/b", "./c:d", "https://e.org/a/c:d"),
            ("https://e.org/a/b", "c?", "https://e.org/a/c?"),
            ("https://e.org/a/b", ".//d", "https://e.org/a//d"),
        ] {
            let parse = |text: &str| Url::parse(text.as_bytes()).expect("Go reads it");
            let found = parse(base).resolve(&parse(reference)).text();
            assert_eq!(found, expected, "{base} {reference}");
        }
    }
}
