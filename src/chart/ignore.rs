//! .helmignore.
//!
//! In: the text of the file. Out: [`Rules`], which tell for a path inside the chart whether it is
//! passed over. The language looks like .gitignore's, but `!` does not mean what it means there.

use super::Error;

/// The rules of a .helmignore file and the one that always holds.
#[derive(Clone, Debug)]
pub(super) struct Rules(Vec<Rule>);

#[derive(Clone, Debug)]
struct Rule {
    pattern: Vec<u8>,
    anchor: Anchor,
    /// The rule began with `!`: whatever does not match is ignored.
    negated: bool,
    /// The rule ended with `/`.
    only_directories: bool,
}

#[derive(Clone, Copy, Debug)]
enum Anchor {
    /// Match the last part of the path.
    Name,
    /// Match the whole path.
    Path,
}

/// Hides dot files of templates/, whatever .helmignore says.
const ALWAYS: &[u8] = b"templates/.?*";

impl Rules {
    /// The rules of `text`.
    pub(super) fn parse(text: &[u8]) -> Result<Self, Error> {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let mut rules = Vec::new();
        for line in text.split(|&byte| byte == b'\n').chain([ALWAYS]) {
            let line = trimmed(line);
            if !line.is_empty() && !line.starts_with(b"#") {
                rules.push(Rule::parse(line)?);
            }
        }
        Ok(Self(rules))
    }

    /// True if `path`, a directory or not, is passed over. The first rule that matches decides.
    pub(super) fn ignore(&self, path: &[u8], is_directory: bool) -> bool {
        for rule in &self.0 {
            let applies = !rule.only_directories || is_directory;
            // A negated rule throws out everything that it does not match; Helm has it so.
            if rule.negated && !(applies && rule.matches(path)) {
                return true;
            }
            if !rule.negated && applies && rule.matches(path) {
                return true;
            }
        }
        false
    }
}

/// `strings.TrimSpace`.
fn trimmed(line: &[u8]) -> &[u8] {
    bstr::ByteSlice::trim(line)
}

impl Rule {
    fn parse(line: &[u8]) -> Result<Self, Error> {
        if line.windows(2).any(|pair| pair == b"**") {
            return Err(Error::IgnoreDoubleStar);
        }
        // Helm tries the pattern on `abc`, which does not find every fault.
        if glob(line, b"abc").is_none() {
            return Err(Error::IgnorePattern);
        }
        let (line, negated) = line.strip_prefix(b"!").map_or((line, false), |rest| (rest, true));
        let (line, only_directories) =
            line.strip_suffix(b"/").map_or((line, false), |rest| (rest, true));
        let rooted = line.strip_prefix(b"/");
        let anchor =
            if rooted.is_some() || line.contains(&b'/') { Anchor::Path } else { Anchor::Name };
        Ok(Self { pattern: rooted.unwrap_or(line).to_vec(), anchor, negated, only_directories })
    }

    fn matches(&self, path: &[u8]) -> bool {
        let subject = match self.anchor {
            Anchor::Path => path,
            Anchor::Name => path.rsplit(|&byte| byte == b'/').next().unwrap_or(path),
        };
        glob(&self.pattern, subject) == Some(true)
    }
}

/// Go's `filepath.Match`; `None` if it finds the pattern malformed on its way.
fn glob(mut pattern: &[u8], mut name: &[u8]) -> Option<bool> {
    while !pattern.is_empty() {
        let (star, chunk, rest) = next_chunk(pattern);
        if star && chunk.is_empty() {
            return Some(!name.contains(&b'/'));
        }
        pattern = rest;
        let Some(left) = find_chunk(chunk, name, star, pattern.is_empty())? else {
            return Some(false);
        };
        name = left;
    }
    Some(name.is_empty())
}

/// What is left of `name` behind the first place where `chunk` matches. A star lets it skip bytes
/// other than `/`; the last chunk has to reach the end of the name.
fn find_chunk<'n>(
    chunk: &[u8],
    name: &'n [u8],
    star: bool,
    last: bool,
) -> Option<Option<&'n [u8]>> {
    let skippable = name.iter().take_while(|&&byte| byte != b'/').count();
    for skipped in 0..=if star { skippable } else { 0 } {
        let left = match_chunk(chunk, &name[skipped..])?;
        if left.is_some_and(|left| left.is_empty() || !last) {
            return Some(left);
        }
    }
    Some(None)
}

/// Leading stars, what follows up to the next star, and the rest.
fn next_chunk(pattern: &[u8]) -> (bool, &[u8], &[u8]) {
    let stars = pattern.iter().take_while(|&&byte| byte == b'*').count();
    let pattern = &pattern[stars..];
    let mut in_class = false;
    let mut at = 0;
    while at < pattern.len() {
        match pattern[at] {
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'*' if !in_class => break,
            _ => {}
        }
        at += 1;
    }
    let at = at.min(pattern.len());
    (stars > 0, &pattern[..at], &pattern[at..])
}

/// Matches a chunk without stars at the start of `name`: `Some(Some(left))` with what is left of
/// the name, `Some(None)` if it does not match, `None` if it is malformed.
fn match_chunk<'n>(mut chunk: &[u8], mut name: &'n [u8]) -> Option<Option<&'n [u8]>> {
    // A failed chunk is read on to its end, because it may be malformed.
    let mut failed = false;
    while let Some(&first) = chunk.first() {
        failed |= name.is_empty();
        match first {
            b'[' => {
                let (rune, size) = first_rune(name);
                if !failed {
                    name = &name[size..];
                }
                let (rest, inside) = match_class(&chunk[1..], rune)?;
                chunk = rest;
                failed |= !inside;
            }
            b'?' => {
                if !failed {
                    failed = name[0] == b'/';
                    name = &name[first_rune(name).1..];
                }
                chunk = &chunk[1..];
            }
            _ => {
                if first == b'\\' {
                    chunk = &chunk[1..];
                }
                let &literal = chunk.first()?;
                if !failed {
                    failed = literal != name[0];
                    name = &name[1..];
                }
                chunk = &chunk[1..];
            }
        }
    }
    Some((!failed).then_some(name))
}

/// Reads a class behind its `[`: what follows it, and whether `rune` is in it.
fn match_class(mut class: &[u8], rune: char) -> Option<(&[u8], bool)> {
    let negated = class.first() == Some(&b'^');
    class = &class[usize::from(negated)..];
    let mut found = false;
    let mut ranges = 0;
    loop {
        if class.first() == Some(&b']') && ranges > 0 {
            return Some((&class[1..], found != negated));
        }
        let (low, rest) = class_rune(class)?;
        let (high, rest) = match rest.first() {
            Some(b'-') => class_rune(&rest[1..])?,
            _ => (low, rest),
        };
        class = rest;
        found |= low <= rune && rune <= high;
        ranges += 1;
    }
}

/// One possibly escaped rune of a class and what follows, which cannot be the pattern's end.
fn class_rune(class: &[u8]) -> Option<(char, &[u8])> {
    let class = match class.first()? {
        b'-' | b']' => return None,
        b'\\' => &class[1..],
        _ => class,
    };
    let (rune, size) = (!class.is_empty()).then(|| first_rune(class))?;
    if rune == char::REPLACEMENT_CHARACTER && size == 1 {
        return None;
    }
    let rest = &class[size..];
    (!rest.is_empty()).then_some((rune, rest))
}

/// The first rune and its size in bytes; nothing gives U+FFFD of size 0.
fn first_rune(text: &[u8]) -> (char, usize) {
    crate::data::Runes::new(text).next().unwrap_or((char::REPLACEMENT_CHARACTER, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_as_go_does() {
        for (pattern, name, expected) in [
            ("abc", "abc", Some(true)),
            ("*", "abc", Some(true)),
            ("*c", "abc", Some(true)),
            ("a*", "ab/c", Some(false)),
            ("a*/b", "abc/b", Some(true)),
            ("a*b*c*d*e*/f", "axbxcxdxe/f", Some(true)),
            ("a*b?c*x", "abxbbxdbxebxczzx", Some(true)),
            ("a*b?c*x", "abxbbxdbxebxczzy", Some(false)),
            ("ab[c]", "abc", Some(true)),
            ("ab[^c]", "abc", Some(false)),
            ("ab[b-d]", "abc", Some(true)),
            ("a?b", "a\u{263a}b", Some(true)),
            ("a[^a]b", "a\u{263a}b", Some(true)),
            ("a\\*b", "a*b", Some(true)),
            ("[\\]a]", "]", Some(true)),
            ("[]a]", "]", None),
            ("[x-]", "x", None),
            ("[", "a", None),
            ("a[", "ab", None),
            ("a[", "x", None),
            ("*x", "xxx", Some(true)),
            ("a\\", "a", None),
        ] {
            assert_eq!(glob(pattern.as_bytes(), name.as_bytes()), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn first_matching_rule_decides() {
        let rules = |text: &str| Rules::parse(text.as_bytes()).unwrap();
        assert!(rules("*.txt").ignore(b"a/b.txt", false));
        assert!(rules("a/*.txt").ignore(b"a/b.txt", false));
        assert!(!rules("a/*.txt").ignore(b"x/a/b.txt", false));
        assert!(rules("dir/").ignore(b"x/dir", true));
        assert!(!rules("dir/").ignore(b"x/dir", false));
        assert!(rules("/a").ignore(b"a", false));
        assert!(!rules("/a").ignore(b"b/a", false));
        assert!(rules("!keep.txt").ignore(b"Chart.yaml", false));
        assert!(!rules("!keep.txt").ignore(b"keep.txt", false));
        assert!(rules("").ignore(b"templates/.x", false));
        assert!(!rules("# *").ignore(b"a", false));
    }
}
