//! The images of a release, as a list.

use super::Error;
use crate::bundle::{Image, annotated, collision, merged, moved};
use crate::model::Chart;
use go_text_template::data::Failure;

/// All images of a release: those in its documents, and those that its charts list.
pub(super) fn all(documents: Vec<Image>, chart: &Chart) -> Vec<Image> {
    let metadata = &chart.metadata;
    let mut all = merged(documents, annotated(&metadata.name, &metadata.annotations));
    for subchart in chart.dependencies.iter() {
        all = self::all(all, subchart);
    }
    all
}

/// Refuses a registry in which two images would be one.
pub(super) fn check(images: &[Image], registry: Option<&str>) -> Result<(), Error> {
    match registry.and_then(|registry| collision(images, registry)) {
        None => Ok(()),
        Some((one, other, name)) => {
            Err(Failure::from(format!("{one} and {other} would both be {name}")).into())
        }
    }
}

/// A line for each image.
pub(super) fn as_text(images: &[Image], registry: Option<&str>, why: bool) -> String {
    let mut text = String::new();
    for image in images {
        text.push_str(&image.name);
        if let Some(registry) = registry {
            text.push_str(&format!(" {}", moved(&image.name, registry)));
        }
        text.push('\n');
        for place in image.uses.iter().filter(|_| why) {
            text.push_str(&format!("  {} {} ({})\n", place.object, place.field, place.how.word()));
        }
    }
    text
}
