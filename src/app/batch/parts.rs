//! What a rendered release is written from, and its bytes in a store.

use go_text_template::data::Str;

/// A document, or a file of definitions, with the path that its `# Source:` line names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The path, from the chart's name on.
    pub path: Str,
    /// The text.
    pub content: Str,
}

/// Everything that can be written of a release, in the order in which it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Custom resource definitions, if they were asked for.
    pub definitions: Vec<Part>,
    /// Resources.
    pub resources: Vec<Part>,
    /// Hooks that were not left out.
    pub hooks: Vec<Part>,
}

/// What stored bytes begin with.
const FORMAT: &[u8] = b"chart release 1\n";

impl Parts {
    /// How many parts there are.
    pub fn len(&self) -> usize {
        self.definitions.len() + self.resources.len() + self.hooks.len()
    }

    /// True if the release has nothing to write.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes of these parts and of `said`, what was written to standard error on the way.
    pub fn to_bytes(&self, said: &[u8]) -> Vec<u8> {
        let mut bytes = FORMAT.to_vec();
        append(&mut bytes, said);
        for section in [&self.definitions, &self.resources, &self.hooks] {
            bytes.extend_from_slice(&(section.len() as u64).to_le_bytes());
            for part in section {
                append(&mut bytes, &part.path);
                append(&mut bytes, &part.content);
            }
        }
        bytes
    }

    /// The parts and the text that `bytes` were made of; `None` if they were not made so.
    pub fn from_bytes(bytes: &Str) -> Option<(Self, Str)> {
        let mut reader = Reader { bytes, rest: bytes.strip_prefix(FORMAT)? };
        let said = reader.text()?;
        let parts = Self {
            definitions: reader.section()?,
            resources: reader.section()?,
            hooks: reader.section()?,
        };
        reader.rest.is_empty().then_some((parts, said))
    }
}

fn append(bytes: &mut Vec<u8>, text: &[u8]) {
    bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
    bytes.extend_from_slice(text);
}

struct Reader<'b> {
    bytes: &'b Str,
    rest: &'b [u8],
}

impl Reader<'_> {
    fn number(&mut self) -> Option<usize> {
        let (number, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        usize::try_from(u64::from_le_bytes(*number)).ok()
    }

    fn text(&mut self) -> Option<Str> {
        let length = self.number()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(self.bytes.slice_ref(text))
    }

    fn section(&mut self) -> Option<Vec<Part>> {
        let count = self.number()?;
        // A wrong number must not make room for more than there can be.
        let mut parts = Vec::with_capacity(count.min(self.rest.len() / 16));
        for _ in 0..count {
            parts.push(Part { path: self.path()?, content: self.text()? });
        }
        Some(parts)
    }

    /// A path that stays below where it is written: whoever has filled the store must not choose.
    fn path(&mut self) -> Option<Str> {
        let path = self.text()?;
        let stays = path
            .split(|&byte| byte == b'/')
            .all(|part| !["", ".", ".."].iter().any(|it| part == it.as_bytes()));
        stays.then_some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> Parts {
        let part = |path: &str, content: &str| Part { path: path.into(), content: content.into() };
        Parts {
            definitions: vec![],
            resources: vec![part("c/templates/a.yaml", "a: 1"), part("c", "\0")],
            hooks: vec![part("c/templates/h.yaml", &"long\n".repeat(100))],
        }
    }

    #[test]
    fn bytes_give_the_same_parts() {
        let bytes = Str::from(parts().to_bytes(b"warning\n"));
        let (found, said) = Parts::from_bytes(&bytes).unwrap();
        assert_eq!((found, said), (parts(), "warning\n".into()));
    }

    #[test]
    fn paths_stay_below_their_folder() {
        for path in ["../x", "/etc/x", "c/../../x", "c/./x", ""] {
            let part = Part { path: path.into(), content: Str::EMPTY };
            let parts = Parts { hooks: vec![part], ..Parts::default() };
            assert_eq!(Parts::from_bytes(&parts.to_bytes(b"").into()), None, "{path}");
        }
    }

    #[test]
    fn damaged_bytes_give_nothing() {
        let bytes = parts().to_bytes(b"");
        for end in 0..bytes.len() {
            assert_eq!(Parts::from_bytes(&bytes[..end].into()), None);
        }
        for at in 0..60 {
            let mut damaged = bytes.clone();
            damaged[at] = damaged[at].wrapping_add(200);
            // A text may have become another one, but nothing panics or asks for much memory.
            let _ = Parts::from_bytes(&damaged.into());
        }
    }
}
