//! `chart images`: which images a chart or a bundle needs.

use std::path::PathBuf;

use super::image_list::{as_text, check};
use super::{Error, Session, bundle};
use crate::bundle::{Document, Image, Role, images, is_name, moved};
use crate::files;
use crate::manifest;
use go_text_template::data::{Failure, Str};
use serde_json::{Value, json};

/// What `images` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The file with documents, if it is one; else the chart that `bundle` names.
    pub file: Option<PathBuf>,
    /// How the chart is rendered.
    pub bundle: bundle::Args,
    /// `--why`: tell who names each image.
    pub why: bool,
    /// `--output json`.
    pub json: bool,
}

/// Writes the images, each on a line; with `--rewrite` its name in the other registry beside it.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let images = match &args.file {
        Some(path) => of_file(path, session)?,
        None => bundle::images(&args.bundle, session)?,
    };
    let registry = args.bundle.registry.as_deref();
    check(&images, registry)?;
    warn(&images, session);
    let text =
        if args.json { as_json(&images, registry) } else { as_text(&images, registry, args.why) };
    session.out.write_all(text.as_bytes()).map_err(Error::Stdout)
}

/// Tells of names that no registry knows, and who has them.
fn warn(images: &[Image], session: &mut Session<'_>) {
    for image in images.iter().filter(|image| !is_name(&image.name)) {
        let Some(place) = image.uses.first() else { continue };
        let (name, object, field) = (&image.name, &place.object, &place.field);
        session.say(format_args!("warning: {name:?} is no name of an image: {object} {field}"));
    }
}

/// The images in a file of documents.
fn of_file(path: &std::path::Path, session: &Session<'_>) -> Result<Vec<Image>, Error> {
    let text = files::read_if_there(path)?;
    let text = Str::from(text.ok_or_else(|| Error::PathNotFound(path.display().to_string()))?);
    let mut documents = Vec::new();
    for range in manifest::split(&text, session.compat) {
        let failed = |error: go_text_template::yaml::Error| {
            Failure::from(format!("{} is not YAML: {}", path.display(), error.problem()))
        };
        let part = text.slice(range.clone());
        documents
            .extend(Document::read(Str::EMPTY, range.start, part, Role::Resource).map_err(failed)?);
    }
    Ok(images(documents.iter()))
}

fn as_json(images: &[Image], registry: Option<&str>) -> String {
    let entry = |image: &Image| {
        let uses = image.uses.iter().map(|place| {
            json!({ "object": place.object, "field": place.field, "how": place.how.word() })
        });
        let mut entry = json!({ "image": image.name, "uses": uses.collect::<Vec<_>>() });
        if let Some(registry) = registry {
            entry["to"] = moved(&image.name, registry).into();
        }
        entry
    };
    format!("{:#}\n", images.iter().map(entry).collect::<Value>())
}
