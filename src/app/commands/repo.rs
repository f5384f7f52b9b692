//! `chart repo`: the repositories that are set up.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::table::Table;
use super::{Error, Session};
use crate::files;
use crate::model;
use crate::network::{self, Limits};
use crate::repository::{self, Generated, Index, Repositories, Repository};
use crate::sources::index_files::{self, Care, Fresh};
use crate::sources::{self, Access, LoadError, config_error};
use go_text_template::data::Str;
use go_text_template::dates::Time;
use go_text_template::{json, yaml};

/// How a result is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

/// What `repo add` was asked for.
#[derive(Clone, Debug, Default)]
pub struct AddArgs {
    /// The repository.
    pub repository: Repository,
    /// `--force-update`.
    pub force_update: bool,
    /// `--allow-deprecated-repos`.
    pub allow_deprecated: bool,
    /// `--password-stdin`.
    pub password_stdin: bool,
    /// `--timeout`.
    pub timeout: Option<Duration>,
}

/// Repositories that are gone for good, and what took their place.
const GONE: [(&str, &str); 2] = [
    ("//kubernetes-charts.storage.googleapis.com", "https://charts.helm.sh/stable"),
    ("//kubernetes-charts-incubator.storage.googleapis.com", "https://charts.helm.sh/incubator"),
];

/// Sets up a repository once its index was fetched.
pub fn add(args: &AddArgs, session: &mut Session<'_>) -> Result<(), Error> {
    let mut new = args.repository.clone();
    let gone = GONE.iter().find(|(url, _)| !args.allow_deprecated && new.url.contains(url));
    if let Some((_, instead)) = gone {
        let url = &new.url;
        return Err(Error::said(format!(
            "repo {url:?} is no longer available; try {instead:?} instead"
        )));
    }
    let path = PathBuf::from(&session.settings.repository_config);
    if let Some(folder) = path.parent() {
        files::make_folder(folder)?;
    }
    let _lock = lock(&path, true, session)?;
    let mut repositories = read_or_default(&path)?;
    if !new.username.is_empty() && new.password.is_empty() {
        new.password = password(args.password_stdin, session)?;
    }
    let name = new.name.clone();
    if name.contains('/') {
        return Err(Error::said(format!(
            "repository name ({name}) contains '/', please specify a different name without '/'"
        )));
    }
    match repositories.get(&name) {
        Some(known) if !args.force_update && *known != new => {
            return Err(Error::said(format!(
                "repository name ({name}) already exists, please specify a different name"
            )));
        }
        Some(_) if !args.force_update => {
            return say(
                session,
                &format!("{name:?} already exists with the same configuration, skipping\n"),
            );
        }
        _ => {}
    }
    fetch_first(&new, args.timeout, session)?;
    repositories.put(new);
    files::write_through(&path, &repositories.to_yaml(), 0o600)?;
    say(session, &format!("{name:?} has been added to your repositories\n"))
}

/// Fetches the index of a repository that is to be set up.
fn fetch_first(
    new: &Repository,
    timeout: Option<Duration>,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    let url = &new.url;
    session.find_getters();
    sources::check_protocol(url, &session.fetcher())?;
    let fetched = refresh(new, timeout, session);
    let fresh = fetched.map_err(|error| {
        let what = "is not a valid chart repository or cannot be reached";
        error.within(format!("looks like {url:?} {what}"))
    })?;
    index_files::say(&fresh.notices, url, &mut session.log());
    Ok(())
}

fn refresh(
    repository: &Repository,
    timeout: Option<Duration>,
    session: &Session<'_>,
) -> Result<Fresh, Error> {
    let (care, access) = (Care::Everything, access(repository, timeout));
    let cache = &session.settings.repository_cache;
    let (fetcher, compat) = (session.fetcher(), session.compat);
    Ok(index_files::refresh(repository, cache, &access, care, &fetcher, compat)?)
}

fn access(repository: &Repository, timeout: Option<Duration>) -> Access {
    Access {
        limits: timeout.filter(|timeout| !timeout.is_zero()).map_or(Limits::FILE, Limits::of),
        ..Access::of(repository)
    }
}

/// Keeps others from changing the list of repositories while we do; `makes` the file for it, as
/// Helm does when it adds one.
fn lock(path: &Path, makes: bool, session: &Session<'_>) -> Result<std::fs::File, Error> {
    let lock = match path.extension() {
        Some(_) => path.with_extension("lock"),
        None => PathBuf::from(format!("{}.lock", path.display())),
    };
    let mut options = crate::system::files(0o600);
    let file = options.read(true).write(true).create(makes).truncate(false).open(&lock);
    let file = file.map_err(|error| files::failed("open", &lock, &error))?;
    for _ in 0..300 {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(std::fs::TryLockError::Error(error)) => {
                return Err(files::failed("flock", &lock, &error).into());
            }
            Err(std::fs::TryLockError::WouldBlock) => {
                session.network.wait(Duration::from_millis(100));
            }
        }
    }
    Err(Error::said("context deadline exceeded"))
}

fn read_or_default(path: &Path) -> Result<Repositories, Error> {
    let text = match files::read(path) {
        Ok(text) => text,
        Err(error) if error.is_missing() => Str::EMPTY,
        Err(error) => return Err(Error::File(error)),
    };
    Repositories::read(&text).map_err(|error| config_error(&path.to_string_lossy(), &error).into())
}

fn password(from_stdin: bool, session: &mut Session<'_>) -> Result<String, Error> {
    if from_stdin {
        return super::secret::piped(std::io::stdin().lock());
    }
    let shown = write!(session.out, "Password: ").and_then(|()| session.out.flush());
    shown.map_err(Error::Stdout)?;
    let password = super::secret::read();
    writeln!(session.out).map_err(Error::Stdout)?;
    password.map_err(|error| Error::said(error.to_string()))
}

fn say(session: &mut Session<'_>, text: &str) -> Result<(), Error> {
    session.out.write_all(text.as_bytes()).map_err(Error::Stdout)
}

/// What `repo list` was asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListArgs {
    /// `--output`.
    pub format: Format,
    /// `--no-headers`.
    pub no_headers: bool,
}

/// Lists the repositories.
pub fn list(args: ListArgs, session: &mut Session<'_>) -> Result<(), Error> {
    const NONE: &str = "no repositories to show";
    let repositories = known(session)?;
    let entries = &repositories.entries;
    if entries.is_empty() && args.format == Format::Table {
        if session.compat.is_helm3() {
            return Err(Error::said(NONE));
        }
        session.say(NONE);
        return Ok(());
    }
    let mut table = Table::new(0);
    if !args.no_headers {
        table.row(["NAME", "URL"]);
    }
    entries.iter().for_each(|entry| table.row([&entry.name, &entry.url]));
    let rows = entries.iter().map(|entry| vec![("name", &*entry.name), ("url", &*entry.url)]);
    let text = formatted(args.format, &table, rows.collect());
    say(session, &text)
}

/// The repositories; none if the file cannot be read, unless something may get lost.
pub(super) fn known(session: &Session<'_>) -> Result<Repositories, Error> {
    let path = &session.settings.repository_config;
    let Ok(text) = files::read(Path::new(path)) else { return Ok(Repositories::default()) };
    match Repositories::read(&text) {
        Err(error @ repository::ConfigError::NullEntry(_)) => {
            Err(config_error(path, &error).into())
        }
        repositories => Ok(repositories.unwrap_or_default()),
    }
}

/// A table, or its rows as JSON or YAML.
pub(super) fn formatted(format: Format, table: &Table, rows: Vec<Vec<(&str, &str)>>) -> String {
    use go_text_template::data::{Tree, Value};
    let row = |row: &Vec<(&str, &str)>| {
        let fields =
            row.iter().map(|(name, text)| (Str::from(*name), Tree::String((*text).into())));
        Tree::map(fields.collect())
    };
    let tree = || Tree::list(rows.iter().map(row).collect());
    let text = match format {
        Format::Table => table.text().into_bytes(),
        Format::Json => {
            let order: Vec<&str> = rows
                .first()
                .map(|row| row.iter().map(|(name, _)| *name).collect())
                .unwrap_or_default();
            json::write_ordered(&tree(), json::Style::COMPACT, &order)
        }
        Format::Yaml => {
            let text = yaml::write(&Value::from(&tree()), &mut |_| true).unwrap_or_default();
            return String::from_utf8_lossy(&text).into_owned();
        }
    };
    format!("{}\n", String::from_utf8_lossy(&text))
}

/// What `repo update` was asked for.
#[derive(Clone, Debug, Default)]
pub struct UpdateArgs {
    /// The repositories; all of them if none is named.
    pub names: Vec<String>,
    /// `--timeout`.
    pub timeout: Option<Duration>,
    /// `--fail-on-repo-update-fail` of Helm 3.
    pub fails: bool,
}

/// Fetches the indexes of repositories again, all at once.
pub fn update(args: &UpdateArgs, session: &mut Session<'_>) -> Result<(), Error> {
    const NONE: &str = "no repositories found. You must add one before updating";
    let path = session.settings.repository_config.clone();
    let repositories = match sources::load_repositories(&path) {
        Err(LoadError::Missing) => return Err(Error::said(NONE)),
        Err(LoadError::Bad(error)) => {
            return Err(Error::from(error).within(format!("failed loading file: {path}")));
        }
        Ok(repositories) if repositories.entries.is_empty() => return Err(Error::said(NONE)),
        Ok(repositories) => repositories,
    };
    if let Some(name) = args.names.iter().find(|name| repositories.get(name).is_none()) {
        return Err(Error::said(format!(
            "no repositories found matching '{name}'.  Nothing will be updated"
        )));
    }
    let is_wanted = |entry: &&Repository| args.names.is_empty() || args.names.contains(&entry.name);
    let wanted: Vec<&Repository> = repositories.entries.iter().filter(is_wanted).collect();
    for entry in &wanted {
        session.find_getters();
        sources::check_protocol(&entry.url, &session.fetcher())?;
    }
    say(session, HANG_TIGHT)?;
    let mut failed = Vec::new();
    for (entry, result) in wanted.iter().zip(refresh_all(&wanted, args.timeout, session)) {
        if !tell(entry, result, session)? {
            failed.push(entry.url.clone());
        }
    }
    if !failed.is_empty() && (args.fails || !session.compat.is_helm3()) {
        let word = if session.compat.is_helm3() { "Failed" } else { "failed" };
        let failed = failed.join(" ");
        return Err(Error::said(format!(
            "{word} to update the following repositories: [{failed}]"
        )));
    }
    say(session, UPDATE_COMPLETE)
}

/// What is said before and after repositories are updated.
pub(super) const HANG_TIGHT: &str =
    "Hang tight while we grab the latest from your chart repositories...\n";
pub(super) const UPDATE_COMPLETE: &str = "Update Complete. ⎈Happy Helming!⎈\n";

/// The most indexes that are fetched at once.
pub(super) const AT_ONCE: usize = 8;

fn refresh_all(
    wanted: &[&Repository],
    timeout: Option<Duration>,
    session: &Session<'_>,
) -> Vec<Result<Fresh, Error>> {
    let cache = session.settings.repository_cache.clone();
    let (fetcher, compat) = (session.fetcher(), session.compat);
    let refresh = |repository: &&Repository| -> Result<Fresh, Error> {
        let (care, access) = (Care::Everything, access(repository, timeout));
        Ok(index_files::refresh(repository, &cache, &access, care, &fetcher, compat)?)
    };
    super::parallel::map(wanted, AT_ONCE, refresh, &mut |_| {})
}

/// Says how the update of a repository went; true if it went well.
pub(super) fn tell(
    entry: &Repository,
    result: Result<Fresh, Error>,
    session: &mut Session<'_>,
) -> Result<bool, Error> {
    let Repository { name, url, .. } = entry;
    match result {
        Ok(fresh) => {
            index_files::say(&fresh.notices, url, &mut session.log());
            let text =
                format!("...Successfully got an update from the {name:?} chart repository\n");
            say(session, &text)?;
            Ok(true)
        }
        Err(error) => {
            let error = error.message(session.compat);
            let text = format!(
                "...Unable to get an update from the {name:?} chart repository ({url}):\n\t{error}\n"
            );
            say(session, &text)?;
            Ok(false)
        }
    }
}

/// Forgets repositories and their indexes.
pub fn remove(names: &[String], session: &mut Session<'_>) -> Result<(), Error> {
    let path = PathBuf::from(&session.settings.repository_config);
    // Without the file nobody is adding one.
    let _lock = lock(&path, false, session).ok();
    let mut repositories = known(session)?;
    if repositories.entries.is_empty() {
        return Err(Error::said("no repositories configured"));
    }
    for name in names {
        if !repositories.remove(name) {
            return Err(Error::said(format!("no repo named {name:?} found")));
        }
        files::write_through(&path, &repositories.to_yaml(), 0o600)?;
        remove_from_cache(name, session)?;
        say(session, &format!("{name:?} has been removed from your repositories\n"))?;
    }
    Ok(())
}

fn remove_from_cache(name: &str, session: &Session<'_>) -> Result<(), Error> {
    let cache = &session.settings.repository_cache;
    let _ = std::fs::remove_file(index_files::charts_path(cache, name));
    let index = index_files::path(cache, name);
    match std::fs::remove_file(&index) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(files::failed("remove", &index, &error).into())
        }
        _ => Ok(()),
    }
}

/// What `repo index` was asked for.
#[derive(Clone, Debug, Default)]
pub struct IndexArgs {
    /// The folder with the archives.
    pub folder: PathBuf,
    /// `--url`.
    pub url: String,
    /// `--merge`; empty if it was not given.
    pub merge: PathBuf,
    /// `--json`.
    pub json: bool,
}

/// Writes the index of a folder.
pub fn index(args: &IndexArgs, session: &mut Session<'_>) -> Result<(), Error> {
    let folder = std::path::absolute(&args.folder)
        .map_err(|error| files::failed("getwd", &args.folder, &error))?;
    let folder = model::cleaned(&folder);
    let mut generated = Generated { generated: now(session), ..Generated::default() };
    for archive in archives(&folder) {
        add_archive(&mut generated, &folder, &archive, &args.url, session)?;
    }
    if !args.merge.as_os_str().is_empty() {
        let other = to_merge(&args.merge, args.json, session)?;
        repository::merge(&mut generated, other);
    }
    generated.sort();
    write_index(&generated, &folder.join("index.yaml"), args.json)
}

/// The archives of a folder, then those one level below it.
fn archives(folder: &Path) -> Vec<PathBuf> {
    let entries = |folder: &Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        paths
    };
    let is_archive = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "tgz");
    let top = entries(folder);
    let mut found: Vec<PathBuf> = top.iter().filter(|path| is_archive(path)).cloned().collect();
    for inner in top.iter().filter(|path| path.is_dir()) {
        found.extend(entries(inner).into_iter().filter(is_archive));
    }
    found
}

fn add_archive(
    generated: &mut Generated,
    folder: &Path,
    archive: &Path,
    url: &str,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    let mut notices = Vec::new();
    let loaded = model::load(archive, session.compat, &mut notices);
    session.say_all(&mut notices);
    // What cannot be loaded is taken for something else than a chart.
    let Ok(loaded) = loaded else { return Ok(()) };
    let name = archive.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let parent = archive.parent().and_then(|parent| parent.strip_prefix(folder).ok());
    let parent = parent.unwrap_or(Path::new("")).to_string_lossy().into_owned();
    let join = |base: &str, part: &str| {
        network::join(base, &[part])
            .unwrap_or_else(|_| model::clean_path(&format!("{base}/{part}")))
    };
    let base = join(url, &parent);
    let address = if base.is_empty() { name } else { join(&base, &name) };
    let bytes = files::read(archive).map_err(Error::File)?;
    let metadata = (*loaded.metadata).clone();
    generated.add(metadata, address, files::sha256(&bytes), now(session));
    Ok(())
}

fn now(session: &Session<'_>) -> String {
    let zone = session.world.local_zone();
    let time = Time::now(session.world.now(), session.world.monotonic(), zone);
    String::from_utf8_lossy(&time.format(b"2006-01-02T15:04:05.999999999Z07:00")).into_owned()
}

/// The index to merge into; a new one is begun if there is none.
fn to_merge(path: &Path, json: bool, session: &mut Session<'_>) -> Result<Index, Error> {
    if !path.exists() {
        let empty = Generated { generated: now(session), ..Generated::default() };
        // Helm does not mind if this file cannot be written.
        let _ = write_index(&empty, path, json);
        return Ok(Index::default());
    }
    let loaded = index_files::load(path, None, &mut session.log());
    Ok(loaded.map_err(|error| error.within("merge failed"))?)
}

fn write_index(generated: &Generated, path: &Path, json: bool) -> Result<(), Error> {
    let text = if json { repository::to_json(generated) } else { repository::to_yaml(generated) };
    Ok(files::write(path, &text, 0o644)?)
}
