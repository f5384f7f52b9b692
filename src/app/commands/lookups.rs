//! A world with a cluster in it that cannot be reached: Helm 3 looks there for what templates look
//! up, if `--dry-run` lets it.

use std::sync::{Mutex, PoisonError};

use bstr::{BStr, ByteSlice};

use super::cluster;
use super::kubeconfig::Server;
use crate::network::Network;
use go_text_template::Compat;
use go_text_template::dates::Zone;
use go_text_template::template::{Watcher, World};

/// Hands all questions on but those for the cluster.
pub(super) struct Lookups<'w> {
    world: &'w (dyn World + Sync),
    network: &'w dyn Network,
    server: Server,
    compat: Compat,
    lines: Mutex<Vec<String>>,
}

impl<'w> Lookups<'w> {
    /// The world `world` with the cluster at `server`.
    pub(super) fn new(
        world: &'w (dyn World + Sync),
        network: &'w dyn Network,
        server: Server,
        compat: Compat,
    ) -> Self {
        Self { world, network, server, compat, lines: Mutex::default() }
    }

    /// What Helm logs about the questions so far.
    pub(super) fn lines(&self) -> Vec<String> {
        std::mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Why nobody can tell what `version` has.
    fn fault(&self, version: &str) -> String {
        let path = match version.contains('/') {
            _ if version.is_empty() => return "groupVersion shouldn't be empty".to_owned(),
            true => format!("/apis/{version}"),
            false => format!("/api/{version}"),
        };
        cluster::knock(&self.server, &path, "timeout=32s", self.network, self.compat)
    }
}

impl World for Lookups<'_> {
    fn now(&self) -> (i64, u32) {
        self.world.now()
    }

    fn monotonic(&self) -> u64 {
        self.world.monotonic()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.world.fill_random(bytes);
    }

    fn local_zone(&self) -> Zone {
        self.world.local_zone()
    }

    fn zone(&self, name: &str) -> Option<Zone> {
        self.world.zone(name)
    }

    fn resolve(&self, host: &str) -> Option<String> {
        self.world.resolve(host)
    }

    fn watcher(&self) -> Option<&dyn Watcher> {
        self.world.watcher()
    }

    fn look_up(&self, api_version: &BStr, kind: &BStr) -> Result<(), String> {
        let (group, version) = group_version(api_version);
        let whole = if group.is_empty() { version.clone() } else { format!("{group}/{version}") };
        let why = self.fault(&whole);
        let what = "unable to get apiresource from unstructured";
        let wanted = format!("{group}/{version}, Kind={kind}");
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).extend([
            format!(
                "lookup_func.go:130: [ERROR] unable to retrieve resource list for: {whole} , error: {why}"
            ),
            format!("lookup_func.go:104: [ERROR] {what}: {wanted} , error {why}"),
        ]);
        Err(format!("{what}: {wanted}: {why}"))
    }
}

/// Group and version of an `apiVersion`; what is none has neither.
fn group_version(api_version: &BStr) -> (String, String) {
    let text = api_version.to_str_lossy();
    match text.split('/').collect::<Vec<_>>().as_slice() {
        [version] => (String::new(), (*version).to_owned()),
        [group, version] => ((*group).to_owned(), (*version).to_owned()),
        _ => Default::default(),
    }
}
