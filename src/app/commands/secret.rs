//! A password that somebody types, which nobody else shall see.

use std::io::{self, IsTerminal, Read};

use super::Error;

/// Reads a line without showing it. Without a terminal there is nobody to ask, as Helm says too.
pub(super) fn read() -> io::Result<String> {
    if !io::stdin().is_terminal() {
        return Err(io::Error::other("inappropriate ioctl for device"));
    }
    rpassword::read_password()
}

/// The password that `input` holds, without the end of its line.
pub(super) fn piped(input: impl Read) -> Result<String, Error> {
    /// Far more than any password; a device may never end.
    const MOST_BYTES: u64 = 1 << 20;
    let mut text = String::new();
    let read = input.take(MOST_BYTES).read_to_string(&mut text);
    read.map_err(|error| Error::said(format!("read /dev/stdin: {error}")))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}
