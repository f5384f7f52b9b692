//! `chart bundle`: a chart to one file that `kubectl apply` takes, with a receipt.

mod args;
mod faults;
mod folder;
mod inputs;
mod randomness;
mod ready;
mod stated;

use std::path::{Path, PathBuf};

pub use args::{Args, Clock, Randomness};
pub use stated::Typed;

use super::manifests;
use super::rule_settings::Settings;
use super::rules::{Findings, Release};
use super::subject::Subject;
use super::template;
use super::value_files::ValueFiles;
use super::{Error, Session, image_list, output};
use crate::bundle::{self, Additions, Document, Fault, Image, Options, Place, Role};
use crate::files::{self, Readers};
use crate::manifest::{self, Hook};
use crate::pipeline::{Made, Replay};
use crate::session::Surroundings;
use crate::values::{ReadFile, Remembered};
use go_text_template::Compat;
use go_text_template::data::Str;
use go_text_template::template::World;
use inputs::Recorder;
pub(super) use ready::Ready;
pub(super) use stated::{remade, shown};

/// Makes the bundle and writes it: the records of `--freeze` first, for without them the bundle
/// could not be made again.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let ready = make(args, session)?;
    ready.warn(session);
    if let (Randomness::Freeze(path), Some(records)) = (&args.randomness, &ready.records) {
        files::replace(path, records.as_bytes(), Readers::Owner)?;
    }
    if let Some(path) = &args.images {
        let list = image_list::as_text(&ready.images, args.registry.as_deref(), false);
        files::replace(path, list.as_bytes(), Readers::Usual)?;
    }
    if let Some(folder) = &args.split {
        folder::write(&ready, folder, session)?;
        if args.output.is_none() {
            return Ok(());
        }
    }
    let Some(path) = &args.output else {
        return session.out.write_all(&ready.text).map_err(Error::Stdout);
    };
    files::replace(path, &ready.text, Readers::Usual)?;
    let lock = ready.receipt.to_yaml();
    Ok(files::replace(&lock_path(path), lock.as_bytes(), Readers::Usual)?)
}

/// `bundle.lock` beside `bundle.yaml`.
fn lock_path(path: &Path) -> PathBuf {
    path.with_extension("lock")
}

/// The images of the chart that `args` names, whatever keeps it from being a bundle.
pub(super) fn images(args: &Args, session: &mut Session<'_>) -> Result<Vec<Image>, Error> {
    template::refuse_cluster(&args.template, session)?;
    let mut files = ValueFiles::new(session);
    let subject = template::subject(&args.template, &mut files, session)?;
    let made = render(args, &subject, session.world, session)?;
    let documents = documents(&made, args, session.compat).unwrap_or_default();
    let options = options(args);
    let chosen = documents.iter().filter(|document| bundle::is_chosen(document, &options));
    Ok(image_list::all(bundle::images(chosen), &made.prepared.chart))
}

/// Makes the bundle.
pub(super) fn make(args: &Args, session: &mut Session<'_>) -> Result<Ready, Error> {
    template::refuse_cluster(&args.template, session)?;
    let mut files = ValueFiles::new(session);
    make_with(args, &mut files, session)
}

/// Makes the bundle with values out of `files`.
pub(super) fn make_with(
    args: &Args,
    files: &mut dyn ReadFile,
    session: &mut Session<'_>,
) -> Result<Ready, Error> {
    let mut remembered = Remembered::new(files);
    let mut recorder = Recorder::new(&mut remembered);
    let subject = template::subject(&args.template, &mut recorder, session)?;
    let read = recorder.read;
    let world = randomness::world(args, &subject.name, session)?;
    let replay = Replay::new(world.as_ref().map_or(session.world, |world| world));
    let made = render(args, &subject, &replay, session)?;
    if let Some(world) = &world {
        let unsettled = randomness::unsettled(args, world);
        if !unsettled.is_empty() && differs(args, &subject, &made, session)? {
            return Err(randomness::refusal(&unsettled).into());
        }
        randomness::warn_of_certificates(args, world, session);
    }
    let release = Release {
        chart: &subject.chart,
        path: &subject.path,
        flags: &args.template.render.values,
        supplied: &subject.supplied,
        made: &made,
        documents_are_checked: true,
    };
    let settings = Settings::of(&subject.path, args.template.reads_rules)?;
    let rules = settings.rules(&args.template.rules, session);
    let findings = Findings::of(&rules, &release, &mut remembered, session)?.without(&settings);
    findings.check(session)?;
    findings.tell(session);
    let options = options(args);
    let bundle = documents(&made, args, session.compat)
        .and_then(|documents| bundle::assemble(documents, &options))
        .map_err(|faults| {
            let input = made.prepared.input(None);
            faults::error(&faults, &input, &replay)
        })?;
    let warnings = faults::warnings(&bundle.warnings, &made.prepared.input(None), &replay);
    let images = image_list::all(bundle.images.clone(), &made.prepared.chart);
    image_list::check(&images, args.registry.as_deref())?;
    let clock = world.as_ref().and_then(|world| randomness::clock_flag(args, world));
    let mut receipt = inputs::receipt(args, &subject, &made, read, clock, session)?;
    receipt.random = randomness::origin(args, world.as_ref());
    let text = bundle::write(&bundle, &options, &mut receipt);
    let records = world.as_ref().and_then(|world| randomness::records(args, world));
    Ok(Ready { bundle, images, receipt, text, records, warnings })
}

/// Whether other random values and another time change anything: what is drawn need not be used.
fn differs(
    args: &Args,
    subject: &Subject,
    made: &Made,
    session: &mut Session<'_>,
) -> Result<bool, Error> {
    let world = randomness::other_world(args, &subject.name)?;
    let mut silence = std::io::sink();
    let around = Surroundings { world: &world, ..session.surroundings() };
    let mut inner = Session::new(around, session.out, &mut silence);
    let other = render_in(args, subject, &mut inner)?;
    let texts = |made: &Made| -> Vec<Str> {
        let hooks = made.manifests.hooks.iter().map(|hook| &hook.document);
        made.manifests
            .documents
            .iter()
            .chain(hooks)
            .map(|document| document.content.clone())
            .collect()
    };
    Ok(texts(made) != texts(&other))
}

/// Renders the chart in a world of its own.
fn render(
    args: &Args,
    subject: &Subject,
    world: &(dyn World + Sync),
    session: &mut Session<'_>,
) -> Result<Made, Error> {
    let around = Surroundings { world, ..session.surroundings() };
    let mut inner = Session::new(around, session.out, session.err);
    let made = render_in(args, subject, &mut inner);
    session.faults = inner.faults;
    made.map_err(|error| error.without_hint(session.compat))
}

fn render_in(args: &Args, subject: &Subject, session: &mut Session<'_>) -> Result<Made, Error> {
    let capabilities = manifests::capabilities(&args.template.render, session.compat)?;
    let Subject { name, chart, supplied, .. } = subject;
    let Args { template, .. } = args;
    let made =
        manifests::make(chart, supplied, name.clone(), capabilities, &template.render, session);
    made.map_err(|broken| output::broken(broken, name, &template.output, session))
}

fn options(args: &Args) -> Options {
    Options {
        additions: Additions {
            namespace: args.template.render.namespace.clone(),
            labels: args.labels.clone(),
            applyset: args.applyset.clone(),
        },
        create_namespace: args.create_namespace,
        hooks: args.hooks,
        is_upgrade: args.template.render.is_upgrade,
        registry: args.registry.clone(),
        deny_duplicate_keys: args.deny_duplicate_keys,
        allow_duplicate_objects: args.allow_duplicate_objects,
        file: args.file_name(),
    }
}

/// All documents of the release: definitions, resources, hooks.
fn documents(made: &Made, args: &Args, compat: Compat) -> Result<Vec<Document>, Vec<Fault>> {
    let mut read = Reader::default();
    let definitions = if args.skip_crds { Vec::new() } else { made.prepared.chart.crds() };
    for (path, file) in definitions {
        for range in manifest::split(file.data(), compat) {
            let text = file.data().slice(range.clone());
            read.add(&path, range.start, text, Role::Definition);
        }
    }
    for document in &made.manifests.documents {
        read.add(&document.path, document.offset, document.content.clone(), Role::Resource);
    }
    for hook in &made.manifests.hooks {
        let document = &hook.document;
        read.add(&document.path, document.offset, document.content.clone(), role(hook));
    }
    if read.faults.is_empty() { Ok(read.documents) } else { Err(read.faults) }
}

#[derive(Default)]
struct Reader {
    documents: Vec<Document>,
    faults: Vec<Fault>,
}

impl Reader {
    fn add(&mut self, path: &Str, offset: usize, text: Str, role: Role) {
        let is_source = role == Role::Definition;
        match Document::read(path.clone(), offset, text, role) {
            Ok(document) => self.documents.extend(document),
            Err(error) => {
                let offset = offset + error.place().map_or(0, |place| place.offset);
                let place = Place { path: path.clone(), offset, is_source };
                self.faults.push(Fault::Unreadable(place, error));
            }
        }
    }
}

fn role(hook: &Hook) -> Role {
    let weight = hook.annotations.iter().find(|(key, _)| *key == "helm.sh/hook-weight");
    let weight = weight.and_then(|(_, weight)| weight.to_str_lossy().trim().parse().ok());
    Role::Hook { events: hook.events.clone(), weight: weight.unwrap_or(0) }
}
