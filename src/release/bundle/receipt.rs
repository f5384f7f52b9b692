//! What a bundle was made from, and the digests by which it is known again.

use std::collections::HashSet;
use std::fmt::Write;

use bstr::ByteSlice;

use super::lines::lines;
use super::quote::quoted;
use crate::files::sha256;
use go_text_template::data::{Str, Tree};
use go_text_template::yaml;

/// What a bundle calls its file if nothing else is known.
pub const FILE_NAME: &str = "bundle.yaml";

/// `sha256:` and the digest of `bytes` in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", sha256(bytes))
}

/// What a bundle was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// This program and its version.
    pub engine: String,
    /// The Helm that it equalled.
    pub compat: String,
    /// The chart's name, version, version of the application, and digest.
    pub chart: [String; 4],
    /// The release's name and namespace.
    pub release: [String; 2],
    /// Files and flags with values, in their order, each with its digest.
    pub values: Vec<(String, String)>,
    /// The addresses that the charts' schemas came from, each with the digest of what was there.
    pub schemas: Vec<(String, String)>,
    /// All other flags that shape the bundle, as they can be typed.
    pub flags: Vec<String>,
    /// The version of Kubernetes that the cluster was taken to have.
    pub kube_version: String,
    /// Further API versions it was taken to have.
    pub api_versions: Vec<String>,
    /// Where random values came from.
    pub random: String,
    /// The name that the bundle calls its own file by; it is never opened.
    pub file: String,
    /// The documents and their digests.
    pub objects: Vec<(String, String)>,
}

impl Receipt {
    /// The receipt as YAML.
    pub fn to_yaml(&self) -> String {
        let mut text = String::new();
        let [chart, version, app_version, digest] = &self.chart;
        let [release, namespace] = &self.release;
        let lines = [
            ("engine", &self.engine),
            ("compat", &self.compat),
            ("chart", chart),
            ("version", version),
            ("appVersion", app_version),
            ("digest", digest),
            ("release", release),
            ("namespace", namespace),
            ("kubeVersion", &self.kube_version),
            ("random", &self.random),
        ];
        text.push_str("receipt: 1\n");
        for (key, value) in lines {
            let _ = writeln!(text, "{key}: {}", quoted(value));
        }
        if !self.file.is_empty() && self.file != FILE_NAME {
            let _ = writeln!(text, "file: {}", quoted(&self.file));
        }
        list(&mut text, "apiVersions", &self.api_versions);
        list(&mut text, "flags", &self.flags);
        pairs(&mut text, "values", "from", &self.values);
        if !self.schemas.is_empty() {
            pairs(&mut text, "schemas", "from", &self.schemas);
        }
        pairs(&mut text, "objects", "object", &self.objects);
        text
    }

    /// The receipt in the YAML `text`; `None` if it is none.
    pub fn from_yaml(text: &str) -> Option<Self> {
        let tree = yaml::read(&Str::from(text)).ok()?;
        let text = |key: &str| tree.at(&[key]).and_then(Tree::as_str).map(Str::to_string);
        tree.at(&["receipt"])?;
        Some(Self {
            engine: text("engine")?,
            compat: text("compat")?,
            chart: [text("chart")?, text("version")?, text("appVersion")?, text("digest")?],
            release: [text("release")?, text("namespace")?],
            values: read_pairs(&tree, "values", "from"),
            schemas: read_pairs(&tree, "schemas", "from"),
            flags: read_list(&tree, "flags"),
            kube_version: text("kubeVersion")?,
            api_versions: read_list(&tree, "apiVersions"),
            random: text("random")?,
            file: text("file").filter(|name| name != FILE_NAME).unwrap_or_default(),
            objects: read_pairs(&tree, "objects", "object"),
        })
    }
}

fn list(text: &mut String, key: &str, items: &[String]) {
    if items.is_empty() {
        let _ = writeln!(text, "{key}: []");
        return;
    }
    let _ = writeln!(text, "{key}:");
    for item in items {
        let _ = writeln!(text, "- {}", quoted(item));
    }
}

fn pairs(text: &mut String, key: &str, name: &str, items: &[(String, String)]) {
    if items.is_empty() {
        let _ = writeln!(text, "{key}: []");
        return;
    }
    let _ = writeln!(text, "{key}:");
    for (what, digest) in items {
        let _ = writeln!(text, "- {{{name}: {}, digest: {}}}", quoted(what), quoted(digest));
    }
}

fn read_list(tree: &Tree, key: &str) -> Vec<String> {
    items(tree, key).iter().filter_map(Tree::as_str).map(Str::to_string).collect()
}

fn read_pairs(tree: &Tree, key: &str, name: &str) -> Vec<(String, String)> {
    let text = |item: &Tree, key| item.at(&[key]).and_then(Tree::as_str).map(Str::to_string);
    let pair = |item: &Tree| Some((text(item, name)?, text(item, "digest")?));
    items(tree, key).iter().filter_map(pair).collect()
}

fn items<'t>(tree: &'t Tree, key: &str) -> &'t [Tree] {
    match tree.at(&[key]) {
        Some(Tree::List(items)) => items,
        _ => &[],
    }
}

/// The line of the head behind which the receipt stands.
const RECEIPT: &str = "# Receipt:";
/// The line with the digest of all other bytes of the file.
const DIGEST: &str = "# Digest of all other lines: ";
/// In front of the first document of a phase.
pub(super) const PHASE: &str = "# Phase: ";

/// The head of a bundle: `notes` for people, the receipt, the digest of everything.
pub(super) fn head(notes: &str, receipt: &Receipt, body: &[u8]) -> String {
    let mut head = String::new();
    for line in lines(notes.as_bytes()).chain([b"".as_slice()]) {
        let _ = writeln!(head, "{}", format!("# {}", line.to_str_lossy()).trim_end());
    }
    let _ = writeln!(head, "{RECEIPT}");
    for line in receipt.to_yaml().lines() {
        let _ = writeln!(head, "#   {line}");
    }
    let whole = digest(&[head.as_bytes(), body].concat());
    let _ = writeln!(head, "{DIGEST}{whole}");
    head
}

/// A bundle that was read: its receipt, and what is not as the receipt says.
#[derive(Debug)]
pub struct Read<'b> {
    /// The receipt.
    pub receipt: Receipt,
    /// The documents, as far as their digests count.
    pub documents: Vec<&'b [u8]>,
    /// What differs; empty if everything is as it was written.
    pub differences: Vec<String>,
}

/// Reads a bundle; `None` if the text has no receipt.
pub fn read(text: &[u8]) -> Option<Read<'_>> {
    let at = text.find(format!("\n{DIGEST}sha256:").as_bytes())? + 1;
    let line_end = at + text[at..].find_byte(b'\n')?;
    let head = text[..at].to_str().ok()?;
    let stated = text[at + DIGEST.len()..line_end].to_str_lossy();
    let body = &text[line_end + 1..];
    let (_, receipt) = head.split_once(&format!("{RECEIPT}\n"))?;
    let yaml: String = receipt
        .lines()
        .map(|line| format!("{}\n", line.strip_prefix("#   ").unwrap_or(line)))
        .collect();
    let receipt = Receipt::from_yaml(&yaml)?;
    let documents = documents(body);
    let mut differences = compare(&receipt, &documents);
    if !holds_comments_only(head) || !(body.is_empty() || body.starts_with(b"---\n")) {
        differences.push("there is more than comments in front of the documents".to_owned());
    }
    if differences.is_empty() && stated != digest(&[head.as_bytes(), body].concat()) {
        differences.push("the head or a comment is not what was written".to_owned());
    }
    Some(Read { receipt, documents, differences })
}

/// Whether a cluster sees nothing in `head`: a comment ends where YAML's lines do.
fn holds_comments_only(head: &str) -> bool {
    lines(head.as_bytes()).all(|line| line.starts_with(b"#"))
}

/// The documents of a bundle's body, without the lines between them.
pub(super) fn documents(body: &[u8]) -> Vec<&[u8]> {
    let Some(body) = body.strip_prefix(b"---\n") else { return Vec::new() };
    let mut documents = Vec::new();
    let mut start = 0;
    while start <= body.len() {
        let end = body[start..].find("\n---\n").map_or(body.len(), |at| start + at + 1);
        let document = &body[start..end];
        let is_first = document.starts_with(PHASE.as_bytes());
        let skipped = document.find_byte(b'\n').filter(|_| is_first).map_or(0, |at| at + 1);
        documents.push(&document[skipped..]);
        start = end + 4;
    }
    documents
}

fn compare(receipt: &Receipt, documents: &[&[u8]]) -> Vec<String> {
    let mut differences = Vec::new();
    let found: Vec<String> = documents.iter().map(|document| digest(document)).collect();
    let is_found: HashSet<&String> = found.iter().collect();
    for (what, digest) in &receipt.objects {
        if !is_found.contains(digest) {
            differences.push(format!("{what} is not what was written"));
        }
    }
    let known: HashSet<&String> = receipt.objects.iter().map(|(_, digest)| digest).collect();
    let strangers = found.iter().filter(|digest| !known.contains(digest)).count();
    if strangers > differences.len() {
        let more = strangers - differences.len();
        differences.push(format!("{more} documents were added"));
    }
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_comes_back() {
        let receipt = Receipt {
            engine: "chart 1".into(),
            chart: ["web".into(), "1.0.0".into(), String::new(), digest(b"x")],
            values: vec![("--set".into(), digest(b"a=\"1\""))],
            schemas: vec![("http://h/a.json".into(), digest(b"{}"))],
            flags: vec!["--hooks=all".into()],
            ..Receipt::default()
        };
        assert_eq!(Receipt::from_yaml(&receipt.to_yaml()), Some(receipt));
        assert_eq!(Receipt::from_yaml("a: 1"), None);
    }
}
