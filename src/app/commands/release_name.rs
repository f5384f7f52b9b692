//! The name of the release: typed, made by a template, or the one that stands for none.

use std::ffi::OsStr;

use super::error::ReleaseNameError;
use super::template::Args;
use super::{Error, Session, install, small_template};
use go_text_template::data::{Failure, Str, Value};
use go_text_template::functions;

/// The longest name: room for what Kubernetes' own names add.
const MAX_LENGTH: usize = 53;

/// The release's name and the word that names the chart.
pub(super) fn name_and_chart<'a>(
    args: &'a Args,
    session: &Session<'_>,
) -> Result<(Str, &'a OsStr), Error> {
    match args.words.as_slice() {
        [] => Err(Failure::new("no chart is named").into()),
        [chart] => match args.name_template.as_deref().filter(|template| !template.is_empty()) {
            Some(template) => Ok((from_template(template, session)?, chart)),
            None => Ok((unnamed(args, chart, session)?, chart)),
        },
        [_, _] if args.generate_name => {
            Err(Failure::new("cannot set --generate-name and also specify a name").into())
        }
        [_, _] if args.name_template.as_deref().is_some_and(|template| !template.is_empty()) => {
            Err(Failure::new("cannot set --name-template and also specify a name").into())
        }
        [name, chart] => Ok((Str::from(name.as_encoded_bytes()), chart)),
        [_, _, more @ ..] => Err(Failure::from(format!(
            "expected at most two arguments, unexpected arguments: {}",
            more.join(OsStr::new(", ")).display()
        ))
        .into()),
    }
}

/// What stands for a name that is not given: a template has one, a release has to be named.
fn unnamed(args: &Args, chart: &OsStr, session: &Session<'_>) -> Result<Str, Error> {
    if !args.is_installed {
        return Ok(Str::from_static("release-name"));
    }
    if !args.generate_name {
        let text = "must either provide a name or specify --generate-name";
        return Err(Failure::new(text).into());
    }
    Ok(install::generated_name(&chart.to_string_lossy(), session))
}

/// Executes `text` without data.
fn from_template(text: &str, session: &Session<'_>) -> Result<Str, Error> {
    let lookup = |name: &str| functions::lookup(name, session.compat);
    small_template::execute("name-template", text, Value::Nil, &lookup, session)
}

/// Checks that `name` can be part of Kubernetes' names.
pub(super) fn check(name: &Str) -> Result<(), ReleaseNameError> {
    let parts = name.split(|&byte| byte == b'.');
    if name.len() <= MAX_LENGTH && parts.into_iter().all(is_label) {
        return Ok(());
    }
    Err(ReleaseNameError(name.to_string()))
}

/// True for lower-case letters, digits and dashes that neither begin nor end with a dash.
fn is_label(part: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    part.first().is_some_and(is_letter)
        && part.last().is_some_and(is_letter)
        && part.iter().all(|byte| is_letter(byte) || *byte == b'-')
}
