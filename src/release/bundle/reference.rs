//! Names of container images.

use std::fmt;

/// The name of an image, as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reference<'t> {
    /// The registry; empty for the one that is taken if none is named.
    registry: &'t str,
    repository: &'t str,
    /// `:tag`, `@digest` or both, with their signs.
    version: &'t str,
}

impl<'t> Reference<'t> {
    /// Takes `text` apart; `None` if it is no name of an image.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let (name, digest) =
            text.split_once('@').map_or((text, ""), |(name, digest)| (name, digest));
        if !digest.is_empty() && !is_digest(digest) || text.ends_with('@') {
            return None;
        }
        let last = name.rfind('/').map_or(0, |at| at + 1);
        let path_end = name[last..].find(':').map_or(name.len(), |at| last + at);
        let tag = &name[path_end..];
        if !tag.is_empty() && !is_tag(&tag[1..]) {
            return None;
        }
        let (registry, repository) = match name[..path_end].split_once('/') {
            Some((first, rest)) if is_registry(first) => (first, rest),
            _ => ("", &name[..path_end]),
        };
        let is_part = |part: &str| {
            part.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
                && part.bytes().all(|byte| {
                    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte)
                })
        };
        let known = repository.split('/').all(is_part);
        known.then_some(Self { registry, repository, version: &text[path_end..] })
    }

    /// True if it cannot well be anything else: it has a registry, a path and a version.
    pub(super) fn is_certain(&self) -> bool {
        !self.registry.is_empty() && self.has_version()
    }

    /// True if it is rather a label, a taint or an API with what belongs to it, such as
    /// `app.kubernetes.io/component:webhook`: one word behind the domain of somebody who names such
    /// things and runs no registry there.
    pub(super) fn is_label(&self) -> bool {
        let Some(value) = self.version.strip_prefix(':').filter(|value| !value.contains('@'))
        else {
            return false;
        };
        !self.repository.contains('/')
            && !self.registry.contains(':')
            && (is_label_domain(self.registry) || is_of_label(self.repository, value))
    }

    /// The registry and the path, as a label's key would be written.
    pub(super) fn key(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
    }

    /// True if it has a tag or a digest.
    pub(super) fn has_version(&self) -> bool {
        !self.version.is_empty()
    }

    /// True if it is a single word.
    pub(super) fn is_bare(&self) -> bool {
        self.registry.is_empty() && !self.has_version() && !self.repository.contains('/')
    }

    /// The same image in another registry: the path stays, with what a missing registry adds to it.
    pub(super) fn in_registry(&self, registry: &str) -> String {
        let Self { repository, version, .. } = self;
        let library = if self.is_official() { "library/" } else { "" };
        format!("{}/{library}{repository}{version}", registry.trim_end_matches('/'))
    }

    /// One name for all ways to write an image.
    pub(super) fn canonical(&self) -> String {
        let hub = ["", "docker.io", "index.docker.io"].contains(&self.registry);
        self.in_registry(if hub { "docker.io" } else { self.registry })
    }

    fn is_official(&self) -> bool {
        ["", "docker.io", "index.docker.io"].contains(&self.registry)
            && !self.repository.contains('/')
    }
}

impl fmt::Display for Reference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slash = if self.registry.is_empty() { "" } else { "/" };
        write!(f, "{}{slash}{}{}", self.registry, self.repository, self.version)
    }
}

fn is_registry(text: &str) -> bool {
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    let is_host = !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    let is_port =
        port.is_none_or(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()));
    let has_label = host.split('.').all(|label| !label.is_empty());
    is_host && is_port && has_label && (host.contains('.') || port.is_some() || host == "localhost")
}

/// Whether labels are named after `host`, but no images.
fn is_label_domain(host: &str) -> bool {
    const DOMAINS: [&str; 32] = [
        "amazonaws.com",
        "argoproj.io",
        "azure.com",
        "cattle.io",
        "cert-manager.io",
        "cilium.io",
        "cnpg.io",
        "crossplane.io",
        "datadoghq.com",
        "elastic.co",
        "external-secrets.io",
        "fluxcd.io",
        "google.com",
        "grafana.com",
        "hashicorp.com",
        "helm.sh",
        "istio.io",
        "k8s.io",
        "karpenter.sh",
        "keda.sh",
        "knative.dev",
        "kubernetes.io",
        "kubevirt.io",
        "kyverno.io",
        "linkerd.io",
        "nvidia.com",
        "opentelemetry.io",
        "openshift.io",
        "projectcalico.org",
        "projectcontour.io",
        "prometheus.io",
        "traefik.io",
    ];
    const REGISTRIES: [&str; 9] =
        ["cr", "dkr", "docker", "gcr", "ghcr", "images", "mirror", "public", "xpkg"];
    let is_below = |domain: &&str| {
        host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let names_registry = |label: &str| REGISTRIES.contains(&label) || label.starts_with("registry");
    DOMAINS.iter().any(is_below) && !host.split('.').any(names_registry)
}

/// Whether `key:value` is a taint with its effect, or a switch, or an API with its kind.
fn is_of_label(key: &str, value: &str) -> bool {
    const VALUES: [&str; 5] = ["NoExecute", "NoSchedule", "PreferNoSchedule", "false", "true"];
    let digits = key.strip_prefix('v').unwrap_or_default();
    let is_version = digits.starts_with(|first: char| first.is_ascii_digit());
    let is_kind = value.starts_with(|first: char| first.is_ascii_uppercase());
    VALUES.contains(&value) || is_version && is_kind
}

fn is_tag(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_')
        && text.len() <= 128
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

fn is_digest(text: &str) -> bool {
    let Some((algorithm, digits)) = text.split_once(':') else { return false };
    algorithm.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && digits.len() >= 32
        && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        let moved =
            |text: &str| Reference::parse(text).map(|name| name.in_registry("r.example:5000/x/"));
        for (text, expected) in [
            ("nginx", Some("r.example:5000/x/library/nginx")),
            ("nginx:1.25", Some("r.example:5000/x/library/nginx:1.25")),
            ("bitnami/redis:7", Some("r.example:5000/x/bitnami/redis:7")),
            ("docker.io/nginx:1", Some("r.example:5000/x/library/nginx:1")),
            ("quay.io/a/b/c:v1", Some("r.example:5000/x/a/b/c:v1")),
            ("localhost/a", Some("r.example:5000/x/a")),
            ("host:5000/a:1", Some("r.example:5000/x/a:1")),
            ("https://example.org/a:1", None),
            ("/etc/passwd", None),
            ("Nginx", None),
            ("a b", None),
            ("nginx:", None),
            ("", None),
        ] {
            assert_eq!(moved(text).as_deref(), expected, "{text:?}");
        }
        for (text, expected) in [
            ("app.kubernetes.io/component:webhook", true),
            ("helm.sh/chart:web-1.0.0", true),
            ("meta.helm.sh/release-name:web", true),
            ("node-role.kubernetes.io/control-plane:NoSchedule", true),
            ("eks.amazonaws.com/nodegroup:a", true),
            ("example.org/dedicated:NoExecute", true),
            ("example.org/inject:true", true),
            ("example.org/v1beta1:Planet", true),
            ("example.org/web:1.0", false),
            ("registry.k8s.io/pause:3.9", false),
            ("k8s.gcr.io/pause:3.9", false),
            ("docker.elastic.co/kibana:8", false),
            ("crossplane.io/paused:yes", true),
            ("123.dkr.ecr.eu-west-1.amazonaws.com/web:1", false),
            ("notkubernetes.io/web:1", false),
            ("kubernetes.io/a/b:1", false),
            ("helm.sh/web@sha256:00000000000000000000000000000000", false),
            ("kubernetes.io:5000/web:1", false),
        ] {
            assert_eq!(
                Reference::parse(text).is_some_and(|name| name.is_label()),
                expected,
                "{text}"
            );
        }
        let certain = |text: &str| Reference::parse(text).is_some_and(|name| name.is_certain());
        assert!(certain("quay.io/a:1") && !certain("quay.io/a") && !certain("a/b:1"));
        assert_eq!(
            Reference::parse("nginx:1").map(|name| name.canonical()).as_deref(),
            Some("docker.io/library/nginx:1")
        );
    }
}
