//! The order in which kinds are installed.

use std::cmp::Ordering;

use go_text_template::Compat;

/// Known kinds, first installed first. Helm 3 does not know the last two.
static INSTALL_ORDER: [&str; 38] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// How many of [`INSTALL_ORDER`] Helm 3 knows.
const KNOWN_TO_HELM3: usize = 36;

/// Compares two kinds: known ones by their place, unknown ones behind them by name.
pub(super) fn compare(a: &[u8], b: &[u8], compat: Compat) -> Ordering {
    match (place(a, compat), place(b, compat)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

fn place(kind: &[u8], compat: Compat) -> Option<usize> {
    let known = if compat.is_helm3() { KNOWN_TO_HELM3 } else { INSTALL_ORDER.len() };
    INSTALL_ORDER[..known].iter().position(|name| name.as_bytes() == kind)
}
