//! Where plugins come from: which program keeps the versions of what is at an address, and under
//! which name its copy lies in the cache.

use go_text_template::data::Str;
use go_text_template::pattern::Regexp;
use go_text_template::url::{Url, UrlError};

/// A program for version control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// `git`.
    Git,
    /// `svn`.
    Subversion,
    /// `hg`.
    Mercurial,
    /// `bzr`.
    Bazaar,
}

impl Control {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "git" => Some(Self::Git),
            "svn" => Some(Self::Subversion),
            "hg" => Some(Self::Mercurial),
            "bzr" => Some(Self::Bazaar),
            _ => None,
        }
    }

    /// The name of the program.
    pub fn program(self) -> &'static str {
        match self {
            Self::Git => "git",
            Self::Subversion => "svn",
            Self::Mercurial => "hg",
            Self::Bazaar => "bzr",
        }
    }

    /// All of them, in the order in which their folders are looked for.
    pub const ALL: [Self; 4] = [Self::Git, Self::Subversion, Self::Mercurial, Self::Bazaar];
}

/// The name of the copy of `source` in the cache; it can be that of a file.
pub fn cache_key(source: &str) -> Result<String, UrlError> {
    let url = address(source)?;
    let mut key = String::new();
    // What is written as `user@host:path` has no scheme here.
    if !url.scheme.is_empty() && !is_copied_securely(source) {
        key.push_str(&format!("{}-", url.scheme));
    }
    if let Some(user) = url.user.filter(|user| !user.name.is_empty()) {
        key.push_str(&format!("{}-", Str::from(user.name)));
    }
    key.push_str(&url.host.to_str_lossy());
    key.push_str(&url.path.to_str_lossy().replace('/', "-"));
    Ok(key.replace(':', "-"))
}

fn is_copied_securely(source: &str) -> bool {
    Regexp::matches(b"^([a-zA-Z0-9_]+)@([a-zA-Z0-9._-]+):(.*)$", source.as_bytes())
}

/// The address that `source` means: `user@host:path` is one of ssh.
fn address(source: &str) -> Result<Url, UrlError> {
    if is_copied_securely(source)
        && let Some((user, rest)) = source.split_once('@')
        && let Some((host, path)) = rest.split_once(':')
    {
        let user = go_text_template::url::Userinfo { name: user.into(), password: None };
        return Ok(Url {
            scheme: Str::from_static("ssh"),
            user: Some(user),
            host: host.into(),
            path: format!("/{path}").into(),
            ..Url::default()
        });
    }
    Url::parse(source.as_bytes())
}

/// Hosts whose repositories have one program, and the form of their addresses.
const HOSTS: [(&str, Control, &str); 10] = [
    (
        "github.com",
        Control::Git,
        r"^(github\.com[/|:][A-Za-z0-9_.\-]+/[A-Za-z0-9_.\-]+)(/[A-Za-z0-9_.\-]+)*$",
    ),
    (
        "bitbucket.org",
        Control::Git,
        r"^(bitbucket\.org/([A-Za-z0-9_.\-]+/[A-Za-z0-9_.\-]+))(/[A-Za-z0-9_.\-]+)*$",
    ),
    (
        "launchpad.net",
        Control::Bazaar,
        r"^(launchpad\.net/(([A-Za-z0-9_.\-]+)(/[A-Za-z0-9_.\-]+)?|~[A-Za-z0-9_.\-]+/(\+junk|[A-Za-z0-9_.\-]+)/[A-Za-z0-9_.\-]+))(/[A-Za-z0-9_.\-]+)*$",
    ),
    (
        "git.launchpad.net",
        Control::Git,
        r"^(git\.launchpad\.net/(([A-Za-z0-9_.\-]+)|~[A-Za-z0-9_.\-]+/(\+git|[A-Za-z0-9_.\-]+)/[A-Za-z0-9_.\-]+))$",
    ),
    (
        "hub.jazz.net",
        Control::Git,
        r"^(hub\.jazz\.net/git/[a-z0-9]+/[A-Za-z0-9_.\-]+)(/[A-Za-z0-9_.\-]+)*$",
    ),
    ("go.googlesource.com", Control::Git, r"^(go\.googlesource\.com/[A-Za-z0-9_.\-]+/?)$"),
    (
        "git.openstack.org",
        Control::Git,
        r"^(git\.openstack\.org/[A-Za-z0-9_.\-]+/[A-Za-z0-9_.\-]+)$",
    ),
    (
        "hg.code.sf.net",
        Control::Mercurial,
        r"^(hg.code.sf.net/p/[A-Za-z0-9_.\-]+/[A-Za-z0-9_.\-]+)*$",
    ),
    ("git.code.sf.net", Control::Git, r"^(git.code.sf.net/p/[A-Za-z0-9_.\-]+/[A-Za-z0-9_.\-]+)*$"),
    (
        "svn.code.sf.net",
        Control::Subversion,
        r"^(svn.code.sf.net/p/[A-Za-z0-9_.\-]+/[A-Za-z0-9_.\-]+)*$",
    ),
];

/// The program that the address `url` is for, as far as the address itself tells. Those of the scheme
/// `file` are told by what is there.
pub fn control_of_url(url: &str) -> Result<Option<Control>, UrlError> {
    let url = address(url)?;
    if url.host.is_empty() {
        return Ok(None);
    }
    match url.scheme.as_bytes() {
        b"git+ssh" | b"git" => return Ok(Some(Control::Git)),
        b"bzr+ssh" => return Ok(Some(Control::Bazaar)),
        b"svn+ssh" => return Ok(Some(Control::Subversion)),
        _ => {}
    }
    let place = [url.host.as_bytes(), url.path.as_bytes()].concat();
    if let Some((_, control, form)) = HOSTS.iter().find(|(host, ..)| url.host == *host) {
        return Ok(Regexp::matches(form.as_bytes(), &place).then_some(*control));
    }
    let ending = place.rsplit(|&byte| byte == b'.').next().filter(|end| end.len() < place.len());
    let by_ending = ending.and_then(|ending| Control::from_name(std::str::from_utf8(ending).ok()?));
    let user = url.user.map(|user| user.name).unwrap_or_default();
    Ok(by_ending.or(match &user[..] {
        b"git" => Some(Control::Git),
        b"hg" => Some(Control::Mercurial),
        _ => None,
    }))
}

/// What the page at `place`, a host with a path, says in its head about the repository that is kept
/// for it: `<meta name="go-import" content="PREFIX PROGRAM ADDRESS">`.
pub fn control_of_page(page: &str, place: &str) -> Option<(Control, String)> {
    for tag in page.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let name = tag.split_ascii_whitespace().next().unwrap_or_default();
        if name.eq_ignore_ascii_case("body") || name.eq_ignore_ascii_case("/head") {
            return None;
        }
        if !name.eq_ignore_ascii_case("meta") || attribute(tag, "name") != Some("go-import") {
            continue;
        }
        let content = attribute(tag, "content").unwrap_or_default();
        if let [prefix, program, address] = content.split_whitespace().collect::<Vec<_>>()[..]
            && place.starts_with(prefix)
        {
            return Control::from_name(program).map(|control| (control, address.to_owned()));
        }
    }
    None
}

/// The value of an attribute that is written in quotes.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = tag;
    while let Some((front, behind)) = rest.split_once('=') {
        let found = front.trim_end().rsplit(|letter: char| letter.is_ascii_whitespace()).next()?;
        let behind = behind.trim_start();
        let quote = behind.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (value, next) = behind[1..].split_once(quote)?;
        if found.eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_names_of_files() {
        for (source, key) in [
            ("https://github.com/a/b.git", "https-github.com-a-b.git"),
            ("git@github.com:a/b", "git-github.com-a-b"),
            ("ssh://git@host:22/a", "ssh-git-host-22-a"),
            ("http://127.0.0.1:80/x/y-1.0.tgz?z", "http-127.0.0.1-80-x-y-1.0.tgz"),
            ("oci://h:5000/a/b:1.0", "oci-h-5000-a-b-1.0"),
            ("file:///a/b", "file--a-b"),
        ] {
            assert_eq!(cache_key(source).unwrap(), key, "{source}");
        }
        assert!(cache_key("http://[").is_err());
    }

    #[test]
    fn addresses_tell_their_program() {
        for (url, control) in [
            ("https://github.com/a/b", Some(Control::Git)),
            ("https://github.com/a", None),
            ("git@github.com:a/b", Some(Control::Git)),
            ("https://example.org/a.git", Some(Control::Git)),
            ("https://example.org/a.hg", Some(Control::Mercurial)),
            ("ssh://git@example.org/a", Some(Control::Git)),
            ("git://example.org/a", Some(Control::Git)),
            ("https://launchpad.net/a", Some(Control::Bazaar)),
            ("https://example.org/a", None),
            ("a.git", None),
            ("/a.git", None),
        ] {
            assert_eq!(control_of_url(url).unwrap(), control, "{url}");
        }
    }

    #[test]
    fn pages_tell_their_repository() {
        let found = |page: &str| control_of_page(page, "h.org/a/b").map(|(_, address)| address);
        let meta = r#"<html><HEAD><meta name='go-import' content="h.org/a git https://g.org/x">"#;
        assert_eq!(found(meta).as_deref(), Some("https://g.org/x"));
        assert_eq!(found(&meta.replace("h.org/a ", "h.org/c ")), None);
        assert_eq!(found(&meta.replace("HEAD", "body")), None);
        assert_eq!(found(&meta.replace("git", "cvs")), None);
        assert_eq!(found("<meta name=go-import content"), None);
    }
}
