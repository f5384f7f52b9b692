//! `chart batch`: a list of releases to the manifests of all of them.
//!
//! Each release is rendered as `chart template` would render it, in a session of its own whose
//! streams are memory; what releases have in common (charts, parsed templates, compiled schemas,
//! values files) is read once.

mod args;
mod charts;
mod folder;
mod list;
mod panics;
mod release;
mod report;
mod store;
mod stream;
mod values;
mod world;

use std::ops::ControlFlow;

pub use args::Args;

use self::charts::Charts;
use self::folder::Folders;
use self::release::{Done, Renderer};
use self::report::Report;
use self::store::Store;
use self::stream::Stream;
use super::{Error, Session};
use crate::batch::{self, Bounds, Entry, Shard};
use crate::pipeline::Shared;
use crate::session::Surroundings;

/// Renders all releases of the list, or of this shard of it.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let entries = chosen(args, session)?;
    let store = args.cache.as_deref().map(|place| Store::open(place, session)).transpose()?;
    let folders = args.output_dir.as_deref().map(Folders::make).transpose()?;
    let shared = Shared::default();
    let renderer = Renderer {
        args,
        charts: Charts::new(&entries),
        files: values::Files::new(&entries),
        store: store.as_ref(),
        folders: folders.as_ref(),
        common: Surroundings {
            shared: Some(&shared),
            on_terminal: false,
            colors: false,
            ..session.surroundings()
        },
    };
    panics::install();
    let outcome = render_all(&entries, &renderer, session);
    drop(folders);
    if let Some(trouble) = store.as_ref().and_then(Store::trouble) {
        session.say(format_args!("warning: the cache was not used throughout: {trouble}"));
    }
    outcome
}

/// The releases that are this run's.
fn chosen(args: &Args, session: &Session<'_>) -> Result<Vec<Entry>, Error> {
    let variable = |name: &str| session.environment.get(name);
    let shard = args.shard.as_deref().map(|text| Shard::parse(text, variable)).transpose();
    let shard = shard.map_err(|error| Error::Usage(error.to_string().into()))?;
    let mut entries = list::read(&args.list)?;
    let shard = shard.unwrap_or(Shard::WHOLE);
    entries.retain(|entry| shard.contains(&entry.id));
    Ok(entries)
}

/// Results that wait for their turn: so many, and so many bytes of them.
const MOST_WAITING: usize = 512;
const MOST_WAITING_BYTES: usize = 16 << 20;

fn render_all(
    entries: &[Entry],
    renderer: &Renderer<'_>,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    let args = renderer.args;
    let bounds =
        Bounds { threads: threads(args.jobs), pieces: MOST_WAITING, bytes: MOST_WAITING_BYTES };
    let mut report = args.report.as_deref().map(Report::create).transpose()?;
    let mut stream = Stream::new(entries.len(), args.output_dir.is_some(), session.on_terminal);
    let mut stopped = None;
    let mut deliver = |number: usize, done: Done| {
        let result = stream.write(&entries[number], &done, session);
        let result = result
            .and(report.as_mut().map_or(Ok(()), |report| report.add(&entries[number], &done)));
        match result {
            Err(error) => {
                stopped = Some(error);
                ControlFlow::Break(())
            }
            Ok(()) if args.fail_fast && done.error.is_some() => ControlFlow::Break(()),
            Ok(()) => ControlFlow::Continue(()),
        }
    };
    let work = |number: usize| renderer.done(number, &entries[number]);
    batch::in_order(entries.len(), bounds, &work, &Done::size, &mut deliver);
    stream.finish(session);
    if let Some(report) = report {
        report.finish(&entries[stream.delivered..])?;
    }
    match (stopped, stream.failed) {
        (Some(error), _) => Err(error),
        (None, 0) => Ok(()),
        (None, failed) => {
            Err(Error::Releases { failed, delivered: stream.delivered, all: entries.len() })
        }
    }
}

fn threads(jobs: usize) -> usize {
    match jobs {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        jobs => jobs.min(1024),
    }
}
