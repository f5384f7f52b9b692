//! `chart pull`: a chart's archive from a repository or registry, unpacked if that is wanted.

use std::path::{Path, PathBuf};

use super::cache::{self, ContentCache};
use super::download::{self, Place};
use super::locate::{self, Source};
use super::registry::Registry;
use super::{Error, Session, verify};
use crate::files;
use crate::model::{Archive, read_archive};
use go_text_template::Compat;

/// What `pull` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The charts.
    pub charts: Vec<String>,
    /// Where they come from.
    pub source: Source,
    /// `--destination`.
    pub destination: PathBuf,
    /// `--untar`.
    pub untar: bool,
    /// `--untardir`.
    pub untar_directory: PathBuf,
    /// `--prov`.
    pub with_provenance: bool,
}

/// Fetches the charts one after the other.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let client = Registry::new(&args.source.registry, session)?;
    for chart in &args.charts {
        let said = pull(chart, args, &client, session)?;
        session.out.write_all(said.as_bytes()).map_err(Error::Stdout)?;
    }
    Ok(())
}

/// Fetches one chart, and gives what is to be said about it.
fn pull(
    chart: &str,
    args: &Args,
    client: &Registry<'_>,
    session: &mut Session<'_>,
) -> Result<String, Error> {
    session.find_getters();
    let temporary = if args.untar { Some(files::temporary()?) } else { None };
    let destination = match &temporary {
        Some(folder) => folder.path().to_owned(),
        None => args.destination.clone(),
    };
    let source = &args.source;
    let (reference, expected) = match source.repository.as_str() {
        "" => (chart.to_owned(), String::new()),
        _ => locate::in_repository_at(chart, &source.version, source, session)?,
    };
    let access = source.access_to(&reference);
    let mut place = download::resolve(&reference, &source.version, &access, client, session)?;
    place.expected = expected;
    download::check_scheme(&place.url, &session.fetcher())?;
    let archive = destination.join(place.file_name());
    files::write(&archive, &bytes(&place, client, session)?, 0o644)?;
    let said = provenance(&reference, &place, &archive, args, client, session)?;
    if args.untar {
        unpack(&archive, chart, args, session)?;
    }
    Ok(said)
}

/// The archive; Helm 4 takes it from the cache if it is there.
fn bytes(
    place: &Place,
    client: &Registry<'_>,
    session: &mut Session<'_>,
) -> Result<Vec<u8>, Error> {
    let known = match session.compat {
        Compat::Helm3 => None,
        Compat::Helm4 => cache::key(&place.digest).map_err(|bad| Error::said(bad.to_string()))?,
    };
    if let Some(digest) = known
        && let Some(found) = ContentCache::new(&session.settings.content_cache).get(&digest)
    {
        return Ok(found);
    }
    let fetched = download::fetch(place, client, &session.fetcher())?;
    session.registry_note(&fetched.notes, true)?;
    download::verify(place, &fetched.bytes)?;
    Ok(fetched.bytes)
}

/// Fetches and verifies the signature, as far as that is wanted; gives what is to be said.
fn provenance(
    reference: &str,
    place: &Place,
    archive: &Path,
    args: &Args,
    client: &Registry<'_>,
    session: &mut Session<'_>,
) -> Result<String, Error> {
    let verifies = args.source.keyring.is_some();
    if !verifies && !args.with_provenance {
        return Ok(String::new());
    }
    let fetched = match download::fetch_provenance(place, client, &session.fetcher()) {
        Ok(fetched) => fetched,
        Err(_) if verifies => {
            let url = format!("{}.prov", place.url);
            return Err(Error::said(format!("failed to fetch provenance {url:?}")));
        }
        Err(error) => {
            let error = error.message(session.compat);
            return Ok(format!("WARNING: Verification not found for {reference}: {error}\n"));
        }
    };
    session.registry_note(&fetched.notes, true)?;
    let path = files::with_ending(archive, ".prov");
    files::write(&path, &fetched.bytes, 0o644)?;
    let Some(keyring) = &args.source.keyring else { return Ok(String::new()) };
    Ok(verify::verify(archive, &path, keyring, session)?.text())
}

/// Unpacks the archive into a folder with the chart's name.
fn unpack(archive: &Path, chart: &str, args: &Args, session: &Session<'_>) -> Result<(), Error> {
    let mut folder = args.untar_directory.clone();
    if !folder.is_absolute() {
        folder = args.destination.join(folder);
    }
    let folder = crate::model::cleaned(&folder);
    // Helm looks at a folder with the name of what was asked for, whatever the chart's name is.
    let last = chart.rsplit('/').next().unwrap_or_default();
    let expected = if folder == Path::new(".") { PathBuf::from(last) } else { folder.join(last) };
    if expected.exists() {
        return Err(Error::said(format!(
            "failed to untar: a file or directory with the name {} already exists",
            expected.display()
        )));
    }
    files::make_folder(&expected)
        .map_err(|error| Error::from(error).within("failed to untar (mkdir)"))?;
    let unpacked =
        read_archive(archive, session.compat).map_err(|fault| Error::said(fault.to_string()))?;
    write_files(&unpacked, &folder)
}

/// Writes the files of `archive` below a folder of its own in `folder`.
fn write_files(archive: &Archive, folder: &Path) -> Result<(), Error> {
    let chart = folder.join(archive.name.to_string());
    for file in &archive.files {
        let path = chart.join(file.name.to_string());
        refuse_links(&chart, &path)?;
        files::make_folder(path.parent().unwrap_or(&chart))?;
        files::write(&path, file.data(), 0o644)?;
    }
    Ok(())
}

/// Fails if a symbolic link lies between the chart's folder and `path`: it may lead anywhere.
fn refuse_links(chart: &Path, path: &Path) -> Result<(), Error> {
    let inside = path.ancestors().take_while(|part| part.starts_with(chart));
    for part in inside {
        if part.symlink_metadata().is_ok_and(|found| found.file_type().is_symlink()) {
            let part = part.display();
            return Err(Error::said(format!(
                "{part} is a symbolic link: nothing is written there"
            )));
        }
    }
    Ok(())
}
