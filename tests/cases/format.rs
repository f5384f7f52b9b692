//! Reads case files.

/// A case with all its sections, those that it shares with others included.
#[derive(Clone, Debug, Default)]
pub(super) struct Case {
    pub(super) title: String,
    pub(super) sections: Vec<Section>,
}

/// A header such as `file c/values.yaml` and the bytes below it.
#[derive(Clone, Debug, Default)]
pub(super) struct Section {
    pub(super) header: String,
    pub(super) body: Vec<u8>,
}

impl Case {
    /// The body of the first section with this header.
    pub(super) fn body(&self, header: &str) -> Option<&[u8]> {
        let section = self.sections.iter().find(|section| section.header == header)?;
        Some(&section.body)
    }

    /// What stands for `{template}`: a section of this name, else the title.
    fn template(&self) -> Vec<u8> {
        let section = self.body("template").map(|body| body.strip_suffix(b"\n").unwrap_or(body));
        section.unwrap_or(self.title.as_bytes()).to_vec()
    }
}

/// The cases in the text of a file.
pub(super) fn parse(text: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut shared = Vec::new();
    let mut case: Option<Case> = None;
    for block in blocks(text) {
        let finished = match block.title {
            Title::Part => {
                let finished = case.take();
                cases.extend(finished.map(|case| completed(case, &shared)));
                shared = block.sections;
                continue;
            }
            Title::Case(title) => case.replace(Case { title, sections: block.sections }),
        };
        cases.extend(finished.map(|case| completed(case, &shared)));
    }
    cases.extend(case.map(|case| completed(case, &shared)));
    cases
}

/// The case with the shared sections that it does not replace, and its template filled in.
fn completed(mut case: Case, shared: &[Section]) -> Case {
    let runs = |section: &Section| section.header.starts_with("run ");
    let own_runs = case.sections.iter().any(runs);
    let replaced =
        |section: &Section| case.body(&section.header).is_some() || own_runs && runs(section);
    let mut sections: Vec<Section> =
        shared.iter().filter(|section| !replaced(section)).cloned().collect();
    let template = case.template();
    sections.append(&mut case.sections);
    for section in &mut sections {
        section.header = section.header.replace("{template}", &String::from_utf8_lossy(&template));
        if section.header != "template" {
            section.body = replaced_bytes(&section.body, b"{template}", &template);
        }
    }
    Case { title: case.title, sections }
}

/// `text` with every `from` replaced.
pub(super) fn replaced_bytes(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.windows(from.len()).position(|window| window == from) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    out.extend_from_slice(rest);
    out
}

enum Title {
    /// The start of the file, or `====`: what follows is shared by the cases behind.
    Part,
    Case(String),
}

/// What stands between two lines that begin with `===`.
struct Block {
    title: Title,
    sections: Vec<Section>,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = vec![Block { title: Title::Part, sections: Vec::new() }];
    for line in text.split_inclusive('\n') {
        let bare = line.strip_suffix('\n').unwrap_or(line);
        let last = blocks.last_mut().expect("there is one from the start");
        if bare == "====" || bare.starts_with("=== ") {
            // The empty line before a title is not part of the section above.
            if let Some(section) = last.sections.last_mut() {
                trim_empty_line(&mut section.body);
            }
            let title = bare.strip_prefix("=== ").map(str::to_owned);
            let title = title.map_or(Title::Part, Title::Case);
            blocks.push(Block { title, sections: Vec::new() });
        } else if let Some(header) =
            bare.strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --"))
        {
            last.sections.push(Section { header: header.to_owned(), body: Vec::new() });
        } else {
            add_line(last, line);
        }
    }
    for section in blocks.iter_mut().flat_map(|block| &mut block.sections) {
        finish(section);
    }
    blocks
}

fn trim_empty_line(body: &mut Vec<u8>) {
    if body == b"\n" || body.ends_with(b"\n\n") {
        body.pop();
    }
}

fn add_line(block: &mut Block, line: &str) {
    if block.sections.is_empty() {
        // Text right below a title is what the template gives; in the head of a part it is prose.
        if matches!(block.title, Title::Part) || line == "\n" {
            return;
        }
        block.sections.push(Section { header: "text".into(), body: Vec::new() });
    }
    let section = block.sections.last_mut().expect("added above");
    section.body.extend_from_slice(unmarked(line).as_bytes());
}

/// The line without the backslash that keeps it from being a marker.
fn unmarked(line: &str) -> &str {
    let marker = line.trim_start_matches('\\').trim_end_matches('\n');
    let is_marker =
        marker.starts_with("===") || marker.starts_with("-- ") && marker.ends_with(" --");
    if is_marker { line.strip_prefix('\\').unwrap_or(line) } else { line }
}

/// Applies what a header says about its body in parentheses.
fn finish(section: &mut Section) {
    if let Some(header) = section.header.strip_suffix(" (no newline)") {
        section.header = header.to_owned();
        section.body.pop();
    }
    if let Some(header) = section.header.strip_suffix(" (escaped)") {
        section.header = header.to_owned();
        section.body = unescaped(&section.body);
    }
}

/// The text with `\r`, `\n`, `\t`, `\\` and `\x00` undone.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        out.push(match bytes.next() {
            Some(b'r') => b'\r',
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(b'x') => {
                let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
                let (high, low) = (digit().expect("a digit"), digit().expect("a digit"));
                (high * 16 + low) as u8
            }
            Some(other) => other,
            None => b'\\',
        });
    }
    out
}

/// The words of a command; one in double quotes may hold blanks and escapes.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (word, behind) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_word(quoted),
            None => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        words.push(word);
        rest = behind.trim_start();
    }
    words
}

/// The word up to the closing quote, and what is behind it.
fn quoted_word(text: &str) -> (String, &str) {
    let mut word = String::new();
    let mut runes = text.char_indices();
    while let Some((at, rune)) = runes.next() {
        match rune {
            '"' => return (word, &text[at + 1..]),
            '\\' => word.push(match runes.next().map(|(_, rune)| rune) {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                other => other.unwrap_or('\\'),
            }),
            rune => word.push(rune),
        }
    }
    (word, "")
}
