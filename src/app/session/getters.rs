//! The plugins that fetch, as sessions share them.

use std::sync::Arc;

use crate::network::Network;
use crate::sources::{Fetcher, Getter, SharedGetters};

/// The plugins that fetch, once they were looked for.
#[derive(Clone)]
pub struct Getters<'s> {
    variables: Option<&'s Variables<'s>>,
    found: SharedGetters,
}

/// Helm's variables, which are made when somebody needs them.
type Variables<'v> = dyn Fn() -> Vec<(&'static str, String)> + Sync + 'v;

impl<'s> Getters<'s> {
    /// Plugins that are given what `variables` makes.
    pub fn new(variables: &'s Variables<'s>) -> Self {
        Self { variables: Some(variables), found: Arc::default() }
    }

    /// No plugin ever fetches.
    pub fn none() -> Self {
        Self { variables: None, found: Arc::default() }
    }

    /// False if no plugin ever fetches.
    pub fn may_be(&self) -> bool {
        self.variables.is_some()
    }

    /// Takes what `look` finds, unless somebody has looked before.
    pub fn find(&self, look: impl FnOnce() -> Vec<Box<dyn Getter>>) {
        self.found.get_or_init(look);
    }

    /// Helm's variables.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        self.variables.map(|variables| variables()).unwrap_or_default()
    }
}

impl<'s> Getters<'s> {
    /// What fetches beside them: `network`.
    pub(super) fn fetcher(&self, network: &'s dyn Network) -> Fetcher<'s> {
        Fetcher { network, getters: self.found.clone() }
    }
}

impl std::fmt::Debug for Getters<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Getters").field("found", &self.found).finish_non_exhaustive()
    }
}
