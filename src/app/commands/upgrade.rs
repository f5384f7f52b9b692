//! `chart upgrade`: as far as it goes without a cluster, which is up to the values and the chart.

use std::ffi::OsString;

use super::value_files::ValueFiles;
use super::{Error, Session, cluster, dry_run, locate, manifests, template};
use crate::pipeline;
use crate::values;

/// What `upgrade` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The chart and its values; its words are the release and the chart.
    pub template: template::Args,
    /// `--install`: whether the cluster is asked first if there is such a release.
    pub install: bool,
}

/// Reads values and chart, and says that there is no cluster.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    template::find_post_renderer(&args.template, session)?;
    session.registry(&args.template.source.registry)?;
    let dry_run = args.template.dry_run.as_deref();
    if !session.compat.is_helm3() {
        dry_run::strategy(dry_run, false, session)?;
    }
    if !args.install {
        read(&args.template, session)?;
        return Err(cluster::unreachable(session).within("UPGRADE FAILED"));
    }
    Err(cluster::unreachable(session))
}

fn read(args: &template::Args, session: &mut Session<'_>) -> Result<(), Error> {
    let chart = args.words.last().map(OsString::as_os_str).unwrap_or_default();
    let path = locate::locate(chart, &args.source, session)?;
    dry_run::check(args.dry_run.as_deref(), session)?;
    session.find_getters();
    let mut files = ValueFiles::new(session);
    values::supplied(&args.render.values, &mut files, session.compat)?;
    let chart = manifests::load_any(&path, template::update(args).as_ref(), session)?;
    pipeline::warn_of_deprecated(&chart, &mut session.log());
    Ok(())
}
