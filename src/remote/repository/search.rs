//! `search repo`: which charts have a word.

use super::Index;
use crate::model::IndexEntry;
use go_text_template::data::{Failure, Str};
use go_text_template::pattern::{Free, Regexp};
use go_text_template::semver::{Constraint, Version};

/// What is searched for.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// The text, or the regular expression; nothing finds everything.
    pub term: Option<String>,
    /// Whether the term is a regular expression.
    pub is_regexp: bool,
    /// Which versions count.
    pub constraint: String,
    /// Whether all versions that count are wanted, and not only the newest.
    pub all_versions: bool,
}

/// A chart that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The repository and the chart: `r/c`.
    pub name: String,
    /// The version.
    pub version: Str,
    /// The version of what it installs.
    pub app_version: Str,
    /// What it is, in a line.
    pub description: Str,
    /// Where the term stands: 0 for the name, 1 for the full name, and so on.
    score: usize,
}

/// Scores from here on are no match.
const MOST_SCORE: usize = 25;

/// The charts of the repositories called so that fit the query, the best first.
pub fn search(repositories: &[(String, Index)], query: &Query) -> Result<Vec<Found>, Failure> {
    let matcher = Matcher::new(query)?;
    let mut found = Vec::new();
    for (repository, index) in repositories {
        for (name, versions) in &index.charts {
            for entry in versions {
                let Some(score) = matcher.score(repository, entry) else { continue };
                found.push(Found::of(repository, name, entry, score));
            }
        }
    }
    sort(&mut found);
    constrain(found, query)
}

/// How a term is looked for.
enum Matcher {
    Everything,
    Text(String),
    Expression(Regexp),
}

impl Matcher {
    fn new(query: &Query) -> Result<Self, Failure> {
        Ok(match &query.term {
            None => Self::Everything,
            Some(term) if query.is_regexp => Self::Expression(
                Regexp::new(term.as_bytes()).map_err(|error| Failure::from(error.to_string()))?,
            ),
            Some(term) => Self::Text(term.to_lowercase()),
        })
    }

    /// Where the term stands in the line of this entry.
    fn score(&self, repository: &str, entry: &IndexEntry) -> Option<usize> {
        if let Self::Everything = self {
            return Some(0);
        }
        let line = line(repository, entry);
        let (line, at) = match self {
            Self::Text(term) => {
                let line = line.to_lowercase();
                let at = line.find(term);
                (line, at)
            }
            Self::Expression(expression) => {
                let Ok(found) = expression.find(line.as_bytes(), &Free);
                let at = found.map(|found| found.start);
                (line, at)
            }
            Self::Everything => return Some(0),
        };
        let at = at?;
        // A match on the separator itself counts for the field in front of it.
        let score = line.bytes().take(at).filter(|&byte| byte == SEPARATOR).count();
        (score < MOST_SCORE).then_some(score)
    }
}

const SEPARATOR: u8 = 0x0b;

/// What is searched: name, full name, description and keywords, with a sign between them.
fn line(repository: &str, entry: &IndexEntry) -> String {
    let metadata = &entry.metadata;
    let keywords: Vec<String> = metadata.keywords.iter().map(Str::to_string).collect();
    let keywords = keywords.join(" ");
    let name = &metadata.name;
    format!("{name}\u{b}{repository}/{name}\u{b}{}\u{b}{keywords}", metadata.description)
}

impl Found {
    fn of(repository: &str, name: &Str, entry: &IndexEntry, score: usize) -> Self {
        let metadata = &entry.metadata;
        let full = crate::model::clean_path(&format!("{repository}/{name}"));
        Self {
            name: full.split("$$").next().unwrap_or_default().to_owned(),
            version: metadata.version.clone(),
            app_version: metadata.app_version.clone(),
            description: metadata.description.clone(),
            score,
        }
    }
}

/// The best scores first, names in order, the newest version of a chart first.
fn sort(found: &mut [Found]) {
    found.sort_by(|a, b| {
        let newer = || match (Version::parse(&a.version), Version::parse(&b.version)) {
            (Ok(a), Ok(b)) => b.compare(&a),
            _ => std::cmp::Ordering::Equal,
        };
        a.score.cmp(&b.score).then_with(|| a.name.cmp(&b.name)).then_with(newer)
    });
}

/// Those that fit the constraint; of each chart the first unless all versions are wanted.
fn constrain(found: Vec<Found>, query: &Query) -> Result<Vec<Found>, Failure> {
    let constraint = Constraint::parse(query.constraint.as_bytes())
        .map_err(|error| format!("an invalid version/constraint format: {error}"))?;
    let mut seen = std::collections::HashSet::new();
    let mut kept = Vec::new();
    for chart in found {
        if !query.all_versions && seen.contains(&chart.name) {
            continue;
        }
        let version = Version::parse(&chart.version);
        if version.is_ok_and(|version| constraint.check(&version)) {
            seen.insert(chart.name.clone());
            kept.push(chart);
        }
    }
    Ok(kept)
}
