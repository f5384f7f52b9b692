//! Answers that are no good ones.

use super::error::Error;
use crate::network::Response;
use go_text_template::data::Tree;
use go_text_template::json;

/// What an answer says that is not the one that was hoped for.
pub(super) fn refused(method: &'static str, response: Response) -> Error {
    const MOST: u64 = 8 << 10;
    let (status, url) = (response.status, response.url.clone());
    let text = response.bytes(MOST).unwrap_or_default();
    let errors = match json::read(&text.into()).ok().as_ref().and_then(|tree| tree.at(&["errors"]))
    {
        Some(Tree::List(errors)) => errors.to_vec(),
        _ => Vec::new(),
    };
    Error::Status { method, url, status, errors }
}
