//! What templates see as `.Capabilities`: the versions of Kubernetes and of Helm, and the APIs.

use std::fmt;

use go_text_template::Compat;
use go_text_template::data::{Failure, Kind, List, Object, Signature, Str, Type, Value};

/// What the cluster and the program can do.
#[derive(Clone, Debug)]
pub struct Capabilities {
    /// The version of Kubernetes.
    pub kube_version: KubeVersion,
    /// The API versions beyond the built-in ones.
    pub extra_api_versions: Vec<Str>,
    /// The Helm that is equalled.
    pub compat: Compat,
}

/// A version of Kubernetes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeVersion {
    /// As given, with a `v` in front. Helm 3 cuts everything behind the numbers.
    pub version: Str,
    /// `v` and the numbers alone, for comparisons.
    pub normalized: Str,
    major: u64,
    minor: u64,
    compat: Compat,
}

/// The minor version of Kubernetes 1 that both reference programs assume.
const DEFAULT_MINOR: u64 = 37;

impl KubeVersion {
    /// The version that is assumed when none is given.
    pub fn default_of(compat: Compat) -> Self {
        let version = Str::from(format!("v1.{DEFAULT_MINOR}.0"));
        Self { normalized: version.clone(), version, major: 1, minor: DEFAULT_MINOR, compat }
    }

    /// The first two numbers.
    pub fn major_minor(&self) -> (u64, u64) {
        (self.major, self.minor)
    }

    /// The numbers alone, if they are known.
    fn short(&self) -> Str {
        if self.normalized.is_empty() { self.version.clone() } else { self.normalized.clone() }
    }

    /// The version without what only Helm's own code can read.
    fn exported(&self) -> Self {
        let normalized = if self.compat.is_helm3() { self.normalized.clone() } else { Str::EMPTY };
        Self { normalized, ..self.clone() }
    }

    /// Reads a version such as `1.29`, `v1.31.2` or `v1.33.4-gke.1`.
    pub fn parse(text: &str, compat: Compat) -> Result<Self, InvalidKubeVersion> {
        let numbers = version_numbers(text)?;
        let dotted: Vec<String> = numbers.iter().map(u64::to_string).collect();
        let normalized = Str::from(format!("v{}", dotted.join(".")));
        let version = match compat {
            Compat::Helm3 => normalized.clone(),
            Compat::Helm4 if text.starts_with('v') => Str::from(text),
            Compat::Helm4 => Str::from(format!("v{text}")),
        };
        Ok(Self { version, normalized, major: numbers[0], minor: numbers[1], compat })
    }
}

/// Why a text is no version of Kubernetes; each holds the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidKubeVersion {
    /// It does not start with a number behind white space and a `v`, both optional.
    NotAVersion(String),
    /// It has one number only.
    TooShort(String),
    /// Its first number has a leading zero.
    LeadingZero(String, String),
    /// One of its numbers is too large for a machine.
    TooLarge(String, String),
}

impl fmt::Display for InvalidKubeVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAVersion(text) => write!(f, "could not parse {text:?} as version"),
            Self::TooShort(text) => write!(f, "illegal version string {text:?}"),
            Self::LeadingZero(number, text) => {
                write!(f, "illegal zero-prefixed version component {number:?} in {text:?}")
            }
            Self::TooLarge(number, text) => write!(
                f,
                "illegal non-numeric version component {number:?} in {text:?}: \
                 strconv.ParseUint: parsing {number:?}: value out of range"
            ),
        }
    }
}

impl std::error::Error for InvalidKubeVersion {}

/// The numbers of `text`: as many as there are, at least two. What follows them is ignored.
fn version_numbers(text: &str) -> Result<Vec<u64>, InvalidKubeVersion> {
    let parts = number_parts(text);
    let whole = || text.to_owned();
    match parts.as_slice() {
        [] => return Err(InvalidKubeVersion::NotAVersion(whole())),
        [_] => return Err(InvalidKubeVersion::TooShort(whole())),
        [first, ..] if first.len() > 1 && first.starts_with('0') => {
            return Err(InvalidKubeVersion::LeadingZero((*first).to_owned(), whole()));
        }
        _ => {}
    }
    let too_large = |part: &str| InvalidKubeVersion::TooLarge(part.to_owned(), whole());
    parts.into_iter().map(|part| part.parse().map_err(|_| too_large(part))).collect()
}

/// The runs of digits at the start of `text`, separated by single dots.
fn number_parts(text: &str) -> Vec<&str> {
    let text = text.trim_start_matches([' ', '\t', '\n', '\r', '\x0c']);
    let text = text.strip_prefix('v').unwrap_or(text);
    let digits = |part: &str| part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
    let mut parts = Vec::new();
    for part in text.split('.') {
        let end = digits(part);
        if end > 0 {
            parts.push(&part[..end]);
        }
        if end == 0 || end < part.len() {
            break;
        }
    }
    parts
}

/// The package that holds Helm's types, as `%T` names it.
fn named(compat: Compat, helm3: &'static str, helm4: &'static str, kind: Kind) -> Type {
    Type::Named(if compat.is_helm3() { helm3 } else { helm4 }, kind)
}

const NO_PARAMETERS: Signature = Signature { params: &[], rest: None };

impl Object for Capabilities {
    fn go_type(&self) -> Type {
        named(self.compat, "*chartutil.Capabilities", "*common.Capabilities", Kind::Pointer)
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        ["KubeVersion", "APIVersions", "HelmVersion"]
            .into_iter()
            .filter_map(|name| Some((name, self.field(name)?)))
            .collect()
    }

    fn field(&self, name: &str) -> Option<Value> {
        Some(match name {
            "KubeVersion" => Value::object(self.kube_version.clone()),
            "APIVersions" => Value::object(ApiVersions::of(self)),
            "HelmVersion" => Value::object(HelmVersion(self.compat)),
            _ => return None,
        })
    }

    fn text_bytes(&self) -> Option<u64> {
        // A pointer that is not at the top is printed as an address.
        Some(32)
    }

    fn method(&self, name: &str) -> Option<Signature> {
        (name == "Copy").then_some(NO_PARAMETERS)
    }

    fn call(&self, _name: &str, _args: &mut [Value]) -> Result<Value, Failure> {
        Ok(Value::object(self.clone()))
    }

    fn deep_copy(&self) -> Option<Value> {
        let kube_version = self.kube_version.exported();
        Some(Value::object(Self { kube_version, ..self.clone() }))
    }
}

impl Object for KubeVersion {
    fn go_type(&self) -> Type {
        named(self.compat, "chartutil.KubeVersion", "common.KubeVersion", Kind::Struct)
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("Version", self.version.clone().into()),
            ("Major", self.major.to_string().into()),
            ("Minor", self.minor.to_string().into()),
        ]
    }

    fn all_fields(&self) -> Vec<(&'static str, Value)> {
        let mut fields = self.fields();
        if !self.compat.is_helm3() {
            fields.insert(1, ("normalizedVersion", self.normalized.clone().into()));
        }
        fields
    }

    fn method(&self, name: &str) -> Option<Signature> {
        matches!(name, "String" | "GitVersion").then_some(NO_PARAMETERS)
    }

    fn needs_address(&self, _name: &str) -> bool {
        true
    }

    fn call(&self, name: &str, _args: &mut [Value]) -> Result<Value, Failure> {
        Ok(if name == "GitVersion" { self.version.clone() } else { self.short() }.into())
    }

    fn addressed_string(&self) -> Option<Str> {
        Some(self.short())
    }

    fn deep_copy(&self) -> Option<Value> {
        Some(Value::object(self.exported()))
    }

    fn equals(&self, other: &dyn Object) -> bool {
        (other as &dyn std::any::Any).downcast_ref() == Some(self)
    }
}

/// `.Capabilities.HelmVersion`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HelmVersion(pub Compat);

impl HelmVersion {
    /// The version, with a `v` in front.
    pub fn version(self) -> &'static str {
        self.0.release()
    }

    /// The Go release that the reference program was built with.
    pub fn go_version(self) -> &'static str {
        "go1.26.8"
    }

    /// The version of Kubernetes' client library; Helm 3 does not tell it.
    pub fn kube_client_version(self) -> Option<&'static str> {
        (!self.0.is_helm3()).then_some("v1.37")
    }
}

impl Object for HelmVersion {
    fn go_type(&self) -> Type {
        Type::Named("version.BuildInfo", Kind::Struct)
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        let mut fields = vec![
            ("Version", self.version().into()),
            ("GitCommit", "".into()),
            ("GitTreeState", "".into()),
            ("GoVersion", self.go_version().into()),
        ];
        fields.extend(
            self.kube_client_version().map(|version| ("KubeClientVersion", version.into())),
        );
        fields
    }

    fn json_fields(&self) -> Option<Vec<(Str, Value)>> {
        let mut fields = vec![
            ("version".into(), self.version().into()),
            ("go_version".into(), self.go_version().into()),
        ];
        let client = self.kube_client_version();
        fields.extend(client.map(|version| ("kube_client_version".into(), version.into())));
        Some(fields)
    }

    fn equals(&self, other: &dyn Object) -> bool {
        (other as &dyn std::any::Any).downcast_ref() == Some(self)
    }
}

/// `.Capabilities.APIVersions`: a list of strings with a method.
#[derive(Clone, Debug)]
struct ApiVersions {
    extra: Vec<Str>,
    compat: Compat,
}

impl ApiVersions {
    fn of(capabilities: &Capabilities) -> Self {
        Self { extra: capabilities.extra_api_versions.clone(), compat: capabilities.compat }
    }

    fn has(&self, version: &[u8]) -> bool {
        API_VERSIONS.iter().any(|known| known.as_bytes() == version)
            || self.extra.iter().any(|known| known.as_bytes() == version)
    }
}

impl Object for ApiVersions {
    fn go_type(&self) -> Type {
        named(self.compat, "chartutil.VersionSet", "common.VersionSet", Kind::Slice)
    }

    fn method(&self, name: &str) -> Option<Signature> {
        (name == "Has").then_some(Signature { params: &[Type::String], rest: None })
    }

    fn call(&self, _name: &str, args: &mut [Value]) -> Result<Value, Failure> {
        Ok(matches!(&args[0], Value::String(version) if self.has(version)).into())
    }

    fn json(&self) -> Value {
        self.underlying().unwrap_or_default()
    }

    fn underlying(&self) -> Option<Value> {
        let built_in = API_VERSIONS.iter().map(|version| Str::from_static(version));
        Some(List::strings(built_in.chain(self.extra.iter().cloned()).collect()).into())
    }
}

/// The group versions that both programs know without a cluster, in their order.
static API_VERSIONS: [&str; 57] = [
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "lifecycle.k8s.io/v1alpha1",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1",
    "resource.k8s.io/v1beta2",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1",
    "storagemigration.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
];
