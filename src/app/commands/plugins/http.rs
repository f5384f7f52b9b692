//! Archives of plugins on servers of HTTP.

use super::super::{Error, Session};
use super::find::find_in;
use super::origin::Kind;
use crate::network::Request;
use crate::plugins::{cache_key, name_of_archive};
use crate::sources::{Access, MOST_FILE};

/// True if an archive is at `source`. Helm 4 looks at its name first, Helm 3 only asks the server.
pub(super) fn is_archive(source: &str, session: &Session<'_>) -> bool {
    if !source.starts_with("http://") && !source.starts_with("https://") {
        return false;
    }
    if !session.compat.is_helm3() && name_of_archive(source).is_some() {
        return true;
    }
    let request = Request { method: "HEAD", ..Request::get(source) };
    let Ok(response) = session.network.send(&request) else { return false };
    let kind = response.header("Content-Type").unwrap_or_default().to_lowercase();
    let archives =
        ["application/gzip", "application/x-gzip", "application/x-tgz", "application/x-gtar"];
    archives.contains(&kind.as_str())
}

/// The archive at `source`.
pub(super) fn archive(source: &str, session: &mut Session<'_>) -> Result<Kind, Error> {
    let key = cache_key(source).map_err(|error| Error::said(error.to_string()))?;
    if name_of_archive(source).is_none() {
        return Err(Error::said(format!("no extractor implemented yet for {source}")));
    }
    if !session.compat.is_helm3() {
        // Helm 4 takes the current folder for the one of plugins here; none of them is used.
        let _ = session.say_found(find_in(&["."], &session.settings, session.compat));
    }
    Ok(Kind::Server { url: source.to_owned(), key })
}

/// What is at `url`.
pub(super) fn get(url: &str, session: &Session<'_>) -> Result<Vec<u8>, Error> {
    let access = Access { url: url.to_owned(), ..Access::default() };
    Ok(access.get(url, None, &session.fetcher())?.bytes(MOST_FILE)?)
}
