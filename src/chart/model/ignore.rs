//! .helmignore.
//!
//! In: the text of the file. Out: [`Rules`], which tell for a path inside the chart whether it is
//! passed over. The language looks like .gitignore's, but `!` does not mean what it means there.

use super::Error;
use go_text_template::pattern::path_match;

/// The rules of a .helmignore file and the one that always holds.
#[derive(Clone, Debug)]
pub(super) struct Rules(Vec<Rule>);

#[derive(Clone, Debug)]
struct Rule {
    pattern: Vec<u8>,
    form: Form,
    anchor: Anchor,
    /// The rule began with `!`: whatever does not match is ignored.
    negated: bool,
    /// The rule ended with `/`.
    only_directories: bool,
}

/// What a pattern is made of: nearly all are of the two forms that need no search.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// Just a name.
    Literal,
    /// A star and the end of a name.
    Suffix,
    /// Anything.
    Glob,
}

impl Form {
    fn of(pattern: &[u8]) -> Self {
        let is_literal = |text: &[u8]| !text.iter().any(|byte| b"*?[\\".contains(byte));
        match pattern {
            [b'*', suffix @ ..] if is_literal(suffix) => Self::Suffix,
            pattern if is_literal(pattern) => Self::Literal,
            _ => Self::Glob,
        }
    }
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
        if path_match(line, b"abc").is_err() {
            return Err(Error::IgnorePattern);
        }
        let (line, negated) = line.strip_prefix(b"!").map_or((line, false), |rest| (rest, true));
        let (line, only_directories) =
            line.strip_suffix(b"/").map_or((line, false), |rest| (rest, true));
        let rooted = line.strip_prefix(b"/");
        let anchor =
            if rooted.is_some() || line.contains(&b'/') { Anchor::Path } else { Anchor::Name };
        let pattern = rooted.unwrap_or(line).to_vec();
        Ok(Self { form: Form::of(&pattern), pattern, anchor, negated, only_directories })
    }

    fn matches(&self, path: &[u8]) -> bool {
        let subject = match self.anchor {
            Anchor::Path => path,
            Anchor::Name => path.rsplit(|&byte| byte == b'/').next().unwrap_or(path),
        };
        match self.form {
            Form::Literal => self.pattern == subject,
            Form::Suffix => {
                subject.strip_suffix(&self.pattern[1..]).is_some_and(|start| !start.contains(&b'/'))
            }
            Form::Glob => path_match(&self.pattern, subject) == Ok(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
