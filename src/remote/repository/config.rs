//! repositories.yaml: the repositories that the user has set up.

use std::fmt;

use crate::model::DecodeError;
use go_text_template::data::{Str, Tree, TreeMap, Value};
use go_text_template::dates::{Time, Zone};
use go_text_template::yaml::{self, Shape, StructShape};

/// A repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are those of repositories.yaml")]
pub struct Repository {
    pub name: String,
    pub url: String,
    pub username: String,
    pub password: String,
    pub cert_file: String,
    pub key_file: String,
    pub ca_file: String,
    pub insecure_skip_tls_verify: bool,
    pub pass_credentials_all: bool,
}

/// The content of repositories.yaml.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Repositories {
    api_version: Str,
    generated: Option<Str>,
    /// The repositories, in the order of the file.
    pub entries: Vec<Repository>,
}

/// Why a text is not the list of repositories.
#[derive(Clone, Debug, PartialEq)]
pub enum ConfigError {
    /// It is not YAML, or of another shape.
    Decode(DecodeError),
    /// The entry at this place is null.
    NullEntry(usize),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode(error) => error.fmt(f),
            Self::NullEntry(at) => {
                write!(f, "entry {at} of the list of repositories is null; remove it by hand")
            }
        }
    }
}

impl std::error::Error for ConfigError {}

static FILE: Shape = Shape::Struct(&StructShape {
    go_type: "repo.File",
    name: "File",
    fields: &[
        ("apiVersion", Shape::String),
        ("generated", Shape::Any),
        ("repositories", Shape::List("[]*repo.Entry", &ENTRY)),
    ],
});

static ENTRY: Shape = Shape::Struct(&StructShape {
    go_type: "repo.Entry",
    name: "Entry",
    fields: &[
        ("name", Shape::String),
        ("url", Shape::String),
        ("username", Shape::String),
        ("password", Shape::String),
        ("certFile", Shape::String),
        ("keyFile", Shape::String),
        ("caFile", Shape::String),
        ("insecure_skip_tls_verify", Shape::Bool),
        ("pass_credentials_all", Shape::Bool),
    ],
});

impl Repositories {
    /// Reads the file's text.
    pub fn read(text: &Str) -> Result<Self, ConfigError> {
        let failed = |error| ConfigError::Decode(DecodeError::Yaml(error));
        let Tree::Map(table) = yaml::read_as(text, &FILE).map_err(failed)? else {
            return Ok(Self::default());
        };
        let mut read = Self::default();
        if let Some(Tree::String(text)) = table.get(b"apiVersion") {
            read.api_version = text.clone();
        }
        read.generated = generated(&table).map_err(ConfigError::Decode)?;
        if let Some(Tree::List(entries)) = table.get(b"repositories") {
            for (at, entry) in entries.iter().enumerate() {
                let table = entry.as_map().ok_or(ConfigError::NullEntry(at + 1))?;
                read.entries.push(Repository::read(table));
            }
        }
        Ok(read)
    }

    /// The repository called `name`.
    pub fn get(&self, name: &str) -> Option<&Repository> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// Puts `repository` in the place of the one of its name, or at the end.
    pub fn put(&mut self, repository: Repository) {
        match self.entries.iter_mut().find(|entry| entry.name == repository.name) {
            Some(entry) => *entry = repository,
            None => self.entries.push(repository),
        }
    }

    /// Removes the repositories called `name`, and says whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.name != name);
        self.entries.len() < before
    }

    /// The text of the file, as Helm writes it.
    pub fn to_yaml(&self) -> Vec<u8> {
        const NEVER: &str = "0001-01-01T00:00:00Z";
        let generated = self.generated.clone().unwrap_or_else(|| NEVER.into());
        let entries = self.entries.iter().map(Repository::to_tree).collect();
        let tree = Tree::map(vec![
            ("apiVersion".into(), Tree::String(self.api_version.clone())),
            ("generated".into(), Tree::String(generated)),
            ("repositories".into(), Tree::list(entries)),
        ]);
        yaml::write(&Value::from(&tree), &mut |_| true).unwrap_or_default()
    }
}

/// The time of the file, as Go writes it again.
fn generated(table: &TreeMap) -> Result<Option<Str>, DecodeError> {
    const READ: &[u8] = b"2006-01-02T15:04:05Z07:00";
    const WRITTEN: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";
    match table.get(b"generated") {
        None => Ok(None),
        Some(Tree::String(text)) => {
            let time = Time::parse(READ, text, &Zone::UTC);
            let fault =
                |error: go_text_template::dates::ParseError| DecodeError::Shape(error.to_string());
            Ok(Some(time.map_err(fault)?.format(WRITTEN).into()))
        }
        Some(_) => {
            Err(DecodeError::Shape("Time.UnmarshalJSON: input is not a JSON string".to_owned()))
        }
    }
}

impl Repository {
    fn read(table: &TreeMap) -> Self {
        let text = |name: &str| {
            let value = table.get(name.as_bytes()).and_then(Tree::as_str);
            value.map(ToString::to_string).unwrap_or_default()
        };
        let flag = |name: &str| table.get(name.as_bytes()) == Some(&Tree::Bool(true));
        Self {
            name: text("name"),
            url: text("url"),
            username: text("username"),
            password: text("password"),
            cert_file: text("certFile"),
            key_file: text("keyFile"),
            ca_file: text("caFile"),
            insecure_skip_tls_verify: flag("insecure_skip_tls_verify"),
            pass_credentials_all: flag("pass_credentials_all"),
        }
    }

    fn to_tree(&self) -> Tree {
        let text = |name: &'static str, text: &str| (Str::from(name), Tree::String(text.into()));
        let flag = |name: &'static str, flag| (Str::from(name), Tree::Bool(flag));
        Tree::map(vec![
            text("name", &self.name),
            text("url", &self.url),
            text("username", &self.username),
            text("password", &self.password),
            text("certFile", &self.cert_file),
            text("keyFile", &self.key_file),
            text("caFile", &self.ca_file),
            flag("insecure_skip_tls_verify", self.insecure_skip_tls_verify),
            flag("pass_credentials_all", self.pass_credentials_all),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_written_as_helm_writes_it() {
        let mut repositories = Repositories::read(&"apiVersion: v1\nextra: 1\n".into()).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&repositories.to_yaml()),
            "apiVersion: v1\ngenerated: \"0001-01-01T00:00:00Z\"\nrepositories: []\n"
        );
        let entry = Repository { name: "r".into(), url: "http://h".into(), ..Default::default() };
        repositories.put(entry.clone());
        let again = Repositories::read(&repositories.to_yaml().into()).unwrap();
        assert_eq!(again.get("r"), Some(&entry));
        assert!(repositories.remove("r") && !repositories.remove("r"));
    }

    #[test]
    fn a_null_entry_is_said_and_nothing_is_lost() {
        let error = Repositories::read(&"repositories:\n- null\n".into()).unwrap_err();
        assert_eq!(error, ConfigError::NullEntry(1));
    }
}
