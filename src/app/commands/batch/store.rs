//! Results of earlier runs: a folder, or a server that speaks Bazel's protocol for remote caches.
//!
//! A store holds two kinds of things by SHA-256 digest: bytes by their own (`cas`), and by the key
//! of a release a record that names such bytes (`ac`). A store that fails makes nothing fail: then
//! releases are rendered.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::batch::{
    Digest, Parts, digest, key_with, read_action, read_addresses, write_action, write_addresses,
};
use crate::commands::output::failed;
use crate::commands::{Error, Session};
use crate::files::beside;
use crate::network::{self, Limits, Network, Request};
use go_text_template::Compat;
use go_text_template::data::Str;

/// The longest answer of a server, in bytes: as much as a render may write.
const MOST_BYTES: u64 = 512 << 20;

/// A server that takes longer is out of order.
const PATIENCE: Limits = Limits::of(Duration::from_secs(30));

/// After so many failures the store is left alone; a server that does not answer would cost its
/// patience for each release.
const MOST_FAILURES: usize = 3;

/// Where results are kept.
pub(super) struct Store<'s> {
    place: Place<'s>,
    failures: AtomicUsize,
    trouble: Mutex<Option<String>>,
}

enum Place<'s> {
    Folder { root: PathBuf },
    Server { url: String, network: &'s dyn Network },
}

/// What is known of a release.
pub(super) struct Known {
    pub(super) parts: Parts,
    /// What was said on the way to it.
    pub(super) told: Str,
    /// The schemas from outside, each an address and its digest.
    pub(super) schemas: Vec<(String, String)>,
}

/// The kinds of things.
const RECORDS: &str = "ac";
const CONTENTS: &str = "cas";

impl<'s> Store<'s> {
    /// The store at `place`, a folder or a URL.
    pub(super) fn open(place: &str, session: &Session<'s>) -> Result<Self, Error> {
        if place.starts_with("http://") || place.starts_with("https://") {
            return Ok(Self::on_server(place, session.network));
        }
        if place.contains("://") {
            let what =
                format!("{place:?} is no cache: it must be a folder, or a URL with http or https");
            return Err(Error::Usage(what.into()));
        }
        let root = PathBuf::from(place);
        fs::create_dir_all(root.join("tmp")).map_err(|error| failed("mkdir", &root, &error))?;
        Ok(Self::at(Place::Folder { root }))
    }

    /// The store on the server at `url`.
    fn on_server(url: &str, network: &'s dyn Network) -> Self {
        Self::at(Place::Server { url: url.trim_end_matches('/').to_owned(), network })
    }

    fn at(place: Place<'s>) -> Self {
        Self { place, failures: AtomicUsize::new(0), trouble: Mutex::default() }
    }

    /// The result that has this key; `look` tells what addresses have today, if it depends on that.
    pub(super) fn get(
        &self,
        key: Digest,
        look: impl FnOnce(&[String]) -> Option<Vec<(String, String)>>,
    ) -> Option<Known> {
        let mut content = self.content(key)?;
        let mut schemas = Vec::new();
        if let Some(addresses) = read_addresses(&content) {
            schemas = look(&addresses)?;
            content = self.content(key_with(key, &schemas))?;
        }
        let (parts, told) = Parts::from_bytes(&content.into())?;
        Some(Known { parts, told, schemas })
    }

    /// Keeps `content` as the result that has this key and was checked against `schemas`.
    pub(super) fn put(&self, key: Digest, schemas: &[(String, String)], content: &[u8]) {
        if schemas.is_empty() {
            return self.put_content(key, content);
        }
        self.put_content(key_with(key, schemas), content);
        let addresses = schemas.iter().map(|(address, _)| address.as_str());
        self.put_content(key, &write_addresses(addresses));
    }

    /// What has this key.
    fn content(&self, key: Digest) -> Option<Vec<u8>> {
        let record = self.fetch(RECORDS, &key.to_string())?;
        let hash = read_action(&record)?;
        let content = self.fetch(CONTENTS, &hash)?;
        // A file that was cut off or changed is as good as none.
        (digest(&content).to_string() == hash).then_some(content)
    }

    fn put_content(&self, key: Digest, content: &[u8]) {
        let hash = digest(content);
        let record = write_action(hash, content.len());
        // The content first: a record must not lead nowhere.
        if self.keep(CONTENTS, &hash.to_string(), content) {
            self.keep(RECORDS, &key.to_string(), &record);
        }
    }

    /// Why the store was not used for all releases, if it was not.
    pub(super) fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn fetch(&self, kind: &str, hash: &str) -> Option<Vec<u8>> {
        self.tried(|place| match place {
            Place::Folder { root } => read(&path(root, kind, hash)),
            Place::Server { url, network } => {
                match ask(*network, "GET", format!("{url}/{kind}/{hash}"), &[])? {
                    (200, body) => Ok(Some(body)),
                    (404, _) => Ok(None),
                    (status, _) => Err(format!("GET {url}/{kind}: status {status}")),
                }
            }
        })?
    }

    fn keep(&self, kind: &str, hash: &str, content: &[u8]) -> bool {
        let kept = self.tried(|place| match place {
            Place::Folder { root } => {
                write(&root.join("tmp").join(kind), &path(root, kind, hash), content)
            }
            Place::Server { url, network } => {
                match ask(*network, "PUT", format!("{url}/{kind}/{hash}"), content)? {
                    (200..300, _) => Ok(()),
                    (status, _) => Err(format!("PUT {url}/{kind}: status {status}")),
                }
            }
        });
        kept.is_some()
    }

    /// What `with` gives, unless it fails, or has failed too often.
    fn tried<T>(&self, with: impl FnOnce(&Place<'s>) -> Result<T, String>) -> Option<T> {
        if self.failures.load(Ordering::Relaxed) >= MOST_FAILURES {
            return None;
        }
        let failed = |what| {
            self.failures.fetch_add(1, Ordering::Relaxed);
            *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(what);
        };
        with(&self.place).map_err(failed).ok()
    }
}

/// The status and the body of the answer to a request.
fn ask(
    network: &dyn Network,
    method: &'static str,
    url: String,
    body: &[u8],
) -> Result<(u16, Vec<u8>), String> {
    let failed = |error: network::Error| error.message(Compat::default());
    let request = Request { method, body: body.to_vec(), limits: PATIENCE, ..Request::get(url) };
    let response = network.send(&request).map_err(failed)?;
    let status = response.status;
    Ok((status, response.bytes(MOST_BYTES).map_err(failed)?))
}

/// Where a folder has things, as Bazel lays them out.
fn path(root: &Path, kind: &str, hash: &str) -> PathBuf {
    root.join(kind).join(&hash[..2]).join(hash)
}

#[expect(clippy::disallowed_methods, reason = "this is where results are read")]
fn read(path: &Path) -> Result<Option<Vec<u8>>, String> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

/// Writes the file in one go: other processes see all of it or nothing.
fn write(near: &Path, path: &Path, content: &[u8]) -> Result<(), String> {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    let written = made.and_then(|()| beside::write(near, path, content));
    written.map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::io::Cursor;

    use super::*;
    use crate::batch::Part;
    use crate::network::{Offline, Response, Tls, TlsFault};

    /// A server that remembers what it was given, and can be out of order.
    #[derive(Default)]
    struct Server {
        held: Mutex<HashMap<String, Vec<u8>>>,
        broken: bool,
        asked: AtomicUsize,
    }

    impl Network for Server {
        fn send(&self, request: &Request) -> Result<Response, network::Error> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            if self.broken {
                return Offline.send(request);
            }
            let mut held = self.held.lock().unwrap();
            let found = held.get(&request.url).cloned();
            let (status, body) = match (request.method, found) {
                ("GET", Some(body)) => (200, body),
                ("GET", None) => (404, Vec::new()),
                _ => {
                    held.insert(request.url.clone(), request.body.clone());
                    (200, Vec::new())
                }
            };
            Ok(Response {
                status,
                reason: String::new(),
                headers: Vec::new(),
                url: request.url.clone(),
                body: Box::new(Cursor::new(body)),
            })
        }

        fn check(&self, _: &Tls) -> Result<(), TlsFault> {
            Ok(())
        }

        fn wait(&self, _: Duration) {}
    }

    fn get(store: &Store<'_>, key: Digest) -> Option<(Parts, Str)> {
        store.get(key, |_| None).map(|known| (known.parts, known.told))
    }

    fn parts(text: &str) -> Parts {
        let part = Part { path: "c/templates/a.yaml".into(), content: text.into() };
        Parts { resources: vec![part], ..Parts::default() }
    }

    #[test]
    fn a_server_gives_back_what_was_put() {
        let server = Server::default();
        let store = Store::on_server("http://h:1/x/", &server);
        let key = digest(b"key");
        assert_eq!(get(&store, key), None);
        store.put(key, &[], &parts("a: 1").to_bytes(b"w"));
        assert_eq!(get(&store, key), Some((parts("a: 1"), "w".into())));
        assert_eq!(store.trouble(), None);
        let held = server.held.lock().unwrap();
        let mut urls: Vec<&String> = held.keys().collect();
        urls.sort();
        assert_eq!(*urls[0], format!("http://h:1/x/ac/{key}"));
        assert!(urls[1].starts_with("http://h:1/x/cas/"), "{urls:?}");
    }

    #[test]
    fn what_was_changed_is_not_used() {
        let server = Server::default();
        let store = Store::on_server("http://h", &server);
        let key = digest(b"key");
        store.put(key, &[], &parts("a: 1").to_bytes(b""));
        let url = format!("http://h/cas/{}", digest(&parts("a: 1").to_bytes(b"")));
        server.held.lock().unwrap().insert(url, parts("a: 2").to_bytes(b""));
        assert_eq!(get(&store, key), None);
    }

    #[test]
    fn a_result_counts_as_long_as_its_schemas_do() {
        let server = Server::default();
        let store = Store::on_server("http://h", &server);
        let key = digest(b"key");
        let schemas = |digest: &str| vec![("http://s/a".to_owned(), digest.to_owned())];
        let found = |digest: Option<&str>| {
            let look = |addresses: &[String]| {
                assert_eq!(addresses, ["http://s/a"]);
                digest.map(schemas)
            };
            store.get(key, look).map(|known| known.schemas)
        };
        assert_eq!(found(Some("1")), None);
        store.put(key, &schemas("1"), &parts("a: 1").to_bytes(b""));
        assert_eq!(found(Some("1")), Some(schemas("1")));
        assert_eq!(found(Some("2")), None);
        assert_eq!(found(None), None);
        store.put(key, &schemas("2"), &parts("a: 1").to_bytes(b""));
        assert_eq!(found(Some("2")), Some(schemas("2")));
        assert_eq!(found(Some("1")), Some(schemas("1")));
    }

    #[test]
    fn a_server_that_fails_is_left_alone() {
        let server = Server { broken: true, ..Server::default() };
        let store = Store::on_server("http://h", &server);
        for number in 0..10_u8 {
            assert_eq!(get(&store, digest(&[number])), None);
            store.put(digest(&[number]), &[], b"");
        }
        assert_eq!(server.asked.load(Ordering::Relaxed), MOST_FAILURES);
        assert!(store.trouble().is_some_and(|trouble| trouble.contains("--offline")));
    }
}
