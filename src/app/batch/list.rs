//! The list of releases: a YAML list, or a JSON object on each line.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use bstr::ByteSlice;

use crate::values::Flags;
use go_text_template::Compat;
use go_text_template::data::{Str, Tree, TreeMap};
use go_text_template::diagnostics::closest;
use go_text_template::json;
use go_text_template::yaml;

/// The longest list.
pub const MOST_RELEASES: usize = 100_000;

/// The longest list as YAML, in bytes: read exactly, it takes a hundred times as much.
const MOST_YAML: usize = 8 << 20;

/// The longest line of JSON, in bytes.
const MOST_LINE: usize = 8 << 20;

/// A release as the list has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// What tells it from all others: `id`, else `namespace/name`, else `name`. Made of parts that
    /// are fit for names of folders, with `/` between them.
    pub id: String,
    /// `name`.
    pub name: String,
    /// `namespace`.
    pub namespace: Option<String>,
    /// `chart`.
    pub chart: String,
    /// `valuesFiles`, `values` and the families of `set`.
    pub values: Flags,
    /// `kubeVersion`.
    pub kube_version: Option<String>,
    /// `apiVersions`.
    pub api_versions: Vec<String>,
    /// `compat`.
    pub compat: Option<Compat>,
    /// `includeCrds`.
    pub include_crds: Option<bool>,
    /// `isUpgrade`.
    pub is_upgrade: Option<bool>,
    /// `noHooks`.
    pub no_hooks: Option<bool>,
    /// `skipSchemaValidation`.
    pub skip_schema: Option<bool>,
    /// `skipTests`.
    pub skip_tests: Option<bool>,
}

/// The keys that a release can have.
const KEYS: [&str; 19] = [
    "apiVersions",
    "chart",
    "compat",
    "id",
    "includeCrds",
    "isUpgrade",
    "kubeVersion",
    "name",
    "namespace",
    "noHooks",
    "set",
    "setFile",
    "setJson",
    "setLiteral",
    "setString",
    "skipSchemaValidation",
    "skipTests",
    "values",
    "valuesFiles",
];

/// What is wrong with a list, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1; none if it is about the whole.
    pub line: Option<usize>,
    /// What is wrong.
    pub wrong: Wrong,
}

/// What can be wrong with a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is not YAML, or a line is not JSON.
    Syntax(String),
    /// There is more than this many bytes in the list or in a line.
    TooLong(usize),
    /// There are more than [`MOST_RELEASES`].
    TooMany,
    /// The YAML is not a list, but that.
    NoList(&'static str),
    /// There is more behind the list.
    SecondDocument,
    /// A release is not a map, but that.
    NoRelease(&'static str),
    /// A release has a key that none has.
    UnknownKey(String),
    /// The value of a key is not what it has to be, but that.
    Type {
        /// The key.
        key: &'static str,
        /// What it has to be.
        wanted: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// A release lacks this key.
    Missing(&'static str),
    /// `compat` is neither of the two.
    Compat(String),
    /// This cannot be the name of a folder.
    Id(String),
    /// The id of this line is there again.
    SameId(String, usize),
    /// The id of a release would be a folder in the folder of another.
    NestedId(String, String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        self.wrong.fmt(f)
    }
}

impl std::error::Error for Fault {}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(what) => f.write_str(what),
            Self::TooLong(most) => {
                write!(f, "more than {most} bytes; a list of JSON lines can be longer")
            }
            Self::TooMany => write!(f, "more than {MOST_RELEASES} releases"),
            Self::NoList(found) => write!(f, "releases must be a list, not {found}"),
            Self::SecondDocument => {
                f.write_str("a second YAML document; all releases must be in one list")
            }
            Self::NoRelease(found) => write!(f, "a release must be a map, not {found}"),
            Self::UnknownKey(key) => match closest(key, KEYS) {
                Some(meant) => write!(f, "unknown key {key:?}; did you mean {meant:?}?"),
                None => write!(f, "unknown key {key:?}"),
            },
            Self::Type { key, wanted, found } => {
                write!(f, "{key:?} must be {wanted}, not {found}")?;
                let is_unquoted = *wanted == TEXT && ["a number", "a boolean"].contains(found);
                f.write_str(if is_unquoted { "; write it in quotes" } else { "" })
            }
            Self::Missing(key) => write!(f, "the release has no {key:?}"),
            Self::Compat(name) => {
                write!(f, "\"compat\" must be \"helm3\" or \"helm4\", not {name:?}")
            }
            Self::Id(id) => write!(
                f,
                "{id:?} cannot tell a release from others: it may have letters, digits, and . _ - \
                 behind them, with / between its parts"
            ),
            Self::SameId(id, line) => write!(
                f,
                "the release {id:?} is on line {line} already; give one of them another \"id\""
            ),
            Self::NestedId(id, above) => write!(
                f,
                "the release {id:?} would be inside of {above:?}; give one of them another \"id\""
            ),
        }
    }
}

/// The releases in `text`.
pub fn read(text: &Str) -> Result<Vec<Entry>, Fault> {
    let start = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_start();
    let (entries, places) = match start.first() {
        Some(b'{') => json_lines(text)?,
        _ => yaml_list(text)?,
    };
    check_ids(&entries, &places)?;
    Ok(entries)
}

/// Where the releases are in the text.
enum Places<'t> {
    Yaml(&'t Str),
    Lines(Vec<usize>),
}

impl Places<'_> {
    /// The line of the release `index`, or of its `key`.
    fn line(&self, index: usize, key: Option<&str>) -> Option<usize> {
        match self {
            Self::Lines(lines) => lines.get(index).copied(),
            Self::Yaml(text) => {
                let number = index.to_string();
                let path: Vec<&str> = std::iter::once(&*number).chain(key).collect();
                let place = yaml::locate(text, &path).or_else(|| yaml::locate(text, &path[..1]))?;
                Some(line_at(text, place.start as usize))
            }
        }
    }

    fn fault(&self, index: usize, key: Option<&str>, wrong: Wrong) -> Fault {
        Fault { line: self.line(index, key), wrong }
    }
}

fn line_at(text: &[u8], offset: usize) -> usize {
    1 + text[..offset.min(text.len())].find_iter("\n").count()
}

fn json_lines(text: &Str) -> Result<(Vec<Entry>, Places<'_>), Fault> {
    let mut entries = Vec::new();
    let mut numbers = Vec::new();
    let body = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    for (index, line) in body.lines().enumerate() {
        let fault = |wrong| Fault { line: Some(index + 1), wrong };
        if line.trim().is_empty() {
            continue;
        }
        if line.len() > MOST_LINE {
            return Err(fault(Wrong::TooLong(MOST_LINE)));
        }
        if entries.len() == MOST_RELEASES {
            return Err(fault(Wrong::TooMany));
        }
        let tree = json::read(&text.slice_ref(line));
        let tree = tree.map_err(|error| fault(Wrong::Syntax(error.to_string())))?;
        entries.push(entry(&tree).map_err(|(_, wrong)| fault(wrong))?);
        numbers.push(index + 1);
    }
    Ok((entries, Places::Lines(numbers)))
}

fn yaml_list(text: &Str) -> Result<(Vec<Entry>, Places<'_>), Fault> {
    let whole = |wrong| Fault { line: None, wrong };
    if text.len() > MOST_YAML {
        return Err(whole(Wrong::TooLong(MOST_YAML)));
    }
    let tree = yaml::read(text).map_err(|error| Fault {
        line: error.place().map(|place| line_at(text, place.offset)),
        wrong: Wrong::Syntax(error.problem().to_owned()),
    })?;
    if let Some(line) = second_document(text) {
        return Err(Fault { line: Some(line), wrong: Wrong::SecondDocument });
    }
    let items = match &tree {
        Tree::List(items) => items,
        Tree::Null => return Ok((Vec::new(), Places::Yaml(text))),
        other => return Err(whole(Wrong::NoList(kind(other)))),
    };
    if items.len() > MOST_RELEASES {
        return Err(whole(Wrong::TooMany));
    }
    let places = Places::Yaml(text);
    let mut entries = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let faulty = |(key, wrong): Faulty| places.fault(index, key.as_deref(), wrong);
        entries.push(entry(item).map_err(faulty)?);
    }
    Ok((entries, places))
}

/// The line where a second document begins, which the reader would leave unread.
fn second_document(text: &Str) -> Option<usize> {
    let has_content = |text: &[u8]| {
        text.lines().map(<[u8]>::trim).any(|line| !line.is_empty() && !line.starts_with(b"#"))
    };
    let parts = yaml::split(text).filter_map(Result::ok);
    let mut parts =
        parts.filter(|part| has_content(part.text.strip_prefix(b"---").unwrap_or(&part.text)));
    parts.nth(1).map(|part| line_at(text, part.offset))
}

/// A fault of a release, and the key that it is about.
type Faulty = (Option<String>, Wrong);

fn entry(tree: &Tree) -> Result<Entry, Faulty> {
    let map = tree.as_map().ok_or_else(|| (None, Wrong::NoRelease(kind(tree))))?;
    let mut entry = Entry::default();
    for (key, value) in map.iter() {
        let key = key.to_str_lossy();
        take(&mut entry, &key, value).map_err(|wrong| (Some(key.into_owned()), wrong))?;
    }
    let missing = [("name", &entry.name), ("chart", &entry.chart)];
    if let Some((key, _)) = missing.into_iter().find(|(_, value)| value.is_empty()) {
        return Err((None, Wrong::Missing(key)));
    }
    if entry.id.is_empty() {
        entry.id = match &entry.namespace {
            Some(namespace) => format!("{namespace}/{}", entry.name),
            None => entry.name.clone(),
        };
    }
    if is_id(&entry.id) { Ok(entry) } else { Err((Some("id".into()), Wrong::Id(entry.id))) }
}

fn take(entry: &mut Entry, key: &str, value: &Tree) -> Result<(), Wrong> {
    match key {
        "apiVersions" => entry.api_versions = texts("apiVersions", value)?,
        "chart" => entry.chart = text("chart", value)?.unwrap_or_default(),
        "compat" => entry.compat = text("compat", value)?.map(compat).transpose()?,
        "id" => entry.id = text("id", value)?.unwrap_or_default(),
        "includeCrds" => entry.include_crds = switch("includeCrds", value)?,
        "isUpgrade" => entry.is_upgrade = switch("isUpgrade", value)?,
        "kubeVersion" => entry.kube_version = text("kubeVersion", value)?,
        "name" => entry.name = text("name", value)?.unwrap_or_default(),
        "namespace" => entry.namespace = text("namespace", value)?.filter(|it| !it.is_empty()),
        "noHooks" => entry.no_hooks = switch("noHooks", value)?,
        "set" => entry.values.set = words("set", value)?,
        "setFile" => entry.values.file = words("setFile", value)?,
        "setJson" => entry.values.json = words("setJson", value)?,
        "setLiteral" => entry.values.literal = words("setLiteral", value)?,
        "setString" => entry.values.string = words("setString", value)?,
        "skipSchemaValidation" => entry.skip_schema = switch("skipSchemaValidation", value)?,
        "skipTests" => entry.skip_tests = switch("skipTests", value)?,
        "values" => entry.values.inline = map(value)?,
        "valuesFiles" => entry.values.files = words("valuesFiles", value)?,
        unknown => return Err(Wrong::UnknownKey(unknown.to_owned())),
    }
    Ok(())
}

const TEXT: &str = "a string";
const TEXTS: &str = "a list of strings";

/// What a value of a list is called.
fn kind(tree: &Tree) -> &'static str {
    match tree {
        Tree::Null => "null",
        Tree::Bool(_) => "a boolean",
        Tree::Int(_) | Tree::Float(_) => "a number",
        Tree::String(_) => TEXT,
        Tree::List(_) => "a list",
        Tree::Map(_) => "a map",
    }
}

fn wrong_type<T>(key: &'static str, wanted: &'static str, value: &Tree) -> Result<T, Wrong> {
    Err(Wrong::Type { key, wanted, found: kind(value) })
}

fn text(key: &'static str, value: &Tree) -> Result<Option<String>, Wrong> {
    match value {
        Tree::Null => Ok(None),
        Tree::String(text) => Ok(Some(text.to_str_lossy().into_owned())),
        other => wrong_type(key, TEXT, other),
    }
}

fn switch(key: &'static str, value: &Tree) -> Result<Option<bool>, Wrong> {
    match value {
        Tree::Null => Ok(None),
        Tree::Bool(on) => Ok(Some(*on)),
        other => wrong_type(key, "true or false", other),
    }
}

fn words(key: &'static str, value: &Tree) -> Result<Vec<Str>, Wrong> {
    let items = match value {
        Tree::Null => return Ok(Vec::new()),
        Tree::List(items) => items,
        other => return wrong_type(key, TEXTS, other),
    };
    let word = |item: &Tree| match item {
        Tree::String(text) => Ok(text.clone()),
        Tree::Null => wrong_type(key, TEXTS, item),
        _ => Err(Wrong::Type { key, wanted: TEXTS, found: "a list with other things" }),
    };
    items.iter().map(word).collect()
}

fn texts(key: &'static str, value: &Tree) -> Result<Vec<String>, Wrong> {
    Ok(words(key, value)?.iter().map(|word| word.to_str_lossy().into_owned()).collect())
}

fn map(value: &Tree) -> Result<Arc<TreeMap>, Wrong> {
    match value {
        Tree::Null => Ok(Arc::default()),
        Tree::Map(map) => Ok(map.clone()),
        other => wrong_type("values", "a map", other),
    }
}

fn compat(name: String) -> Result<Compat, Wrong> {
    Compat::from_name(&name).ok_or(Wrong::Compat(name))
}

/// True for what can be a path of folders below another one, on any system.
fn is_id(id: &str) -> bool {
    let is_part = |part: &str| {
        part.starts_with(|letter: char| letter.is_ascii_alphanumeric())
            && !part.ends_with('.')
            && part.chars().all(|it| it.is_ascii_alphanumeric() || ['.', '_', '-'].contains(&it))
    };
    id.len() <= 512 && id.split('/').all(|part| part.len() <= 200 && is_part(part))
}

/// Checks that every release has a folder of its own.
fn check_ids(entries: &[Entry], places: &Places<'_>) -> Result<(), Fault> {
    let mut first: HashMap<&str, usize> = HashMap::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        if let Some(earlier) = first.insert(&entry.id, index) {
            let line = places.line(earlier, None).unwrap_or_default();
            return Err(places.fault(index, None, Wrong::SameId(entry.id.clone(), line)));
        }
    }
    let ids: HashSet<&str> = first.into_keys().collect();
    for (index, entry) in entries.iter().enumerate() {
        let mut above = entry.id.match_indices('/').map(|(at, _)| &entry.id[..at]);
        if let Some(above) = above.find(|above| ids.contains(above)) {
            let wrong = Wrong::NestedId(entry.id.clone(), above.to_owned());
            return Err(places.fault(index, None, wrong));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        match read(&text.into()) {
            Ok(entries) => panic!("{text} was read: {entries:?}"),
            Err(fault) => fault.to_string(),
        }
    }

    #[test]
    fn yaml_and_json_say_the_same() {
        let yaml = "# releases\n- name: a\n  chart: ./c\n  namespace: t\n  valuesFiles: [v.yaml]\n  \
                    values: {x: {z: 1}}\n  set: [a=b]\n  kubeVersion: '1.31'\n  includeCrds: true\n  \
                    compat: helm3\n- {name: b, chart: d.tgz, id: z/b}\n";
        let json = "\n{\"name\": \"a\", \"chart\": \"./c\", \"namespace\": \"t\", \"valuesFiles\": \
                    [\"v.yaml\"], \"values\": {\"x\": {\"z\": 1}}, \"set\": [\"a=b\"], \
                    \"kubeVersion\": \"1.31\", \"includeCrds\": true, \"compat\": \"helm3\"}\r\n\n\
                    {\"name\": \"b\", \"chart\": \"d.tgz\", \"id\": \"z/b\"}";
        let entries = read(&yaml.into()).unwrap();
        assert_eq!(read(&json.into()).unwrap(), entries);
        let ids: Vec<&str> = entries.iter().map(|entry| &*entry.id).collect();
        assert_eq!(ids, ["t/a", "z/b"]);
        assert_eq!(entries[0].compat, Some(Compat::Helm3));
        assert_eq!(entries[0].values.inline.len(), 1);
        assert_eq!(read(&"# nothing\n".into()), Ok(Vec::new()));
    }

    #[test]
    fn every_key_is_known() {
        for key in KEYS {
            let wrong = take(&mut Entry::default(), key, &Tree::Float(1.0)).unwrap_err();
            assert!(matches!(wrong, Wrong::Type { key: named, .. } if named == key), "{wrong}");
            assert_eq!(take(&mut Entry::default(), key, &Tree::Null), Ok(()), "{key}");
        }
    }

    #[test]
    fn faults_name_line_and_key() {
        let release = "- name: a\n  chart: c\n";
        for (text, expected) in [
            (
                "- name: a\n  chart: c\n  valueFiles: []\n",
                r#"line 3: unknown key "valueFiles"; did you mean "valuesFiles"?"#,
            ),
            (
                "- name: a\n  chart: c\n- name: b\n  foo: 1\n  chart: d\n",
                r#"line 4: unknown key "foo""#,
            ),
            (
                "{\"name\": \"a\", \"chart\": \"c\"}\n{\"nam\": 1}\n",
                r#"line 2: unknown key "nam"; did you mean "name"?"#,
            ),
            (
                "- name: a\n  kubeVersion: 1.31\n  chart: c\n",
                r#"line 2: "kubeVersion" must be a string, not a number; write it in quotes"#,
            ),
            (
                "- name: a\n  chart: c\n  set: a=b\n",
                r#"line 3: "set" must be a list of strings, not a string"#,
            ),
            (
                "- name: a\n  chart: c\n  set: [1]\n",
                r#"line 3: "set" must be a list of strings, not a list with other things"#,
            ),
            (
                "- name: a\n  chart: c\n  values: []\n",
                r#"line 3: "values" must be a map, not a list"#,
            ),
            (
                "- name: a\n  chart: c\n  noHooks: 'no'\n",
                r#"line 3: "noHooks" must be true or false, not a string"#,
            ),
            (
                "- name: a\n  chart: c\n  compat: helm2\n",
                r#"line 3: "compat" must be "helm3" or "helm4", not "helm2""#,
            ),
            ("\n- name: a\n", r#"line 2: the release has no "chart""#),
            ("- chart: c\n  name: ''\n", r#"line 1: the release has no "name""#),
            ("- x\n", "line 1: a release must be a map, not a string"),
            ("a: 1\n", "releases must be a list, not a map"),
            ("- a: [\n", "line 2: did not find expected node content"),
            ("{\"name\": }\n", "line 1: invalid character '}' looking for beginning of value"),
        ] {
            assert_eq!(fault(text), expected, "{text}");
        }
        assert_eq!(
            fault(&format!("{release}{release}")),
            r#"line 3: the release "a" is on line 1 already; give one of them another "id""#
        );
        assert_eq!(
            fault(&format!("{release}- name: b\n  namespace: a\n  chart: c\n")),
            r#"line 3: the release "a/b" would be inside of "a"; give one of them another "id""#
        );
        assert_eq!(
            fault(&format!("---\n{release}---\n- name: b\n")),
            "line 5: a second YAML document; all releases must be in one list"
        );
    }

    #[test]
    fn ids_stay_below_their_folder() {
        for id in ["..", ".", "/x", "x/", "a//b", "a/../b", ".x", "a b", "a\\b", "x.", "é", "a:b"]
        {
            let list = format!("- {{name: x, chart: c, id: {id:?}}}");
            assert!(fault(&list).contains("cannot tell"), "{id}");
        }
        for id in ["a", "A_1.x-y/b", "0"] {
            let list = format!("- {{name: x, chart: c, id: {id:?}}}");
            assert_eq!(read(&list.into()).unwrap()[0].id, id);
        }
        let list = "- {name: x, namespace: ../../etc, chart: c}";
        assert!(fault(list).starts_with("line 1: \"../../etc/x\" cannot tell"), "{}", fault(list));
    }

    #[test]
    fn hostile_lists_end_with_a_fault() {
        let mut bomb = String::from("- &a0 {name: x, chart: c, values: {a: 1}}\n");
        for level in 1..40 {
            let below = level - 1;
            bomb.push_str(&format!("- &a{level} [*a{below}, *a{below}, *a{below}, *a{below}]\n"));
        }
        assert!(fault(&bomb).contains("excessive aliasing"), "{}", fault(&bomb));
        assert!(fault(&"[".repeat(20_000)).contains("exceeded max depth"), "nesting");
        assert!(fault(&"- {}\n".repeat(2 << 20)).contains("more than 8388608 bytes"));
        let million: String = (0..MOST_RELEASES + 1)
            .map(|number| format!("{{\"name\":\"r{number}\",\"chart\":\"c\"}}\n"))
            .collect();
        assert_eq!(fault(&million), "line 100001: more than 100000 releases");
    }
}
