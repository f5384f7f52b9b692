//! What a repository offers: its charts, each with its versions, the newest first.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use crate::model::{self, IndexEntry, IndexFault, IndexTable, read_index_table};
use go_text_template::Compat;
use go_text_template::data::{Str, Tree, quoted};
use go_text_template::semver::{Constraint, ConstraintError, Version};

/// An index whose entries were checked; those that are not valid are left out.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// The versions of each chart, the newest first.
    pub charts: BTreeMap<Str, Vec<IndexEntry>>,
}

/// Why a text is no index; its `Display` is Helm's text.
#[derive(Clone, Debug, PartialEq)]
pub enum IndexError {
    /// There is nothing.
    Empty,
    /// It does not say which version of its format it has.
    NoApiVersion,
    /// It is not what an index is.
    Decode(IndexFault),
}

impl fmt::Display for IndexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty index.yaml file"),
            Self::NoApiVersion => f.write_str("no API version specified"),
            Self::Decode(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for IndexError {}

/// An entry that is left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// The chart.
    pub chart: Str,
    /// The version it claims, and what is wrong with it; nothing for an entry that is null.
    pub fault: Option<(Str, model::Error)>,
}

impl Notice {
    /// The line that the Helm of `compat` writes to stderr about an entry of the index `source`.
    pub fn line(&self, source: &str, compat: Compat) -> Str {
        let name = self.chart.as_bytes();
        match (&self.fault, compat) {
            (None, Compat::Helm3) => format!(
                "index.go:359: skipping loading invalid entry for chart {} from {source}: empty entry",
                quoted(name)
            )
            .into(),
            (Some((version, error)), Compat::Helm3) => format!(
                "index.go:371: skipping loading invalid entry for chart {} {} from {source}: {error}",
                quoted(name),
                quoted(version)
            )
            .into(),
            (None, Compat::Helm4) => model::log_line(
                b"WARN",
                b"skipping loading invalid entry for chart: empty entry",
                &[(b"name", name), (b"source", source.as_bytes())],
            ),
            (Some((version, error)), Compat::Helm4) => model::log_line(
                b"WARN",
                b"skipping loading invalid entry for chart",
                &[
                    (b"name", name),
                    (b"version", version),
                    (b"source", source.as_bytes()),
                    (b"error", error.to_string().as_bytes()),
                ],
            ),
        }
    }
}

/// Why a chart is not found in an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotFound {
    /// There is no chart of that name.
    Name,
    /// It has no versions at all.
    NoVersions,
    /// What is asked for is no constraint.
    Constraint(ConstraintError),
    /// No version of the chart is like that.
    Version {
        /// The chart.
        name: String,
        /// What was asked for.
        version: String,
    },
}

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str("no chart name found"),
            Self::NoVersions => f.write_str("no chart version found"),
            Self::Constraint(error) => error.fmt(f),
            Self::Version { name, version } => {
                write!(f, "no chart version found for {name}-{version}")
            }
        }
    }
}

impl Index {
    /// Reads and checks a whole index.
    pub fn read(text: &Str, compat: Compat, notices: &mut Vec<Notice>) -> Result<Self, IndexError> {
        if text.is_empty() {
            return Err(IndexError::Empty);
        }
        let table = read_index_table(text, compat).map_err(IndexError::Decode)?;
        let index = Self::of(&table, notices);
        if table.has_api_version() { Ok(index) } else { Err(IndexError::NoApiVersion) }
    }

    /// The valid entries of `table`.
    pub(super) fn of(table: &IndexTable, notices: &mut Vec<Notice>) -> Self {
        let mut index = Self::default();
        for (name, versions) in table.charts() {
            index.charts.insert(name.clone(), valid(name, versions, notices));
        }
        index
    }

    /// The version of `name` that fits: this very one, or else the newest in the range.
    pub fn get(&self, name: &str, version: &str) -> Result<&IndexEntry, NotFound> {
        let entries = self.charts.get(&Str::from(name)).ok_or(NotFound::Name)?;
        if entries.is_empty() {
            return Err(NotFound::NoVersions);
        }
        let wanted = if version.is_empty() { "*" } else { version };
        let constraint = Constraint::parse(wanted.as_bytes()).map_err(NotFound::Constraint)?;
        let exact = entries.iter().find(|entry| entry.metadata.version == *version);
        let fits = |entry: &&IndexEntry| {
            Version::parse(&entry.metadata.version).is_ok_and(|found| constraint.check(&found))
        };
        exact
            .or_else(|| entries.iter().find(fits))
            .ok_or_else(|| NotFound::Version { name: name.to_owned(), version: version.to_owned() })
    }
}

/// True for texts that ask for a range of versions, and not for one.
pub(super) fn is_range(version: &str) -> bool {
    let core = version.find(['-', '+']).map_or(version, |at| &version[..at]);
    version.contains(['^', '~', '<', '>', '=', '!', '*'])
        || version.contains("||")
        || version.contains(" - ")
        || core.contains(['x', 'X'])
}

impl IndexEntry {
    /// What Helm 4 says when it was asked for one version and takes this other one.
    pub fn fallback_line(&self, name: &str, wanted: &str) -> Option<Str> {
        let found = &self.metadata.version;
        if wanted.is_empty() || is_range(wanted) || *found == *wanted {
            return None;
        }
        let what =
            b"unable to find exact version requested; falling back to closest available version";
        let attributes: [(&[u8], &[u8]); 3] =
            [(b"chart", name.as_bytes()), (b"requested", wanted.as_bytes()), (b"selected", found)];
        Some(model::log_line(b"WARN", what, &attributes))
    }
}

/// The valid ones of `versions`, the newest first. Helm looks at them from the last to the first.
fn valid(name: &Str, versions: &[Tree], notices: &mut Vec<Notice>) -> Vec<IndexEntry> {
    let mut entries = Vec::with_capacity(versions.len());
    for version in versions.iter().rev() {
        let Some(table) = version.as_map() else {
            notices.push(Notice { chart: name.clone(), fault: None });
            continue;
        };
        match IndexEntry::read(table) {
            Ok(entry) => entries.push(entry),
            Err(error) => {
                let fault = Some((IndexEntry::version_of(table), error));
                notices.push(Notice { chart: name.clone(), fault });
            }
        }
    }
    entries.reverse();
    newest_first(&mut entries);
    entries
}

/// Sorts the newest to the front.
pub(super) fn newest_first(entries: &mut [IndexEntry]) {
    entries.sort_by_cached_key(|entry| {
        let version = Version::parse(&entry.metadata.version).ok();
        std::cmp::Reverse(Newest(version))
    });
}

/// A version in the order of versions; what is none is the oldest.
#[derive(PartialEq, Eq)]
struct Newest(Option<Version>);

impl Ord for Newest {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => a.compare(b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        }
    }
}

impl PartialOrd for Newest {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
