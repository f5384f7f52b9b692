//! Signing a chart's archive: the provenance file that `package --sign` writes beside it.

use std::io::{BufRead, BufReader, Read};

use super::{Error, Session};
use crate::files::failed;
use crate::provenance::{self, Key};
use crate::sources;
use go_text_template::data::Failure;

/// What archives are signed with.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// `--key`: the name of the key, or a part of it.
    pub key: String,
    /// `--keyring`.
    pub keyring: String,
    /// `--passphrase-file`; `-` is standard input.
    pub passphrase_file: Option<String>,
}

/// Signs archives one after another.
#[derive(Debug)]
pub struct Signing {
    args: Args,
    /// What the file of the passphrase has said: standard input says it only once.
    passphrase: Option<Vec<u8>>,
}

impl Signing {
    /// Signs with what `args` name.
    pub fn new(args: Args) -> Self {
        Self { args, passphrase: None }
    }

    /// The text of the provenance file for `archive`, which is called `file_name` and whose chart
    /// has the `metadata`, as YAML.
    pub fn sign(
        &mut self,
        archive: &[u8],
        file_name: &str,
        metadata: &[u8],
        session: &mut Session<'_>,
    ) -> Result<Vec<u8>, Error> {
        let ring = sources::read_keys(&self.args.keyring, session.compat)?;
        let found = match ring.find(&self.args.key) {
            Err(error @ provenance::Error::Ambiguous(_)) => return Err(refused(&error)),
            found => found,
        };
        let passphrase = self.given_passphrase(session)?;
        let mut key = found.map_err(|error| refused(&error))?;
        key.check_private().map_err(|error| refused(&error))?;
        if key.is_locked() {
            let passphrase = passphrase.map_or_else(|| ask(&key, session), Ok)?;
            key.unlock(&passphrase).map_err(|error| refused(&error))?;
        }
        let now = session.world.now().0;
        provenance::sign(archive, file_name, metadata, &key, now).map_err(|error| refused(&error))
    }

    /// The passphrase that a file has, if one is named.
    fn given_passphrase(&mut self, session: &Session<'_>) -> Result<Option<Vec<u8>>, Error> {
        let Some(path) = self.args.passphrase_file.as_deref().filter(|path| !path.is_empty())
        else {
            return Ok(None);
        };
        // Helm 3 reads it again for each chart.
        if self.passphrase.is_none() || session.compat.is_helm3() {
            self.passphrase = Some(read_passphrase(path)?);
        }
        Ok(self.passphrase.clone())
    }
}

/// The key that a plugin is signed with, ready to do so. It is asked for before there is anything to
/// sign, and its passphrase is all that a file has.
pub(super) fn plugin_key(args: &Args, session: &mut Session<'_>) -> Result<Key, Error> {
    let unread = |error: Error| error.within("error reading from keyring");
    let ring =
        sources::read_keys(&args.keyring, session.compat).map_err(|error| unread(error.into()))?;
    let found = match args.key.as_str() {
        "" => Err(provenance::Error::NoKey),
        name => ring.find(name),
    };
    if let Err(error @ provenance::Error::Ambiguous(_)) = &found {
        return Err(unread(refused(error)));
    }
    let file = args.passphrase_file.as_deref().filter(|path| !path.is_empty());
    let passphrase = file.map(read_whole_passphrase).transpose()?;
    let mut key = found.map_err(|error| refused(&error))?;
    key.check_private().map_err(|error| refused(&error))?;
    if key.is_locked() {
        let passphrase = passphrase.map_or_else(|| ask(&key, session), Ok)?;
        key.unlock(&passphrase).map_err(|error| refused(&error))?;
    }
    Ok(key)
}

fn refused(error: &provenance::Error) -> Error {
    Failure::from(error.to_string()).into()
}

/// The first line of the file `path`.
fn read_passphrase(path: &str) -> Result<Vec<u8>, Error> {
    if path == "-" {
        check_piped()?;
        return first_line(std::io::stdin().lock(), "/dev/stdin");
    }
    first_line(open(path)?, path)
}

/// Everything in the file `path`, but for the ends of lines behind it.
fn read_whole_passphrase(path: &str) -> Result<Vec<u8>, Error> {
    if path == "-" {
        check_piped()?;
        return whole(std::io::stdin().lock(), "/dev/stdin");
    }
    whole(open(path)?, path)
}

fn whole(file: impl Read, path: &str) -> Result<Vec<u8>, Error> {
    const LONGEST: u64 = 1 << 20;
    let mut text = Vec::new();
    let read = file.take(LONGEST).read_to_end(&mut text);
    read.map_err(|error| failed("read", path.as_ref(), &error))?;
    let end = text.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
    text.truncate(end.map_or(0, |at| at + 1));
    Ok(text)
}

fn check_piped() -> Result<(), Error> {
    const TEXT: &str = "specified reading passphrase from stdin, without input on stdin";
    if crate::system::stdin_is_piped() { Ok(()) } else { Err(Failure::new(TEXT).into()) }
}

#[expect(clippy::disallowed_methods, reason = "commands are the edge to the disk")]
fn open(path: &str) -> Result<std::fs::File, Error> {
    std::fs::File::open(path).map_err(|error| failed("open", path.as_ref(), &error).into())
}

/// The first line, as far as Helm reads it.
fn first_line(file: impl Read, path: &str) -> Result<Vec<u8>, Error> {
    const LONGEST: u64 = 4096;
    let mut line = Vec::new();
    let mut reader = BufReader::new(file.take(LONGEST));
    reader.read_until(b'\n', &mut line).map_err(|error| failed("read", path.as_ref(), &error))?;
    if line.is_empty() {
        return Err(Failure::new("EOF").into());
    }
    let line = line.strip_suffix(b"\n").unwrap_or(&line);
    Ok(line.strip_suffix(b"\r").unwrap_or(line).to_vec())
}

/// Asks whoever sits at the terminal.
fn ask(key: &Key, session: &mut Session<'_>) -> Result<Vec<u8>, Error> {
    use std::io::IsTerminal;
    let name = key.names().next().map(|name| name.to_str_lossy().into_owned());
    let name = name.unwrap_or_else(|| "Unknown".to_owned());
    write!(session.out, "Password for key {name:?} >  ").map_err(Error::Stdout)?;
    session.out.flush().map_err(Error::Stdout)?;
    let answer = if std::io::stdin().is_terminal() {
        rpassword::read_password().map_err(|error| error.to_string())
    } else {
        Err("inappropriate ioctl for device".to_owned())
    };
    session.out.write_all(b"\n").map_err(Error::Stdout)?;
    answer.map(String::into_bytes).map_err(|text| Failure::from(text).into())
}
