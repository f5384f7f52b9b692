//! `chart verify`: is an archive what its provenance file says, and who says so?

use std::path::{Path, PathBuf};

use super::{Environment, Error, Session};
use crate::files;
use crate::sources::verify;
use go_text_template::Compat;

/// What `verify` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The chart's archive.
    pub path: PathBuf,
    /// `--keyring`, or what stands for it.
    pub keyring: String,
}

/// Verifies the archive and says who has signed it.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let provenance = files::with_ending(&args.path, ".prov");
    let found = verify(&args.path, &provenance, &args.keyring, session.world, session.compat)?;
    session.out.write_all(found.text().as_bytes()).map_err(Error::Stdout)
}

/// The keyring that Helm looks into if none is named: GnuPG's own, of the older of its two forms
/// if it is there.
pub fn default_keyring(environment: &Environment, compat: Compat) -> String {
    let home = environment.get("GNUPGHOME").map_or_else(
        || format!("{}/.gnupg", environment.get("HOME").unwrap_or_default()),
        |home| home.trim_end_matches('/').to_owned(),
    );
    let (older, newer) = (format!("{home}/pubring.gpg"), format!("{home}/pubring.kbx"));
    let is_missing = |path: &str| {
        let found = Path::new(path).metadata();
        found.is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
    };
    if !compat.is_helm3() && is_missing(&older) && !is_missing(&newer) { newer } else { older }
}
