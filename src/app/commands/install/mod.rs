//! `chart install`: the release that Helm 4 would make, as it shows it when it only tries. Whoever
//! wants it made is told that there is no cluster.

mod args;
mod release;
mod show;

pub use args::Args;

use super::dry_run::{self, DryRun};
use super::manifests;
use super::subject::Subject;
use super::template;
use super::value_files::ValueFiles;
use super::{Error, Session, cluster};
use crate::pipeline::{self, Made};
use release::Release;

/// Shows the release, or says that there is no cluster for it.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let post_renderer = template::find_post_renderer(&args.template, session)?;
    session.registry(&args.template.source.registry)?;
    let stays_here = stays_here(args, session)?;
    let render = manifests::Args { post_renderer, ..args.template.render.clone() };
    let made = make(args, &render, stays_here, session);
    let (made, subject) = made.map_err(|error| error.within("INSTALLATION FAILED"))?;
    let release = Release::new(&made, &subject, args, session);
    show::write(&release, args, session)
}

/// Whether the command leaves the cluster alone. Helm 3 wants to see one in any case.
fn stays_here(args: &Args, session: &mut Session<'_>) -> Result<bool, Error> {
    if session.compat.is_helm3() {
        return Ok(false);
    }
    let strategy = dry_run::strategy(args.template.dry_run.as_deref(), false, session)?;
    Ok(strategy == DryRun::Client)
}

fn make(
    args: &Args,
    render: &manifests::Args,
    stays_here: bool,
    session: &mut Session<'_>,
) -> Result<(Made, Subject), Error> {
    let capabilities = manifests::capabilities(render, session.compat)?;
    let mut files = ValueFiles::new(session);
    let subject = template::subject(&args.template, &mut files, session)?;
    dry_run::check(args.template.dry_run.as_deref(), session)?;
    if !stays_here {
        pipeline::check_format(&subject.chart, session.compat)?;
        return Err(cluster::check_failed(session));
    }
    let Subject { name, chart, supplied, .. } = &subject;
    let made = manifests::make(chart, supplied, name.clone(), capabilities, render, session)?;
    made.prepared.chart.check_read()?;
    Ok((made, subject))
}
