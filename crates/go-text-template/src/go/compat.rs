//! Which of the two reference programs is to be equalled.

/// The Helm whose output, messages and exit status the program gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Compat {
    /// Helm 3.22.0.
    Helm3,
    /// Helm 4.3.2, the default.
    #[default]
    Helm4,
}

impl Compat {
    /// The mode that `name` (`helm3` or `helm4`) stands for.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "helm3" => Some(Self::Helm3),
            "helm4" => Some(Self::Helm4),
            _ => None,
        }
    }

    /// The release that is equalled, with a `v` in front; `testdata/HELM` has the same two.
    pub fn release(self) -> &'static str {
        if self.is_helm3() { "v3.22.0" } else { "v4.3.2" }
    }

    /// True for Helm 3.
    pub fn is_helm3(self) -> bool {
        self == Self::Helm3
    }
}
