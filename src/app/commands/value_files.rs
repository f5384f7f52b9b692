//! The files of `-f` and `--set-file`, those on the network and those of plugins included.

use super::{Error, Session};
use crate::sources::{Access, Fetcher, MOST_FILE};
use crate::values::{LocalFiles, ReadFile, scheme_of};
use go_text_template::Compat;
use go_text_template::data::{Failure, Str};

/// Files of this machine, and of servers.
pub(super) struct ValueFiles<'s> {
    fetcher: Fetcher<'s>,
    compat: Compat,
    local: LocalFiles,
}

impl<'s> ValueFiles<'s> {
    /// The files that a command of this session reads.
    pub(super) fn new(session: &Session<'s>) -> Self {
        Self { fetcher: session.fetcher(), compat: session.compat, local: LocalFiles }
    }

    fn fetch(&self, url: &str) -> Result<Vec<u8>, Error> {
        let access = Access { url: url.to_owned(), ..Access::default() };
        Ok(access.get(url, None, &self.fetcher)?.bytes(MOST_FILE)?)
    }
}

impl ReadFile for ValueFiles<'_> {
    fn read(&mut self, name: &Str) -> Result<Str, Failure> {
        match scheme_of(name)?.as_deref() {
            Some(scheme) if scheme != "oci" && self.fetcher.knows(scheme) => {
                let fetched = self.fetch(&name.to_str_lossy());
                Ok(fetched.map_err(|error| error.message(self.compat))?.into())
            }
            _ => self.local.read(name),
        }
    }
}
