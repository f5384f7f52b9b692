//! Plugins that fetch charts, indexes and values from addresses with schemes of their own.

use std::io::Read;
use std::process::{Command, Stdio};

use super::super::{Environment, Session};
use super::find::find_in;
use super::process::{NO_COMMAND, Place, is_wasm, not_started, shown_command};
use super::{find, kinds};
use crate::model::{clean_path, log_line};
use crate::network::Response;
use crate::plugins::{self, Plugin, Runtime, shown};
use crate::sources::{Access, Error, Getter, MOST_FILE};
use go_text_template::Compat;
use go_text_template::data::Failure;

impl Session<'_> {
    /// Looks for plugins that fetch, as Helm does before it fetches anything: what is wrong with
    /// plugins is said once more.
    pub(in crate::app::commands) fn find_getters(&mut self) {
        let found = match self.compat {
            Compat::Helm3 => find(&self.settings, self.compat),
            // Helm 4 takes the list of folders for a single one.
            Compat::Helm4 => find_in(&[&self.settings.plugins], &self.settings, self.compat),
        };
        let plugins = self.say_found(found).unwrap_or_default();
        let is_wanted = |plugin: &Plugin| match self.compat {
            Compat::Helm3 => !plugin.downloads.is_empty(),
            Compat::Helm4 => plugin.kind == kinds::GETTER,
        };
        let wanted: Vec<Plugin> = plugins.into_iter().filter(is_wanted).collect();
        if wanted.is_empty() || !self.getters.may_be() {
            return;
        }
        self.getters.find(|| self.getters_of(wanted));
    }

    fn getters_of(&self, plugins: Vec<Plugin>) -> Vec<Box<dyn Getter>> {
        let variables = self.getters.variables();
        let getter = |plugin: Plugin| -> Box<dyn Getter> {
            Box::new(PluginGetter {
                variables: variables.clone(),
                environment: self.environment.clone(),
                compat: self.compat,
                debug: self.debug,
                plugin,
            })
        };
        plugins.into_iter().map(getter).collect()
    }
}

/// A plugin that fetches.
#[derive(Clone, Debug)]
struct PluginGetter {
    plugin: Plugin,
    variables: Vec<(&'static str, String)>,
    environment: Environment,
    compat: Compat,
    debug: bool,
}

/// How much of the plugin's output is taken.
enum Output {
    Whole(Vec<u8>),
    TooLong,
}

impl Getter for PluginGetter {
    fn is_for(&self, scheme: &str) -> bool {
        self.plugin.protocols.iter().any(|own| own == scheme)
    }

    /// What the plugin writes for `url`.
    fn fetch(&self, url: &str, scheme: &str, access: &Access) -> Result<Response, Error> {
        if self.plugin.runtime == Runtime::Wasm {
            return Err(is_wasm(&self.plugin).into());
        }
        let output = match self.compat {
            Compat::Helm3 => {
                let line = self.line(scheme);
                self.output(&mut self.helm3_command(&line, url, access), &line)
            }
            Compat::Helm4 => self
                .helm4_command(url, scheme, access)
                .and_then(|mut command| self.output(&mut command, &self.plugin.name.to_string()))
                .map_err(|why| {
                    let shown = shown(&self.plugin);
                    Failure::from(format!("plugin {shown} failed to invoke: {why}"))
                }),
        };
        match output? {
            Output::Whole(bytes) => Ok(answer(url, bytes)),
            Output::TooLong => {
                let name = &self.plugin.name;
                Err(Error::said(format!(
                    "plugin {name} writes more than {MOST_FILE} bytes for {url}, which are not taken"
                )))
            }
        }
    }
}

impl PluginGetter {
    /// The command for a scheme as plugin.yaml has it.
    fn line(&self, scheme: &str) -> String {
        let command = self.plugin.download(scheme).and_then(|download| download.commands.first());
        command.map(|command| command.command.to_string()).unwrap_or_default()
    }

    /// Helm 3's: neither program nor words have variables.
    fn helm3_command(&self, line: &str, url: &str, access: &Access) -> Command {
        let mut words = line.split(' ');
        let program = words.next().unwrap_or_default();
        self.command(program, words.map(str::to_owned).collect(), url, access)
    }

    /// Helm 4's: only the program has variables.
    fn helm4_command(&self, url: &str, scheme: &str, access: &Access) -> Result<Command, Failure> {
        let download = self.plugin.download(scheme);
        let download = download
            .ok_or_else(|| Failure::from(format!("no downloader found for protocol {scheme:?}")))?;
        let place = self.place(access);
        let lookup = |name: &str| place.lookup(name);
        let prepared = plugins::prepare(&download.commands, false, &[], &lookup);
        let (program, words) = prepared.ok_or_else(|| {
            let what = "failed to prepare commands for protocol";
            Failure::from(format!("{what} {scheme:?}: {NO_COMMAND}"))
        })?;
        Ok(self.command(&program, words, url, access))
    }

    fn place(&self, access: &Access) -> Place<'_> {
        let asking = [
            ("HELM_PLUGIN_USERNAME", access.username.clone()),
            ("HELM_PLUGIN_PASSWORD", access.password.clone()),
            ("HELM_PLUGIN_PASS_CREDENTIALS_ALL", access.passes_credentials.to_string()),
        ];
        let variables: Vec<_> = asking.into_iter().chain(self.variables.iter().cloned()).collect();
        Place::new(&self.plugin, &variables, &self.environment)
    }

    /// The program in the plugin's folder, with what every such plugin is told behind its words.
    fn command(&self, program: &str, words: Vec<String>, url: &str, access: &Access) -> Command {
        let program = clean_path(&format!("{}/{program}", self.plugin.folder));
        let tls = &access.tls;
        let told = [&tls.cert_file, &tls.key_file, &tls.ca_file].map(Clone::clone);
        let words = words.into_iter().chain(told).chain([url.to_owned()]);
        let mut command = self.place(access).command(&program, words.collect());
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        command
    }

    /// What the process, which messages call `name`, writes. What it says goes where ours does.
    fn output(&self, command: &mut Command, name: &str) -> Result<Output, Failure> {
        let shown = shown_command(command, &self.environment);
        self.debug("executing plugin command", &[("command", shown)]);
        let failed = |error: &std::io::Error, command: &Command| {
            Failure::from(not_started(command, error).message(self.compat))
        };
        let mut child = command.spawn().map_err(|error| failed(&error, command))?;
        let mut bytes = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            let read = stdout.take(MOST_FILE + 1).read_to_end(&mut bytes);
            read.map_err(|error| failed(&error, command))?;
        }
        if bytes.len() as u64 > MOST_FILE {
            let _ = child.kill().and_then(|()| child.wait());
            return Ok(Output::TooLong);
        }
        let status = child.wait().map_err(|error| failed(&error, command))?;
        if status.success() {
            return Ok(Output::Whole(bytes));
        }
        self.debug_failure(status.code().unwrap_or(-1));
        Err(format!("plugin {name:?} exited with error").into())
    }

    fn debug_failure(&self, code: i32) {
        self.debug(
            "plugin execution failed",
            &[
                ("error", format!("exit status {code}")),
                ("exitCode", code.to_string()),
                ("stderr", String::new()),
            ],
        );
    }

    /// Writes what Helm 4 logs. Archives are fetched on several threads, so that there is no session
    /// here; the plugin itself writes to the same place.
    fn debug(&self, message: &str, attributes: &[(&str, String)]) {
        if !self.debug || self.compat.is_helm3() {
            return;
        }
        let name = self.plugin.name.as_bytes();
        let more = attributes.iter().map(|(key, value)| (key.as_bytes(), value.as_bytes()));
        let all: Vec<(&[u8], &[u8])> =
            std::iter::once((&b"pluginName"[..], name)).chain(more).collect();
        let line = log_line(b"DEBUG", message.as_bytes(), &all);
        let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("{line}\n").as_bytes());
    }
}

fn answer(url: &str, bytes: Vec<u8>) -> Response {
    Response {
        status: 200,
        reason: "OK".to_owned(),
        headers: Vec::new(),
        url: url.to_owned(),
        body: Box::new(std::io::Cursor::new(bytes)),
    }
}
