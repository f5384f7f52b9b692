//! The name of the release: typed, made by a template, or the one that stands for none.

use std::ffi::OsStr;

use super::template::Args;
use super::{Error, Session, install, small_template};
use go_text_template::data::{Failure, Str, Value};
use go_text_template::functions;

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
