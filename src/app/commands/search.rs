//! `chart search repo`: charts by a word, in the indexes that were fetched.

use super::repo::{self, Format, formatted};
use super::table::Table;
use super::{Error, Session};
use crate::repository::{Found, Index, Query, search};
use crate::sources::index_files;
use go_text_template::Compat;

/// What `search repo` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The words of the term.
    pub words: Vec<String>,
    /// `--regexp`.
    pub regexp: bool,
    /// `--versions`.
    pub versions: bool,
    /// `--devel`.
    pub devel: bool,
    /// `--version`.
    pub version: String,
    /// `--max-col-width`.
    pub max_column_width: usize,
    /// `--fail-on-no-result`.
    pub fail_on_no_result: bool,
    /// `--output`.
    pub format: Format,
}

/// Writes the charts that fit.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let query = query(args, session);
    let indexes = indexes(session)?;
    let found = search(&indexes, &query)?;
    if found.is_empty() && args.fail_on_no_result {
        return Err(Error::said("no results found"));
    }
    let text = text(&found, args);
    session.out.write_all(text.as_bytes()).map_err(Error::Stdout)
}

fn query(args: &Args, session: &mut Session<'_>) -> Query {
    session.debug("original chart version", &[("version", &args.version)]);
    let constraint = match (args.version.as_str(), args.devel) {
        ("", true) => ">0.0.0-0",
        ("", false) => ">0.0.0",
        (version, _) => version,
    };
    if args.version.is_empty() {
        session.debug(&format!("setting version to {constraint}"), &[]);
    }
    Query {
        term: (!args.words.is_empty()).then(|| args.words.join(" ")),
        is_regexp: args.regexp,
        constraint: constraint.to_owned(),
        all_versions: args.versions,
    }
}

/// The indexes of all repositories; what is wrong with one is said.
fn indexes(session: &mut Session<'_>) -> Result<Vec<(String, Index)>, Error> {
    let repositories = repo::known(session)?;
    if repositories.entries.is_empty() {
        return Err(Error::said("no repositories configured"));
    }
    let mut indexes = Vec::new();
    for repository in repositories.entries {
        let name = repository.name;
        let path = index_files::path(&session.settings.repository_cache, &name);
        match index_files::load(&path, None, &mut session.log()) {
            Ok(index) => indexes.push((name, index)),
            Err(error) => say_corrupt(&name, &error.message(session.compat), session),
        }
    }
    Ok(indexes)
}

fn say_corrupt(name: &str, error: &str, session: &mut Session<'_>) {
    match session.compat {
        Compat::Helm3 => {
            session.say(format_args!(
                "WARNING: Repo {name:?} is corrupt or missing. Try 'helm repo update'."
            ));
            session.say(format_args!("WARNING: {error}"));
        }
        Compat::Helm4 => {
            let attributes: [(&[u8], &[u8]); 2] =
                [(b"repo", name.as_bytes()), (b"error", error.as_bytes())];
            let line = crate::model::log_line(b"WARN", b"repo is corrupt or missing", &attributes);
            session.say(line);
        }
    }
}

fn text(found: &[Found], args: &Args) -> String {
    if found.is_empty() && args.format == Format::Table {
        return "No results found\n".to_owned();
    }
    let texts: Vec<[String; 4]> = found
        .iter()
        .map(|chart| {
            let Found { name, version, app_version, description, .. } = chart;
            [name.clone(), version.to_string(), app_version.to_string(), description.to_string()]
        })
        .collect();
    let mut table = Table::new(args.max_column_width);
    table.row(["NAME", "CHART VERSION", "APP VERSION", "DESCRIPTION"]);
    texts.iter().for_each(|row| table.row(row));
    let names = ["name", "version", "app_version", "description"];
    let row = |row: &'_ [String; 4]| -> Vec<(&'static str, String)> {
        names.into_iter().zip(row.iter().cloned()).collect()
    };
    let owned: Vec<Vec<(&str, String)>> = texts.iter().map(row).collect();
    let borrowed =
        owned.iter().map(|row| row.iter().map(|(name, text)| (*name, &**text)).collect());
    formatted(args.format, &table, borrowed.collect())
}
