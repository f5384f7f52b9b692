//! Which kinds live in a namespace.

use std::collections::BTreeMap;

use super::catalogue::Catalogue;

/// Where objects of a kind live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// In a namespace.
    Namespaced,
    /// Outside of all namespaces.
    Cluster,
    /// Nobody has said; taken for namespaced, which most are.
    Unknown,
}

/// Kinds of Kubernetes itself that live outside of namespaces, by group.
static CLUSTER: &[(&str, &[&str])] = &[
    ("", &["ComponentStatus", "Namespace", "Node", "PersistentVolume"]),
    (
        "admissionregistration.k8s.io",
        &[
            "MutatingAdmissionPolicy",
            "MutatingAdmissionPolicyBinding",
            "MutatingWebhookConfiguration",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "ValidatingWebhookConfiguration",
        ],
    ),
    ("apiextensions.k8s.io", &["CustomResourceDefinition"]),
    ("apiregistration.k8s.io", &["APIService"]),
    ("apps", &[]),
    ("authentication.k8s.io", &["SelfSubjectReview", "TokenReview"]),
    (
        "authorization.k8s.io",
        &["SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"],
    ),
    ("autoscaling", &[]),
    ("batch", &[]),
    ("certificates.k8s.io", &["CertificateSigningRequest", "ClusterTrustBundle"]),
    ("coordination.k8s.io", &[]),
    ("discovery.k8s.io", &[]),
    ("events.k8s.io", &[]),
    ("extensions", &["PodSecurityPolicy"]),
    ("flowcontrol.apiserver.k8s.io", &["FlowSchema", "PriorityLevelConfiguration"]),
    ("internal.apiserver.k8s.io", &["StorageVersion"]),
    ("metrics.k8s.io", &["NodeMetrics"]),
    ("networking.k8s.io", &["IPAddress", "IngressClass", "ServiceCIDR"]),
    ("node.k8s.io", &["RuntimeClass"]),
    ("policy", &["PodSecurityPolicy"]),
    ("rbac.authorization.k8s.io", &["ClusterRole", "ClusterRoleBinding"]),
    ("resource.k8s.io", &["DeviceClass", "DeviceTaintRule", "ResourceSlice"]),
    ("scheduling.k8s.io", &["PriorityClass"]),
    (
        "storage.k8s.io",
        &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"],
    ),
    ("storagemigration.k8s.io", &["StorageVersionMigration"]),
];

/// Where kinds live: Kubernetes' own, those of known operators, and those that a chart defines.
#[derive(Clone, Debug, Default)]
pub(super) struct Scopes {
    defined: BTreeMap<(String, String), Scope>,
}

impl Scopes {
    /// A definition in the chart says where `kind` of `group` lives.
    pub(super) fn define(&mut self, group: &str, kind: &str, namespaced: bool) {
        let scope = if namespaced { Scope::Namespaced } else { Scope::Cluster };
        self.defined.insert((group.to_owned(), kind.to_owned()), scope);
    }

    /// True if the chart itself defines the kind.
    pub(super) fn defines(&self, group: &str, kind: &str) -> bool {
        self.defined.contains_key(&(group.to_owned(), kind.to_owned()))
    }

    /// Where `kind` of `group` lives.
    pub(super) fn of(&self, group: &str, kind: &str) -> Scope {
        if let Some(scope) = self.defined.get(&(group.to_owned(), kind.to_owned())) {
            return *scope;
        }
        if let Some((_, kinds)) = CLUSTER.iter().find(|(known, _)| *known == group) {
            return if kinds.contains(&kind) { Scope::Cluster } else { Scope::Namespaced };
        }
        match Catalogue::get().is_cluster_kind(group, kind) {
            Some(true) => Scope::Cluster,
            Some(false) => Scope::Namespaced,
            None => Scope::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_where_they_belong() {
        let mut scopes = Scopes::default();
        scopes.define("example.org", "Planet", false);
        for (group, kind, expected) in [
            ("", "Secret", Scope::Namespaced),
            ("", "Namespace", Scope::Cluster),
            ("rbac.authorization.k8s.io", "ClusterRole", Scope::Cluster),
            ("cert-manager.io", "ClusterIssuer", Scope::Cluster),
            ("cert-manager.io", "Certificate", Scope::Namespaced),
            ("constraints.gatekeeper.sh", "K8sAllowedRepos", Scope::Cluster),
            ("example.org", "Planet", Scope::Cluster),
            ("example.org", "Moon", Scope::Unknown),
        ] {
            assert_eq!(scopes.of(group, kind), expected, "{group}/{kind}");
        }
    }
}
