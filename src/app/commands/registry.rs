//! `chart registry login` and `chart registry logout`.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use super::{Error, Session};
use crate::registry::{self, Client, Options};
use crate::sources::{Registry, Store};

pub use crate::sources::RegistryArgs;

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
    session.store().put(&host, &username, &password)?;
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
    session.store().delete(host)?;
    session.registry_note(&format!("Removing login credentials for {host}\n"), true)
}

impl<'s> Session<'s> {
    /// A client for a command with these flags; fails if the files of the flags cannot be used.
    pub(super) fn registry(&self, args: &RegistryArgs) -> Result<Registry<'s>, Error> {
        Ok(Registry::new(args, self.network, self.store(), self.compat)?)
    }

    /// The credentials of this machine.
    fn store(&self) -> Store {
        let environment = self.environment;
        let docker = environment.get("DOCKER_CONFIG").map_or_else(
            || Path::new(environment.get("HOME").unwrap_or_default()).join(".docker"),
            PathBuf::from,
        );
        let path = environment.get("PATH").unwrap_or_default();
        Store::new(&self.settings.registry_config, docker.join("config.json"), path)
    }

    /// Writes what the registry's client says.
    pub(super) fn registry_note(&mut self, text: &str, on_stdout: bool) -> Result<(), Error> {
        Ok(self.sources().note(text, on_stdout)?)
    }
}
