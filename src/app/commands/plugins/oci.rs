//! Plugins in registries.

use super::super::{Error, Session};
use super::origin::Kind;
use crate::plugins::cache_key;
use crate::registry::{PulledPlugin, Reference};
use crate::sources::RegistryArgs;

/// The plugin at `source`.
pub(super) fn archive(source: &str) -> Result<Kind, Error> {
    let invalid =
        |why: &dyn std::fmt::Display| Error::said(format!("invalid OCI reference: {why}"));
    let reference = Reference::parse(source).map_err(|error| invalid(&error))?;
    let name = reference.repository.rsplit('/').next().unwrap_or_default();
    let key = cache_key(source).map_err(|error| Error::said(error.to_string()))?;
    Ok(Kind::Registry { reference: source.to_owned(), name: name.to_owned(), key })
}

/// The archive at `reference`, with its signature if there is one.
pub(super) fn pull(
    reference: &str,
    args: &RegistryArgs,
    session: &Session<'_>,
) -> Result<PulledPlugin, Error> {
    if args.tls.is_special() {
        session.network.check(&args.tls).map_err(|fault| {
            let fault = fault.message(session.compat);
            Error::said(format!("can't create TLS config for client: {fault}"))
        })?;
    }
    let registry = session.registry(args)?;
    Ok(registry.pull_plugin(reference)?)
}
