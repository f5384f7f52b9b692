//! Credentials for registries: Helm's own file, Docker's, and the programs that keep them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use data_encoding::BASE64;

use super::Error;
use crate::files;
use crate::registry::Credential;
use go_text_template::data::{Str, Tree, TreeMap};
use go_text_template::json;

/// Where credentials are kept: Helm's file first, then Docker's.
#[derive(Clone, Debug)]
pub struct Store {
    helm: PathBuf,
    docker: PathBuf,
    /// The folders in which programs are looked for.
    path: String,
}

/// What such a file says.
#[derive(Clone, Debug, Default)]
struct Config {
    content: TreeMap,
    /// The program that keeps credentials if the file says nothing at all.
    detected: Option<String>,
}

impl Store {
    /// The store whose files are `helm` and `docker`; programs are looked for in the folders of
    /// `path`, which has `:` between them.
    pub fn new(helm: &str, docker: PathBuf, path: &str) -> Self {
        Self { helm: PathBuf::from(helm), docker, path: path.to_owned() }
    }

    /// The credentials for a server; empty ones if nobody knows any.
    pub fn get(&self, host: &str) -> Result<Credential, String> {
        let server = server_address(host);
        for file in [&self.helm, &self.docker] {
            let config = self.load(file)?;
            let found = match config.helper(server) {
                Some(helper) => self.ask(&helper, server)?,
                None => config.credential(server)?,
            };
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Credential::default())
    }

    /// Keeps a name and a password for a server.
    pub fn put(&self, host: &str, username: &str, password: &str) -> Result<(), Error> {
        let server = server_address(host);
        let mut config = self.load(&self.helm).map_err(Error::said)?;
        if let Some(helper) = config.helper(server) {
            let request = Tree::map(vec![
                ("ServerURL".into(), Tree::String(server.into())),
                ("Username".into(), Tree::String(username.into())),
                ("Secret".into(), Tree::String(password.into())),
            ]);
            let order = ["ServerURL", "Username", "Secret"];
            let request = json::write_ordered(&request, json::Style::COMPACT, &order);
            self.execute(&helper, "store", &request).map_err(Error::said)?;
            if let Some(detected) = config.detected.clone() {
                config.content.insert("credsStore".into(), Tree::String(detected.into()));
                return self.save(&config);
            }
            return Ok(());
        }
        self.make_folder()?;
        let _lock = self.lock();
        let mut config = self.load(&self.helm).map_err(Error::said)?;
        let auth = BASE64.encode(format!("{username}:{password}").as_bytes());
        let entry = match username.is_empty() && password.is_empty() {
            true => Tree::map(Vec::new()),
            false => Tree::map(vec![("auth".into(), Tree::String(auth.into()))]),
        };
        let mut auths = config.auths();
        auths.insert(server.into(), entry);
        config.content.insert("auths".into(), Tree::Map(auths.into()));
        self.save(&config)
    }

    /// Forgets the credentials for a server.
    pub fn delete(&self, host: &str) -> Result<(), Error> {
        let server = server_address(host);
        let _lock = self.lock();
        let mut config = self.load(&self.helm).map_err(Error::said)?;
        if let Some(helper) = config.helper(server) {
            let failed = |error| {
                Error::said(format!("failed to delete the credential for {server}: {error}"))
            };
            return self.execute(&helper, "erase", server.as_bytes()).map(drop).map_err(failed);
        }
        let mut auths = config.auths();
        if auths.remove(server.as_bytes()).is_none() {
            return Ok(());
        }
        config.content.insert("auths".into(), Tree::Map(auths.into()));
        self.save(&config)
    }

    fn load(&self, file: &Path) -> Result<Config, String> {
        let shown = file.display();
        let text = match files::read(file) {
            Ok(text) => text,
            Err(error) if error.is_missing() => Str::EMPTY,
            Err(error) => return Err(format!("failed to open config file at {shown}: {error}")),
        };
        let mut config = Config::default();
        if !bstr::ByteSlice::trim(text.as_bytes()).is_empty() {
            let failed = |error: String| {
                format!("failed to decode config file {shown}: invalid config format: {error}")
            };
            let tree = json::read(&text).map_err(|error| failed(error.to_string()))?;
            let Tree::Map(content) = tree else {
                return Err(failed("it is not an object".to_owned()));
            };
            config.content = (*content).clone();
        }
        if !config.is_set_up() {
            config.detected = self.default_helper();
        }
        Ok(config)
    }

    /// The program of this system for credentials, if it is there.
    fn default_helper(&self) -> Option<String> {
        let name = match std::env::consts::OS {
            "macos" => "osxkeychain",
            _ if self.find("pass").is_some() => "pass",
            _ => "secretservice",
        };
        self.find(&format!("docker-credential-{name}")).map(|_| name.to_owned())
    }

    fn find(&self, program: &str) -> Option<PathBuf> {
        let folders = self.path.split(':').filter(|folder| !folder.is_empty());
        folders.map(|folder| Path::new(folder).join(program)).find(|path| path.is_file())
    }

    fn save(&self, config: &Config) -> Result<(), Error> {
        let tree = Tree::Map(config.content.clone().into());
        let text = with_tabs(&json::write_ordered(&tree, json::Style::PRETTY, &[]));
        self.make_folder()?;
        Ok(files::write_through(&self.helm, &text, 0o600)?)
    }

    fn make_folder(&self) -> Result<(), Error> {
        let Some(folder) = self.helm.parent() else { return Ok(()) };
        crate::system::folders(0o700)
            .recursive(true)
            .create(folder)
            .map_err(|error| files::failed("mkdir", folder, &error).into())
    }

    /// Keeps others from changing Helm's file while we do.
    fn lock(&self) -> Option<std::fs::File> {
        self.helm.parent().and_then(files::lock_folder)
    }

    fn ask(&self, helper: &str, server: &str) -> Result<Credential, String> {
        const NONE: &str = "credentials not found in native keychain";
        let text = match self.execute(helper, "get", server.as_bytes()) {
            Err(error) if error == NONE => return Ok(Credential::default()),
            text => text?,
        };
        let tree = json::read(&text.into()).map_err(|error| error.to_string())?;
        let text = |name: &str| {
            let text = tree.at(&[name]).and_then(Tree::as_str).map(Str::to_string);
            text.unwrap_or_default()
        };
        let (username, secret) = (text("Username"), text("Secret"));
        Ok(if username == "<token>" {
            Credential { identity_token: secret, ..Credential::default() }
        } else {
            Credential { username, password: secret, ..Credential::default() }
        })
    }

    /// Runs the program `docker-credential-…`, and gives what it writes.
    fn execute(&self, helper: &str, action: &str, input: &[u8]) -> Result<Vec<u8>, String> {
        let program = format!("docker-credential-{helper}");
        let none = || format!("exec: {program:?}: executable file not found in $PATH");
        let path = self.find(&program).ok_or_else(none)?;
        let mut child = Command::new(path)
            .arg(action)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("fork/exec {program}: {error}"))?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that needs no input may close its ear.
            let _ = stdin.write_all(input);
        }
        let output = child.wait_with_output().map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Err(match output.status.code() {
            _ if !said.is_empty() => said,
            Some(code) => format!("exit status {code}"),
            None => "signal: killed".to_owned(),
        })
    }
}

impl Config {
    fn auths(&self) -> TreeMap {
        match self.content.get(b"auths") {
            Some(Tree::Map(auths)) => (**auths).clone(),
            _ => TreeMap::default(),
        }
    }

    fn is_set_up(&self) -> bool {
        let has = |name: &str| match self.content.get(name.as_bytes()) {
            Some(Tree::Map(map)) => !map.is_empty(),
            Some(Tree::String(text)) => !text.is_empty(),
            _ => false,
        };
        has("auths") || has("credHelpers") || has("credsStore")
    }

    /// The program that keeps the credentials of `server`.
    fn helper(&self, server: &str) -> Option<String> {
        let own = self.content.get(b"credHelpers").and_then(|all| all.at(&[server]));
        let all = self.content.get(b"credsStore");
        let name = own.or(all).and_then(Tree::as_str).filter(|name| !name.is_empty());
        name.map(Str::to_string).or_else(|| self.detected.clone())
    }

    fn credential(&self, server: &str) -> Result<Credential, String> {
        let auths = self.auths();
        let legacy = || auths.iter().find(|(key, _)| host_of(&key.to_str_lossy()) == server);
        let exact = auths.get(server.as_bytes());
        let Some(entry) = exact.or_else(|| legacy().map(|(_, entry)| entry)) else {
            return Ok(Credential::default());
        };
        let text = |name: &str| {
            let text = entry.at(&[name]).and_then(Tree::as_str).map(Str::to_string);
            text.unwrap_or_default()
        };
        let (mut username, mut password) = (text("username"), text("password"));
        if !text("auth").is_empty() {
            (username, password) = decode(&text("auth"))?;
        }
        let (identity_token, registry_token) = (text("identitytoken"), text("registrytoken"));
        Ok(Credential { username, password, identity_token, registry_token })
    }
}

fn decode(auth: &str) -> Result<(String, String), String> {
    const PREFIX: &str = "failed to decode auth field: invalid config format: ";
    let bytes = BASE64
        .decode(auth.as_bytes())
        .map_err(|error| format!("{PREFIX}illegal base64 data at input byte {}", error.position))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (name, password) = text.split_once(':').ok_or_else(|| {
        format!("{PREFIX}auth '{text}' does not conform the base64(username:password) format")
    })?;
    Ok((name.to_owned(), password.to_owned()))
}

/// The host in a key of older files, which may be a whole address.
fn host_of(key: &str) -> &str {
    let key = key.strip_prefix("http://").unwrap_or(key);
    let key = key.strip_prefix("https://").unwrap_or(key);
    key.split('/').next().unwrap_or_default()
}

/// The name under which the credentials of a host are kept.
fn server_address(host: &str) -> &str {
    match host {
        "docker.io" | "registry-1.docker.io" => "https://index.docker.io/v1/",
        host => host,
    }
}

/// Two blanks in front of a line become a tab, as Docker writes its file.
fn with_tabs(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let blanks = line.iter().take_while(|&&byte| byte == b' ').count();
        out.resize(out.len() + blanks / 2, b'\t');
        out.extend_from_slice(&line[blanks..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_found_as_docker_keeps_them() {
        let text =
            r#"{"auths":{"h:5000":{"auth":"dTpwOnE="},"https://old.test/v1/":{"auth":"YTpi"}}}"#;
        let Ok(Tree::Map(content)) = json::read(&text.into()) else { panic!("{text}") };
        let config = Config { content: (*content).clone(), detected: None };
        let pair = |host: &str| {
            let found = config.credential(host).unwrap();
            (found.username, found.password)
        };
        assert_eq!(pair("h:5000"), ("u".to_owned(), "p:q".to_owned()));
        assert_eq!(pair("old.test"), ("a".to_owned(), "b".to_owned()));
        assert!(config.credential("other").unwrap().is_empty());
        assert!(config.is_set_up() && config.helper("h:5000").is_none());
    }

    #[test]
    fn indentation_is_by_tabs() {
        assert_eq!(
            with_tabs(b"{\n  \"a\": {\n    \"b\": 1\n  }\n}"),
            b"{\n\t\"a\": {\n\t\t\"b\": 1\n\t}\n}"
        );
    }
}
