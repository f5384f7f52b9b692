//! Which cluster Helm would talk to: kubectl's files, as Kubernetes' client library reads them.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::model::{PathError, clean_path, read_file};
use crate::network::Tls;
use crate::session::Kube;
use go_text_template::data::Tree;
use go_text_template::yaml;

/// Where a cluster's server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Server {
    /// Its address as it is written: a URL, or a host and a port.
    pub(super) address: String,
    /// How it is verified.
    pub(super) tls: Tls,
}

/// What a pod is given to know the server of its own cluster.
const OWN_TOKEN: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";
const OWN_AUTHORITIES: &str = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";

/// The server that `kube` leads to, or why it leads nowhere, in the library's words.
pub(super) fn server(kube: &Kube) -> Result<Server, String> {
    let config = Config::load(kube)?;
    let context = config.context(kube)?;
    let name = |key: &str| context.and_then(|(_, context)| text_at(context, &[key]));
    let user_name = name("user").unwrap_or_default();
    let cluster_name = name("cluster").unwrap_or_default();
    let user = config.named("users", "user", &user_name);
    let cluster = Cluster::new(config.named("clusters", "cluster", &cluster_name), kube);
    let mut faults = user.map(|user| user_faults(user, &user_name)).unwrap_or_default();
    if kube.acts_for_groups_only {
        let what = "requesting uid, groups or user-extra for";
        faults.push(format!("{what} {user_name} without impersonating a user"));
    }
    faults.extend(cluster.faults(&cluster_name));
    if !faults.is_empty() {
        return Err(format!("invalid configuration: {}", aggregate(&faults)));
    }
    cluster.server(kube)
}

/// The namespace of the context that counts; files that cannot be read have none.
pub fn namespace(kube: &Kube) -> Option<String> {
    let readable = kube.files.iter().filter_map(|path| Some((path.clone(), read(path).ok()??)));
    let config = Config { files: readable.collect() };
    let (_, context) = config.context(kube).ok()??;
    text_at(context, &["namespace"])
}

/// The contexts in the files, each with its cluster.
pub fn contexts(kube: &Kube) -> Vec<(String, String)> {
    let files = kube.files.iter().filter_map(|path| read(path).ok()?);
    let lists: Vec<Tree> = files.filter_map(|file| file.at(&["contexts"]).cloned()).collect();
    let contexts = lists.iter().flat_map(|list| match list {
        Tree::List(contexts) => contexts.as_slice(),
        _ => &[],
    });
    let context = |context: &Tree| {
        let cluster = text_at(context, &["context", "cluster"]).unwrap_or_default();
        Some((text_at(context, &["name"])?, cluster))
    };
    contexts.filter_map(context).collect()
}

/// What stands in the files.
struct Config {
    files: Vec<(PathBuf, Tree)>,
}

/// An entry of a file, and the file.
type Entry<'c> = (&'c Path, &'c Tree);

impl Config {
    fn load(kube: &Kube) -> Result<Self, String> {
        let mut files = Vec::new();
        let mut faults = Vec::new();
        for path in &kube.files {
            match read(path) {
                Ok(Some(tree)) => files.push((path.clone(), tree)),
                Ok(None) if kube.is_named => {
                    return Err(format!("stat {}: no such file or directory", path.display()));
                }
                Ok(None) => {}
                Err(why) => {
                    faults.push(format!("error loading config file \"{}\": {why}", path.display()));
                }
            }
        }
        if faults.is_empty() { Ok(Self { files }) } else { Err(aggregate(&faults)) }
    }

    /// The context that counts, if there is one.
    fn context(&self, kube: &Kube) -> Result<Option<Entry<'_>>, String> {
        let current =
            || self.files.iter().find_map(|(_, file)| text_at(file, &["current-context"]));
        let (name, is_current) = match kube.context.as_str() {
            "" => (current().unwrap_or_default(), true),
            name => (name.to_owned(), false),
        };
        match self.named("contexts", "context", &name) {
            Some(found) => Ok(Some(found)),
            None if name.is_empty() => Ok(None),
            None if is_current => {
                let what = "context was not found for specified context";
                Err(format!("invalid configuration: {what}: {name}"))
            }
            None => Err(format!("context {name:?} does not exist")),
        }
    }

    /// What stands under `key` in the entry `name` of `list`, in the first file that has it.
    fn named(&self, list: &str, key: &str, name: &str) -> Option<Entry<'_>> {
        self.files.iter().find_map(|(path, file)| {
            let Some(Tree::List(entries)) = file.at(&[list]) else { return None };
            let is_meant = |entry: &&Tree| text_at(entry, &["name"]).as_deref() == Some(name);
            let entry = entries.iter().find(is_meant)?;
            Some((path.as_path(), entry.at(&[key])?))
        })
    }
}

/// The content of the file `path`; nothing if there is no such file.
fn read(path: &Path) -> Result<Option<Tree>, String> {
    if path.metadata().is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        return Ok(None);
    }
    let text = read_file(path.as_os_str().as_encoded_bytes()).map_err(|error| error.to_string())?;
    let tree = yaml::read(&text).map_err(|error| error.go_yaml_text())?;
    check_kind(&tree)?;
    Ok(Some(tree))
}

/// What is no map, or calls itself something else, is no such file.
fn check_kind(tree: &Tree) -> Result<(), String> {
    let found = match tree {
        Tree::Map(_) | Tree::Null => {
            let kind = text_at(tree, &["kind"]).unwrap_or_else(|| "Config".to_owned());
            let version = text_at(tree, &["apiVersion"]).unwrap_or_else(|| "v1".to_owned());
            if kind == "Config" && version == "v1" {
                return Ok(());
            }
            return Err(format!(
                "no kind {kind:?} is registered for version {version:?} in scheme \
                 \"pkg/runtime/scheme.go:111\""
            ));
        }
        Tree::List(_) => "array",
        Tree::String(_) => "string",
        Tree::Bool(_) => "bool",
        Tree::Int(_) | Tree::Float(_) => "number",
    };
    Err(format!(
        "couldn't get version/kind; json parse error: json: cannot unmarshal {found} into Go value \
         of type struct {{ APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \
         \"json:\\\"kind,omitempty\\\"\" }}"
    ))
}

/// What is wrong with a user whose files cannot be read.
fn user_faults((file, user): Entry<'_>, name: &str) -> Vec<String> {
    let has = |key: &str| text_at(user, &[key]).is_some();
    if !has("client-certificate") && !has("client-certificate-data") {
        return Vec::new();
    }
    let mut faults = Vec::new();
    if !has("client-key") && !has("client-key-data") {
        faults.push(format!(
            "client-key-data or client-key must be specified for {name} to use the clientCert \
             authentication method."
        ));
    }
    for (key, shown) in [("client-certificate", "client-cert"), ("client-key", "client-key")] {
        let path = text_at(user, &[key]).map(|path| resolved(file, &path));
        faults.extend(path.and_then(|path| unreadable(shown, &path, name)));
    }
    faults
}

/// Says that `path` cannot be read, if that is so.
fn unreadable(what: &str, path: &str, name: &str) -> Option<String> {
    let error = read_file(path.as_bytes()).err()?;
    let error = PathError { operation: "open", ..error };
    Some(format!("unable to read {what} {path} for {name} due to {error}"))
}

/// The cluster of a context, with what flags have to say.
struct Cluster {
    server: String,
    ca_file: String,
    has_ca_data: bool,
    insecure: bool,
}

impl Cluster {
    fn new(entry: Option<Entry<'_>>, kube: &Kube) -> Self {
        let text = |key: &str| entry.and_then(|(_, cluster)| text_at(cluster, &[key]));
        let insecure = entry.and_then(|(_, cluster)| cluster.at(&["insecure-skip-tls-verify"]));
        let mut cluster = Self {
            server: text("server").unwrap_or_default(),
            ca_file: String::new(),
            has_ca_data: text("certificate-authority-data").is_some(),
            insecure: matches!(insecure, Some(Tree::Bool(true))),
        };
        if let (Some((file, _)), Some(path)) = (entry, text("certificate-authority")) {
            cluster.ca_file = resolved(file, &path);
        }
        if kube.insecure || !kube.ca_file.is_empty() {
            cluster.insecure = kube.insecure;
            (cluster.ca_file, cluster.has_ca_data) = (kube.ca_file.clone(), false);
        }
        if !kube.server.is_empty() {
            cluster.server.clone_from(&kube.server);
        }
        cluster
    }

    fn faults(&self, name: &str) -> Vec<String> {
        let Self { ca_file, has_ca_data, .. } = self;
        let mut faults = Vec::new();
        if !ca_file.is_empty() && *has_ca_data {
            faults.push(format!(
                "certificate-authority-data and certificate-authority are both specified for \
                 {name}. certificate-authority-data will override."
            ));
        }
        if !ca_file.is_empty() {
            faults.extend(unreadable("certificate-authority", ca_file, name));
        }
        faults
    }

    fn server(self, kube: &Kube) -> Result<Server, String> {
        if self.server.is_empty() {
            return Ok(usual_server(kube));
        }
        let has_ca = self.has_ca_data || !self.ca_file.is_empty();
        let is_secure = self.server.starts_with("https://");
        if is_secure && self.insecure && has_ca {
            let what = "specifying a root certificates file with the insecure flag is not allowed";
            return Err(what.to_owned());
        }
        // Nothing is told to the server, and nothing that it says is believed; so authorities that
        // stand in the file itself are not looked at.
        let insecure = self.insecure || self.has_ca_data;
        let tls = Tls { ca_file: self.ca_file, insecure, ..Tls::default() };
        let tls = if is_secure { tls } else { Tls::default() };
        Ok(Server { address: self.server, tls })
    }
}

/// The server that nobody has named: that of the own cluster, if there is one.
fn usual_server(kube: &Kube) -> Server {
    let is_inside = Path::new(OWN_TOKEN).is_file();
    let (address, ca_file) = match &kube.own_server {
        Some(address) if is_inside => (address.clone(), OWN_AUTHORITIES.to_owned()),
        _ => (kube.usual_server.clone(), String::new()),
    };
    Server { address, tls: Tls { ca_file, ..Tls::default() } }
}

fn text_at(tree: &Tree, keys: &[&str]) -> Option<String> {
    let text = tree.at(keys)?.as_str()?;
    (!text.is_empty()).then(|| text.to_string())
}

/// The path as seen from the folder of `file`.
fn resolved(file: &Path, path: &str) -> String {
    let folder = file.parent().unwrap_or(Path::new(""));
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    clean_path(&absolute.join(path).to_string_lossy())
}

/// Several faults as Kubernetes' libraries put them in one line; each is told once.
fn aggregate(faults: &[String]) -> String {
    let mut told = BTreeSet::new();
    let distinct: Vec<&str> =
        faults.iter().map(String::as_str).filter(|fault| told.insert(*fault)).collect();
    match distinct.as_slice() {
        [fault] => (*fault).to_owned(),
        several => format!("[{}]", several.join(", ")),
    }
}
