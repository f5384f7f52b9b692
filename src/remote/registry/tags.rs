//! The tags of a repository that are versions, the newest first.

use super::client::{Action, same_origin};
use super::refused::refused;
use super::{Client, Error, Reference};
use crate::network::{Request, resolve};
use go_text_template::data::{Str, Tree};
use go_text_template::json;
use go_text_template::semver::{Constraint, Version};

/// The largest page of tags, in bytes.
const MOST_PAGE: u64 = 4 << 20;
/// The most pages.
const MOST_PAGES: usize = 1000;

impl Client<'_> {
    /// The versions that the repository of `reference` has.
    pub fn tags(&self, reference: &str) -> Result<Vec<String>, Error> {
        let reference = Reference::parse_tagged(reference)?;
        let mut versions = Vec::new();
        let mut url = self.url(&reference, "tags/list");
        for _ in 0..MOST_PAGES {
            let response = self.send(&Request::get(&url), &reference, Action::Pull)?;
            if response.status != 200 {
                return Err(refused("GET", response));
            }
            let next = next_page(&response.url, response.header("Link"))?;
            let at = response.url.clone();
            let text = response.bytes(MOST_PAGE)?;
            let page = json::read(&text.into()).map_err(|error| {
                Error::Answer(format!("GET {at:?}: failed to decode response: {error}"))
            })?;
            versions.extend(page_versions(&page));
            match next {
                Some(next) => url = next,
                None => break,
            }
        }
        versions.sort_by(|a, b| b.compare(a));
        Ok(versions.iter().map(Version::to_string).collect())
    }
}

/// The tags that are versions to the letter; an underscore stands for a plus.
fn page_versions(page: &Tree) -> Vec<Version> {
    let Some(Tree::List(tags)) = page.at(&["tags"]) else { return Vec::new() };
    let tags = tags.iter().filter_map(Tree::as_str).map(Str::to_string);
    tags.filter_map(|tag| Version::parse_strict(tag.replace('_', "+").as_bytes()).ok()).collect()
}

/// The address of the next page, which has to be of the same server.
fn next_page(url: &str, link: Option<&str>) -> Result<Option<String>, Error> {
    let Some(link) = link else { return Ok(None) };
    let bad = |why: &str| Error::Answer(format!("invalid next link {link:?}: {why}"));
    let rest = link.strip_prefix('<').ok_or_else(|| bad("missing '<'"))?;
    let (target, _) = rest.split_once('>').ok_or_else(|| bad("missing '>'"))?;
    let (folder, _) = url.rsplit_once('/').unwrap_or((url, ""));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let base = folder.split('?').next().unwrap_or_default();
    let next = resolve(base, path).map_err(Error::Answer)?;
    if !same_origin(url, &next) {
        return Err(bad(&format!("not the same origin as {url:?}")));
    }
    Ok(Some(if query.is_empty() { next } else { format!("{next}?{query}") }))
}

/// The first of `tags` that is `version`, or else the first in its range.
pub fn matching_tag(tags: &[String], version: &str) -> Result<String, Error> {
    if let Some(tag) = tags.iter().find(|tag| *tag == version) {
        return Ok(tag.clone());
    }
    let wanted = if version.is_empty() { "*" } else { version };
    let constraint = Constraint::parse(wanted.as_bytes()).map_err(Error::Constraint)?;
    let fits = |tag: &&String| {
        Version::parse(tag.as_bytes()).is_ok_and(|version| constraint.check(&version))
    };
    tags.iter().find(fits).cloned().ok_or_else(|| Error::NoMatch(version.to_owned()))
}
