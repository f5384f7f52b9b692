//! The client for registries that all commands use.

use super::Error;
use super::credentials::Store;
use crate::network::{Network, Tls};
use crate::registry::{
    self, Client, Options, Parts, Pulled, PulledPlugin, Reference, matching_tag,
};
use go_text_template::Compat;

/// How registries are reached, from a command's flags.
#[derive(Clone, Debug, Default)]
pub struct RegistryArgs {
    /// `--ca-file`, `--cert-file`, `--key-file`, `--insecure-skip-tls-verify`.
    pub tls: Tls,
    /// `--plain-http`.
    pub plain_http: bool,
    /// `--username`.
    pub username: String,
    /// `--password`.
    pub password: String,
}

/// A client with the credentials of this machine.
pub struct Registry<'n> {
    client: Client<'n>,
}

impl<'n> Registry<'n> {
    /// A client for a command with these flags; fails if the files of the flags cannot be used.
    pub fn new(
        args: &RegistryArgs,
        network: &'n dyn Network,
        store: Store,
        compat: Compat,
    ) -> Result<Self, Error> {
        if args.tls.is_special() {
            network.check(&args.tls).map_err(|fault| {
                Error::said(format!(
                    "missing registry client: can't create TLS config for client: {}",
                    fault.message(compat)
                ))
            })?;
        }
        let user = (args.username.clone(), args.password.clone());
        let user = Some(user).filter(|(name, password)| !name.is_empty() && !password.is_empty());
        let options = Options {
            tls: args.tls.clone(),
            // Helm's client with files for TLS does not know of plain HTTP.
            plain_http: args.plain_http && !args.tls.is_special(),
            user,
            compat,
        };
        let credentials = Box::new(move |host: &str| store.get(host));
        Ok(Self { client: Client::new(network, credentials, options) })
    }

    /// Pulls a part of a chart.
    pub fn pull(&self, reference: &str, parts: Parts) -> Result<Pulled, Error> {
        Ok(self.client.pull(reference, parts)?)
    }

    /// Pulls a plugin.
    pub fn pull_plugin(&self, reference: &str) -> Result<PulledPlugin, Error> {
        Ok(self.client.pull_plugin(reference)?)
    }

    /// Pushes a chart.
    pub fn push(&self, push: &registry::Push<'_>) -> Result<registry::Pushed, Error> {
        Ok(self.client.push(push)?)
    }

    /// The versions that the repository of `reference` has, the newest first.
    pub fn tags(&self, reference: &str) -> Result<Vec<String>, Error> {
        Ok(self.client.tags(reference.strip_prefix("oci://").unwrap_or(reference))?)
    }

    /// The newest version at `reference` that fits.
    pub fn newest_tag(&self, reference: &str, version: &str) -> Result<String, Error> {
        let tags = self.tags(reference)?;
        if tags.is_empty() {
            return Err(registry::Error::NoTags(reference.to_owned()).into());
        }
        Ok(matching_tag(&tags, version)?)
    }

    /// Fails if the tag `version` leads to another digest than that of `reference`. False if there
    /// is no such tag: a digest need not have one.
    pub fn check_tag(&self, reference: &Reference, version: &str) -> Result<bool, Error> {
        let Reference { registry, repository, digest, .. } = reference;
        let tagged = Reference::parse(&format!("{registry}/{repository}:{version}"));
        let Ok(found) = tagged.map_err(Into::into).and_then(|tag| self.client.resolve(&tag)) else {
            return Ok(false);
        };
        if found == *digest {
            return Ok(true);
        }
        Err(Error::said(format!("chart reference digest mismatch: {found} is not {digest}")))
    }
}
