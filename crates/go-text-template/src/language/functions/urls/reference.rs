//! What a relative URL means where it stands, as Go's `ResolveReference` has it.

use super::url::Url;
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
        url.no_host = self.no_host;
        url.set_escaped_path(&without_dots(&self.escaped_path(), &reference.escaped_path()));
        url
    }

    fn escaped_path(&self) -> Vec<u8> {
        let path =
            Self { path: self.path.clone(), raw_path: self.raw_path.clone(), ..Self::default() };
        let text = path.text();
        text.strip_prefix(b"./").unwrap_or(&text).to_vec()
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
    let mut parts: Vec<&[u8]> = Vec::new();
    let mut last: &[u8] = b"";
    for part in full.split(|&byte| byte == b'/').skip(usize::from(full.starts_with(b"/"))) {
        last = part;
        match part {
            b"." => {}
            b".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    if last == b"." || last == b".." {
        parts.push(b"");
    }
    let joined = parts.join(&b'/');
    if joined.starts_with(b"/") { joined } else { [b"/", &joined[..]].concat() }
}
