//! Registries: the client that other commands use, `chart registry login` and `chart registry logout`.

use std::io::BufRead;

use super::credentials::Store;
use super::{Error, Session};
use crate::network::Tls;
use crate::registry::{
    self, Client, Options, Parts, Pulled, PulledPlugin, Reference, matching_tag,
};

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
pub(super) struct Registry<'n> {
    client: Client<'n>,
}

impl<'n> Registry<'n> {
    /// A client for a command with these flags; fails if the files of the flags cannot be used.
    pub(super) fn new(args: &RegistryArgs, session: &Session<'n>) -> Result<Self, Error> {
        if args.tls.is_special() {
            session.network.check(&args.tls).map_err(|fault| {
                Error::said(format!(
                    "missing registry client: can't create TLS config for client: {}",
                    fault.message(session.compat)
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
            compat: session.compat,
        };
        let store = Store::new(session);
        let credentials = Box::new(move |host: &str| store.get(host));
        Ok(Self { client: Client::new(session.network, credentials, options) })
    }

    /// Pulls a part of a chart.
    pub(super) fn pull(&self, reference: &str, parts: Parts) -> Result<Pulled, Error> {
        Ok(self.client.pull(reference, parts)?)
    }

    /// Pulls a plugin.
    pub(super) fn pull_plugin(&self, reference: &str) -> Result<PulledPlugin, Error> {
        Ok(self.client.pull_plugin(reference)?)
    }

    /// Pushes a chart.
    pub(super) fn push(&self, push: &registry::Push<'_>) -> Result<registry::Pushed, Error> {
        Ok(self.client.push(push)?)
    }

    /// The versions that the repository of `reference` has, the newest first.
    pub(super) fn tags(&self, reference: &str) -> Result<Vec<String>, Error> {
        Ok(self.client.tags(reference.strip_prefix("oci://").unwrap_or(reference))?)
    }

    /// The newest version at `reference` that fits.
    pub(super) fn newest_tag(&self, reference: &str, version: &str) -> Result<String, Error> {
        let tags = self.tags(reference)?;
        if tags.is_empty() {
            return Err(registry::Error::NoTags(reference.to_owned()).into());
        }
        Ok(matching_tag(&tags, version)?)
    }

    /// Fails if the tag `version` leads to another digest than that of `reference`. False if there
    /// is no such tag: a digest need not have one.
    pub(super) fn check_tag(&self, reference: &Reference, version: &str) -> Result<bool, Error> {
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

/// What `registry login` was asked for.
#[derive(Clone, Debug, Default)]
pub struct LoginArgs {
    /// The registry.
    pub host: String,
    /// `--password-stdin`.
    pub password_stdin: bool,
    /// The other flags.
    pub registry: RegistryArgs,
}

/// Checks name and password with the registry, and keeps them.
pub fn login(args: &LoginArgs, session: &mut Session<'_>) -> Result<(), Error> {
    let (username, password) = user(args, session)?;
    let host = host(&args.host, session);
    let RegistryArgs { tls, plain_http, .. } = &args.registry;
    if tls.is_special() {
        session.network.check(tls).map_err(|fault| Error::said(fault.message(session.compat)))?;
    }
    let user = Some((username.clone(), password.clone()));
    let options = Options {
        tls: tls.clone(),
        plain_http: *plain_http,
        user: user.filter(|(name, password)| !name.is_empty() || !password.is_empty()),
        compat: session.compat,
    };
    let none = Box::new(|_: &str| Ok(registry::Credential::default()));
    let client = Client::new(session.network, none, options);
    let failed =
        |error: registry::Error| Error::from(error).within(format!("authenticating to {host:?}"));
    client.ping(&host).map_err(failed)?;
    Store::new(session).put(&host, &username, &password)?;
    session.registry_note("Login Succeeded\n", true)
}

/// The host without what people write around it: Helm 3 takes that away, Helm 4 warns.
fn host(host: &str, session: &mut Session<'_>) -> String {
    if session.compat.is_helm3() {
        let bare = ["http://", "https://", "oci://"]
            .iter()
            .fold(host, |host, prefix| host.strip_prefix(prefix).unwrap_or(host));
        return bare.trim_end_matches('/').to_owned();
    }
    if let Some((suggested, _)) = host.split_once('/') {
        let what =
            "registry login currently only supports registry hostname, not a repository path";
        let attributes: [(&[u8], &[u8]); 2] =
            [(b"host", host.as_bytes()), (b"suggested", suggested.as_bytes())];
        session.say(crate::model::log_line(b"WARN", what.as_bytes(), &attributes));
    }
    host.to_owned()
}

/// Name and password, asked for where they were not given.
fn user(args: &LoginArgs, session: &mut Session<'_>) -> Result<(String, String), Error> {
    let RegistryArgs { username, password, .. } = &args.registry;
    let mut stdin = std::io::stdin().lock();
    if args.password_stdin {
        return Ok((username.clone(), super::secret::piped(stdin)?));
    }
    if !password.is_empty() {
        session.say(match session.compat {
            go_text_template::Compat::Helm3 => {
                "WARNING: Using --password via the CLI is insecure. Use --password-stdin."
            }
            go_text_template::Compat::Helm4 => {
                "level=WARN msg=\"using --password via the CLI is insecure. Use --password-stdin\""
            }
        });
        return Ok((username.clone(), password.clone()));
    }
    let mut username = username.clone();
    if username.is_empty() {
        prompt("Username: ", session)?;
        let mut line = String::new();
        if stdin.read_line(&mut line).unwrap_or(0) == 0 {
            return Err(Error::said("EOF"));
        }
        username = line.trim().to_owned();
    }
    let (text, missing) = match username.is_empty() {
        true => ("Token: ", "token required"),
        false => ("Password: ", "password required"),
    };
    prompt(text, session)?;
    let password = super::secret::read().map_err(|error| Error::said(error.to_string()))?;
    writeln!(session.out).map_err(Error::Stdout)?;
    if password.is_empty() {
        return Err(Error::said(missing));
    }
    Ok((username, password))
}

fn prompt(text: &str, session: &mut Session<'_>) -> Result<(), Error> {
    write!(session.out, "{text}").and_then(|()| session.out.flush()).map_err(Error::Stdout)
}

/// Forgets the credentials for a registry.
pub fn logout(host: &str, session: &mut Session<'_>) -> Result<(), Error> {
    Store::new(session).delete(host)?;
    session.registry_note(&format!("Removing login credentials for {host}\n"), true)
}

impl Session<'_> {
    /// Writes what the registry's client says: to standard error in Helm 3 and for commands that
    /// write manifests, else to standard output.
    pub(super) fn registry_note(&mut self, text: &str, on_stdout: bool) -> Result<(), Error> {
        if on_stdout && !self.compat.is_helm3() {
            return self.out.write_all(text.as_bytes()).map_err(Error::Stdout);
        }
        // A closed stream is nobody's fault.
        let _ = self.err.write_all(text.as_bytes());
        Ok(())
    }
}
